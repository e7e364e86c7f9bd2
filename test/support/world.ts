import type { GraphQLFormattedError } from 'graphql';
import pg from 'pg';
import { createApp } from '../../src/app.ts';
import type { Door } from '../../src/auth/principal.ts';
import { Database } from '../../src/db/database.ts';
import { uuidv7 } from '../../src/db/uuid.ts';
import { readEnv } from '../../src/env.ts';
import { listen } from '../../src/http/listen.ts';
import { createLog } from '../../src/http/logging.ts';
import { schema } from '../../src/schema/index.ts';
import type { ServiceContext, Services } from '../../src/services/context.ts';
import { createWorkspace } from '../../src/services/identity/create-workspace.ts';
import { type Builders, buildersOn } from './builders.ts';
import { createTestDatabase } from './database.ts';
import { type Rows, lookingAt } from './looking-at.ts';
import { type WantedMember, type WorldGrant, type WorldMember, membersOn } from './members.ts';
import { mutationOf } from './mutation-of.ts';

export type { WorldGrant, WorldMember } from './members.ts';

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
  const { someMembers, principalOf, signIn, ...members } = membersOn({ database, workspaceId, slug, newId });
  const looking = lookingAt(tables, workspaceId);

  async function aTeam({ parentId = null }: { parentId?: string | null } = {}): Promise<Team> {
    const id = newId();
    await database.transaction(
      workspaceId, (tx) => tx.team.create({ data: { workspaceId, id, parentId, name: `Team ${id}` } })
    );
    return { id };
  }

  const pipelines = await pipelinesIn(looking.rows);
  const teams = { north: await aTeam(), south: await aTeam() };
  const [north, south] = [teams.north.id, teams.south.id];
  return {
    workspaceId, slug, teams, pipelines, services, database, urls, url, close, aTeam, ...members, ...looking,
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
    as: ({ token }) => apiOf((document, variables) => send(document, variables, token)),
    async statementsOf(run) {
      const before = database.statementCount;
      await run();
      return database.statementCount - before;
    },
    contextOf: async (member, door = 'API') => (
      { services, principal: await principalOf(member, door), requestId: 'test' }),
    another: () => openWorkspace(ground, number + 1, close),
  };
}

/** The pipelines that every workspace begins with. */
async function pipelinesIn(rows: Rows): Promise<World['pipelines']> {
  const stages = await rows<{ kind: string; pipelineId: string; name: string; id: string }>(
    `select p.kind, p.id as "pipelineId", s.name, s.id
       from stage s join pipeline p on p.id = s.pipeline_id order by s.position`);
  const pipelineOf = (kind: string) => {
    const own = stages.filter((stage) => stage.kind === kind);
    return { id: own[0]!.pipelineId, stages: Object.fromEntries(own.map(({ name, id }) => [name, id])) };
  };
  return { deal: pipelineOf('DEAL'), lead: pipelineOf('LEAD') };
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
    const document = mutationOf(name, `${noun} { ${selection} }
      userErrors { code message path ... on VersionConflict { currentVersion }
        ... on StageRequirementsMissing { fieldNames } ... on StageRoleMissing { direction } }`);
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
