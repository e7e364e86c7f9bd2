import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Built } from '../support/builders.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

let pipelineId = '';
let stages: Record<string, string> = {};
let count = 0;

beforeEach(async () => {
  count += 1;
  const made = await world.as(world.admin).done<{ id: string; stages: { id: string; name: string }[] }>(
    'pipelineCreate',
    {
      name: `Pipeline ${count}`,
      kind: 'DEAL',
      stages: [
        { name: 'A', probability: 10 },
        { name: 'B', probability: 20 },
        { name: 'C', probability: 30 },
        { name: 'Won', status: 'WON' },
        { name: 'Lost', status: 'LOST' },
      ],
    },
    'id stages { id name }',
  );
  pipelineId = made.id;
  stages = Object.fromEntries(made.stages.map(({ id, name }) => [name, id]));
});

const aDeal = (stage: string, columns: object = {}): Promise<Built> =>
  world.aDeal({
    owner: world.rep,
    pipelineId: pipelineId.slice(9),
    stageId: stages[stage]!.slice(6),
    ...columns,
  });

const planned = 'stages { stage { id } name action recordCount inBinCount movesTo }';
const userErrors =
  'userErrors { code path message ... on InUse { count } ... on StageRequirementsMissing { fieldNames } }';

type Plan = {
  stages: {
    name: string;
    action: string;
    recordCount: number | null;
    inBinCount: number | null;
    movesTo: string | null;
  }[];
  movedCount: number;
  userErrors: { code: string; path: string[]; message: string; count?: number; fieldNames?: string[] }[];
};

async function plan(input: object, member: WorldMember = world.admin): Promise<Plan> {
  const { pipelineChangePlan } = await world
    .as(member)
    .data<{ pipelineChangePlan: Plan }>(
      `query($input: PipelineChangeInput!) { pipelineChangePlan(input: $input) { ${planned} movedCount ${userErrors} } }`,
      { input: { id: pipelineId, version: 1, ...input } },
    );
  return pipelineChangePlan;
}

async function change(input: object, member: WorldMember = world.admin) {
  const { pipelineChange } = await world.as(member).data<{ pipelineChange: Plan & { pipeline: object | null } }>(
    `mutation($input: PipelineChangeInput!) { pipelineChange(input: $input) {
      pipeline { version stages { name position } retiredStages { name } } ${planned} ${userErrors} } }`,
    { input: { id: pipelineId, version: 1, ...input } },
  );
  return pipelineChange;
}

/** B and C become one stage behind a new one, A and B's names are swapped about. */
const wanted = () => ({
  stages: [
    { name: 'New', probability: 5 },
    { id: stages.A, name: 'B' },
    { name: 'C', probability: 70, takesFromIds: [stages.B, stages.C] },
    { id: stages.Won },
    { id: stages.Lost },
  ],
});

