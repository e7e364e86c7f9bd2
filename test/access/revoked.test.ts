import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { projectFolder } from '../../src/project.ts';
import { mutationOf } from '../support/mutation-of.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

/*
 * Two server processes on one database. What somebody loses by a request to the one he has lost in his very next
 * request to the other, however often he was served before.
 */
const stateFolder = mkdtempSync(path.join(os.tmpdir(), 'gatehouse-revoked-'));
const children: ChildProcess[] = [];
let world: World;
let servers: string[];

beforeAll(async () => {
  world = await openWorld();
  const [row] = await world.rows<{ name: string }>('select current_database() as name');
  const url = Object.assign(new URL(inject('database').serverUrl), { pathname: `/${row!.name}` }).href;
  servers = await Promise.all([start(url), start(url)]);
});
afterAll(async () => {
  await Promise.all(children.map((child) => new Promise((resolve) => {
    child.once('close', resolve);
    child.kill('SIGTERM');
  })));
  await world.close();
  rmSync(stateFolder, { recursive: true, force: true });
});

function start(databaseUrl: string): Promise<string> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/start.ts'], {
    cwd: projectFolder,
    env: { PATH, HOME, PORT: '0', STATE_FOLDER: stateFolder, LOG_LEVEL: 'silent', DATABASE_URL: databaseUrl },
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const address = /Gatehouse is running.*?(http:\S+)\/graphql/.exec(output)?.[1];
        if (address) resolve(address);
      });
    }
    child.once('close', () => reject(new Error(output)));
  });
}

type Answer = { data: Record<string, never> | null; errors?: { extensions: { code: string } }[] };

