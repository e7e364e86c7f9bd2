import { afterAll, beforeAll, expect, test } from 'vitest';
import { principalByEmail } from '../../src/auth/authenticate.ts';
import { uuidv7 } from '../../src/db/uuid.ts';
import { type IdentityWorld, openIdentityWorld } from './identity-world.ts';

let world: IdentityWorld;
let workspaceId: string;
let slug: string;
beforeAll(async () => {
  world = await openIdentityWorld();
  ({ workspaceId, slug } = await world.aWorkspace());
});
afterAll(() => world.close());

type Changes = Parameters<typeof world.database.transaction>[1];
const change = (run: Changes) => world.database.transaction(workspaceId, run);
const principalOf = async (token: string) => (await world.whoIs(token)).principal;

/** Shares a new company with a member or a team. */
const share = (receiver: { memberId?: string; teamId?: string; endsAt?: Date }) => change(async (tx) => {
  const company = await tx.company.create({ data: { workspaceId, id: uuidv7(), name: 'Shared', currency: 'EUR' } });
  const given = { workspaceId, id: uuidv7(), companyId: company.id, level: 'READ' as const };
  await tx.recordShare.create({ data: { ...given, ...receiver } });
});

test('built-in roles bring the rights of the policy tables', async () => {
  const { email } = await world.aMember(workspaceId, { roles: ['REP'] });
  const principal = await principalOf(await world.signedIn(email));
  expect(principal?.roles).toMatchObject([{ name: 'Rep', builtIn: 'REP' }]);
  expect(principal?.profile.reachOf('deal', 'update')).toBe('own');
  expect(principal?.profile.reachOf('deal', 'delete')).toBeNull();
});

test('a role that is taken away or given is so on the next request', async () => {
  const { email, memberId } = await world.aMember(workspaceId, { roles: ['ADMIN', 'VIEWER'] });
  const token = await world.signedIn(email);
  expect((await principalOf(token))?.profile.reachOf('deal', 'delete')).toBe('any');
  await change((tx) => tx.memberRole.deleteMany({ where: { memberId, role: { builtIn: 'ADMIN' } } }));
  const principal = await principalOf(token);
  expect(principal?.roles.map(({ builtIn }) => builtIn)).toEqual(['VIEWER']);
  expect(principal?.profile.reachOf('deal', 'delete')).toBeNull();
  await change((tx) => tx.memberRole.deleteMany({ where: { memberId } }));
  expect((await principalOf(token))?.profile.reachOf('deal', 'read')).toBeNull();
});

test('a removed member is signed out on the next request, and a foreign session does not help', async () => {
  const { email, memberId } = await world.aMember(workspaceId);
  const token = await world.signedIn(email);
  await change((tx) => tx.member.updateMany({ where: { id: memberId }, data: { isActive: false } }));
  expect(await principalOf(token)).toBeNull();
});

test('a session whose user has left stays in its workspace, also when he is a member of another', async () => {
  const { email, memberId, userId } = await world.aMember(workspaceId);
  const token = await world.signedIn(email);
  const other = await world.aWorkspace({ owner: { email } });
  expect(other.ownerUserId).toBe(userId);
  await change((tx) => tx.member.updateMany({ where: { id: memberId }, data: { userId: null } }));
  expect(await principalOf(token)).toBeNull();
});

test('a member knows his team, the teams below it and the teams above it', async () => {
  const top = await world.aTeam(workspaceId);
  const [mine, sister] = [await world.aTeam(workspaceId, top), await world.aTeam(workspaceId, top)];
  const [below, alsoBelow] = [await world.aTeam(workspaceId, mine), await world.aTeam(workspaceId, mine)];
  const deep = await world.aTeam(workspaceId, below);
  const { email } = await world.aMember(workspaceId, { teamId: mine });
  const token = await world.signedIn(email);
  const principal = await principalOf(token);
  expect(principal?.teamId).toBe(mine);
  expect([...principal!.teamIds].sort()).toEqual([mine, below, alsoBelow, deep].sort());
  expect([...principal!.teamChainIds].sort()).toEqual([mine, top].sort());
  expect(principal!.teamIds).not.toContain(sister);

  await change((tx) => tx.team.updateMany({ where: { id: deep }, data: { parentId: sister } }));
  expect((await principalOf(token))!.teamIds).not.toContain(deep);
});

test('a deleted team counts for nobody, nor do the teams below it', async () => {
  const top = await world.aTeam(workspaceId);
  const middle = await world.aTeam(workspaceId, top);
  const bottom = await world.aTeam(workspaceId, middle);
  const leader = await world.signedIn((await world.aMember(workspaceId, { teamId: top })).email);
  const member = await world.signedIn((await world.aMember(workspaceId, { teamId: bottom })).email);
  await change((tx) => tx.team.updateMany({ where: { id: middle }, data: { deletedAt: new Date() } }));
  expect((await principalOf(leader))!.teamIds).toEqual([top]);
  expect((await principalOf(member))!.teamChainIds).toEqual([bottom]);
});

