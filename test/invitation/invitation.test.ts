import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LinkPurpose, linkToken } from '../../src/auth/link-tokens.ts';
import { hashPassword } from '../../src/auth/password.ts';
import { createUser } from '../../src/db/identity.ts';
import { type SecondServer, secondServer } from '../support/second-server.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
let rival: World;
let other: SecondServer;
beforeAll(async () => {
  world = await openWorld();
  rival = await world.another();
  other = await secondServer(world);
});
afterAll(async () => {
  await other.close();
  await world.close();
});

const password = 'correct horse battery staple 7';
type Invited = { id: string; version: number };
type Problem = { code: string; path: string[] };
type Accepted = {
  token: string | null;
  userErrors: Problem[];
  viewer: {
    workspace: { slug: string };
    member: { name: string; team: { id: string } | null };
    roles: { name: string }[];
  } | null;
};

const invite = (input: Record<string, unknown>, as: Pick<WorldMember, 'token'> = world.admin) =>
  world.as(as).mutate<Invited>('invitationCreate', input);
const invited = (input: Record<string, unknown>, as: Pick<WorldMember, 'token'> = world.admin) =>
  world.as(as).done<Invited>('invitationCreate', input);

/** Tokens of the links that were sent to an address, oldest first. */
async function links(address: string): Promise<string[]> {
  const rows = await world.rows<{ purpose: LinkPurpose; id: string; path: string }>(
    `select link_purpose as purpose, link_token_id as id, link_path as path from mail
       where to_address = $1 and template = 'invitation' order by id`,
    [address],
  );
  expect(rows.every(({ path }) => path === '/accept-invitation')).toBe(true);
  return rows.map(({ purpose, id }) => linkToken(world.services.cursorSecret, purpose, id));
}

async function accept(
  token: string, input: Record<string, unknown> = {}, api = world.as({ token: '' }),
): Promise<Accepted> {
  // Without roles one is a member who reads nothing: those fields are refused.
  const { data, errors } = await api.ask<{ acceptInvitation: Accepted }>(
    `mutation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) {
      token viewer { workspace { slug } member { name team { id } } roles { name } } userErrors { code path } } }`,
    { input: { token, password, ...input } },
  );
  if (!data?.acceptInvitation) throw new Error(JSON.stringify(errors));
  return data.acceptInvitation;
}

async function aUser(address: string): Promise<string> {
  const passwordHash = await hashPassword(password);
  return createUser(world.database, { id: world.services.newId(), email: address, name: 'Known', passwordHash });
}
const codes = ({ userErrors }: { userErrors: Problem[] }) => userErrors.map(({ code }) => code);
const status = async ({ id }: Invited) =>
  (
    await world
      .as(world.admin)
      .data<{ invitation: { status: string } }>('query($id: ID!) { invitation(id: $id) { status } }', { id })
  ).invitation.status;