test('the plan says what would happen to how many, and the change does just that', async () => {
  const [one, byHand, binned] = [
    await aDeal('B', { amountMinor: 700n }),
    await aDeal('C', { probability: 44, isProbabilitySetByHand: true }),
    await aDeal('C', { deletedAt: new Date() }),
  ];
  await aDeal('A');
  const told = await plan(wanted());
  expect(told).toMatchObject({ movedCount: 3, userErrors: [] });
  expect(told.stages.map(({ name, action, recordCount, inBinCount, movesTo }) => [
    name,
    action,
    recordCount,
    inBinCount,
    movesTo,
  ])).toEqual([
    ['New', 'CREATE', null, null, null],
    ['B', 'CHANGE', null, null, null],
    ['C', 'CREATE', null, null, null],
    ['Won', 'KEEP', null, null, null],
    ['Lost', 'KEEP', null, null, null],
    ['B', 'RETIRE', 1, 0, 'C'],
    ['C', 'RETIRE', 2, 1, 'C'],
  ]);
  const done = await change(wanted());
  expect(done.userErrors).toEqual([]);
  expect(done.stages.map(({ action, recordCount }) => [action, recordCount])).toEqual(
    told.stages.map(({ action, recordCount }) => [action, recordCount]),
  );
  expect(done.pipeline).toEqual({
    version: 2,
    stages: ['New', 'B', 'C', 'Won', 'Lost'].map((name, position) => ({ name, position })),
    retiredStages: [{ name: 'B' }, { name: 'C' }],
  });
  const read = async (deal: Built) =>
    (
      await world.as(world.rep).data<{ deal: object }>(`{ deal(id: "${deal.globalId}") {
    version stage { name } probability stageChanges { fromStage { name retiredAt } toStage { name } amount { amountMinor }
      probability door movedBy { name } } } }`)
    ).deal;
  expect(await read(one)).toEqual({
    version: 2,
    stage: { name: 'C' },
    probability: 70,
    stageChanges: [
      {
        fromStage: { name: 'B', retiredAt: expect.any(String) },
        toStage: { name: 'C' },
        amount: { amountMinor: '700' },
        probability: 70,
        door: 'API',
        movedBy: { name: 'Admin' },
      },
    ],
  });
  expect(await read(byHand)).toMatchObject({ probability: 44, stageChanges: [{ probability: 44 }] });
  expect(
    await world.rows('select s.name from deal d join stage s on s.id = d.stage_id where d.id = $1', [binned.id]),
  ).toEqual([{ name: 'C' }]);
  expect(await world.audited(one.id)).toMatchObject([
    { by: 'Admin', did: 'deal.move', fields: expect.arrayContaining(['stageId', 'probability']) },
  ]);
  expect(await world.audited(pipelineId)).toMatchObject([
    { did: 'pipeline.create' },
    { did: 'pipeline.change', fields: ['stages'] },
  ]);
  expect(await world.rows('select type from outbox_event where record_id = $1', [one.id])).toEqual([
    { type: 'deal.move' },
  ]);
});

test('all conflicts are reported, by the plan and by the change, and nothing is written', async () => {
  await aDeal('A');
  await aDeal('B');
  await aDeal('Won');
  const input = {
    version: 7,
    stages: [
      { id: stages.C, status: 'WON' },
      { name: 'New', takesFromIds: [stages.B, stages.Won, stages.C] },
      { name: 'new' },
      { id: 'stage_01900000-0000-7000-8000-000000000000' },
      { id: stages.Lost },
    ],
  };
  const { userErrors: told } = await plan(input);
  expect(told.map(({ code, path }) => `${code} ${path.slice(1).join('.')}`).sort()).toEqual([
    'INVALID_INPUT stages.1.status',
    'INVALID_INPUT stages.1.takesFromIds.1',
    'INVALID_INPUT stages.1.takesFromIds.2',
    'INVALID_INPUT stages.2.status',
    'INVALID_INPUT stages.3.status',
    'IN_USE stages',
    'IN_USE stages',
    'NOT_FOUND stages.3.id',
    'TAKEN stages.2.name',
    'VERSION_CONFLICT version',
  ].sort());
  const refused = await change(input);
  expect(refused.userErrors).toEqual(told);
  expect(refused.pipeline).toBeNull();
  expect((await change({ stages: [{ id: stages.A, status: 'LOST' }] })).userErrors).toMatchObject([
    { code: 'IN_USE', path: ['input', 'stages', '0', 'status'], count: 1 },
    { code: 'IN_USE' },
    { code: 'IN_USE' },
  ]);
});

test('records that lack what their new stage asks for stay where they are, unless rules are set aside', async () => {
  await aDeal('B', { amountMinor: 5n });
  const poor = await aDeal('B');
  const input = {
    stages: [
      { id: stages.A, requiredFields: ['amount', 'contacts'], takesFromIds: [stages.B] },
      { id: stages.C },
      { id: stages.Won },
      { id: stages.Lost },
    ],
  };
  expect((await change(input)).userErrors).toMatchObject([
    {
      code: 'STAGE_REQUIREMENTS_MISSING',
      fieldNames: ['amount', 'contacts'],
      path: ['input', 'stages', '0', 'takesFromIds', '0'],
      message: 'A asks for what records of B lack: amount (1), contacts (2).',
    },
  ]);
  expect((await change({ ...input, reason: 'New process' })).userErrors).toEqual([]);
  expect(await world.rows('select reason from audit_entry where record_id = $1', [poor.id])).toEqual([
    { reason: 'New process' },
  ]);
  expect(await world.rows('select against_rules_reason from stage_change where deal_id = $1', [poor.id])).toEqual([
    { against_rules_reason: 'New process' },
  ]);
});

