import type { BuiltInRole } from '../../src/auth/grants.ts';
import { principalFrom } from '../../src/auth/authenticate.ts';
import type { Door, Principal } from '../../src/auth/principal.ts';
import { findSession, startSession } from '../../src/auth/session.ts';
import { callerIn } from '../../src/db/caller.ts';
import type { Database } from '../../src/db/database.ts';
import { createUser } from '../../src/db/identity.ts';

/** Somebody who works in the world's workspace, and is signed in. */
export type WorldMember = {
  id: string; userId: string; name: string; email: string; teamId: string | null; token: string;
};

export type WantedMember = { roles?: BuiltInRole[]; teamId?: string | null; name?: string };

export type WorldGrant = { noun: string; verb: string; reach: 'OWN' | 'TEAM' | 'ANY'; fieldGroups?: string[] };

type Place = { database: Database; workspaceId: string; slug: string; newId: () => string };

/** Makes people in a workspace, signs them in, and gives them rights. */
export function membersOn({ database, workspaceId, slug, newId }: Place) {
  let count = 0;
  async function aMember(wanted: WantedMember = {}): Promise<WorldMember> {
    return (await someMembers({ one: wanted })).one;
  }

  /** In one transaction, because every test file begins with some. */
  async function someMembers<Key extends string>(
    wanted: Record<Key, WantedMember>,
  ): Promise<Record<Key, WorldMember>> {
    const keys = Object.keys(wanted) as Key[];
    const members = keys.map((key) => {
      count += 1;
      const { roles = ['REP'], teamId = null, name = `Member ${count}` } = wanted[key];
      const email = `${name.toLowerCase().replaceAll(' ', '-')}@${slug}.example`;
      return { id: newId(), userId: newId(), name, email, teamId, roles };
    });
    await database.transaction(workspaceId, async (tx) => {
      for (const member of members) {
        const { userId, name, email } = member;
        member.userId = await createUser(callerIn(tx), { id: userId, name, email, passwordHash: null });
      }
      await tx.member.createMany({ data: members.map(({ roles, ...member }) => ({ workspaceId, ...member })) });
      const there = await tx.role.findMany({ where: { workspaceId, builtIn: { not: null } } });
      await tx.memberRole.createMany({ data: members.flatMap(({ id: memberId, roles }) => there
        .filter(({ builtIn }) => roles.includes(builtIn!))
        .map(({ id: roleId }) => ({ workspaceId, memberId, roleId }))) });
    });
    const signedIn = await Promise.all(members.map(async ({ roles, ...member }, at) => (
      [keys[at]!, { ...member, token: await signIn(member.userId) }])));
    return Object.fromEntries(signedIn) as Record<Key, WorldMember>;
  }

  async function grant(member: { id: string }, grants: readonly WorldGrant[]): Promise<string> {
    const roleId = newId();
    await database.transaction(workspaceId, async (tx) => {
      await tx.role.create({ data: { workspaceId, id: roleId, name: `Role ${roleId}` } });
      await tx.roleGrant.createMany({ data: grants.map((each) => ({ workspaceId, id: newId(), roleId, ...each })) });
      await tx.memberRole.create({ data: { workspaceId, memberId: member.id, roleId } });
    });
    return roleId;
  }

  function signIn(userId: string): Promise<string> {
    return startSession(database, { userId, workspaceId, userAgent: 'Test' });
  }

  async function principalOf(member: WorldMember, door: Door): Promise<Principal> {
    const session = await findSession(database, member.token);
    if (!session) throw new Error(`${member.name} is not signed in.`);
    return principalFrom(session.row, door);
  }

  return { aMember, someMembers, grant, signIn, principalOf };
}
