import { afterAll, beforeAll, expect, test } from 'vitest';
import { callerIn } from '../../src/db/caller.ts';
import { recordAccountEvent } from '../../src/services/security-log/record-event.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
let rival: World;
beforeAll(async () => {
  world = await openWorld();
  rival = await world.another();
});
afterAll(() => world.close());

type Event = {
  type: string;
  result: string;
  detail: string | null;
  door: string;
  noun: string | null;
  ipAddress: string | null;
  userAgent: string | null;
  requestId: string | null;
  at: string;
  member: { name: string } | null;
  subject: { name: string } | null;
};
const fields = `type result detail door noun ipAddress userAgent requestId at member { name } subject { name }`;

async function eventsOf(where: object, { as = world.owner, from = world } = {}): Promise<Event[]> {
  const { securityEvents } = await from
    .as(as)
    .data<{ securityEvents: { nodes: Event[] } }>(
      `query($where: SecurityEventWhere) { securityEvents(where: $where, orderBy: [{ field: AT }]) { nodes { ${fields} } } }`,
      { where },
    );
  return securityEvents.nodes;
}

const idOf = (member: { id: string }) => `member_${member.id}`;

test('who changed whose rights, when and from where, stands in the log', async () => {
  const subject = await world.aMember({ name: 'Changing', roles: ['REP'] });
  const rep = (await world.rows<{ id: string }>(`select id from role where built_in = 'MANAGER'`))[0]!;
  const before = new Date();
  await world.as(world.admin).done('memberUpdate', {
    id: idOf(subject),
    version: 1,
    name: 'Changed',
    roleIds: [`role_${rep.id}`],
    teamId: `team_${world.teams.north.id}`,
  });
  await world.as(world.admin).done('memberUpdate', { id: idOf(subject), version: 2, isActive: false });
  await world.as(world.admin).done('memberUpdate', { id: idOf(subject), version: 3, isActive: true });
  const events = await eventsOf({ subjectId: { eq: idOf(subject) } });
  expect(events.map(({ type, detail }) => [type, detail])).toEqual(expect.arrayContaining([
    ['authz_change', 'role Manager given'],
    ['authz_change', 'role Rep taken away'],
    ['authz_change', 'put into a team'],
    ['user_updated', 'name changed'],
    ['user_archived', null],
    ['session_ended', 'the member was suspended'],
    ['user_reactivated', null],
  ].map(([type, detail]) => [type!.toUpperCase(), detail])));
  expect(events).toHaveLength(7);
  for (const event of events) {
    expect(event).toMatchObject({
      result: 'SUCCESS',
      door: 'API',
      member: { name: 'Admin' },
      subject: { name: 'Changed' },
      ipAddress: '127.0.0.1',
      userAgent: 'node',
      requestId: expect.stringMatching(/^[\w.-]{8,64}$/),
    });
    expect(new Date(event.at).getTime()).toBeGreaterThanOrEqual(before.getTime());
  }
});

test('what a role allows is logged when it changes, and not when only its name does', async () => {
  const grants = [{ noun: 'tag', verb: 'read', reach: 'ANY' }];
  const role = await world.as(world.admin).done('roleCreate', { name: 'Tagger', grants });
  await world.as(world.admin).done('roleUpdate', { ...role, name: 'Tagging' });
  await world.as(world.admin).done('roleUpdate', { ...role, version: 2, grants: [] });
  await world.as(world.admin).done('roleDelete', { id: role.id, version: 3 }, 'id').catch(() => undefined);
  const events = await eventsOf({ type: { eq: 'PRIVILEGE_PERMISSIONS_CHANGED' } });
  expect(events.map(({ detail }) => detail)).toEqual([
    'role Tagger made',
    'role Tagging changed',
    'role Tagging deleted',
  ]);
});

test('what an event was done with, and its name, are told to those who may read that kind of record', async () => {
  const grants = [{ noun: 'tag', verb: 'read', reach: 'ANY' }];
  const role = await world.as(world.admin).done('roleCreate', { name: 'Secret plans', grants });
  const key = await world.as(world.admin).done('apiKeyCreate', { name: 'Secret sync', grants });
  const read = async (...nouns: string[]) => {
    const reader = await world.aMember({ roles: [] });
    await world.grant(reader, ['securityLog', ...nouns].map((noun) => ({ noun, verb: 'read', reach: 'ANY' as const })));
    const { securityEvents } = await world.as(reader).data<{ securityEvents: { nodes: object[] } }>(
      `{ securityEvents(where: { noun: { in: ["role", "apiKey"] } }, first: 2) { nodes { noun detail recordId } } }`);
    return securityEvents.nodes;
  };
  const ofRole = { noun: 'role', detail: 'role Secret plans made', recordId: role.id };
  const ofKey = { noun: 'apiKey', detail: 'key Secret sync', recordId: key.id };
  const hidden = { detail: null, recordId: null };
  expect(await read('role', 'apiKey')).toEqual([ofKey, ofRole]);
  expect(await read('apiKey')).toEqual([ofKey, { ...ofRole, ...hidden }]);
  expect(await read()).toEqual([{ ...ofKey, ...hidden }, { ...ofRole, ...hidden }]);
});

