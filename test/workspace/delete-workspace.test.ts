import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSession } from '../../src/auth/session.ts';
import { projectFolder } from '../../src/project.ts';
import { fill } from '../support/fill.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
let doomed: World;
let admin: pg.Client;
beforeAll(async () => {
  doomed = await openWorld();
  await fill(doomed, { deals: 200 });
  world = await doomed.another();
  admin = new pg.Client({ connectionString: world.urls.admin });
  await admin.connect();
  await admin.query('set role gatehouse_owner');
});
afterAll(async () => {
  await admin.end();
  await world.close();
});

/** As an operator types it. */
async function run(...args: string[]): Promise<{ code: number; said: string }> {
  const { PATH, HOME } = process.env;
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['src/cli/workspace-delete.ts', ...args], {
      cwd: projectFolder,
      env: { PATH, HOME, DATABASE_URL: world.urls.server, DATABASE_ADMIN_URL: world.urls.admin },
    });
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
}

/** In how many rows that a workspace sees a text occurs, by table: its id, unless said. */
async function rowCounts({ workspaceId }: World, text = workspaceId): Promise<Record<string, number>> {
  await admin.query(`select set_config('gatehouse.workspace_id', $1, false)`, [workspaceId]);
  const { rows: tables } = await admin.query<{ name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('gatehouse', 'gatehouse_jobs') and c.relkind = 'r'`);
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const { rows } = await admin.query<{ count: number }>(
      `select count(*)::int as count from ${name} t where t::text like '%' || $1 || '%'`, [text]);
    if (rows[0]!.count > 0) counts[name] = rows[0]!.count;
  }
  return counts;
}

test('nothing is left of a deleted workspace, and nothing is missing of another', async () => {
  for (const name of ['Kept', 'Kept Too']) await world.as(world.rep).done('companyCreate', { name });
  const before = await rowCounts(world);
  // What comes of working in it: audit, events, invitations, keys, mails and jobs that wait, links, sessions.
  await doomed.as(doomed.admin).done('invitationCreate', { email: 'guest@doomed.example', builtInRoles: ['REP'] });
  await doomed.as(doomed.admin).data('mutation { apiKeyCreate(input: { name: "Nightly" }) { token } }');
  await doomed.as(doomed.rep).done('companyCreate', { name: 'Doomed Ltd' });
  await doomed.as(doomed.owner).data(
    'mutation { requestPasswordReset(input: { email: "viewer@world-1.example" }) { userErrors { code } } }');
  // Somebody who is in both stays in one; his session there goes on.
  const both = doomed.rep.userId;
  await world.database.transaction(world.workspaceId, (tx) => tx.member.create({ data: {
    workspaceId: world.workspaceId, id: world.services.newId(), userId: both, name: 'In Both', email: doomed.rep.email,
  } }));
  const elsewhere = await startSession(world.database, {
    userId: both, workspaceId: world.workspaceId, userAgent: null,
  });
  const full = await rowCounts(doomed);
  expect(Object.keys(full).length).toBeGreaterThan(25);

  expect(await run('--slug', doomed.slug)).toMatchObject({ code: 1, said: expect.stringContaining('for good') });
  expect(await run('--slug', doomed.slug, '--yes-delete-everything-of', world.slug)).toMatchObject({ code: 1 });
  expect(await rowCounts(doomed)).toEqual(full);
  const { code, said } = await run('--slug', doomed.slug, '--yes-delete-everything-of', doomed.slug);
  expect(said).toMatch(/is gone/);
  expect(code).toBe(0);

  expect(await rowCounts(doomed)).toEqual({});
  expect(await rowCounts(doomed, 'Doomed Ltd')).toEqual({});
  expect(await rowCounts(doomed, doomed.owner.email)).toEqual({});
  expect(await rowCounts(world)).toEqual({
    ...before, 'gatehouse.member': before['gatehouse.member']! + 1,
    'gatehouse.session': before['gatehouse.session']! + 1,
  });
  expect((await doomed.as(doomed.admin).ask<{ viewer: null }>('{ viewer { roles { name } } }')).data?.viewer)
    .toBeNull();
  expect((await world.as({ token: elsewhere })
    .ask<{ viewer: object }>('{ viewer { roles { name } } }')).data?.viewer).not.toBeNull();
  expect(await world.as(world.rep).data('{ deals(first: 1) { totalCount } }')).toMatchObject({
    deals: { totalCount: expect.any(Number) },
  });
  expect(await run('--slug', doomed.slug, '--yes-delete-everything-of', doomed.slug)).toMatchObject({
    code: 1, said: expect.stringContaining('There is no workspace'),
  });
});
