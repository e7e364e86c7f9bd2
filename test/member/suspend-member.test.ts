import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SecondServer, secondServer } from '../support/second-server.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
let other: SecondServer;
beforeAll(async () => {
  world = await openWorld();
  other = await secondServer(world);
});
afterAll(async () => {
  await other.close();
  await world.close();
});

const idOf = ({ id }: { id: string }) => `member_${id}`;
const me = '{ viewer { member { name } } }';

test('a suspended member can do nothing on his next request, and signs in anew when he is taken in again', async () => {
  const member = await world.aMember({ name: 'Resting', roles: ['ADMIN'] });
  const deal = await world.aDeal({ owner: member });
  const { apiKeyCreate: key } = await world
    .as(member)
    .data<{ apiKeyCreate: { token: string } }>(
      'mutation($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { token } }', { input: { name: 'Key' } },
    );
  expect(await other.as(member).data(me)).toEqual({ viewer: { member: { name: 'Resting' } } });
  const suspended = await world
    .as(world.owner)
    .done<object>('memberSuspend', { id: idOf(member), version: 1 }, 'isActive removedAt version roles { name }');
  expect(suspended).toEqual({ isActive: false, removedAt: null, version: 2, roles: [{ name: 'Admin' }] });
  for (const as of [world.as(member), other.as(member), world.as(key), other.as(key)]) {
    expect(await as.data(me)).toEqual({ viewer: null });
  }
  expect(await world.rows('select owner_id from deal where id = $1', [deal.id])).toEqual([{ owner_id: member.id }]);
  const again = await world.as(world.owner).mutate('memberSuspend', { id: idOf(member), version: 1 });
  expect(again).toMatchObject({ userErrors: [], record: { version: 2 } });

  await world.as(world.owner).done('memberReactivate', { id: idOf(member), version: 2 });
  expect(await world.as(member).data(me)).toEqual({ viewer: null });
  expect(await other.as(key).data(me)).toEqual({ viewer: { member: { name: 'Resting' } } });
  expect(await world.audited(member.id)).toMatchObject([
    { by: 'owner', did: 'member.suspend' },
    { by: 'owner', did: 'member.reactivate' },
  ]);
});

test('nobody suspends himself, the last owner, or who may more than he', async () => {
  const admin = await world.aMember({ name: 'Admin Two', roles: ['ADMIN'] });
  const suspend = (who: { id: string }, as = admin) =>
    world.as(as).mutate('memberSuspend', { id: idOf(who), version: 1 });
  expect((await suspend(admin)).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  expect((await suspend(world.owner)).userErrors).toMatchObject([{ code: 'NOT_PERMITTED' }]);
  const second = await world.aMember({ name: 'Owner Two', roles: ['OWNER'] });
  expect((await suspend(world.owner, second)).userErrors).toEqual([]);
  await world.as(second).done('memberReactivate', { id: idOf(world.owner), version: 2 });
  for (const member of [world.manager, world.rep]) {
    const { errors } = await suspend(admin, member);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'member.update' } }]);
  }
});

test('two owners who suspend each other at once: one stays', async () => {
  const rival = await world.another();
  const second = await rival.aMember({ name: 'Second', roles: ['OWNER'] });
  const answers = await rival.racing(
    'member',
    rival.owner.id, // both wait for the lock of rights behind the first
    () => rival.as(second).mutate('memberSuspend', { id: idOf(rival.owner), version: 1 }),
    () => rival.as(rival.owner).mutate('memberSuspend', { id: idOf(second), version: 1 }),
  );
  const codes = answers.map(({ userErrors }) => userErrors.map(({ code }) => code));
  expect(codes.flat().filter((code) => code === 'LAST_OWNER')).toHaveLength(1);
  expect(
    await rival.rows(
      `select from member m join member_role mr on mr.member_id = m.id and mr.workspace_id = m.workspace_id
    join role r on r.id = mr.role_id and r.workspace_id = m.workspace_id
    where r.built_in = 'OWNER' and m.is_active and m.workspace_id = $1`,
      [rival.workspaceId],
    ),
  ).toHaveLength(1);
});

test('who has got other roles by somebody else is told by mail', async () => {
  const owner = await world.aMember({ name: 'Third Owner', roles: ['OWNER'] });
  const member = await world.aMember({ name: 'Promoted' });
  const [role] = await world.rows<{ id: string }>(`select id from role where built_in = 'MANAGER'`);
  await world.as(owner).done('memberUpdate', { id: idOf(member), version: 1, roleIds: [`role_${role!.id}`] });
  expect(
    await world.rows('select template, variables from mail where to_address = $1', [member.email]),
  ).toMatchObject([{ template: 'roles-changed', variables: { by: 'Third Owner', roles: 'Manager' } }]);
});
