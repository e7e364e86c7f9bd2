import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashPassword } from '../../src/auth/password.ts';
import { platformWorkspaceId } from '../../src/db/platform-workspace.ts';
import { mutationOf } from '../support/mutation-of.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

const password = 'correct horse battery staple 7';
type Problem = { code: string };

async function send(name: string, input: object, as: { token: string } = { token: '' }, fields = '') {
  const { data, errors } = await world.as(as).ask<Record<string, { token?: string; userErrors: Problem[] }>>(
    mutationOf(name, `${fields} userErrors { code }`), { input });
  return { ...data?.[name], refusals: [...errors.map(({ extensions }) => extensions?.code), ...(data?.[name]?.userErrors
    ?? []).map(({ code }) => code)] };
}

/**
 * Every value of every row of the product's and the queue's tables, as a thief reads them: whole, and each text in
 * JSON.
 */
async function everyValue(): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: world.urls.admin });
  await client.connect();
  const values = new Set<string>();
  const add = (value: unknown): void => {
    if (value instanceof Date || value === null) return;
    if (typeof value === 'object') for (const each of Object.values(value)) add(each);
    else values.add(String(value));
  };
  try {
    const { rows: tables } = await client.query<{ name: string }>(`
      select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('gatehouse', 'gatehouse_jobs') and c.relkind in ('r', 'm')`);
    await client.query('set role gatehouse_owner');
    for (const workspaceId of [world.workspaceId, platformWorkspaceId]) {
      await client.query(`select set_config('gatehouse.workspace_id', $1, false)`, [workspaceId]);
      for (const { name } of tables) for (const row of (await client.query(`select * from ${name}`)).rows) add(row);
    }
  } finally {
    await client.end();
  }
  return values;
}

test('with all that is in a stolen copy of the database nobody signs in, joins, or sets a password', async () => {
  const victim = await world.aMember({ name: 'Victim', roles: ['ADMIN'] });
  await world.rows('update "user" set password_hash = $2 where id = $1', [victim.userId, await hashPassword(password)]);
  const key = await send('apiKeyCreate', { name: 'Nightly' }, victim, 'token');
  const signedIn = await send('signIn', { email: victim.email, password }, undefined, 'token');
  await send('signUp', { email: 'waiting@dump.example', workspaceName: 'Waiting' });
  await send('requestPasswordReset', { email: victim.email });
  await send('changeEmail', { newEmail: 'other@dump.example', currentPassword: password }, { token: signedIn.token! });
  await send('invitationCreate', { email: 'invited@dump.example' }, victim);
  const values = await everyValue();

  // That it is all there, and that what is tried with it would work with the real ones.
  for (const column of [
    'session.token_hash', 'api_key.token_hash', 'one_time_token.token_hash', 'user.password_hash',
  ]) {
    const [table, name] = column.split('.');
    const rows = await world.rows<{ it: string }>(`select ${name} as it from "${table}" where ${name} is not null`);
    expect(rows.length, column).toBeGreaterThan(0);
    for (const { it } of rows) expect(values.has(it), column).toBe(true);
  }
  expect(await world.database.transaction(platformWorkspaceId, (tx) => tx.mail.count())).toBeGreaterThan(2);
  const works = async (token: string) =>
    (await world.as({ token }).ask<{ viewer: object | null }>('{ viewer { roles { name } } }')).data?.viewer;
  expect([await works(signedIn.token!), await works(key.token!)]).toEqual([expect.any(Object), expect.any(Object)]);
  for (const secret of [signedIn.token!, key.token!, victim.token, password]) expect(values.has(secret)).toBe(false);

  // A header takes no line breaks and nothing outside of ASCII; no secret of ours has any.
  const tried = [...values].filter((value) => value.length >= 8 && value.length < 500 && /^[\x21-\x7e]+$/.test(value));
  expect(tried.length).toBeGreaterThan(150);
  for (const value of tried) {
    const forms = [
      value, `gh_${value}`, Buffer.from(value, /^[0-9a-f]+$/.test(value) ? 'hex' : 'utf8').toString('base64url'),
    ];
    for (const token of forms) expect(await works(token) ?? null, token).toBeNull();
    const cookie = await fetch(`${world.url}/account`, {
      redirect: 'manual', headers: { cookie: `gatehouse=${value.replaceAll(';', '')}` },
    });
    expect(cookie.headers.get('location'), value).toBe('/sign-in');
  }
  // Hashes and ids as the secret of a link, in each of the forms that a link can have.
  const secrets = tried.filter((value) => /^[\w-]{32,}$/.test(value) || value.startsWith('$argon2id$'));
  expect(secrets.length).toBeGreaterThan(100);
  for (const value of secrets) {
    const forms = [
      value, Buffer.from(value, 'hex').toString('base64url'), Buffer.from(value).toString('base64url').slice(0, 43),
    ];
    for (const token of forms) {
      expect((await send('setPassword', { token, password: 'the password of a thief' })).refusals, token)
        .toEqual(['NOT_FOUND']);
      expect((await send('confirmEmail', { token })).refusals, token).toEqual(['NOT_FOUND']);
      expect((await send('confirmSignUp', { token, password: 'the password of a thief' })).refusals, token)
        .toEqual(['NOT_FOUND']);
      expect((await send('acceptInvitation', { token, password: 'the password of a thief' })).refusals, token)
        .toEqual(['NOT_FOUND']);
    }
  }
  // And the hash of a password is no password.
  const [{ hash }] = await world.rows<{
    hash: string;
  }>('select password_hash as hash from "user" where id = $1', [victim.userId]) as [{ hash: string }];
  expect((await send('signIn', { email: victim.email, password: hash })).refusals).toEqual(['INVALID_CREDENTIALS']);
});
