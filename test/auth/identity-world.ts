import pg from 'pg';
import { type Authentication, authenticate } from '../../src/auth/authenticate.ts';
import type { BuiltInRole } from '../../src/auth/grants.ts';
import { Database } from '../../src/db/database.ts';
import { uuidv7 } from '../../src/db/uuid.ts';
import {
  type CreatedWorkspace, type CreateWorkspaceInput, createWorkspace,
} from '../../src/services/identity/create-workspace.ts';
import { createUser } from '../../src/services/identity/create-user.ts';
import { issuePasswordLink } from '../../src/services/identity/password-link.ts';
import { type SignInInput, signIn } from '../../src/services/identity/sign-in.ts';
import { createTestDatabase } from '../support/database.ts';

export const password = 'correct horse battery';
/** Where a request comes from that is none. */
export const nowhere = { ipAddress: null, userAgent: null, requestId: null };

type Row = Record<string, string | null>;

/** A database with builders for people, and an administrator who can back-date rows and look at everything. */
export async function openIdentityWorld() {
  const created = await createTestDatabase();
  const database = new Database({ url: created.url, pooling: 'session', poolSize: 10, onConnectionError: () => {} });
  const owner = new pg.Client({ connectionString: created.adminUrl });
  await owner.connect();
  await owner.query('set role gatehouse_owner; set search_path = gatehouse');
  const services = {
    database, newId: uuidv7, now: () => new Date(), cursorSecret: 'a secret of at least 32 bytes long',
  };
  let count = 0;

  async function aWorkspace(
    input: Partial<CreateWorkspaceInput> = {},
  ): Promise<CreatedWorkspace & { slug: string; email: string; passwordToken: string | null }> {
    count += 1;
    const slug = input.slug ?? `workspace-${count}`;
    const email = input.owner?.email ?? `owner${count}@example.com`;
    const answer = await createWorkspace(services, { slug, owner: { email, password }, ...input });
    if (!answer.ok) throw new Error(JSON.stringify(answer.userErrors));
    const passwordToken = answer.value.hasPassword
      ? null : await issuePasswordLink(database, services, answer.value.ownerUserId);
    return { ...answer.value, slug, email, passwordToken };
  }

  /** A member who can sign in with `password`. */
  async function aMember(
    workspaceId: string, { roles = ['REP'], teamId = null, email }: {
      roles?: BuiltInRole[]; teamId?: string | null; email?: string;
    } = {},
  ) {
    count += 1;
    const address = email ?? `member${count}@example.com`;
    const user = await createUser(database, uuidv7, { email: address, password });
    if (!user.ok) throw new Error(JSON.stringify(user.userErrors));
    const memberId = uuidv7();
    await database.transaction(workspaceId, async (tx) => {
      const userId = user.value.userId;
      await tx.member.create({ data: { workspaceId, id: memberId, userId, name: 'Member', email: address, teamId } });
      const wanted = await tx.role.findMany({ where: { builtIn: { in: roles } } });
      await tx.memberRole.createMany({ data: wanted.map(({ id }) => ({ workspaceId, memberId, roleId: id })) });
    });
    return { email: address, memberId, userId: user.value.userId };
  }

  async function aTeam(workspaceId: string, parentId: string | null = null): Promise<string> {
    const id = uuidv7();
    await database.transaction(workspaceId, (tx) =>
      tx.team.create({ data: { workspaceId, id, parentId, name: `Team ${id}` } }));
    return id;
  }

  async function signedIn(email: string, input: Partial<SignInInput> = {}): Promise<string> {
    const answer = await signIn(services, { email, password, userAgent: 'Test', ...input });
    if (!answer.ok) throw new Error(JSON.stringify(answer.userErrors));
    return answer.value.token;
  }

  function whoIs(token: string): Promise<Authentication> {
    return authenticate(database, new Headers({ authorization: `Bearer ${token}` }), false);
  }

  /** As the owner of the tables; tenant rows of one workspace at a time, behind their wall. */
  async function asOwner(text: string, values: unknown[] = [], workspaceId = ''): Promise<Row[]> {
    await owner.query(`select set_config('gatehouse.workspace_id', $1, false)`, [workspaceId]);
    return (await owner.query<Row>(text, values)).rows;
  }

  return {
    ...created, database, services, aWorkspace, aMember, aTeam, signedIn, whoIs, asOwner,
    async close() {
      await database.close();
      await owner.end();
      await created.drop();
    },
  };
}

export type IdentityWorld = Awaited<ReturnType<typeof openIdentityWorld>>;
