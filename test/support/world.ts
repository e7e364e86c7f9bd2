import type { GraphQLFormattedError } from 'graphql';
import pg from 'pg';
import { createApp } from '../../src/app.ts';
import { principalFrom } from '../../src/auth/authenticate.ts';
import type { BuiltInRole } from '../../src/auth/grants.ts';
import type { Door, Principal } from '../../src/auth/principal.ts';
import { findSession, startSession } from '../../src/auth/session.ts';
import { callerIn } from '../../src/db/caller.ts';
import { Database } from '../../src/db/database.ts';
import { createUser } from '../../src/db/identity.ts';
import { uuidv7 } from '../../src/db/uuid.ts';
import { readEnv } from '../../src/env.ts';
import { listen } from '../../src/http/listen.ts';
import { createLog } from '../../src/http/logging.ts';
import { schema } from '../../src/schema/index.ts';
import type { ServiceContext, Services } from '../../src/services/context.ts';
import { createWorkspace } from '../../src/services/identity/create-workspace.ts';
import { type Builders, buildersOn } from './builders.ts';
import { createTestDatabase } from './database.ts';

/** Somebody who works in the world's workspace, and is signed in. */
export type WorldMember = {
  id: string; userId: string; name: string; email: string; teamId: string | null; token: string;
};

type WantedMember = { roles?: BuiltInRole[]; teamId?: string | null; name?: string };

export type WorldGrant = { noun: string; verb: string; reach: 'OWN' | 'TEAM' | 'ANY'; fieldGroups?: string[] };

type Team = { id: string };
type StageIds = Record<string, string>;

/**
 * A workspace to try things in. Two teams, north and south, each with a manager and reps; the pipelines that every
 * workspace begins with. Owner, admin and viewer have no team.
 */
export type World = Builders & {
  workspaceId: string;
  slug: string;
  teams: { north: Team; south: Team };
  /** Stages by name, of the pipeline for deals and of the one for leads. */
  pipelines: { deal: { id: string; stages: StageIds }; lead: { id: string; stages: StageIds } };
  owner: WorldMember;
  admin: WorldMember;
  viewer: WorldMember;
  /** Manager of the team north. */
  manager: WorldMember;
  rep: WorldMember;
  /** A rep of the team north too. */
  colleague: WorldMember;
  southManager: WorldMember;
  southRep: WorldMember;
  aMember(wanted?: WantedMember): Promise<WorldMember>;
  /** Gives a member a role of the workspace's own, made of these grants. Answers with the role's id. */
  grant(member: { id: string }, grants: readonly WorldGrant[]): Promise<string>;
  aTeam(options?: { parentId?: string | null }): Promise<Team>;
  /** The API as this member sees it: over HTTP, from the server as it is. */
  as(member: Pick<WorldMember, 'token'>): Api;
  /** What services get when this member acts, for commands in their batch form. */
  contextOf(member: WorldMember, door?: Door): Promise<ServiceContext>;
  /** A statement as the owner of the tables, inside the workspace: to look at rows, or to back-date them. */
  rows<T = Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>;
  /** What the audit says was done to a record, oldest first: who, what, and the fields that changed. */
  audited(recordId: string): Promise<{ by: string | null; did: string; fields: string[] }[]>;
  /** How many statements the server sends meanwhile, those that open and end transactions included. */
  statementsOf(run: () => Promise<unknown>): Promise<number>;
  /** Sends all of it at the same moment: each has read the record before any of them can write it. */
  racing<T>(table: string, id: string, ...sends: (() => Promise<T>)[]): Promise<T[]>;
  /** Resolves once so many transactions of the world's database wait for others' locks. */
  someoneWaits(count?: number): Promise<void>;
  services: Services;
  database: Database;
  /** Where the world's database is, as the server's role and as its administrator: for other processes. */
  urls: { server: string; admin: string };
  /** Where the world's server listens. */
  url: string;
  /** Another workspace in the same database, with people and pipelines of its own. */
  another(): Promise<World>;
  close(): Promise<void>;
};

