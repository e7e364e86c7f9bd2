import fc from 'fast-check';
import type { GraphQLFormattedError } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, type WorldMember, openWorld } from '../support/world.ts';
import { type Real, commands } from './rules-model/commands.ts';
import { type Model, type StageName, newModel, reasons, stageNames } from './rules-model/model.ts';

/** `RULES_RUNS=1000 npm test -- test/pipeline/rules-model.test.ts` tries more; a seed repeats a run. */
const runs = Number(process.env.RULES_RUNS ?? 60);
const seed = Number(process.env.RULES_SEED ?? 1);

let world: World;
let managers = '';
beforeAll(async () => {
  world = await openWorld();
  const [role] = await world.rows<{ id: string }>(`select id from role where built_in = 'MANAGER'`);
  managers = `role_${role!.id}`;
});
afterAll(() => world.close());

let count = 0;

async function aPipeline(): Promise<Real> {
  count += 1;
  const { stages } = newModel();
  const made = await world.as(world.admin).done<{ id: string; stages: { id: string; name: StageName }[] }>(
    'pipelineCreate',
    {
      name: `Pipeline ${count}`,
      kind: 'DEAL',
      stages: stageNames.map((name) => ({
        name,
        status: stages[name].status,
        probability: stages[name].probability,
        reasons,
      })),
    },
    'id stages { id name }',
  );
  return {
    world,
    managers,
    pipelineId: made.id,
    deals: [],
    stages: Object.fromEntries(made.stages.map(({ id, name }) => [name, id])) as Record<StageName, string>,
  };
}

/** What the database holds, in the model's words. */
async function kept(real: Real): Promise<object[]> {
  const nameOf = new Map(Object.entries(real.stages).map(([name, id]) => [id.slice('stage_'.length), name]));
  const rows = await world.rows<Record<string, unknown> & { id: string; ledger: string[] }>(
    `select d.id, d.stage_id, d.version, d.amount_minor, d.source, d.probability, d.is_probability_set_by_hand, d.stage_reason,
       d.deleted_at is not null as is_deleted, d.closed_at is not null as is_closed,
       array(select c.to_stage_id::text from stage_change c where c.deal_id = d.id order by c.id) as ledger,
       array(select c.from_stage_id::text from stage_change c where c.deal_id = d.id order by c.id) as origins,
       (select count(*)::int from stage_change c where c.deal_id = d.id and c.against_rules_reason is not null) as bypasses,
       (select count(*)::int from audit_entry e where e.record_id = d.id and e.reason is not null) as reasons,
       (select max(e.record_version) from outbox_event e where e.record_id = d.id) as told
     from deal d where d.pipeline_id = $1`,
    [real.pipelineId.slice('pipeline_'.length)],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return real.deals.map((id) => {
    const row = byId.get(id.slice('deal_'.length))!;
    expect((row.origins as unknown[]).slice(1)).toEqual(row.ledger.slice(0, -1));
    expect(row.reasons).toBe(row.bypasses);
    expect(row.told).toBe(row.version);
    return {
      stage: nameOf.get(row.stage_id as string),
      version: row.version,
      amount: row.amount_minor === null ? null : Number(row.amount_minor),
      source: row.source,
      probability: row.probability,
      isByHand: row.is_probability_set_by_hand,
      stageReason: row.stage_reason,
      isDeleted: row.is_deleted,
      ledger: row.ledger.map((each) => nameOf.get(each)),
      bypasses: row.bypasses,
      isClosed: row.is_closed,
    };
  });
}

function expected({ stages, deals }: Model): object[] {
  return deals.map((deal) => ({ ...deal, isClosed: stages[deal.stage].status !== 'OPEN' }));
}

test(
  'whatever is asked in whatever order, the server answers by the rules, and ledger, audit and events agree',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 14, size: 'max' }), async (sequence) => {
        const [model, real] = [newModel(), await aPipeline()];
        await fc.asyncModelRun(() => ({ model, real }), sequence);
        expect(await kept(real)).toEqual(expected(model));
      }),
      { numRuns: runs, seed, endOnFailure: runs > 200 },
    );
  },
  60_000 + runs * 3_000,
);

