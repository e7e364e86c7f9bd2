import type { Ask, Asking, Workload } from './workload.ts';

const jobs = ['Buyer', 'Engineer', 'Director', 'Owner', 'Assistant'];
const pageSize = 20;
const rowsBefore = 49 * pageSize;

const floorSql = (after: string) =>
  `select json_build_object('contacts', coalesce(json_agg(c), '[]'))::text as answer from (
  select c.id, c.full_name as "fullName", c.job_title as "jobTitle",
    (select row_to_json(k) from (select k.id, k.name from gatehouse.company k
      where k.workspace_id = c.workspace_id and k.id = c.company_id and k.deleted_at is null) k) as company
  from gatehouse.contact c
  where c.workspace_id = $1::uuid and c.deleted_at is null and c.job_title = any ($2::text[]) ${after}
  order by c.full_name collate gatehouse.text_order, c.id limit ${pageSize + 1}) c`;

const query = `query Contacts($after: String) {
  contacts(first: ${pageSize}, after: $after, where: { jobTitle: { in: ${JSON.stringify(jobs)} } }, orderBy: [{ field: FULL_NAME, direction: ASC }]) {
    nodes { id fullName jobTitle company { id name } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const gatehouse: Asking = { query, variables: ({ after = null }) => ({ after }) };

type Page = { data: { contacts: { pageInfo: { endCursor: string } } } };

/** Pages on, 140 rows at a time, as a client would have come there. */
async function walkToPage50(ask: Ask): Promise<{ after: string | null }> {
  let after: string | null = null;
  for (let row = 0; row < rowsBefore; row += 140) {
    const page = await ask({ query: query.replace(`first: ${pageSize}`, 'first: 140'), variables: { after } }) as Page;
    after = page.data.contacts.pageInfo.endCursor;
  }
  return { after };
}

/** PostGraphile orders by the column's own collation, so it has no part in these. */
export const contactsPage1: Workload = {
  name: 'contacts',
  title: 'Contacts with one of five job titles, by name: page 1',
  samples: () => [{}],
  floor: { sql: floorSql(''), values: ({ workspaceId }) => [workspaceId, jobs] },
  gatehouse,
};

export const contactsPage50: Workload = {
  name: 'contacts-50',
  title: 'The same contacts: page 50',
  samples: ({ contactBeforePage50: { fullName, id } }) => [{ fullName, id }],
  floor: {
    sql: floorSql(
      'and (c.full_name collate gatehouse.text_order, c.id) > ($3::text collate gatehouse.text_order, $4::uuid)'),
    values: ({ workspaceId }, { fullName, id }) => [workspaceId, jobs, fullName, id],
  },
  gatehouse: { ...gatehouse, prepare: walkToPage50 },
};