export type Answer<T> = { data: T | null; errors: GraphQLFormattedError[] };
export type UserErrorAnswer = {
  code: string; message: string; path: string[]; currentVersion?: number; fieldNames?: string[]; direction?: string;
};
export type MutationAnswer<T> = { record: T | null; userErrors: UserErrorAnswer[]; errors: GraphQLFormattedError[] };
export type Api = {
  /** Errors included, for tests about them. */
  ask<T = Record<string, unknown>>(document: string, variables?: Record<string, unknown>): Promise<Answer<T>>;
  /** The data alone; throws everything there is to know when there are errors. */
  data<T = Record<string, unknown>>(document: string, variables?: Record<string, unknown>): Promise<T>;
  /** Sends a mutation such as `companyCreate`, asking this of its record. */
  mutate<T = { id: string; version: number }>(
    name: string, input: Record<string, unknown>, selection?: string): Promise<MutationAnswer<T>>;
  /** The same, where it must succeed. */
  done<T = { id: string; version: number }>(
    name: string, input: Record<string, unknown>, selection?: string): Promise<T>;
};

/** A database of its own, with one workspace in it. Close it behind the last test. */
export async function openWorld(): Promise<World> {
  const created = await createTestDatabase();
  const database = new Database({ url: created.url, pooling: 'session', poolSize: 10, onConnectionError: () => {} });
  const tables = new pg.Client({ connectionString: created.adminUrl });
  // Tests that crash the database cut this one off too; whoever asks it next is told.
  tables.on('error', () => {});
  await tables.connect();
  await tables.query('set role gatehouse_owner; set search_path = gatehouse');
  const env = readEnv({
    DATABASE_URL: created.url, CURSOR_SECRET: 'a secret of at least 32 bytes long', LOG_LEVEL: 'error',
  });
  const services: Services & { database: Database } = {
    database, now: () => new Date(), newId: uuidv7, cursorSecret: env.cursorSecret,
  };
  const logged: string[] = [];
  const log = createLog(env, { write: (line) => { logged.push(line); } });
  const server = await listen(
    createApp({ env, services, schema, log }), { port: 0, host: '127.0.0.1', noticeMilliseconds: 0 }
  );

  async function send(query: string, variables: Record<string, unknown>, token: string): Promise<Answer<unknown>> {
    const { data, errors } = await sendTo(server.url, query, variables, token);
    // The answer of a bug says nothing; the log does.
    const isBug = errors.some(({ extensions }) => extensions?.code === 'INTERNAL_SERVER_ERROR');
    if (isBug) throw new Error(logged.join('\n'));
    return { data, errors };
  }

  const urls = { server: created.url, admin: created.adminUrl };
  return openWorkspace({ services, tables, send, urls, url: server.url }, 1, async () => {
    await server.close();
    await database.close();
    await tables.end();
    await created.drop();
  });
}

/** One document, over HTTP. */
export async function sendTo(
  url: string, query: string, variables: Record<string, unknown>, token: string,
): Promise<Answer<unknown>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST', body: JSON.stringify({ query, variables }),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  });
  const { data = null, errors = [] } = await response.json() as Partial<Answer<unknown>>;
  return { data, errors };
}

/** What all workspaces of a world share. */
type Ground = {
  services: Services & { database: Database };
  urls: World['urls'];
  tables: pg.Client;
  url: string;
  send: (query: string, variables: Record<string, unknown>, token: string) => Promise<Answer<unknown>>;
};