/** Asks again, as clients do, while the server has too much to do: under the same key nothing is done twice. */
async function answered<T extends { errors: GraphQLFormattedError[] }>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer.errors.length === 0) return answer;
    expect(['OVERLOADED', 'TIMEOUT']).toContain(answer.errors[0]!.extensions?.code);
  }
}

/** A key of an administrator, who moves deals by it. */
async function aKey(): Promise<WorldMember> {
  const grant = (noun: string, verb: string) => ({ noun, verb, reach: 'ANY', fieldGroups: ['core'] });
  const { apiKeyCreate } = await world.as(world.admin).data<{ apiKeyCreate: { token: string } }>(
    'mutation($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { token userErrors { message } } }',
    {
      input: {
        name: `Key ${world.services.newId()}`,
        grants: [grant('deal', 'read'), grant('deal', 'move'), grant('stage', 'read')],
      },
    },
  );
  return { ...world.admin, token: apiKeyCreate.token };
}

test.each(['members', 'API keys'])('fifty clients at once lose no move, as %s: ledger, versions and stages agree', async (kind) => {
  const keys = kind === 'members' ? [] : [await aKey(), await aKey(), await aKey()];
  const clients = kind === 'members' ? [world.rep, world.manager, world.admin] : keys;
  const real = await aPipeline();
  const own = { pipelineId: real.pipelineId.slice('pipeline_'.length), stageId: real.stages.A.slice('stage_'.length) };
  const deals = await Promise.all(Array.from({ length: 12 }, () => world.aDeal({ owner: world.rep, ...own })));
  const admin = world.as(world.admin);
  const open: StageName[] = ['A', 'B', 'C'];
  const client = async (number: number): Promise<number> => {
    const who = world.as(clients[number % 3]!);
    let done = 0;
    for (let turn = 0; turn < 4; turn += 1) {
      const deal = deals[(number * 7 + turn * 5) % deals.length]!;
      const { data } = await answered(() =>
        who.ask<{ deal: { version: number; stage: { id: string } } }>(
          `{ deal(id: "${deal.globalId}") { version stage { id } } }`,
        ),
      );
      const { version, stage } = data!.deal;
      const to = real.stages[open[(number + turn) % 3]!];
      if (to === stage.id) continue;
      const idempotencyKey = `client ${number} turn ${turn}`;
      const { userErrors } = await answered(() =>
        who.mutate('dealMove', { id: deal.globalId, version, stageId: to, idempotencyKey }),
      );
      expect(userErrors.every(({ code }) => code === 'VERSION_CONFLICT')).toBe(true);
      if (userErrors.length === 0) done += 1;
    }
    return done;
  };
  const changes = (async () => {
    for (const requiredFields of [['amount'], [], ['source'], []]) {
      const { data } = await answered(() =>
        admin.ask<{ stage: { version: number } }>(`{ stage(id: "${real.stages.Won}") { version } }`),
      );
      const { version } = data!.stage;
      await answered(() => admin.mutate('stageUpdate', { id: real.stages.Won, version, requiredFields }));
    }
  })();
  const done = (await Promise.all(Array.from({ length: 50 }, (_none, number) => client(number)))).reduce(
    (sum, each) => sum + each, 0,
  );
  await changes;
  const [sums] = await world.rows<{ moves: number; versions: number; astray: number; unlike: number }>(
    `select (select count(*)::int from stage_change c where c.deal_id = any($1)) as moves,
       (select sum(version - 1)::int from deal where id = any($1)) as versions,
       (select count(*)::int from deal d join stage s on s.id = d.stage_id
          where d.id = any($1) and (s.pipeline_id <> d.pipeline_id or d.pipeline_id <> $2)) as astray,
       (select count(*)::int from deal d where d.id = any($1) and d.version > 1 and d.stage_id <> (
          select c.to_stage_id from stage_change c where c.deal_id = d.id order by c.id desc limit 1)) as unlike`,
    [deals.map(({ id }) => id), own.pipelineId],
  );
  expect(sums).toEqual({ moves: done, versions: done, astray: 0, unlike: 0 });
  expect(done).toBeGreaterThan(12);
  const byKey = await world.rows(
    'select count(*)::int as n from stage_change where deal_id = any($1) and api_key_id is not null',
    [deals.map(({ id }) => id)],
  );
  expect(byKey).toEqual([{ n: kind === 'members' ? 0 : done }]);
});