test('who may change pipelines and cannot see all deals is told no numbers, and moves none', async () => {
  await aDeal('B');
  const keeper = await world.aMember({ roles: ['REP'] });
  await world.grant(keeper, [
    { noun: 'pipeline', verb: 'update', reach: 'ANY' },
    { noun: 'stage', verb: 'update', reach: 'ANY' },
  ]);
  const without = { stages: ['A', 'C', 'Won', 'Lost'].map((name) => ({ id: stages[name] })) };
  const told = await plan(without, keeper);
  expect(told.stages.every(({ recordCount }) => recordCount === null)).toBe(true);
  expect(told.userErrors.map(({ code }) => code)).toEqual(['NOT_PERMITTED', 'NOT_PERMITTED']);
  expect((await change(without, keeper)).userErrors).toHaveLength(2);
  const reordered = { stages: ['B', 'A', 'C', 'Won', 'Lost'].map((name) => ({ id: stages[name] })) };
  expect((await change(reordered, keeper)).userErrors).toEqual([]);
  const refused = await world
    .as(world.manager)
    .ask(`query($input: PipelineChangeInput!) { pipelineChangePlan(input: $input) { movedCount } }`, {
      input: { id: pipelineId, version: 1, ...reordered },
    });
  expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'pipeline.update' } }]);
});

test('a trial changes nothing', async () => {
  await aDeal('B');
  const trial = await change({ ...wanted(), dryRun: true });
  expect(trial).toMatchObject({ userErrors: [], pipeline: { version: 1, retiredStages: [] } });
  expect(trial.stages.find(({ action, name }) => action === 'RETIRE' && name === 'B')).toMatchObject({
    recordCount: 1,
  });
});

test('deals that move meanwhile are in the stages that there are afterwards, each with its ledger', async () => {
  const deals = await Promise.all(Array.from({ length: 20 }, () => aDeal('A')));
  const [changed, ...moves] = await Promise.all([
    change(wanted()),
    ...deals.map((deal, at) =>
      world.as(world.rep).mutate('dealMove', { id: deal.globalId, version: 1, stageId: stages[at % 2 ? 'B' : 'C'] }),
    ),
  ]);
  expect(changed!.userErrors).toEqual([]);
  const left = await world.rows(
    `select d.id from deal d join stage s on s.id = d.stage_id
     where s.pipeline_id = $1 and (s.retired_at is not null or s.pipeline_id <> d.pipeline_id)`,
    [pipelineId.slice(9)],
  );
  expect(left).toEqual([]);
  const ledger = await world.rows<{ n: number }>(
    'select count(*)::int as n from stage_change where deal_id = any($1)', [deals.map(({ id }) => id)],
  );
  const versions = await world.rows<{ n: number }>('select sum(version - 1)::int as n from deal where id = any($1)', [
    deals.map(({ id }) => id),
  ]);
  expect(ledger).toEqual(versions);
  expect(moves.length).toBe(20);
});

test('thousands of deals change their stage in one transaction', async () => {
  await world.rows(
    `insert into deal (workspace_id, id, title, currency, pipeline_id, stage_id)
    select $1, gen_random_uuid(), 'Deal ' || i, 'EUR', $2, $3 from generate_series(1, 1500) i`,
    [world.workspaceId, pipelineId.slice(9), stages.B!.slice(6)],
  );
  const done = await change(wanted());
  expect(done.userErrors).toEqual([]);
  expect(
    await world.rows(
      `select count(*)::int as n, count(distinct c.deal_id)::int as deals
    from stage_change c where c.from_stage_id = $1`,
      [stages.B!.slice(6)],
    ),
  ).toEqual([{ n: 1500, deals: 1500 }]);
});
