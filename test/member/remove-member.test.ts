import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handOverJob } from '../../src/services/member/hand-over-job.ts';
import { aWorker } from '../jobs/working.ts';
import { type SecondServer, secondServer } from '../support/second-server.ts';
import { until } from '../support/until.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
let other: SecondServer;
beforeAll(async () => {
  world = await openWorld();
  other = await secondServer(world);
});
afterAll(async () => {
  await other.close();
  await world.close();
});

const idOf = ({ id }: { id: string }) => `member_${id}`;
const nouns = ['company', 'contact', 'lead', 'deal', 'activity'] as const;
const me = '{ viewer { member { name } } }';

type Plan = {
  records: { noun: string; count: number }[];
  isInBackground: boolean;
  apiKeyCount: number;
  invitationCount: number;
};
type Removal = {
  memberRemove: {
    member: { isActive: boolean; removedAt: string | null; roles: object[] } | null;
    plan: Plan | null;
    userErrors: { code: string; path: string[]; count?: number }[];
  };
};
function remove(
  member: { id: string }, input: Record<string, unknown> = {}, as = world.admin,
): Promise<Removal['memberRemove']> {
  return world
    .as(as)
    .data<Removal>(
      `mutation($input: MemberRemoveInput!) { memberRemove(input: $input) {
    member { isActive removedAt roles { name } } plan { records { noun count } isInBackground apiKeyCount invitationCount }
    userErrors { code path ... on InUse { count } } } }`,
      { input: { id: idOf(member), version: 1, ...input } },
    )
    .then(({ memberRemove }) => memberRemove);
}

async function withRecords(owner: WorldMember) {
  return {
    company: await world.aCompany({ owner }),
    contact: await world.aContact({ owner }),
    lead: await world.aLead({ owner }),
    deal: await world.aDeal({ owner }),
    activity: await world.anActivity({ owner }),
    binned: await world.aCompany({ owner, deletedAt: new Date() }),
  };
}

async function apiKeyOf(member: WorldMember): Promise<{ token: string }> {
  const { apiKeyCreate } = await world
    .as(member)
    .data<{ apiKeyCreate: { token: string } }>(
      'mutation($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { token } }', { input: { name: 'Key' } },
    );
  return apiKeyCreate;
}

