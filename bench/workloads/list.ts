import { type Workload, personValues, reachOf } from './workload.ts';

/** A table of one kind of record without relations. */
export const list: Workload = {
  name: 'list',
  title: 'List: the 20 newest deals, plain columns',
  samples: () => [{}],
  floor: {
    sql: `select json_build_object('deals', coalesce(json_agg(d), '[]'))::text as answer from (
      select d.id, d.title, d.amount_minor::text as "amountMinor", d.currency, d.probability, d.expected_close_on as "expectedCloseOn",
        d.created_at at time zone 'UTC' as "createdAt", d.updated_at at time zone 'UTC' as "updatedAt"
      from gatehouse.deal d where d.workspace_id = $1::uuid and ${reachOf('d')}
      order by d.created_at desc, d.id desc limit 21) d`,
    values: personValues,
  },
  gatehouse: {
    query: `{
      deals(first: 20) {
        nodes { id title amount { amountMinor currency } probability expectedCloseOn createdAt updatedAt }
        pageInfo { hasNextPage endCursor }
      }
    }`,
  },
  postgraphile: {
    query: `{
      deals: allDeals(first: 20, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {
        nodes { id: rowId title amountMinor currency probability expectedCloseOn createdAt updatedAt }
        pageInfo { hasNextPage endCursor }
      }
    }`,
  },
  keystone: {
    query: `{
      deals(take: 20, orderBy: [{ createdAt: desc }, { id: desc }]) {
        id title amountMinor currency probability expectedCloseOn createdAt updatedAt
      }
    }`,
  },
};