describe('an invitation', () => {
  test('makes a new person a member, with the roles and the team that it names', async () => {
    const north = `team_${world.teams.north.id}`;
    const invitation = await invited({
      email: ' New@People.example',
      name: 'New Person',
      teamId: north,
      builtInRoles: ['REP'],
    });
    expect(await status(invitation)).toBe('WAITING');
    const [token] = await links('new@people.example');
    expect(codes(await accept(token!, { password: 'short' }))).toEqual(['INVALID_INPUT']);
    const accepted = await accept(token!);
    expect(accepted).toMatchObject({
      userErrors: [],
      viewer: {
        workspace: { slug: world.slug },
        member: { name: 'New Person', team: { id: north } },
        roles: [{ name: 'Rep' }],
      },
    });
    expect(await other.as({ token: accepted.token! }).data('{ viewer { user { email } } }')).toEqual({
      viewer: { user: { email: 'new@people.example' } },
    });
    expect(await status(invitation)).toBe('ACCEPTED');
    expect(codes(await accept(token!))).toEqual(['NOT_FOUND']);
    expect(await world.audited(invitation.id)).toMatchObject([
      { by: 'Admin', did: 'invitation.create' },
      { by: 'New Person', did: 'invitation.accept' },
    ]);
  });

  test('is no secret that the database keeps', async () => {
    await invited({ email: 'secret@people.example' });
    const [token] = await links('secret@people.example');
    for (const table of ['mail', 'one_time_token', 'invitation', 'audit_change', 'security_event', 'outbox_event']) {
      expect(await world.rows(`select from ${table} t where t::text like '%' || $1 || '%'`, [token]), table).toEqual(
        [],
      );
    }
  });

  test('is accepted by who has an account with its password, or signed in to it', async () => {
    const by = ['password', 'session'].map((way) => `known-${way}@people.example`);
    for (const email of by) {
      await aUser(email);
      await invited({ email, builtInRoles: ['VIEWER'] });
    }
    const [byPassword] = await links(by[0]!);
    expect(codes(await accept(byPassword!, { password: 'not the right password' }))).toEqual(['INVALID_CREDENTIALS']);
    expect(codes(await accept(byPassword!, { password: null }))).toEqual(['INVALID_CREDENTIALS']);
    expect(await accept(byPassword!)).toMatchObject({ userErrors: [], viewer: { member: { name: 'known-password' } } });

    await rival.as(rival.admin).done('invitationCreate', { email: by[1], builtInRoles: ['VIEWER'] });
    const [elsewhere] = await rival.rows<{ id: string }>(
      `select link_token_id as id from mail where to_address = $1 and workspace_id = $2`, [by[1], rival.workspaceId],
    );
    const session = await accept(linkToken(world.services.cursorSecret, 'INVITATION', elsewhere!.id));
    expect(session.viewer!.workspace.slug).toBe(rival.slug);
    const [bySession] = await world.rows<{ id: string }>(
      `select link_token_id as id from mail where to_address = $1 and workspace_id = $2`, [by[1], world.workspaceId],
    );
    const both = await accept(
      linkToken(world.services.cursorSecret, 'INVITATION', bySession!.id), { password: null },
      world.as({ token: session.token! }),
    );
    expect(both).toMatchObject({ userErrors: [], viewer: { workspace: { slug: world.slug } } });
  });

  test('is for its address alone: who is signed in with another is refused', async () => {
    await invited({ email: 'mine@people.example' });
    const [token] = await links('mine@people.example');
    for (const member of [world.rep, world.owner, rival.owner]) {
      expect(codes(await accept(token!, {}, world.as(member)))).toEqual(['NOT_PERMITTED']);
    }
    expect((await accept(token!)).userErrors).toEqual([]);
  });

  test('is accepted once, however many try at once on two servers', async () => {
    await invited({ email: 'crowd@people.example', builtInRoles: ['REP'] });
    const [token] = await links('crowd@people.example');
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) =>
      accept(token!, {}, at % 2 ? other.as({ token: '' }) : world.as({ token: '' })),
    ));
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(answers.flatMap(codes).every((code) => ['NOT_FOUND', 'TAKEN', 'INVALID_CREDENTIALS'].includes(code))).toBe(
      true,
    );
    expect(await world.rows(`select from member where email = 'crowd@people.example'`)).toHaveLength(1);
  });

  test('comes to a member who is known without an account, and keeps what he owns', async () => {
    const known = await world.aMember({ name: 'Imported', roles: [] });
    await world.rows('update member set user_id = null where id = $1', [known.id]);
    await world.rows(`update "user" set email = 'elsewhere@people.example' where id = $1`, [known.userId]);
    const deal = await world.aDeal({ owner: known });
    await invited({ email: known.email, builtInRoles: ['REP'] });
    const [token] = await links(known.email);
    const { viewer, token: session } = await accept(token!);
    expect(viewer).toMatchObject({ member: { name: 'Imported' }, roles: [{ name: 'Rep' }] });
    expect(await world.as({ token: session! }).data('{ deals { nodes { id } } }')).toEqual({
      deals: { nodes: [{ id: deal.globalId }] },
    });
  });

  test('takes a removed member in again, without what he had before', async () => {
    const member = await world.aMember({ name: 'Back', roles: ['ADMIN'] });
    await world
      .as(world.owner)
      .data('mutation($input: MemberRemoveInput!) { memberRemove(input: $input) { userErrors { code } } }', {
        input: { id: `member_${member.id}`, version: 1 },
      });
    await invited({ email: member.email, builtInRoles: ['VIEWER'] });
    const [token] = await links(member.email);
    const accepted = await accept(token!);
    expect(accepted).toMatchObject({
      userErrors: [],
      viewer: { member: { name: 'Back' }, roles: [{ name: 'Viewer' }] },
    });
    expect(await world.rows('select from member where user_id = $1', [member.userId])).toHaveLength(1);
  });
});

