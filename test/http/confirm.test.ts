import { type GraphQLNamedType, getNamedType, isLeafType, isObjectType, isRequiredArgument } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { startSession, takeSessions } from '../../src/auth/session.ts';
import { Database } from '../../src/db/database.ts';
import { readEnv } from '../../src/env.ts';
import { createLog } from '../../src/http/logging.ts';
import { schema } from '../../src/schema/index.ts';
import { type World, type WorldMember, openWorld, sendTo } from '../support/world.ts';
import { startServer } from './http-server.ts';

// Who asks is looked up together with the first read of his request, and taken for who he was until that is answered.

let world: World;
let deal: { globalId: string };
beforeAll(async () => {
  world = await openWorld();
  deal = await world.aDeal({ owner: world.rep, amountMinor: 5n });
  await world.aContact();
});
afterAll(() => world.close());

function selectionOf(type: GraphQLNamedType, depth = 2): string {
  if (isLeafType(type)) return '';
  if (!isObjectType(type) || depth === 0) return '{ __typename }';
  // A request by another session is seen.
  const fields = Object.values(type.getFields()).filter(({ name, args }) => (
    name !== 'lastSeenAt' && !args.some(isRequiredArgument)));
  const wanted = fields.filter(({ name, type: of }) => isLeafType(getNamedType(of)) || name === 'nodes');
  const below = wanted.map(({ name, type: of }) => `${name} ${selectionOf(getNamedType(of), depth - 1)}`);
  return `{ __typename ${below.join(' ')} }`;
}

/** Ways to begin a request: every query that needs no argument, some that do, and several at once. */
const documents = () => [
  ...Object.values(schema.getQueryType()!.getFields()).filter(({ args }) => !args.some(isRequiredArgument))
    .map(({ name, type }) => `{ ${name} ${selectionOf(getNamedType(type))} }`),
  `{ deal(id: "${deal.globalId}") { title amount { amountMinor } viewerCan { update } } }`,
  `{ node(id: "${deal.globalId}") { id } nodes(ids: ["${deal.globalId}"]) { id } }`,
  '{ a: deals { totalCount } b: contacts { totalCount nodes { fullName } } viewer { user { email } } }',
];

const ask = (token: string, document: string) => sendTo(world.url, document, {}, token);
const session = ({ userId }: WorldMember) => (
  startSession(world.database, { userId, workspaceId: world.workspaceId, userAgent: null }));

describe.each([
  ['a role', 'delete from member_role where member_id = $1',
    `insert into member_role (workspace_id, member_id, role_id)
      select workspace_id, $1, id from role where built_in = 'ADMIN'`],
  [
    'the membership', 'update member set is_active = false where id = $1',
    'update member set is_active = true where id = $1',
  ],
])('%s that was taken', (_what, take, give) => {
  test('is gone in the very next request, whatever that reads, as if nothing were remembered', async () => {
    const somebody = await world.aMember({ roles: ['ADMIN'] });
    let changed = 0;
    for (const document of documents()) {
      await ask(somebody.token, document);
      const before = await ask(somebody.token, document);
      await world.rows(take, [somebody.id]);
      const after = await ask(somebody.token, document);
      expect(after, document).toEqual(await ask(await session(somebody), document));
      if (JSON.stringify(after) !== JSON.stringify(before)) changed += 1;
      await world.rows(give, [somebody.id]);
      // What was given is there at once, too.
      expect((await ask(somebody.token, document)).errors, document).toEqual(before.errors);
    }
    expect(changed).toBeGreaterThan(15);
  });
});

test('a session that was ended shows nothing in the very next request', async () => {
  const document = `{ deal(id: "${deal.globalId}") { title } deals { totalCount } }`;
  const token = await session(world.owner);
  for (let time = 0; time < 2; time += 1) {
    expect((await ask(token, document)).data).toMatchObject({ deals: { totalCount: 1 } });
  }
  await takeSessions(world.database, { token });
  const { data, errors } = await ask(token, document);
  expect(data).toEqual({ deal: null, deals: null });
  expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
});

test('of many requests in the middle of changes none shows what had gone before it began', async () => {
  const somebody = await world.aMember({ roles: [] });
  const document = '{ a: deals { totalCount } b: deals(first: 1) { totalCount } }';
  const shown = async () => (await ask(somebody.token, document)).data;
  let isOver = false;
  const seen = new Set<string>();
  const busy = Array.from({ length: 4 }, async () => {
    while (!isOver) seen.add(JSON.stringify(await shown()));
  });
  const [all, nothing] = [{ a: { totalCount: 1 }, b: { totalCount: 1 } }, { a: null, b: null }];
  for (let turn = 0; turn < 12; turn += 1) {
    await world.rows(
      `insert into member_role (workspace_id, member_id, role_id)
         select workspace_id, $1, id from role where built_in = 'VIEWER'`, [somebody.id]);
    expect(await shown()).toEqual(all);
    await world.rows('delete from member_role where member_id = $1', [somebody.id]);
    expect(await shown()).toEqual(nothing);
  }
  isOver = true;
  await Promise.all(busy);
  // Nor is one answer made of both.
  expect([...seen].sort()).toEqual([all, nothing].map((each) => JSON.stringify(each)).sort());
});