test('a member without a team has none below and none above', async () => {
  const { email } = await world.aMember(workspaceId);
  expect(await principalOf(await world.signedIn(email))).toMatchObject({ teamId: null, teamIds: [], teamChainIds: [] });
});

test('a share with a member tells him its noun, until it ends', async () => {
  const { email, memberId } = await world.aMember(workspaceId);
  const colleague = await world.aMember(workspaceId);
  const [token, others] = [await world.signedIn(email), await world.signedIn(colleague.email)];
  expect((await principalOf(token))!.sharedNouns).toEqual([]);
  await share({ memberId, endsAt: new Date(Date.now() - 1_000) });
  expect((await principalOf(token))!.sharedNouns).toEqual([]);
  await share({ memberId, endsAt: new Date(Date.now() + 3_600_000) });
  expect((await principalOf(token))!.sharedNouns).toEqual(['company']);
  expect((await principalOf(others))!.sharedNouns).toEqual([]);
  await change((tx) => tx.recordShare.deleteMany({ where: { memberId } }));
  expect((await principalOf(token))!.sharedNouns).toEqual([]);
});

test('a share with a team is one with the members of the teams below it, and not of those above', async () => {
  const top = await world.aTeam(workspaceId);
  const middle = await world.aTeam(workspaceId, top);
  const bottom = await world.aTeam(workspaceId, middle);
  const tokens: string[] = [];
  for (const teamId of [top, middle, bottom]) {
    tokens.push(await world.signedIn((await world.aMember(workspaceId, { teamId })).email));
  }
  await share({ teamId: middle });
  const sharedNouns = await Promise.all(tokens.map(async (token) => (await principalOf(token))!.sharedNouns));
  expect(sharedNouns).toEqual([[], ['company'], ['company']]);
});

test('a workspace\'s own role brings its grants, without those in unknown words or on a built-in role', async () => {
  const { email, memberId } = await world.aMember(workspaceId, { roles: ['VIEWER'] });
  const roleId = uuidv7();
  await change(async (tx) => {
    await tx.role.create({ data: { workspaceId, id: roleId, name: 'Closer' } });
    await tx.memberRole.create({ data: { workspaceId, memberId, roleId } });
    const viewer = await tx.role.findFirstOrThrow({ where: { builtIn: 'VIEWER' } });
    const fieldGroups = ['core', 'financial', 'stars'];
    const grant = (rest: { noun: string; verb: string; roleId?: string }) =>
      ({ workspaceId, id: uuidv7(), roleId, reach: 'TEAM' as const, fieldGroups, ...rest });
    await tx.roleGrant.createMany({
      data: [
        grant({ noun: 'deal', verb: 'update' }), grant({ noun: 'deal', verb: 'fly' }),
        grant({ noun: 'ship', verb: 'read' }), grant({ noun: 'constructor', verb: 'read' }),
        grant({ noun: 'deal', verb: 'delete', roleId: viewer.id }),
      ],
    });
  });
  const principal = await principalOf(await world.signedIn(email));
  expect(principal?.roles).toMatchObject([{ name: 'Viewer', builtIn: 'VIEWER' }, { name: 'Closer', builtIn: null }]);
  expect(principal?.profile.reachOf('deal', 'update', 'financial')).toBe('team');
  expect(principal?.profile.reachOf('deal', 'delete')).toBeNull();
  const own = principal?.profile.grants.filter(({ reach }) => reach === 'team');
  expect(own).toEqual([{ noun: 'deal', verb: 'update', reach: 'team', fieldGroups: ['core', 'financial'] }]);
});

test('a program acts as a member by e-mail, with the same rights', async () => {
  const { email, memberId } = await world.aMember(workspaceId, { roles: ['MANAGER'] });
  const byApi = await principalOf(await world.signedIn(email));
  const byImport = await principalByEmail(world.database, slug, email, 'IMPORT');
  expect(byImport).toEqual({ ...byApi, door: 'IMPORT' });
  expect(byImport?.memberId).toBe(memberId);
});

test('a program acts as nobody who is unknown, removed, or in another workspace', async () => {
  const { email, memberId } = await world.aMember(workspaceId);
  const foreign = await world.aWorkspace();
  expect(await principalByEmail(world.database, slug, 'nobody@example.com', 'IMPORT')).toBeNull();
  expect(await principalByEmail(world.database, foreign.slug, email, 'IMPORT')).toBeNull();
  expect(await principalByEmail(world.database, 'no-such', email, 'IMPORT')).toBeNull();
  await change((tx) => tx.member.updateMany({ where: { id: memberId }, data: { isActive: false } }));
  expect(await principalByEmail(world.database, slug, email, 'IMPORT')).toBeNull();
});

test('a program can act as a member who has no user yet', async () => {
  const id = uuidv7();
  await change((tx) => tx.member.create({ data: { workspaceId, id, name: 'Planned', email: 'Planned@example.com' } }));
  expect(await principalByEmail(world.database, slug, 'planned@example.com', 'CLI')).toMatchObject(
    { memberId: id, userId: null, door: 'CLI' });
});
