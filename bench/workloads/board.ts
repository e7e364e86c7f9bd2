import { type Workload, personValues, reachOf } from './workload.ts';

// The page first, then what belongs to its rows: joined at once, every deal of the stage would be joined.
const floorSql = (where: string) =>
  `select json_build_object('deals', coalesce(json_agg(d order by d."createdAt" desc, d.id desc), '[]'))::text as answer from (
  select d.id, d.title, d.amount_minor::text as "amountMinor", d.currency, d.expected_close_on as "expectedCloseOn",
    d.created_at at time zone 'UTC' as "createdAt",
    (select row_to_json(s) from (select s.id, s.name) s) as stage,
    (select row_to_json(o) from (select o.id, o.name) o where o.id is not null) as owner,
    (select row_to_json(c) from (select c.id, c.name, c.city) c where c.id is not null) as company,
    (select coalesce(json_agg(k), '[]') from (
      select dc.role, (select row_to_json(c) from (select c.id, c.full_name as "fullName") c) as contact
      from gatehouse.deal_contact dc
      join gatehouse.contact c on c.workspace_id = dc.workspace_id and c.id = dc.contact_id and c.deleted_at is null
      where dc.workspace_id = d.workspace_id and dc.deal_id = d.id order by dc.position, dc.id) k) as contacts,
    (select coalesce(json_agg(a), '[]') from (
      select a.id, a.kind, a.subject, a.happens_at at time zone 'UTC' as "happensAt" from gatehouse.activity a
      where a.workspace_id = d.workspace_id and a.deal_id = d.id and a.deleted_at is null
      order by a.created_at desc, a.id desc limit 3) a) as activities
  from (
    select d.* from gatehouse.deal d where d.workspace_id = $1::uuid ${where} and ${reachOf('d')}
    order by d.created_at desc, d.id desc limit 51) d
  join gatehouse.stage s on s.workspace_id = d.workspace_id and s.pipeline_id = d.pipeline_id and s.id = d.stage_id
  left join gatehouse.member o on o.workspace_id = d.workspace_id and o.id = d.owner_id
  left join gatehouse.company c on c.workspace_id = d.workspace_id and c.id = d.company_id and c.deleted_at is null) d`;

const gatehouseQuery = (variables: string, where: string) => `query Board${variables} {
  deals(first: 50${where}) {
    nodes {
      id title amount { amountMinor currency } expectedCloseOn createdAt
      stage { id name } owner { id name } company { id name city }
      contacts { role contact { id fullName } }
      activities(first: 3) { nodes { id kind subject happensAt } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

const postgraphileQuery = (variables: string, condition: string) => `query Board${variables} {
  deals: allDeals(first: 50, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]${condition}) {
    nodes {
      id: rowId title amountMinor currency expectedCloseOn createdAt
      stage: stageByWorkspaceIdAndPipelineIdAndStageId { id: rowId name }
      owner: memberByWorkspaceIdAndOwnerId { id: rowId name }
      company: companyByWorkspaceIdAndCompanyId { id: rowId name city }
      contacts: dealContactsByWorkspaceIdAndDealId(orderBy: [POSITION_ASC, ROW_ID_ASC]) {
        nodes { role contact: contactByWorkspaceIdAndContactId { id: rowId fullName } }
      }
      activities: activitiesByWorkspaceIdAndDealId(first: 3, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {
        nodes { id: rowId kind subject happensAt }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

const keystoneQuery = (variables: string, where: string) => `query Board${variables} {
  deals(take: 50, orderBy: [{ createdAt: desc }, { id: desc }]${where}) {
    id title amountMinor currency expectedCloseOn createdAt
    stage { id name } owner { id name } company { id name city }
    contacts(orderBy: [{ position: asc }, { id: asc }]) { role contact { id fullName } }
    activities(take: 3, orderBy: [{ createdAt: desc }, { id: desc }]) { id kind subject happensAt }
  }
}`;

/** The first screen of a CRM: the newest fifty deals of a stage, each with what a card shows. */
export const board: Workload = {
  name: 'board',
  title: 'Board: 50 deals of a stage with company, contacts, owner, stage, 3 activities',
  samples: ({ stageIds }) => stageIds.map((stageId) => ({ stageId })),
  floor: {
    sql: floorSql('and d.stage_id = $4::uuid'), values: (person, { stageId }) => [...personValues(person), stageId],
  },
  gatehouse: {
    query: gatehouseQuery('($stageId: ID!)', ', where: { stageId: { eq: $stageId } }'),
    variables: ({ stageId }) => ({ stageId: `stage_${stageId}` }),
  },
  also: [
    { label: 'by documentId', of: 'documentId' },
    { label: 'with shares', of: 'sharer' },
    { label: 'without policy', of: 'noPolicy' },
  ],
  postgraphile: {
    query: postgraphileQuery('($stageId: UUID!)', ', condition: { stageId: $stageId }'),
    variables: ({ stageId }) => ({ stageId }),
  },
  keystone: {
    query: keystoneQuery('($stageId: ID!)', ', where: { stage: { id: { equals: $stageId } } }'),
    variables: ({ stageId }) => ({ stageId }),
  },
};

/** The same cards of all stages. */
export const newest: Workload = {
  name: 'newest',
  title: 'The same for the 50 newest deals of all stages',
  samples: () => [{}],
  floor: { sql: floorSql(''), values: personValues },
  gatehouse: { query: gatehouseQuery('', '') },
  postgraphile: { query: postgraphileQuery('', '') },
  keystone: { query: keystoneQuery('', '') },
};
