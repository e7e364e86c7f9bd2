import { createHash } from 'node:crypto';
import type { Contestant, Running } from './contestants/contestant.ts';
import { type BenchDatabase, type Person, withClient } from './database.ts';
import { type BodyOf, Driver, type Entry } from './measure/load.ts';
import type { Ask, Asking, Samples, Variables, Variation, Workload } from './workloads/workload.ts';

/** What takes part in a run, by name: the contestants, and Gatehouse without its policy where a workload wants it. */
export type Field = { running: Map<Contestant['name'], Running>; person: Person; sharer: Person };

/** How each contestant, and each variation of Gatehouse, is asked for a workload. */
export async function entriesOf(workload: Workload, field: Field, samples: Samples): Promise<Entry[]> {
  const wanted: { label: string; running: Running; asking: Asking | null; of?: Variation['of'] }[] = [];
  for (const [name, running] of field.running) {
    if (name === 'noPolicy') continue;
    const asking = name === 'floor' ? null : workload[name];
    if (asking === undefined || (name === 'floor' && !workload.floor)) continue;
    wanted.push({ label: name, running, asking });
    if (name !== 'gatehouse') continue;
    for (const { label, of } of workload.also ?? []) {
      const other = of === 'noPolicy' ? field.running.get('noPolicy') : running;
      if (other) wanted.push({
        label: `${name} ${label}`, running: of === 'sharer' ? as(other, field.sharer) : other, asking, of,
      });
    }
  }
  return Promise.all(wanted.map(async ({ label, running, asking, of }, at) => {
    const variants = workload.samples(samples, { at, of: wanted.length });
    if (variants.length === 0) throw new Error(`The data has no samples for ${workload.name}: take more deals.`);
    const found = await asking?.prepare?.(askerOf(running)) ?? {};
    const bodyOf: BodyOf = (i) => {
      const variables = { workspaceId: field.person.workspaceId, ...variants[i % variants.length]!, ...found };
      return JSON.stringify(bodyFor(workload, asking, variables, Math.floor(i / variants.length), of));
    };
    return { label, running, bodyOf, ...(asking && workload.expects ? { expects: workload.expects } : {}) };
  }));
}

function bodyFor(
  workload: Workload, asking: Asking | null, variables: Variables, turn: number, of?: Variation['of'],
): object {
  if (!asking) return { workload: workload.name, variables: { ...variables, turn } };
  const wanted = asking.variables ? asking.variables(variables, turn) : variables;
  return of === 'documentId' ? { documentId: documentIdOf(asking.query), variables: wanted } : {
    query: asking.query, variables: wanted,
  };
}

function as(running: Running, { token }: Person): Running {
  return { ...running, headers: { authorization: `Bearer ${token}` } };
}

function askerOf(running: Running): Ask {
  const driver = new Driver({ label: running.name, running, bodyOf: () => '' }, 1);
  return async (body) => JSON.parse(await driver.ask(JSON.stringify(body))) as unknown;
}

function documentIdOf(query: string): string {
  return `sha256:${createHash('sha256').update(query).digest('hex')}`;
}

/** Registers the documents that are asked for by their id. */
export async function registerDocuments(database: BenchDatabase, workloads: readonly Workload[]): Promise<void> {
  await withClient(database.superuserUrl, async (client) => {
    for (const { gatehouse, also } of workloads) {
      if (!also?.some(({ of }) => of === 'documentId')) continue;
      await client.query(`select gatehouse.register_operation('bench', $1)`, [gatehouse.query]);
    }
  });
}

export async function findSamples(database: BenchDatabase): Promise<Samples> {
  return withClient(database.superuserUrl, async (client) => {
    const { rows } = await client.query(`
      with person as (select * from bench.person where name = 'manager'),
        pipe as (select p.id, p.workspace_id from gatehouse.pipeline p join person using (workspace_id) where p.kind = 'DEAL'),
        mine as (
          select d.id, d.version, d.pipeline_id, d.stage_id,
            (select count(*) from gatehouse.activity a where a.workspace_id = d.workspace_id and a.deal_id = d.id) as activities
          from gatehouse.deal d join person b using (workspace_id) join gatehouse.member o on o.workspace_id = d.workspace_id and o.id = d.owner_id
          where o.team_id = any (b.team_ids) and d.deleted_at is null order by d.id desc limit 5000)
      select
        (select array_agg(s.id order by s.id) from gatehouse.stage s join pipe on pipe.workspace_id = s.workspace_id and pipe.id = s.pipeline_id
          where s.status = 'OPEN') as "stageIds",
        (select array_agg(id order by id) from pipe) as "pipelineIds",
        (select array_agg(id) from (select id from mine where activities > 20 limit 20) d) as "dealIds",
        (select row_to_json(c) from (
          select c.id, c.full_name as "fullName" from gatehouse.contact c join person using (workspace_id)
          where c.deleted_at is null and c.job_title in ('Buyer', 'Engineer', 'Director', 'Owner', 'Assistant')
          order by c.full_name collate gatehouse.text_order, c.id limit 1 offset 979) c) as "contactBeforePage50",
        (select json_agg(m) from (
          select d.id as "dealId", d.version, d.pipeline_id as "pipelineId", d.stage_id as "fromId", o.id as "toId"
          from mine d join gatehouse.stage f on f.id = d.stage_id join gatehouse.stage o on o.workspace_id = f.workspace_id
            and o.pipeline_id = f.pipeline_id and o.position = case f.position when 0 then 1 else 0 end
          where f.status = 'OPEN' limit 1200) m) as movable`);
    return rows[0] as Samples;
  });
}
