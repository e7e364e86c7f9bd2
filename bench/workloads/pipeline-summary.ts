import { type Workload, personValues, reachOf } from './workload.ts';

/** The head of a board: how many deals a stage has, and what they are worth. */
export const pipelineSummary: Workload = {
  name: 'summary',
  title: 'Pipeline summary: deals of each stage counted and summed',
  samples: ({ pipelineIds }) => pipelineIds.map((pipelineId) => ({ pipelineId })),
  floor: {
    sql: `with of_stage as (
        select d.stage_id, d.currency, count(*)::int as count, sum(d.amount_minor) as sum, count(d.amount_minor) as amounts
        from gatehouse.deal d where d.workspace_id = $1::uuid and d.pipeline_id = $4::uuid and ${reachOf('d')} group by 1, 2)
      select json_build_object('pipelineSummary', json_build_object('stages', coalesce(json_agg(r), '[]')))::text as answer from (
        select json_build_object('id', s.id, 'name', s.name) as stage,
          (select coalesce(sum(o.count), 0)::int from of_stage o where o.stage_id = s.id) as count,
          (select coalesce(json_agg(m), '[]') from (select o.sum::text as "amountMinor", o.currency from of_stage o
            where o.stage_id = s.id and o.amounts > 0 order by o.currency) m) as sum
        from gatehouse.stage s where s.workspace_id = $1::uuid and s.pipeline_id = $4::uuid and s.deleted_at is null
        order by s.position, s.id) r`,
    values: (person, { pipelineId }) => [...personValues(person), pipelineId],
  },
  gatehouse: {
    query: `query Summary($id: ID!) {
      pipelineSummary(pipelineId: $id) { stages { stage { id name } count sum { amountMinor currency } } }
    }`,
    variables: ({ pipelineId }) => ({ id: `pipeline_${pipelineId}` }),
  },
};