describe('an invitation ends', () => {
  test('when it is taken back, sent again, too old, or its inviter leaves', async () => {
    const revoked = await invited({ email: 'revoked@people.example' });
    await world.as(world.admin).done('invitationRevoke', revoked);
    const [afterRevoke] = await links('revoked@people.example');
    expect(codes(await accept(afterRevoke!))).toEqual(['NOT_FOUND']);
    expect(await status(revoked)).toBe('REVOKED');

    const resent = await invited({ email: 'resent@people.example' });
    expect(codes(await world.as(world.admin).mutate('invitationResend', resent))).toEqual(['LIMIT_REACHED']);
    await world.rows(`update invitation set sent_at = now() - interval '2 minutes' where id = $1`, [
      resent.id.split('_')[1],
    ]);
    await world.as(world.admin).done('invitationResend', resent);
    const [first, second] = await links('resent@people.example');
    expect(codes(await accept(first!))).toEqual(['NOT_FOUND']);
    expect(codes(await accept(second!))).toEqual([]);

    const old = await invited({ email: 'old@people.example' });
    await world.rows(`update invitation set expires_at = now() - interval '1 second' where id = $1`, [
      old.id.split('_')[1],
    ]);
    const [tooOld] = await links('old@people.example');
    expect(codes(await accept(tooOld!))).toEqual(['NOT_FOUND']);
    expect(await status(old)).toBe('EXPIRED');
    expect(codes(await invite({ email: 'old@people.example' }))).toEqual([]);

    const inviter = await world.aMember({ name: 'Leaving', roles: ['ADMIN'] });
    const orphan = await invited({ email: 'orphan@people.example' }, inviter);
    await world
      .as(world.owner)
      .data(
        'mutation($input: MemberRemoveInput!) { memberRemove(input: $input) { plan { invitationCount } userErrors { code } } }',
        { input: { id: `member_${inviter.id}`, version: 1 } },
      );
    const [ofOrphan] = await links('orphan@people.example');
    expect(codes(await accept(ofOrphan!))).toEqual(['NOT_FOUND']);
    expect(await status(orphan)).toBe('REVOKED');
  });

  test('when its inviter has lost what he gave, or the workspace allows the address no more', async () => {
    const inviter = await world.aMember({ name: 'Demoted', roles: ['ADMIN'] });
    await invited({ email: 'demoted@people.example', builtInRoles: ['ADMIN'] }, inviter);
    const [token] = await links('demoted@people.example');
    const [manager] = await world.rows<{ id: string }>(
      `select id from role where built_in = 'MANAGER' and workspace_id = $1`, [world.workspaceId],
    );
    await world
      .as(world.owner)
      .done('memberUpdate', { id: `member_${inviter.id}`, version: 1, roleIds: [`role_${manager!.id}`] });
    expect(codes(await accept(token!))).toEqual(['NOT_PERMITTED']);

    await rival.as(rival.admin).done('invitationCreate', { email: 'domain@people.example' });
    const [sent] = await rival.rows<{ id: string }>(
      `select link_token_id as id from mail where to_address = 'domain@people.example'`,
    );
    await rival.rows(`update workspace set allowed_email_domains = '{elsewhere.example}' where id = $1`, [
      rival.workspaceId,
    ]);
    expect(codes(await accept(linkToken(world.services.cursorSecret, 'INVITATION', sent!.id)))).toEqual([
      'NOT_PERMITTED',
    ]);
    const refused = await rival.as(rival.admin).mutate('invitationCreate', { email: 'other@people.example' });
    expect(refused.userErrors).toMatchObject([{ code: 'NOT_PERMITTED', path: ['input', 'email'] }]);
    await rival.rows(`update workspace set allowed_email_domains = '{}' where id = $1`, [rival.workspaceId]);
  });
});