test('a look-up that fails shows nothing', async () => {
  const token = await session(world.owner);
  const document = '{ deals { totalCount } }';
  for (let time = 0; time < 2; time += 1) await ask(token, document);
  const signature = 'function principal_of_session(text, text, text, uuid[])';
  await world.rows(
    `set role gatehouse_identity; revoke execute on ${signature} from gatehouse_app; set role gatehouse_owner`);
  const { data, errors } = await ask(token, document);
  await world.rows(
    `set role gatehouse_identity; grant execute on ${signature} to gatehouse_app; set role gatehouse_owner`);
  expect({ data, codes: errors.map(({ extensions }) => extensions?.code) })
    .toEqual({ data: null, codes: ['INTERNAL_SERVER_ERROR'] });
  expect((await ask(token, document)).data).toEqual({ deals: { totalCount: 1 } });
});

test('a server whose pooler lends connections per transaction looks up in the same way', async () => {
  const { urls, services } = world;
  const database = new Database({ url: urls.server, pooling: 'transaction', poolSize: 2, onConnectionError: () => {} });
  const env = readEnv({ DATABASE_URL: urls.server, CURSOR_SECRET: 'a secret of at least 32 bytes long' });
  const log = createLog({ logLevel: 'silent' });
  const app = createApp({ env, services: { ...services, database }, schema, log });
  const token = await session(world.owner);
  const send = async () => (await app.fetch(new Request('http://gatehouse/graphql', {
    method: 'POST', body: JSON.stringify({ query: '{ deals { totalCount } }' }),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  }))).json();
  const shown = { data: { deals: { totalCount: 1 } } };
  expect(await send()).toMatchObject(shown);
  const before = database.statementCount;
  expect(await send()).toMatchObject(shown);
  expect(database.statementCount - before).toBe(2);
  await takeSessions(database, { token });
  expect(await send()).toMatchObject({ data: { deals: null } });
  await database.close();
});

test('the look-up is a statement of its own the first time, once a minute, and where nothing is read', async () => {
  const token = await session(world.owner);
  const statements = (document: string) => world.statementsOf(() => ask(token, document));
  const read = '{ deals(first: 1) { nodes { id } } }';
  expect(await statements(read)).toBe(3);
  expect(await statements(read)).toBe(2);
  expect(await statements('{ a: deals { totalCount } b: contacts { totalCount } }')).toBe(4);
  expect(await statements('{ __typename }')).toBe(1);
  for (let time = 0; time < 2; time += 1) expect(await statements('{ viewer { user { email } } }')).toBe(2);

  await world.rows(
    `update session set last_seen_at = now() - interval '2 minutes' where user_id = $1`, [world.owner.userId]);
  expect(await statements(read)).toBe(3);
  expect(await statements(read)).toBe(2);
  expect((await world.rows<{ isNoted: boolean }>(
    `select count(*) = 1 as "isNoted" from session where user_id = $1 and last_seen_at > now() - interval '1 minute'`,
    [world.owner.userId]))[0]).toEqual({ isNoted: true });
});

test('what is refused to somebody who has just been given it is neither told nor kept', async () => {
  const somebody = await world.aMember({ roles: ['REP'] });
  const document = '{ roles { nodes { name } } }';
  const denials = async ({ id } = somebody) => (await world.rows<{ n: number }>(
    'select count(*)::int as n from security_event where member_id = $1', [id]))[0]!.n;
  await ask(somebody.token, '{ deals { totalCount } }');
  await world.rows(
    `insert into member_role (workspace_id, member_id, role_id)
       select workspace_id, $1, id from role where built_in = 'ADMIN'`, [somebody.id]);
  expect((await ask(somebody.token, document)).errors).toEqual([]);
  expect(await denials()).toBe(0);

  const other = await world.aMember({ roles: ['REP'] });
  await ask(other.token, '{ deals { totalCount } }');
  expect((await ask(other.token, `{ deals { totalCount } ${document.slice(1)}`)).errors).toHaveLength(1);
  expect(await denials(other)).toBe(1);
});

test('the log names nobody who was not confirmed, however far the request came', async () => {
  const server = await startServer({ schema });
  try {
    for (const query of ['{ deals { totalCount } }', '{ viewer { member { id } } }', '{ nonsense }', '{']) {
      const token = await server.aToken();
      const logged = async () => {
        await server.post({ query }, { authorization: `Bearer ${token}` });
        const line = server.logLines.findLast((each) => each.includes('"msg":"request"'))!;
        const { memberId, credentials } = JSON.parse(line) as { memberId?: string; credentials: string };
        return { isNamed: memberId !== undefined, credentials };
      };
      for (let time = 0; time < 2; time += 1) {
        expect(await logged(), query).toEqual({ isNamed: true, credentials: 'bearer' });
      }
      await takeSessions(server.database, { token });
      expect(await logged(), query).toEqual({ isNamed: false, credentials: 'bearer' });
    }
  } finally {
    await server.close();
  }
});
