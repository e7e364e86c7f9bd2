import { graphql } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authenticate } from '../../src/auth/authenticate.ts';
import { Refusals } from '../../src/auth/refusals.ts';
import type { GraphQLContext } from '../../src/schema/context.ts';
import { schema } from '../../src/schema/index.ts';
import { createUser } from '../../src/services/identity/create-user.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
const password = 'correct horse battery';
const email = 'ada@example.com';
beforeAll(async () => {
  world = await openWorld();
  const user = await createUser(world.database, world.services.newId, { email, name: 'Ada', password });
  if (!user.ok) throw new Error('no user');
  const { userId } = user.value;
  await world.rows('insert into member (workspace_id, id, user_id, name) values ($1, $2, $3, $4)', [
    world.workspaceId, world.services.newId(), userId, 'Ada in the north']);
  await world.rows(`insert into member_role select m.workspace_id, m.id, r.id from member m, role r
    where m.user_id = $1 and r.built_in = 'REP'`, [userId]);
});
afterAll(() => world.close());

/** One request, whoever sends it: as the server makes its context. */
async function send(
  source: string,
  { cookie, token, secure = true }: { cookie?: string; token?: string; secure?: boolean } = {},
) {
  const headers = new Headers({
    ...(cookie ? { cookie } : {}),
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  });
  const authentication = await authenticate(world.database, headers, secure);
  const contextValue: GraphQLContext = {
    ...authentication,
    services: world.services,
    requestId: 'test',
    signal: new AbortController().signal,
    refusals: new Refusals(),
    responseHeaders: new Headers(),
    ipAddress: null, userAgent: 'Test',
    secureCookies: secure,
  };
  const { data, errors = [] } = await graphql({ schema, source, contextValue });
  return {
    data: data as Record<string, Record<string, unknown>> | null,
    errors: [...errors, ...contextValue.refusals.errors()].map((error) => error.toJSON()),
    cookies: contextValue.responseHeaders.getSetCookie(),
  };
}

const signIn = (fields: string, input = '') =>
  `signIn(input: { email: "${email}", password: "${password}", workspace: "${world.slug}" ${input} }) { ${fields} }`;

test('nobody is no viewer, and that is no error', async () => {
  expect(await send('{ viewer { user { name } } }')).toMatchObject({ data: { viewer: null }, errors: [] });
});

test('signing in answers with a token and with who one is, before the next request', async () => {
  const { data, errors, cookies } = await send(`mutation { ${signIn(`token userErrors { code }
    viewer { user { email name } member { name email roles { name } } workspace { slug timeZone } roles { name builtIn }
      can(permission: "deal.move") }`)} }`);
  expect(data!.signIn).toMatchObject({
    token: expect.stringMatching(/^[a-z2-7]{40}$/), userErrors: [],
    viewer: {
      user: { email, name: 'Ada' }, member: { name: 'Ada in the north', email: null, roles: null },
      workspace: { slug: world.slug, timeZone: 'UTC' }, roles: [{ name: 'Rep', builtIn: 'REP' }], can: true,
    },
  });
  // Reading roles as records is for administrators; one's own come with the viewer.
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', field: 'Member.roles', permission: 'role.read' } }]);
  expect(cookies).toEqual([]);
  const next = await send('{ viewer { user { email } } }', { token: data!.signIn!.token as string });
  expect(next.data).toEqual({ viewer: { user: { email } } });
});

test('COOKIE sets a cookie and tells no token; the session it replaces has ended', async () => {
  const first = await send(`mutation { ${signIn('token viewer { user { name } }', 'transport: COOKIE')} }`);
  expect(first.data).toEqual({ signIn: { token: null, viewer: { user: { name: 'Ada' } } } });
  expect(first.cookies).toEqual([
    expect.stringMatching(/^__Host-gatehouse=[a-z2-7]{40}; HttpOnly; .*SameSite=Lax; Secure$/),
  ]);
  const [cookie] = first.cookies[0]!.split(';');
  expect((await send('{ viewer { user { name } } }', { cookie })).data).toEqual({ viewer: { user: { name: 'Ada' } } });
  const second = await send(`mutation { ${signIn('token', 'transport: COOKIE')} }`, { cookie });
  expect(second.cookies).toHaveLength(1);
  expect((await send('{ viewer { user { name } } }', { cookie })).data).toEqual({ viewer: null });
});

test('whoever signs in acts as himself in the rest of the document, whoever sent it', async () => {
  const elsewhere = await world.another();
  const { data, errors } = await send(`mutation {
    before: dealCreate(input: { title: "Theirs" }) { deal { owner { name } } userErrors { code } }
    ${signIn('viewer { member { name } }')}
    dealCreate(input: { title: "Mine" }) { deal { owner { name } } userErrors { code } }
  }`, { token: elsewhere.admin.token });
  expect(errors).toEqual([]);
  expect(data).toEqual({
    before: { deal: { owner: { name: 'Admin' } }, userErrors: [] },
    signIn: { viewer: { member: { name: 'Ada in the north' } } },
    dealCreate: { deal: { owner: { name: 'Ada in the north' } }, userErrors: [] },
  });
});

test('a wrong password has no viewer and no cookie', async () => {
  const { data, cookies } = await send(
    `mutation { signIn(input: { email: "${email}", password: "wrong", transport: COOKIE }) { token
      viewer { can(permission: "deal.read") }
      userErrors { code message path } } }`,
  );
  expect(data).toEqual({ signIn: {
    token: null, viewer: null,
    userErrors: [{ code: 'INVALID_CREDENTIALS', message: 'The e-mail address or the password is wrong.', path: [] }],
  } });
  expect(cookies).toEqual([]);
});

test('signing out ends the session at once, and takes the cookie away', async () => {
  const { data } = await send(`mutation { ${signIn('token')} }`);
  const token = data!.signIn!.token as string;
  const out = await send(
    'mutation { signOut { userErrors { code } } dealCreate(input: { title: "Too late" }) { deal { id } } }',
    { token },
  );
  expect(out.data).toEqual({ signOut: { userErrors: [] }, dealCreate: null });
  expect(out.errors).toMatchObject([{ path: ['dealCreate'], extensions: { code: 'UNAUTHENTICATED' } }]);
  expect((await send('{ viewer { user { name } } }', { token })).data).toEqual({ viewer: null });

  const signedIn = await send(`mutation { ${signIn('token', 'transport: COOKIE')} }`, { secure: false });
  const [cookie] = signedIn.cookies[0]!.split(';');
  const gone = await send('mutation { signOut { userErrors { code } } }', { cookie, secure: false });
  expect(gone.cookies).toEqual([expect.stringMatching(/^gatehouse=; .*Max-Age=0/)]);
  expect((await send('mutation { signOut { userErrors { code } } }')).errors).toEqual([]);
});

test('a viewer without a role knows who he is, and nothing else', async () => {
  const nobody = await world.aMember({ roles: [] });
  const { data, errors } = await world.as(nobody).ask(
    '{ viewer { user { name } roles { name } member { name } workspace { name } can(permission: "deal.read") } }');
  expect(data).toEqual({
    viewer: { user: { name: nobody.name }, roles: [], member: null, workspace: null, can: false },
  });
  expect(errors.map(({ extensions }) => extensions!.permission)).toEqual(['member.read', 'workspace.read']);
});