test('what is refused leaves no event but the refusal, which is logged once a minute', async () => {
  const rep = await world.aMember({ name: 'Prying' });
  for (let round = 0; round < 3; round += 1) {
    await world.as(rep).ask('{ a: roles { totalCount } b: securityEvents { totalCount } deals { totalCount } }');
  }
  await world.as(rep).mutate('memberUpdate', { id: idOf(world.admin), version: 1, isActive: false });
  const events = await eventsOf({ memberId: { eq: idOf(rep) } });
  expect(events.map(({ type, result, detail }) => [type, result, detail])).toEqual([
    ['AUTHZ_FAIL', 'FAILURE', 'Query.roles, Query.securityEvents without role.read, securityLog.read'],
    ['AUTHZ_FAIL', 'FAILURE', 'Mutation.memberUpdate without member.update'],
  ]);
});

test('an event comes and goes with the transaction of what happened', async () => {
  const subject = await world.aMember({ name: 'Undone' });
  await world.rows('begin');
  await world.rows('select from member where id = $1 for update', [subject.id]);
  const changing = world.as(world.admin).mutate('memberUpdate', { id: idOf(subject), version: 1, isActive: false });
  await world.someoneWaits();
  await world.rows('update member set version = 2 where id = $1', [subject.id]);
  await world.rows('commit');
  expect((await changing).userErrors).toMatchObject([{ code: 'VERSION_CONFLICT' }]);
  expect(await eventsOf({ subjectId: { eq: idOf(subject) } })).toEqual([]);
});

test("an account's event is read in each of the person's workspaces, and nobody's is kept apart", async () => {
  const person = await world.aMember({ name: 'Both' });
  const there = await rival.aMember({ name: 'Both There' });
  await rival.rows('update member set user_id = $1 where id = $2', [person.userId, there.id]);
  const origin = { ipAddress: '192.0.2.7', userAgent: `${'x'.repeat(600)}`, requestId: 'request-1' };
  const record = (userId: string | null, workspaceId?: string) =>
    recordAccountEvent(world.database, world.services, origin, { type: 'authn_login_fail', userId, workspaceId });
  await record(person.userId);
  await record(person.userId, rival.workspaceId);
  await record(null);
  const failed = { type: { eq: 'AUTHN_LOGIN_FAIL' } };
  expect(await eventsOf(failed)).toMatchObject([
    {
      result: 'FAILURE',
      member: null,
      subject: { name: 'Both' },
      ipAddress: '192.0.2.7',
      userAgent: 'x'.repeat(500),
    },
  ]);
  expect(await eventsOf(failed, { from: rival, as: rival.owner })).toHaveLength(2);
  const unplaced = await world.rows('select user_id, ip_address from unplaced_security_event');
  expect(unplaced).toEqual([{ user_id: null, ip_address: '192.0.2.7' }]);

  const undone = world.database.transaction(world.workspaceId, async (tx) => {
    await recordAccountEvent(callerIn(tx), world.services, origin, { type: 'session_created', userId: person.userId });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(await eventsOf({ type: { eq: 'SESSION_CREATED' } })).toEqual([]);
});

test('owners and administrators read it, page by page; others and other workspaces do not', async () => {
  for (const member of [world.manager, world.rep, world.viewer]) {
    const { errors } = await world.as(member).ask('{ securityEvents { totalCount } }');
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'securityLog.read' } }]);
  }
  type Page = { securityEvents: { totalCount: number; nodes: { id: string }[]; pageInfo: { endCursor: string } } };
  const page = (after?: string) =>
    world.as(world.admin).data<Page>(
      `query($after: String) {
      securityEvents(first: 3, after: $after) { totalCount nodes { id } pageInfo { endCursor } } }`,
      { after },
    );
  const seen: string[] = [];
  const { totalCount } = (await page()).securityEvents;
  for (let after: string | undefined; seen.length < totalCount;) {
    const { nodes, pageInfo } = (await page(after)).securityEvents;
    seen.push(...nodes.map(({ id }) => id));
    after = pageInfo.endCursor;
  }
  expect(new Set(seen).size).toBe(totalCount);
  const foreign = await rival
    .as(rival.owner)
    .data('query($id: ID!) { node(id: $id) { id } securityEvent(id: $id) { id } }', { id: seen[0] });
  expect(foreign).toEqual({ node: null, securityEvent: null });
});

test('lists take the same statements for one event and for many', async () => {
  const list = (first: number) => () =>
    world.as(world.owner).data(`{ securityEvents(first: ${first}) { totalCount nodes { ${fields} } } }`);
  await list(1)();
  expect(await world.statementsOf(list(50))).toBe(await world.statementsOf(list(1)));
});
