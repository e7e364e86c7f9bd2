import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Built } from '../support/builders.ts';
import { secondServer } from '../support/second-server.ts';
import { type Api, type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const stage = (name: string) => `stage_${world.pipelines.deal.stages[name]}`;
type Item = { id: string; version: number; stageId: string } & Record<string, unknown>;
type Answer = {
  results: {
    deal: { stage: { name: string }; version: number } | null;
    userErrors: { code: string; path: string[] }[];
  }[];
  doneCount: number;
  refusedCount: number;
  userErrors: { code: string; path: string[] }[];
};

const document = `mutation($input: DealMoveManyInput!) { dealMoveMany(input: $input) {
  results { deal { stage { name } version } userErrors { code path } } doneCount refusedCount userErrors { code path } } }`;

async function send(api: Api, input: object): Promise<Answer> {
  return (await api.data<{ dealMoveMany: Answer }>(document, { input })).dealMoveMany;
}
const moveMany = (moves: Item[], input: object = {}, member: WorldMember = world.manager) =>
  send(world.as(member), { moves, ...input });
const move = (deal: Built, stageName: string, input: object = {}): Item => ({
  id: deal.globalId,
  version: 1,
  stageId: stage(stageName),
  ...input,
});
const deals = (count: number, columns: object = {}) =>
  Promise.all(Array.from({ length: count }, () => world.aDeal({ owner: world.rep, ...columns })));

async function stagesOf(moved: readonly Built[]): Promise<string[]> {
  const rows = await world.rows<{ name: string }>(
    'select distinct s.name from deal d join stage s on s.id = d.stage_id where d.id = any($1)',
    [moved.map(({ id }) => id)],
  );
  return rows.map(({ name }) => name).sort();
}

test('each is moved or refused by itself, in one transaction, and answered in its place', async () => {
  const [one, two, three] = await deals(3);
  const foreign = await world.aDeal({ owner: world.southRep });
  const answer = await moveMany([
    move(one!, 'Proposal', { amount: { amountMinor: '900' } }),
    move(foreign, 'Proposal'),
    move(two!, 'Proposal', { version: 4 }),
    move(one!, 'Won'),
    move(three!, 'Lost', { lossReason: 'Price' }),
  ]);
  expect(answer).toEqual({
    doneCount: 2,
    refusedCount: 3,
    userErrors: [],
    results: [
      { deal: { stage: { name: 'Proposal' }, version: 2 }, userErrors: [] },
      { deal: null, userErrors: [{ code: 'NOT_FOUND', path: ['input', 'moves', '1', 'id'] }] },
      { deal: null, userErrors: [{ code: 'VERSION_CONFLICT', path: ['input', 'moves', '2', 'version'] }] },
      { deal: null, userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'moves', '3', 'id'] }] },
      { deal: { stage: { name: 'Lost' }, version: 2 }, userErrors: [] },
    ],
  });
  expect(await world.audited(one!.id)).toMatchObject([{ by: 'Manager', did: 'deal.move' }]);
  expect(
    await world.rows(
      'select count(distinct transaction_id) from (select xmin::text as transaction_id from stage_change ' +
        'where deal_id = any($1)) t',
      [[one!.id, three!.id]],
    ),
  ).toEqual([{ count: '1' }]);
});

test('a trial tells what would become of each, and changes nothing', async () => {
  const [one, two] = await deals(2);
  const trial = await moveMany([move(one!, 'Won'), move(two!, 'Won', { version: 3 })], { dryRun: true });
  expect(trial).toMatchObject({ doneCount: 1, refusedCount: 1 });
  expect(trial.results[0]!.deal).toMatchObject({ version: 1, stage: { name: 'Prospecting' } });
  expect(await world.audited(one!.id)).toEqual([]);
  expect(await world.rows('select from stage_change where deal_id = $1', [one!.id])).toEqual([]);
});

test('the same key has the same answer, refusals included, and moves nothing twice', async () => {
  const [one, two] = await deals(2);
  const moves = [move(one!, 'Engaging'), move(two!, 'Engaging', { version: 9 })];
  const first = await moveMany(moves, { idempotencyKey: 'many' });
  const again = await moveMany(moves, { idempotencyKey: 'many' });
  expect(again).toEqual(first);
  expect(await world.rows('select from stage_change where deal_id = $1', [one!.id])).toHaveLength(1);
  const other = await moveMany(moves.slice(1), { idempotencyKey: 'many' });
  expect(other.userErrors.length + other.results.flatMap(({ userErrors }) => userErrors).length).toBe(1);
});

test('many at once need the right to it, over each of them', async () => {
  const [one] = await deals(1);
  const refused = await world.as(world.rep).ask(document, { input: { moves: [move(one!, 'Won')] } });
  expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'deal.bulk' } }]);
  const clerk = await world.aMember({ roles: [] });
  await world.grant(clerk, [
    ...['read', 'move', 'close'].map((verb) => ({ noun: 'deal', verb, reach: 'ANY' as const })),
    { noun: 'deal', verb: 'bulk', reach: 'OWN' },
    { noun: 'stage', verb: 'read', reach: 'ANY' },
  ]);
  const mine = await world.aDeal({ owner: clerk });
  const answer = await moveMany([move(one!, 'Won'), move(mine, 'Won')], {}, clerk);
  expect(answer.results.map(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual([['NOT_PERMITTED'], []]);
});

