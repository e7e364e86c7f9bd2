import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
let rival: World;
beforeAll(async () => {
  world = await openWorld();
  rival = await world.another();
});
afterAll(() => world.close());

type Answer = { ownershipTransfer: { userErrors: { code: string; path: string[] }[] } | null };
async function transfer(as: WorldMember, to: { id: string }, version = 1, of = world) {
  const answer = await of
    .as(as)
    .ask<Answer>(
      'mutation($input: OwnershipTransferInput!) { ownershipTransfer(input: $input) { userErrors { code path } } }',
      { input: { toMemberId: `member_${to.id}`, version } },
    );
  return { codes: answer.data?.ownershipTransfer?.userErrors.map(({ code }) => code), errors: answer.errors };
}
const roles = async (member: WorldMember, of = world) =>
  (
    await of.as(member).data<{ viewer: { roles: { builtIn: string }[] } | null }>('{ viewer { roles { builtIn } } }')
  ).viewer?.roles.map(({ builtIn }) => builtIn);

test('the owner hands the workspace over, keeps ADMIN, and both are told', async () => {
  expect(await transfer(rival.owner, rival.manager, 1, rival)).toEqual({ codes: [], errors: [] });
  expect(await roles(rival.owner, rival)).toEqual(['ADMIN']);
  expect(await roles(rival.manager, rival)).toEqual(['OWNER', 'MANAGER']);
  const mails = await rival.rows<{ to_address: string }>(
    `select to_address from mail where template = 'ownership-transferred' order by 1`,
  );
  expect(mails.map(({ to_address: address }) => address)).toEqual([rival.manager.email, rival.owner.email].sort());
  expect(await rival.audited(rival.workspaceId)).toContainEqual({
    by: 'owner',
    did: 'workspace.transfer',
    fields: ['ownerId'],
  });
  expect((await transfer(rival.owner, rival.rep, 1, rival)).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN', permission: 'workspace.transfer' } },
  ]);
});

test('only owners do, and only to an active member with an account', async () => {
  for (const member of [world.admin, world.manager, world.rep, world.viewer]) {
    expect((await transfer(member, world.rep)).errors).toMatchObject([
      { extensions: { permission: 'workspace.transfer' } },
    ]);
  }
  const clerk = await world.aMember({ name: 'Clerk' });
  await world.grant(clerk, [{ noun: 'workspace', verb: 'transfer', reach: 'ANY' }]);
  expect((await transfer(clerk, world.rep)).codes).toEqual(['NOT_PERMITTED']);
  const nobody = await world.aMember({ name: 'No Account' });
  await world.rows('update member set user_id = null where id = $1', [nobody.id]);
  const suspended = await world.aMember({ name: 'Suspended' });
  await world.as(world.owner).done('memberSuspend', { id: `member_${suspended.id}`, version: 1 });
  for (const to of [world.owner, nobody, suspended])
    expect((await transfer(world.owner, to)).codes).toEqual(['INVALID_INPUT']);
  for (const to of [rival.rep, { id: world.services.newId() }])
    expect((await transfer(world.owner, to)).codes).toEqual(['NOT_FOUND']);
  expect((await transfer(world.owner, world.rep, 9)).codes).toEqual(['VERSION_CONFLICT']);
  expect(await roles(world.owner)).toEqual(['OWNER']);
});

test('two transfers at once leave one owner more, and none less', async () => {
  const answers = await world.racing(
    'member',
    world.rep.id,
    () => transfer(world.owner, world.rep),
    () => transfer(world.owner, world.colleague),
  );
  expect(answers.map(({ codes }) => codes).sort()).toEqual([[], ['NOT_PERMITTED']]);
  const owners = await world.rows(
    `select from member_role mr join role r on r.id = mr.role_id
    where r.built_in = 'OWNER' and mr.workspace_id = $1`,
    [world.workspaceId],
  );
  expect(owners).toHaveLength(1);
});
