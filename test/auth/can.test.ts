import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

/** The answers to permissions, asked in one document. */
async function can(member: WorldMember, permissions: string[], id?: string): Promise<boolean[]> {
  const fields = permissions.map(
    (permission, at) => `a${at}: can(permission: "${permission}"${id ? `, id: "${id}"` : ''})`,
  );
  const { viewer } = await world
    .as(member)
    .data<{ viewer: Record<string, boolean> }>(`{ viewer { ${fields.join(' ')} } }`);
  return permissions.map((_each, at) => viewer[`a${at}`]!);
}

test('without a record it says whether there can be any', async () => {
  const asked = [
    'deal.read',
    'deal.move',
    'deal.delete',
    'deal.financial',
    'role.read',
    'role.assignOwner',
    'workspace.transfer',
  ];
  expect(await can(world.viewer, asked)).toEqual([true, false, false, false, false, false, false]);
  expect(await can(world.rep, asked)).toEqual([true, true, false, true, false, false, false]);
  expect(await can(world.manager, asked)).toEqual([true, true, true, true, false, false, false]);
  expect(await can(world.admin, asked)).toEqual([true, true, true, true, true, false, false]);
  expect(await can(world.owner, asked)).toEqual([true, true, true, true, true, true, true]);
});

test('about a record it says what is enforced, in one statement for each kind of record', async () => {
  const own = await world.aCompany({ owner: world.rep });
  const colleagues = await world.aCompany({ owner: world.colleague });
  const asked = [
    'company.read',
    'company.update',
    'company.share',
    'company.assign',
    'company.internal',
    'company.restore',
  ];
  const before = world.database.statementCount;
  expect(await can(world.rep, asked, own.globalId)).toEqual([true, true, true, false, true, false]);
  const statements = world.database.statementCount - before;
  expect(await can(world.rep, asked, colleagues.globalId)).toEqual([true, false, false, false, false, false]);
  expect(await can(world.manager, asked, colleagues.globalId)).toEqual([true, true, true, true, true, false]);
  // What a read sends: the workspace with the look-up of who asks, and the statement.
  expect(statements).toBe(2);
});

test('of what one cannot read, nothing can be done', async () => {
  const deal = await world.aDeal({ owner: world.southRep });
  const foreign = await (await world.another()).aDeal();
  for (const id of [deal.globalId, foreign.globalId, 'deal_01900000-0000-7000-8000-000000000000']) {
    expect(await can(world.rep, ['deal.read', 'deal.update', 'deal.core'], id)).toEqual([false, false, false]);
  }
});

test('who may change and not read cannot change: it would tell him what is there', async () => {
  const blind = await world.aMember({ roles: [] });
  await world.grant(blind, [{ noun: 'deal', verb: 'update', reach: 'ANY' }]);
  const deal = await world.aDeal();
  expect(await can(blind, ['deal.update', 'deal.read'], deal.globalId)).toEqual([false, false]);
  expect(
    (await world.as(blind).mutate('dealUpdate', { id: deal.globalId, version: 1, title: 'Mine' })).userErrors,
  ).toMatchObject([{ code: 'NOT_FOUND' }]);
});

test('what is in the bin can be restored and nothing else', async () => {
  const deal = await world.aDeal({ owner: world.rep, deletedAt: new Date(), deletedInBatchId: world.services.newId() });
  const asked = ['deal.read', 'deal.update', 'deal.delete', 'deal.restore'];
  expect(await can(world.manager, asked, deal.globalId)).toEqual([false, false, false, true]);
  expect(await can(world.rep, asked, deal.globalId)).toEqual([false, false, false, false]);
});

test('one may read one\'s own account, an administrator everybody\'s', async () => {
  const asked = ['member.account', 'member.update'];
  expect(await can(world.rep, asked, `member_${world.rep.id}`)).toEqual([true, false]);
  expect(await can(world.rep, asked, `member_${world.manager.id}`)).toEqual([false, false]);
  expect(await can(world.admin, asked, `member_${world.rep.id}`)).toEqual([true, true]);
});

test('what is no permission, or no record of its kind, is refused', async () => {
  const ask = (args: string) => world.as(world.rep).ask(`{ viewer { can(${args}) } }`);
  for (const args of [
    'permission: "deal.fly"',
    'permission: "nonsense"',
    'permission: "__proto__.read"',
    `permission: "deal.read", id: "member_${world.rep.id}"`,
    'permission: "audit.read", id: "audit_01900000-0000-7000-8000-000000000000"',
  ]) {
    expect((await ask(args)).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  }
});
