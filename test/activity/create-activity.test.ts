import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActivity } from '../../src/services/activity/create-activity.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

test('an activity belongs to whoever creates it, and stands on the records it names', async () => {
  const company = await world.aCompany({ name: 'Acme', owner: world.colleague });
  const deal = await world.aDeal({ title: 'Ten chairs', owner: world.rep });
  const activity = await world.as(world.rep).done<{ id: string }>('activityCreate', {
    kind: 'TASK', subject: ' Call back ', body: 'They asked twice.', dueAt: '2027-01-08T09:00:00Z',
    companyId: company.globalId, dealId: deal.globalId,
  }, 'id kind subject body dueAt completedAt version owner { name } company { name } deal { title } contact { id }');
  expect(activity).toMatchObject({
    kind: 'TASK',
    subject: 'Call back',
    body: 'They asked twice.',
    dueAt: '2027-01-08T09:00:00.000Z',
    completedAt: null,
    version: 1,
    owner: { name: 'Rep' },
    company: { name: 'Acme' },
    deal: { title: 'Ten chairs' },
    contact: null,
  });
  expect(await world.audited(activity.id)).toMatchObject([{ by: 'Rep', did: 'activity.create' }]);
});

test('a viewer creates no activity', async () => {
  const { errors } = await world.as(world.viewer).mutate('activityCreate', { kind: 'NOTE', subject: 'A note' });
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'activity.create' } }]);
});

test('a record that one cannot read is as absent as one that never was', async () => {
  const deal = await world.aDeal({ owner: world.southRep });
  const foreign = await (await world.another()).aDeal();
  const nowhere = 'deal_01900000-0000-7000-8000-000000000000';
  for (const dealId of [deal.globalId, foreign.globalId, nowhere]) {
    const { userErrors } = await world
      .as(world.rep)
      .mutate('activityCreate', { kind: 'CALL', subject: 'A call', dealId });
    expect(userErrors).toEqual([{ code: 'NOT_FOUND', message: 'There is no such deal.', path: ['input', 'dealId'] }]);
  }
});

test('everything that is wrong is said at once', async () => {
  const { record, userErrors } = await world
    .as(world.rep)
    .mutate('activityCreate', {
      kind: 'CALL',
      subject: ' ',
      body: 'x'.repeat(20_001),
      dueAt: '2027-01-08T09:00:00Z',
      completedAt: '2027-01-08T09:00:00Z',
      ownerId: `member_${world.southRep.id}`,
      leadId: 'lead_01900000-0000-7000-8000-000000000000',
    });
  expect(record).toBeNull();
  expect(userErrors.map(({ code, path }) => [code, path[1]])).toEqual([
    ['INVALID_INPUT', 'subject'],
    ['INVALID_INPUT', 'body'],
    ['INVALID_INPUT', 'dueAt'],
    ['INVALID_INPUT', 'completedAt'],
    ['NOT_PERMITTED', 'ownerId'],
    ['NOT_FOUND', 'leadId'],
  ]);
});

test('a task can be done already, but not in the future', async () => {
  const create = (completedAt: string) =>
    world.as(world.rep).mutate('activityCreate', { kind: 'TASK', subject: 'A task', completedAt });
  expect((await create('2026-01-08T09:00:00Z')).userErrors).toEqual([]);
  expect((await create('2999-01-08T09:00:00Z')).userErrors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'completedAt'] },
  ]);
});

test('a manager gives an activity to somebody of the team, not to somebody of another', async () => {
  const create = (ownerId: string) => world.as(world.manager)
    .mutate('activityCreate', { kind: 'TASK', subject: 'A task', ownerId: `member_${ownerId}` }, 'owner { name }');
  expect(await create(world.rep.id)).toMatchObject({ record: { owner: { name: 'Rep' } }, userErrors: [] });
  expect(await create(world.viewer.id)).toMatchObject({ userErrors: [] });
});

test('the same key makes one activity', async () => {
  const input = { kind: 'NOTE', subject: 'Only once', idempotencyKey: 'once' };
  const first = await world.as(world.rep).done<{ id: string }>('activityCreate', input);
  const second = await world.as(world.rep).done<{ id: string }>('activityCreate', input);
  expect(second).toEqual(first);
});

test('a batch looks links up with one statement for each kind of record, and writes what is right in it', async () => {
  const companies = await Promise.all([1, 2, 3].map(() => world.aCompany({ owner: world.rep })));
  const context = await world.contextOf(world.rep, 'IMPORT');
  const statements = async (count: number) => {
    const before = world.database.statementCount;
    const inputs = Array.from({ length: count }, (_each, at) => (
      { kind: 'CALL' as const, subject: `Call ${at}`, companyId: companies[at % 3]!.id }));
    const results = await createActivity.runBatch(context, inputs);
    expect(results.filter(({ recordId }) => recordId)).toHaveLength(count);
    return world.database.statementCount - before;
  };
  expect(await statements(50)).toBe(await statements(2));
  const results = await createActivity.runBatch(context, [
    { kind: 'CALL', subject: 'Right' }, { kind: 'CALL', subject: '' }, { kind: 'CALL', subject: 'Right too' },
  ]);
  expect(results.map(({ userErrors }) => userErrors.length)).toEqual([0, 1, 0]);
});