describe('a member who is removed', () => {
  test('hands over all that he owns, each with its audit and its event, in one command', async () => {
    const leaver = await world.aMember({ name: 'Leaver', teamId: world.teams.north.id });
    const records = await withRecords(leaver);
    const withoutHeir = await remove(leaver);
    expect(withoutHeir.userErrors).toEqual([{ code: 'IN_USE', path: ['input', 'handOverToId'], count: 6 }]);

    const plan = {
      records: [{ noun: 'company', count: 2 }, ...nouns.slice(1).map((noun) => ({ noun, count: 1 }))],
      isInBackground: false,
      apiKeyCount: 0,
      invitationCount: 0,
    };
    const trial = await remove(leaver, { handOverToId: idOf(world.southRep), dryRun: true });
    expect(trial).toMatchObject({ plan, userErrors: [], member: { isActive: true, removedAt: null } });
    expect(await world.as(leaver).data(me)).toEqual({ viewer: { member: { name: 'Leaver' } } });

    const done = await remove(leaver, { handOverToId: idOf(world.southRep) });
    expect(done).toMatchObject({
      plan,
      userErrors: [],
      member: { isActive: false, removedAt: expect.any(String), roles: [] },
    });
    for (const [noun, { id }] of Object.entries(records)) {
      const table = noun === 'binned' ? 'company' : noun;
      expect(await world.rows(`select owner_id, version from ${table} where id = $1`, [id]), noun).toEqual([
        { owner_id: world.southRep.id, version: 2 },
      ]);
      expect(await world.audited(id), noun).toEqual([{ by: 'Admin', did: `${table}.assign`, fields: ['ownerId'] }]);
      expect(await world.rows('select type from outbox_event where record_id = $1', [id])).toEqual([
        { type: `${table}.assign` },
      ]);
    }
    const [entry] = await world.audited(leaver.id);
    expect(entry).toMatchObject({ by: 'Admin', did: 'member.remove' });
    expect(entry!.fields).toEqual(expect.arrayContaining(['isActive', 'removedAt', 'roles', 'handedOverTo']));
  });

  test('can do nothing on his very next request, on any server, with his session or his keys', async () => {
    const leaver = await world.aMember({ name: 'Signed In', roles: ['ADMIN'] });
    const key = await apiKeyOf(leaver);
    for (const as of [world.as(leaver), other.as(leaver), world.as(key), other.as(key)]) {
      expect(await as.data(me)).toEqual({ viewer: { member: { name: 'Signed In' } } });
    }
    const { plan } = await remove(leaver, {}, world.owner);
    expect(plan).toMatchObject({ apiKeyCount: 1 });
    for (const as of [world.as(leaver), other.as(leaver), world.as(key), other.as(key)]) {
      expect(await as.data(me)).toEqual({ viewer: null });
      expect((await as.ask('{ deals { totalCount } }')).errors).toMatchObject([
        { extensions: { code: 'UNAUTHENTICATED' } },
      ]);
    }
    // Taken in again he has no roles, no session that comes to life, and no key.
    await world.as(world.owner).done('memberReactivate', { id: idOf(leaver), version: 2 });
    for (const as of [world.as(leaver), other.as(leaver), other.as(key)])
      expect(await as.data(me)).toEqual({ viewer: null });
    expect(await world.rows('select from member_role where member_id = $1', [leaver.id])).toEqual([]);
  });

  test('loses what was shared with him, and is told by mail', async () => {
    const leaver = await world.aMember({ name: 'Told' });
    const deal = await world.aDeal({ owner: world.rep });
    await world
      .as(world.admin)
      .data('mutation($input: RecordShareInput!) { recordShare(input: $input) { userErrors { code } } }', {
        input: { recordId: deal.globalId, memberId: idOf(leaver), level: 'READ' },
      });
    await remove(leaver);
    expect(await world.rows('select from record_share where member_id = $1', [leaver.id])).toEqual([]);
    expect(await world.rows('select template from mail where to_address = $1', [leaver.email])).toEqual([
      { template: 'member-removed' },
    ]);
    const { securityEvents } = await world
      .as(world.owner)
      .data<{ securityEvents: { nodes: { type: string }[] } }>(
        'query($id: ID!) { securityEvents(where: { subjectId: { eq: $id } }) { nodes { type } } }',
        { id: idOf(leaver) },
      );
    expect(securityEvents.nodes.map(({ type }) => type).sort()).toEqual(['SESSION_ENDED', 'USER_DELETED']);
  });

  test('hands over to an active member who can be seen, and to nobody else', async () => {
    const leaver = await world.aMember({ name: 'Choosy' });
    await world.aDeal({ owner: leaver });
    const gone = await world.aMember({ name: 'Gone' });
    await remove(gone);
    const rival = await world.another();
    for (const heir of [leaver, gone, rival.rep, { id: world.services.newId() }]) {
      const { userErrors } = await remove(leaver, { handOverToId: idOf(heir) });
      expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'handOverToId'] }]);
    }
    expect(await remove(leaver, { version: 7, handOverToId: idOf(world.rep) })).toMatchObject({
      userErrors: [{ code: 'VERSION_CONFLICT' }],
      plan: null,
    });
    expect(await world.as(leaver).data(me)).toEqual({ viewer: { member: { name: 'Choosy' } } });
  });

  test('is removed only by who holds all that his roles allow, and sees all that he owns', async () => {
    const clerk = await world.aMember({ name: 'Clerk', roles: [] });
    await world.grant(clerk, [
      { noun: 'member', verb: 'read', reach: 'ANY' },
      { noun: 'member', verb: 'delete', reach: 'ANY' },
    ]);
    const admin = await world.aMember({ name: 'Mighty', roles: ['ADMIN'] });
    const unseen = { code: 'NOT_PERMITTED', path: ['input', 'handOverToId'] };
    expect((await remove(admin, {}, clerk)).userErrors).toEqual([
      { code: 'NOT_PERMITTED', path: ['input', 'id'] },
      unseen,
    ]);
    const powerless = await world.aMember({ name: 'Powerless', roles: [] });
    await world.aDeal({ owner: powerless });
    const blind = await remove(powerless, { handOverToId: idOf(world.rep) }, clerk);
    expect(blind.userErrors).toEqual([unseen]);
    // The same of somebody who owns nothing: nobody learns by it what he cannot see.
    const ownsNothing = await world.aMember({ name: 'Poor', roles: [] });
    expect((await remove(ownsNothing, { dryRun: true }, clerk)).userErrors).toEqual([unseen]);
    expect((await remove(world.owner, {}, world.admin)).userErrors).toMatchObject([{ code: 'NOT_PERMITTED' }]);
    expect((await remove(world.owner, {}, world.owner)).userErrors).toMatchObject([{ code: 'LAST_OWNER' }]);
  });

  test('how many keys and invitations he has is told to those who see keys and invitations', async () => {
    const clerk = await world.aMember({ name: 'Records Clerk', roles: [] });
    await world.grant(clerk, [
      ...['read', 'delete'].map((verb) => ({ noun: 'member', verb, reach: 'ANY' as const })),
      ...nouns.flatMap((noun) => ['read', 'assign'].map((verb) => ({ noun, verb, reach: 'ANY' as const }))),
    ]);
    const leaver = await world.aMember({ name: 'Keyed', roles: [] });
    const { data, errors } = await world.as(clerk).ask(
      `mutation($input: MemberRemoveInput!) { memberRemove(input: $input) {
        plan { isInBackground apiKeyCount invitationCount } userErrors { code } } }`,
      { input: { id: idOf(leaver), version: 1, dryRun: true } });
    expect(data).toEqual({
      memberRemove: { plan: { isInBackground: false, apiKeyCount: null, invitationCount: null }, userErrors: [] },
    });
    expect(errors.map(({ extensions }) => extensions!.permission)).toEqual(['apiKey.read', 'invitation.read']);
  });

  test('of two removals at once, one is done', async () => {
    const leaver = await world.aMember({ name: 'Twice' });
    await world.aDeal({ owner: leaver });
    const answers = await world.racing(
      'member', leaver.id,
      ...[world.rep, world.southRep].map((heir) => () => remove(leaver, { handOverToId: idOf(heir) })),
    );
    const codes = answers.map(({ userErrors }) => userErrors.map(({ code }) => code)).sort();
    expect(codes).toEqual([[], ['VERSION_CONFLICT']]);
  });
});

