import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkToken } from '../../src/auth/link-tokens.ts';
import { deliverMails } from '../support/mails.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
/** Another owner: who hears of what an administrator does. */
let second: WorldMember;
beforeAll(async () => {
  world = await openWorld();
  second = await world.aMember({ name: 'Second Owner', roles: ['OWNER'] });
});
afterAll(() => world.close());

const idOf = ({ id }: { id: string }) => `member_${id}`;
const roleIds = async (...names: string[]) => (await world.rows<{ id: string }>(
  'select id from role where built_in::text = any ($1::text[]) order by 1', [names])).map(({ id }) => `role_${id}`);
/** Mails that came of it: template, to whom, and what they say. */
async function told(run: () => Promise<unknown>) {
  const before = await world.rows<{ id: string }>('select id from mail order by id desc limit 1');
  await run();
  return world.rows<{ template: string; to: string; variables: Record<string, string> }>(
    `select template, to_address as to, variables from mail where id > $1 order by template, to_address`,
    [before[0]?.id ?? '00000000-0000-0000-0000-000000000000']);
}

describe('by mail', () => {
  test('a member hears that he was suspended, and that he was taken in again, by whom', async () => {
    const member = await world.aMember({ name: 'Resting' });
    expect(await told(() => world.as(world.admin).done('memberSuspend', { id: idOf(member), version: 1 })))
      .toMatchObject([{ template: 'member-suspended', to: member.email, variables: { by: 'Admin' } }]);
    expect(await told(() => world.as(world.admin).done('memberReactivate', { id: idOf(member), version: 2 })))
      .toMatchObject([{ template: 'member-reactivated', to: member.email, variables: { by: 'Admin' } }]);
    // The other way to say the same.
    expect(await told(() => world.as(world.admin).done('memberUpdate', {
      id: idOf(member), version: 3, isActive: false,
    })))
      .toMatchObject([{ template: 'member-suspended', to: member.email }]);
    const mails = await deliverMails(world);
    expect(mails.find(({ subject }) => subject.includes('again'))?.text).toContain('https://crm.example/sign-in');
  });

  test('nobody hears of a member without an account', async () => {
    const member = { id: world.services.newId() };
    await world.database.transaction(world.workspaceId, (tx) => tx.member.create({ data: {
      workspaceId: world.workspaceId, ...member, name: 'Known', email: 'known@told.example',
    } }));
    expect(await told(() => world.as(world.admin).done('memberSuspend', { id: idOf(member), version: 1 }))).toEqual([]);
  });

  test('owners hear that somebody else made an owner or administrator; of other roles they do not', async () => {
    const member = await world.aMember({ name: 'Rising' });
    const change = (version: number, ...names: string[]) => told(async () => (
      world.as(world.owner).done('memberUpdate', { id: idOf(member), version, roleIds: await roleIds(...names) })));
    expect((await change(1, 'MANAGER')).map(({ template }) => template)).toEqual(['roles-changed']);
    expect(await change(2, 'MANAGER', 'ADMIN')).toMatchObject([
      { template: 'privileges-given', to: second.email, variables: { by: 'owner', member: 'Rising', roles: 'Admin' } },
      { template: 'roles-changed', to: member.email },
    ]);
    expect(await change(3, 'ADMIN', 'OWNER')).toMatchObject([
      { template: 'privileges-given', to: second.email, variables: { roles: 'Owner' } }, { template: 'roles-changed' },
    ]);
    expect((await change(4, 'REP')).map(({ template }) => template)).toEqual(['roles-changed']);
  });

  test('owners hear of an administrator who came by invitation', async () => {
    const email = 'new-admin@told.example';
    await world.as(world.owner).done('invitationCreate', { email, name: 'New Admin', builtInRoles: ['ADMIN'] });
    const [link] = await world.rows<{ id: string }>(
      'select link_token_id as id from mail where to_address = $1', [email]);
    const token = linkToken(world.services.cursorSecret, 'INVITATION', link!.id);
    const accept = () => world.as({ token: '' }).data(
      `mutation { acceptInvitation(input: { token: "${token}", password: "correct horse battery 7" }) { userErrors { code } } }`);
    expect(await told(accept)).toMatchObject([{
      template: 'privileges-given', to: second.email, variables: { by: 'owner', member: 'New Admin', roles: 'Admin' },
    }]);
  });

  test('all owners hear of a transfer of ownership', async () => {
    const heir = await world.aMember({ name: 'Heir' });
    const third = await world.aMember({ name: 'Third Owner', roles: ['OWNER'] });
    const mails = await told(() => world.as(second).data(
      `mutation { ownershipTransfer(input: { toMemberId: "${idOf(heir)}", version: 1 }) { userErrors { code } } }`));
    expect(mails.map(({ to }) => to)).toEqual([heir, second, third, world.owner].map(({ email }) => email).sort());
    expect(new Set(mails.map(({ template }) => template))).toEqual(new Set(['ownership-transferred']));
  });

  test('the owner of a key hears that somebody else has revoked it', async () => {
    const make = async () => (await world.as(world.admin).data<{ apiKeyCreate: { apiKey: { id: string } } }>(
      'mutation { apiKeyCreate(input: { name: "Nightly" }) { apiKey { id } } }')).apiKeyCreate.apiKey.id;
    const revoke = (as: WorldMember, id: string) => told(() => world.as(as).done('apiKeyRevoke', { id, version: 1 }));
    expect(await revoke(world.owner, await make())).toMatchObject([
      { template: 'api-key-revoked', to: world.admin.email, variables: { by: 'owner', key: 'Nightly' } },
    ]);
    expect(await revoke(world.admin, await make())).toEqual([]);
  });
});