async function openWorkspace(ground: Ground, number: number, close: () => Promise<void>): Promise<World> {
  const { services, tables, send, urls, url } = ground;
  const { database, newId } = services;
  const slug = `world-${number}`;
  const ownerEmail = `owner@${slug}.example`;
  const created = await createWorkspace(services, { slug, owner: { email: ownerEmail } });
  if (!created.ok) throw new Error(JSON.stringify(created.userErrors));
  const { workspaceId, ownerMemberId, ownerUserId } = created.value;

  async function rows<T>(text: string, values: unknown[] = []): Promise<T[]> {
    await tables.query(`select set_config('gatehouse.workspace_id', $1, false)`, [workspaceId]);
    return (await tables.query(text, values)).rows as T[];
  }

  async function aTeam({ parentId = null }: { parentId?: string | null } = {}): Promise<Team> {
    const id = newId();
    await database.transaction(
      workspaceId, (tx) => tx.team.create({ data: { workspaceId, id, parentId, name: `Team ${id}` } })
    );
    return { id };
  }

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

  function as({ token }: Pick<WorldMember, 'token'>): Api {
    return apiOf((document, variables) => send(document, variables, token));
  }

  async function someoneWaits(count = 1): Promise<void> {
    for (;;) {
      // Inside a transaction PostgreSQL shows who is there as it was when first asked.
      await rows('select pg_stat_clear_snapshot()');
      const waiting = await rows(
        `select from pg_locks l join pg_stat_activity a using (pid)
           where not l.granted and a.datname = current_database()`);
      if (waiting.length >= count) return;
      await new Promise((resolve) => { setTimeout(resolve, 5); });
    }
  }

  const stages = await rows<{ kind: string; pipelineId: string; name: string; id: string }>(
    `select p.kind, p.id as "pipelineId", s.name, s.id
       from stage s join pipeline p on p.id = s.pipeline_id order by s.position`);
  const pipelineOf = (kind: string) => {
    const own = stages.filter((stage) => stage.kind === kind);
    return { id: own[0]!.pipelineId, stages: Object.fromEntries(own.map(({ name, id }) => [name, id])) };
  };
  const pipelines = { deal: pipelineOf('DEAL'), lead: pipelineOf('LEAD') };
  const teams = { north: await aTeam(), south: await aTeam() };
  const [north, south] = [teams.north.id, teams.south.id];
  return {
    workspaceId, slug, teams, pipelines, services, database, urls, url, rows, aMember, grant, aTeam, as, close,
    ...buildersOn({ database, workspaceId, newId, pipelines }),
    owner: {
      id: ownerMemberId, userId: ownerUserId, name: ownerEmail, email: ownerEmail, teamId: null,
      token: await signIn(ownerUserId),
    },
    ...await someMembers({
      admin: { roles: ['ADMIN'], name: 'Admin' },
      viewer: { roles: ['VIEWER'], name: 'Viewer' },
      manager: { roles: ['MANAGER'], name: 'Manager', teamId: north },
      rep: { name: 'Rep', teamId: north },
      colleague: { name: 'Colleague', teamId: north },
      southManager: { roles: ['MANAGER'], name: 'South Manager', teamId: south },
      southRep: { name: 'South Rep', teamId: south },
    }),
    audited: (recordId) => rows(
      `select m.name as by, e.noun || '.' || e.verb as did, e.field_names as fields
         from audit_entry e left join member m
         on m.workspace_id = e.workspace_id and m.id = e.member_id where e.record_id = $1 order by e.id`,
      [recordId.replace(/^[a-zA-Z]+_/, '')]),
    async statementsOf(run) {
      const before = database.statementCount;
      await run();
      return database.statementCount - before;
    },
    async racing(table, id, ...sends) {
      await rows('begin');
      await rows(`select from ${table} where id = $1 for update`, [id.replace(/^[a-zA-Z]+_/, '')]);
      const sent = sends.map((send) => send());
      await someoneWaits(sends.length);
      await rows('commit');
      return Promise.all(sent);
    },
    someoneWaits,
    contextOf: async (member, door = 'API') => (
      { services, principal: await principalOf(member, door), requestId: 'test' }),
    another: () => openWorkspace(ground, number + 1, close),
  };
}

/** The ways to ask, on one that sends a document and answers with data and errors. */
export function apiOf(send: (document: string, variables: Record<string, unknown>) => Promise<Answer<unknown>>): Api {
  async function ask<T>(document: string, variables: Record<string, unknown> = {}): Promise<Answer<T>> {
    return await send(document, variables) as Answer<T>;
  }

  async function data<T>(document: string, variables?: Record<string, unknown>): Promise<T> {
    const answer = await ask<T>(document, variables);
    if (answer.errors.length > 0 || answer.data === null) throw new Error(JSON.stringify(answer, null, 2));
    return answer.data;
  }

  async function mutate<T>(
    name: string, input: Record<string, unknown>, selection = 'id version',
  ): Promise<MutationAnswer<T>> {
    const noun = name.replace(/[A-Z][a-z]+$/, '');
    const inputType = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const document = `mutation($input: ${inputType}!) { ${name}(input: $input) { ${noun} { ${selection} }
      userErrors { code message path ... on VersionConflict { currentVersion }
        ... on StageRequirementsMissing { fieldNames } ... on StageRoleMissing { direction } } } }`;
    const answer = await ask<Record<string, Record<string, unknown> | null>>(document, { input });
    const payload = answer.data?.[name];
    return {
      record: (payload?.[noun] ?? null) as T | null,
      userErrors: (payload?.userErrors ?? []) as UserErrorAnswer[],
      errors: answer.errors,
    };
  }

  async function done<T>(name: string, input: Record<string, unknown>, selection?: string): Promise<T> {
    const answer = await mutate<T>(name, input, selection);
    const isDone = answer.record && answer.userErrors.length === 0 && answer.errors.length === 0;
    if (!isDone) throw new Error(JSON.stringify(answer, null, 2));
    return answer.record!;
  }

  return { ask, data, mutate, done };
}