test('too many records for one transaction are handed over by a job, each with its audit', async () => {
  const leaver = await world.aMember({ name: 'Rich' });
  await world.rows(
    `insert into company (workspace_id, id, name, currency, owner_id)
    select $1, gen_random_uuid(), 'Company ' || i, 'EUR', $2 from generate_series(1, 2100) i`,
    [world.workspaceId, leaver.id],
  );
  const { plan, userErrors } = await remove(leaver, { handOverToId: idOf(world.colleague) });
  expect(userErrors).toEqual([]);
  expect(plan).toMatchObject({ records: [{ noun: 'company', count: 2100 }], isInBackground: true });
  expect(await world.as(leaver).data(me)).toEqual({ viewer: null });
  const left = async () =>
    (await world.rows<{ n: number }>('select count(*)::int as n from company where owner_id = $1', [leaver.id]))[0]!
      .n;
  expect(await left()).toBe(2100);
  const worker = await aWorker(world, { jobs: [handOverJob], upkeep: [] });
  try {
    await until(async () => (await left()) === 0);
  } finally {
    await worker.stop();
  }
  expect(
    await world.rows('select count(*)::int as n from company where owner_id = $1', [world.colleague.id]),
  ).toEqual([{ n: 2100 }]);
  expect(
    await world.rows(
      `select distinct principal, door from audit_entry where noun = 'company' and verb = 'assign' and door = 'JOB'`,
    ),
  ).toEqual([{ principal: 'system:member.handOver', door: 'JOB' }]);
});