describe('who may invite', () => {
  test('is who may make members, into no more than he holds himself', async () => {
    for (const member of [world.rep, world.viewer]) {
      const { errors } = await invite({ email: 'x@people.example' }, member);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'invitation.create' } }]);
    }
    expect(codes(await invite({ email: 'x@people.example' }, world.manager))).toEqual(['NOT_PERMITTED']);
    expect((await invite({ email: 'x@people.example', builtInRoles: ['OWNER'] })).userErrors).toMatchObject([
      { code: 'NOT_PERMITTED', path: ['input', 'builtInRoles', '0'] },
    ]);
    const wrong = await invite({
      email: 'no address',
      roleIds: [`role_${world.services.newId()}`],
      teamId: `team_${rival.teams.north.id}`,
    });
    expect(wrong.userErrors.map(({ path }) => path.slice(1).join('.')).sort()).toEqual([
      'email',
      'roleIds.0',
      'teamId',
    ]);
    expect(codes(await invite({ email: world.rep.email }))).toEqual(['TAKEN']);
    await invited({ email: 'waits@people.example' });
    expect(codes(await invite({ email: 'WAITS@people.example' }))).toEqual(['TAKEN']);
  });

  test('follows the settings of the workspace: owners alone, or leaders into their own teams too', async () => {
    const set = (inviters: string) =>
      rival.rows('update workspace set inviters = $2::inviters where id = $1', [rival.workspaceId, inviters]);
    const ask = async (as: WorldMember, input: object) =>
      codes(await rival.as(as).mutate('invitationCreate', { ...input }, '__typename'));
    await set('OWNERS');
    expect(await ask(rival.admin, { email: 'a@people.example' })).toEqual(['NOT_PERMITTED']);
    expect(await ask(rival.owner, { email: 'a@people.example' })).toEqual([]);
    await set('LEADERS');
    const [north, south] = [rival.teams.north, rival.teams.south].map(({ id }) => `team_${id}`);
    expect(await ask(rival.manager, { email: 'b@people.example', teamId: south, builtInRoles: ['REP'] })).toEqual([
      'NOT_PERMITTED',
    ]);
    expect(await ask(rival.manager, { email: 'b@people.example', builtInRoles: ['REP'] })).toEqual(['NOT_PERMITTED']);
    expect(await ask(rival.manager, { email: 'b@people.example', teamId: north, builtInRoles: ['ADMIN'] })).toEqual([
      'NOT_PERMITTED',
    ]);
    expect(await ask(rival.manager, { email: 'b@people.example', teamId: north, builtInRoles: ['REP'] })).toEqual([]);
    const { errors } = await rival
      .as(rival.rep)
      .mutate('invitationCreate', { email: 'c@people.example', teamId: north });
    expect(errors).toMatchObject([{ extensions: { permission: 'invitation.create' } }]);
    await set('ADMINS');
  });

  test('two invitations to one address at once: one waits', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, at) =>
      (at % 2 ? world.as(world.admin) : other.as(world.admin)).mutate('invitationCreate', {
        email: 'race@people.example',
      }),
    ));
    expect(answers.flatMap(codes).filter((code) => code === 'TAKEN')).toHaveLength(9);
    expect(await world.rows(`select from invitation where email = 'race@people.example'`)).toHaveLength(1);
  });
});

test('what happens to an invitation stands in the security log', async () => {
  const { id } = await invited({ email: 'logged@people.example' });
  await accept((await links('logged@people.example'))[0]!);
  const { securityEvents } = await world
    .as(world.owner)
    .data<{ securityEvents: { nodes: { type: string; recordId: string }[] } }>(
      `{ securityEvents(where: { noun: { eq: "invitation" } }, orderBy: [{ field: AT }], first: 200) { nodes { type recordId } } }`,
    );
  expect(securityEvents.nodes.filter(({ recordId }) => recordId === id).map(({ type }) => type)).toEqual([
    'AUTHN_TOKEN_CREATED',
    'USER_CREATED',
  ]);
});