async function ask(server: number, member: WorldMember, query: string, variables: object = {}): Promise<Answer> {
  const response = await fetch(`${servers[server]}/graphql`, {
    method: 'POST', body: JSON.stringify({ query, variables }),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${member.token}` },
  });
  return await response.json() as Answer;
}

/** Done through the first server. */
async function change(mutation: string, input: Record<string, unknown>): Promise<void> {
  const { data, errors } = await ask(
    0, world.owner, mutationOf(mutation, 'userErrors { code message }'),
    { input });
  expect({ data, errors }).toEqual({ data: { [mutation]: { userErrors: [] } } });
}

const versionOf = async (noun: string, id: string) => (
  (await world.rows<{ version: number }>(`select version from ${noun} where id = $1`, [id]))[0]!.version);

let deal: { id: string; globalId: string };
let somebody: WorldMember;
beforeEach(async () => {
  deal = await world.aDeal({ owner: world.southRep, amountMinor: 5n });
});

/** What the second server shows of the deal, three times over, so that whatever it remembers it remembers. */
async function seen(): Promise<unknown> {
  const query = `{ deal(id: "${deal.globalId}") { amount { amountMinor } } }`;
  const answers = [];
  for (let time = 0; time < 3; time += 1) answers.push((await ask(1, somebody, query)).data?.deal ?? null);
  expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
  return answers[0];
}

const shown = { amount: { amountMinor: '5' } };

test('a role that was taken away is gone', async () => {
  somebody = await world.aMember({ roles: ['ADMIN'] });
  expect(await seen()).toEqual(shown);
  await change('memberUpdate', {
    id: `member_${somebody.id}`, version: await versionOf('member', somebody.id), roleIds: [],
  });
  expect(await seen()).toBeNull();
});

test('a grant that was taken out of a role is gone', async () => {
  somebody = await world.aMember({ roles: [] });
  const roleId = await world.grant(somebody, [
    { noun: 'deal', verb: 'read', reach: 'ANY', fieldGroups: ['financial'] },
  ]);
  expect(await seen()).toEqual(shown);
  const grants = [{ noun: 'deal', verb: 'read', reach: 'ANY' }];
  await change('roleUpdate', { id: `role_${roleId}`, version: await versionOf('role', roleId), grants });
  expect(await seen()).toEqual({ amount: null });
});

test('a team that one has left is gone, with what it reached', async () => {
  somebody = await world.aMember({ roles: ['MANAGER'], teamId: world.teams.south.id });
  expect(await seen()).toEqual(shown);
  const input = {
    id: `member_${somebody.id}`, version: await versionOf('member', somebody.id),
    teamId: `team_${world.teams.north.id}`,
  };
  await change('memberUpdate', input);
  expect(await seen()).toBeNull();
});

test('a share is gone, taken back or ended by the clock', async () => {
  somebody = await world.aMember({ roles: ['REP'] });
  const given = { recordId: deal.globalId, memberId: `member_${somebody.id}` };
  await change('recordShare', { ...given, level: 'READ' });
  expect(await seen()).toEqual(shown);
  await change('recordUnshare', given);
  expect(await seen()).toBeNull();
  await change('recordShare', { ...given, level: 'READ', endsAt: new Date(Date.now() + 3600e3).toISOString() });
  expect(await seen()).toEqual(shown);
  await world.rows(`update record_share set ends_at = now() - interval '1 second' where member_id = $1`, [somebody.id]);
  expect(await seen()).toBeNull();
});

test('the membership of who was suspended is gone', async () => {
  somebody = await world.aMember({ roles: ['ADMIN'] });
  expect(await seen()).toEqual(shown);
  await change('memberUpdate', {
    id: `member_${somebody.id}`, version: await versionOf('member', somebody.id), isActive: false,
  });
  expect(await seen()).toBeNull();
  expect((await ask(1, somebody, '{ deals { totalCount } }')).errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED' } },
  ]);
});

test('a role that was taken, and a grant that was changed, past the API, are gone', async () => {
  for (const change of [
    'delete from member_role where role_id = $1', `update role_grant set verb = 'update' where role_id = $1`,
  ]) {
    somebody = await world.aMember({ roles: [] });
    const roleId = await world.grant(somebody, [
      { noun: 'deal', verb: 'read', reach: 'ANY', fieldGroups: ['financial'] },
    ]);
    expect(await seen()).toEqual(shown);
    await world.rows(change, [roleId]);
    expect(await seen()).toBeNull();
  }
});

test('a team below one\'s own is gone once it was moved elsewhere', async () => {
  const top = await world.aTeam();
  const below = await world.aTeam({ parentId: top.id });
  somebody = await world.aMember({ roles: ['MANAGER'], teamId: top.id });
  const owner = await world.aMember({ roles: ['REP'], teamId: below.id });
  deal = await world.aDeal({ owner, amountMinor: 5n });
  expect(await seen()).toEqual(shown);
  await change('teamUpdate', { id: `team_${below.id}`, version: await versionOf('team', below.id), parentId: null });
  expect(await seen()).toBeNull();
});

test('a share with a team above one\'s own is gone, and so is one\'s place below it', async () => {
  const top = await world.aTeam();
  const below = await world.aTeam({ parentId: top.id });
  somebody = await world.aMember({ roles: ['REP'], teamId: below.id });
  const given = { recordId: deal.globalId, teamId: `team_${top.id}` };
  expect(await seen()).toBeNull();
  await change('recordShare', { ...given, level: 'READ' });
  expect(await seen()).toEqual(shown);
  await change('recordUnshare', given);
  expect(await seen()).toBeNull();
  await change('recordShare', { ...given, level: 'READ' });
  expect(await seen()).toEqual(shown);
  await change('teamUpdate', { id: `team_${below.id}`, version: await versionOf('team', below.id), parentId: null });
  expect(await seen()).toBeNull();
});

test('the session is gone, ended by the clock or by stricter settings', async () => {
  somebody = await world.aMember({ roles: ['ADMIN'] });
  expect(await seen()).toEqual(shown);
  const settle = (minutes: number) => world.rows(
    'update workspace set session_idle_minutes = $2 where id = $1', [world.workspaceId, minutes]);
  await settle(5);
  expect(await seen()).toEqual(shown);
  await atSession(`update gatehouse.session set last_seen_at = now() - interval '6 minutes' where user_id = $1`);
  expect(await seen()).toBeNull();
  await settle(43_200);
  expect(await seen()).toEqual(shown);
  await atSession(`update gatehouse.session set expires_at = now() - interval '1 second' where user_id = $1`);
  expect(await seen()).toBeNull();
});

const atSession = (text: string) => world.rows(text, [somebody.userId]);

test('what a key may do is gone with its grants, its owner\'s role, itself', async () => {
  const ways = [
    'update api_key_grant set field_groups = array[]::text[] where api_key_id in (select id from api_key where member_id = $1)',
    'delete from member_role where member_id = $1',
    'update member set is_active = false where id = $1',
  ];
  for (const way of ways) {
    const owner = await world.aMember({ roles: ['ADMIN'] });
    const made = await ask(0, owner, `mutation($input: ApiKeyCreateInput!) {
      apiKeyCreate(input: $input) { apiKey { id version } token userErrors { code message } } }`, {
      input: { name: 'Key', grants: [{ noun: 'deal', verb: 'read', reach: 'ANY', fieldGroups: ['financial'] }] },
    });
    const { token, userErrors } = (made.data as unknown as {
      apiKeyCreate: { token: string; userErrors: unknown[] };
    }).apiKeyCreate;
    expect(userErrors).toEqual([]);
    somebody = { ...owner, token };
    expect(await seen()).toEqual(shown);
    await world.rows(way, [owner.id]);
    expect(await seen()).not.toEqual(shown);
  }
});