test('more than two hundred are refused as a whole', async () => {
  const [one] = await deals(1);
  const answer = await moveMany(Array.from({ length: 201 }, () => move(one!, 'Won')));
  expect(answer).toEqual({
    results: [],
    doneCount: 0,
    refusedCount: 0,
    userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'moves'] }],
  });
});

test('how many statements are read does not depend on how many deals there are', async () => {
  const few = await deals(2);
  const many = await deals(40);
  const statements = (moved: Built[]) =>
    world.statementsOf(() => moveMany(moved.map((deal) => move(deal, 'Engaging'))));
  await statements(await deals(1));
  const [small, large] = [await statements(few), await statements(many)];
  // One write for each deal: its version and the reach are in the condition.
  expect(large - small).toBe(38);
});

test('two batches over the same deals, in opposite orders, both end, and each deal has moved once', async () => {
  const moved = await deals(30);
  const forwards = moved.map((deal) => move(deal, 'Engaging'));
  const backwards = moved.map((deal) => move(deal, 'Proposal')).reverse();
  const [one, other] = await Promise.all([moveMany(forwards), moveMany(backwards, {}, world.admin)]);
  expect(one.doneCount + other.doneCount).toBe(30);
  expect(
    await world.rows('select count(*)::int as n from stage_change where deal_id = any($1)', [
      moved.map(({ id }) => id),
    ]),
  ).toEqual([{ n: 30 }]);
});

test('an API key moves as far as it and its owner may, and meets every rule', async () => {
  const { apiKeyCreate } = await world
    .as(world.admin)
    .data<{ apiKeyCreate: { token: string } }>(
      `mutation($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { token userErrors { message } } }`,
      {
        input: {
          name: 'Mover',
          grants: [
            ...['READ', 'MOVE', 'BULK'].map((verb) => ({
              noun: 'deal',
              verb: verb.toLowerCase(),
              reach: 'ANY',
              fieldGroups: ['core'],
            })),
            { noun: 'stage', verb: 'read', reach: 'ANY', fieldGroups: ['core'] },
          ],
        },
      },
    );
  const key = world.as({ ...world.admin, token: apiKeyCreate.token });
  await world.rows(`update stage set required_fields = '{amount}' where id = $1`, [
    world.pipelines.deal.stages.Negotiation,
  ]);
  const [one, two] = await deals(2);
  const answer = await send(key, { moves: [move(one!, 'Negotiation'), move(two!, 'Won')] });
  expect(answer.results.map(({ userErrors }) => userErrors[0]!.code)).toEqual([
    'STAGE_REQUIREMENTS_MISSING',
    'NOT_PERMITTED',
  ]);
  expect(
    (await send(key, { moves: [move(one!, 'Negotiation', { reason: 'Why not' })] })).results[0]!.userErrors,
  ).toMatchObject([{ code: 'STAGE_REQUIREMENTS_MISSING' }, { code: 'NOT_PERMITTED' }]);
  expect((await send(key, { moves: [move(one!, 'Engaging')] })).doneCount).toBe(1);
  await world.rows(`update stage set required_fields = '{}' where id = $1`, [world.pipelines.deal.stages.Negotiation]);
});

test('a server that dies in the middle of a batch has moved nothing', async () => {
  const moved = await deals(60);
  const last = moved
    .map(({ id }) => id)
    .sort()
    .at(-1)!;
  const server = await secondServer(world);
  await world.rows('begin');
  await world.rows('select from deal where id = $1 for update', [last]);
  const sent = send(server.as(world.manager), { moves: moved.map((deal) => move(deal, 'Proposal')) }).catch(() => null);
  await world.someoneWaits();
  await server.kill();
  await world.rows('commit');
  expect(await sent).toBeNull();
  // Its connection ends once PostgreSQL has noticed.
  await expect
    .poll(
      async () =>
        (
          await world.rows(
            `select from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`,
          )
        ).length,
      { timeout: 20_000 },
    )
    .toBe(0);
  expect(await stagesOf(moved)).toEqual(['Prospecting']);
  expect(await world.rows('select from stage_change where deal_id = any($1)', [moved.map(({ id }) => id)])).toEqual([]);
});

test('whenever a server is killed, a batch is done or it is not', async () => {
  for (const afterMilliseconds of [40, 120, 300]) {
    const moved = await deals(80);
    const server = await secondServer(world);
    const sent = send(server.as(world.manager), { moves: moved.map((deal) => move(deal, 'Proposal')) }).catch(
      () => null,
    );
    await new Promise((resolve) => {
      setTimeout(resolve, afterMilliseconds);
    });
    await server.kill();
    const answer = await sent;
    await expect.poll(() => stagesOf(moved), { timeout: 20_000 }).toHaveLength(1);
    const [where] = await stagesOf(moved);
    if (answer) expect(where).toBe('Proposal');
    const ledger = await world.rows('select from stage_change where deal_id = any($1)', [moved.map(({ id }) => id)]);
    expect(ledger).toHaveLength(where === 'Proposal' ? 80 : 0);
  }
});
