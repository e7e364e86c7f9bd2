import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findUser, findWorkspaceBySlug } from '../../src/db/identity.ts';
import { projectFolder } from '../../src/project.ts';
import { createUser } from '../../src/services/identity/create-user.ts';
import { createWorkspace } from '../../src/services/identity/create-workspace.ts';
import { setPassword } from '../../src/services/identity/set-password.ts';
import { signIn } from '../../src/services/identity/sign-in.ts';
import { type IdentityWorld, nowhere, openIdentityWorld, password } from './identity-world.ts';

let world: IdentityWorld;
beforeAll(async () => {
  world = await openIdentityWorld();
});
afterAll(() => world.close());

const maySignIn = async (email: string, given: string, workspace?: string) =>
  (await signIn(world.services, { email, password: given, workspace, userAgent: null })).ok;

test('a new workspace has an owner, the built-in roles, and pipelines for deals and leads', async () => {
  const answer = await createWorkspace(world.services, {
    slug: 'acme', name: 'Acme', timeZone: 'Europe/Vienna', locale: 'de-AT', currency: 'eur',
    owner: { email: 'Ada@Example.com', name: 'Ada Adams' },
  });
  if (!answer.ok) throw new Error(JSON.stringify(answer.userErrors));
  const { workspaceId, ownerUserId, ownerMemberId } = answer.value;
  expect(await findUser(world.database, ownerUserId)).toEqual(
    { id: ownerUserId, email: 'ada@example.com', name: 'Ada Adams' });
  await world.database.transaction(workspaceId, async (tx) => {
    expect(await tx.workspace.findMany()).toMatchObject(
      [{ slug: 'acme', name: 'Acme', timeZone: 'Europe/Vienna', locale: 'de-AT', defaultCurrency: 'EUR' }]);
    expect(await tx.member.findMany({ include: { roles: { include: { role: true } } } })).toMatchObject(
      [{ id: ownerMemberId, name: 'Ada Adams', email: 'ada@example.com', roles: [{ role: { builtIn: 'OWNER' } }] }]);
    expect((await tx.role.findMany()).map(({ builtIn }) => builtIn).sort())
      .toEqual(['ADMIN', 'MANAGER', 'OWNER', 'REP', 'VIEWER']);
    const pipelines = await tx.pipeline.findMany({
      orderBy: { position: 'asc' }, include: { stages: { orderBy: { position: 'asc' } } },
    });
    const ways = pipelines.map(({ kind, stages }) => [kind, ...stages.map(({ status }) => status)]);
    expect(ways).toEqual(
      [['DEAL', 'OPEN', 'OPEN', 'OPEN', 'OPEN', 'WON', 'LOST'], ['LEAD', 'OPEN', 'OPEN', 'OPEN', 'WON', 'LOST']]);
    expect(await tx.auditEntry.findMany()).toMatchObject(
      [{ noun: 'workspace', verb: 'create', door: 'CLI', recordId: workspaceId }]);
  });
});

test('a taken slug leaves nothing behind', async () => {
  await world.aWorkspace({ slug: 'taken' });
  const answer = await createWorkspace(world.services, { slug: 'Taken', owner: { email: 'late@example.com' } });
  expect(answer).toMatchObject({ ok: false, userErrors: [{ code: 'TAKEN', path: ['slug'] }] });
  expect(await world.asOwner(`select from "user" where email = 'late@example.com'`)).toEqual([]);
});

test('of two who want a slug at once, one gets it', async () => {
  const answers = await Promise.all(['one@example.com', 'two@example.com'].map((email) =>
    createWorkspace(world.services, { slug: 'race', owner: { email } })));
  expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
});

test('everything that is wrong is said at once', async () => {
  const answer = await createWorkspace(world.services, {
    slug: '-', name: 'x'.repeat(201), timeZone: '+02:00', locale: 'de_AT', currency: 'XXY',
    owner: { email: 'a@b', password: 'short' },
  });
  expect(answer.ok || answer.userErrors.map((each) => each.path.join('.'))).toEqual(
    ['slug', 'name', 'timeZone', 'locale', 'currency', 'owner.email', 'owner.password']);
});

test('an owner who has a password keeps it, and gets no link', async () => {
  const { email, ownerUserId } = await world.aWorkspace();
  const answer = await createWorkspace(
    world.services, { slug: 'second', owner: { email, name: 'Other', password: 'a taken over account' } });
  expect(answer).toMatchObject({ ok: true, value: { ownerUserId, hasPassword: true } });
  expect(await maySignIn(email, password, 'second')).toBe(true);
  expect(await maySignIn(email, 'a taken over account')).toBe(false);
});

test('creating a user who exists finds him, and leaves his password alone', async () => {
  const { email, ownerUserId } = await world.aWorkspace();
  const answer = await createUser(
    world.database, world.services.newId, { email: email.toUpperCase(), password: 'a taken over account' });
  expect(answer).toEqual({ ok: true, value: { userId: ownerUserId, isNew: false } });
  expect(await maySignIn(email, password)).toBe(true);
});

const run = (...args: string[]) => promisify(execFile)(
  process.execPath, [path.join(projectFolder, 'src/cli/workspace-create.ts'), ...args],
  { env: { PATH: process.env.PATH, DATABASE_URL: world.url, PUBLIC_URL: 'https://crm.example.com' } });

test('the command prints the link, and nothing else, on its standard output', async () => {
  const { stdout } = await run('--slug', 'by-command', '--owner', 'cli@example.com', '--name', 'By command');
  const [, token] = /^https:\/\/crm\.example\.com\/set-password\?token=([\w-]{43})\n$/.exec(stdout) ?? [];
  expect(await findWorkspaceBySlug(world.database, 'by-command')).not.toBeNull();
  expect(await setPassword(world.services, { token: token!, password }, nowhere)).toMatchObject({ ok: true });
  expect(await maySignIn('cli@example.com', password)).toBe(true);
});

test('the command says what is wrong in a sentence for each option, and ends with 1', async () => {
  await expect(run('--slug', 'UPPER CASE', '--owner', 'nobody')).rejects.toMatchObject({
    code: 1, stdout: '', stderr: expect.stringMatching(/^--slug: .*\n--owner: .*\n$/),
  });
  const withUsage = { code: 1, stdout: '', stderr: expect.stringContaining('npm run workspace:create --') };
  await expect(run('--owner', 'a@b.example')).rejects.toMatchObject(withUsage);
  await expect(run('--colour', 'red')).rejects.toMatchObject(withUsage);
});
