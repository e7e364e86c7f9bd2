import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutationOf } from '../support/mutation-of.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
let foreign: World;
beforeAll(async () => {
  world = await openWorld();
  foreign = await world.another();
});
afterAll(() => world.close());

type Payload = {
  record: { id: string; version: number; shares: object[] | null } | null;
  userErrors: { code: string; path: string[] }[];
};

async function send(by: WorldMember, mutation: 'recordShare' | 'recordUnshare', input: object) {
  const shares = 'version shares { member { name } team { id } level endsAt }';
  const { data, errors } = await world.as(by).ask<Record<string, Payload | null>>(
    mutationOf(mutation, `record { id ... on Company { ${shares} } ... on Contact { ${shares} }
      ... on Lead { ${shares} } ... on Deal { ${shares} } ... on Activity { ${shares} } } userErrors { code path }`),
    { input },
  );
  return { ...data?.[mutation], errors };
}

const memberId = (member: WorldMember) => `member_${member.id}`;
const share = (by: WorldMember, recordId: string, to: object, level = 'READ') =>
  send(by, 'recordShare', { recordId, level, ...to });
const unshare = (by: WorldMember, recordId: string, to: object) => send(by, 'recordUnshare', { recordId, ...to });
const read = async (member: WorldMember, id: string, fields = 'id') => (
  (await world.as(member).ask<{ deal: object | null }>(`{ deal(id: "${id}") { ${fields} } }`)).data!.deal);

test('a rep gives what is his to a colleague to read, until he takes it back', async () => {
  const deal = await world.aDeal({ owner: world.rep });
  expect(await read(world.colleague, deal.globalId)).toBeNull();
  expect(await share(world.rep, deal.globalId, { memberId: memberId(world.colleague) })).toEqual({
    record: {
      id: deal.globalId,
      version: 1,
      shares: [{ member: { name: 'Colleague' }, team: null, level: 'READ', endsAt: null }],
    },
    userErrors: [],
    errors: [],
  });
  expect(await read(world.colleague, deal.globalId, 'title viewerCan { update move share }')).toEqual({
    title: 'A deal', viewerCan: { update: false, move: false, share: false },
  });
  expect(await world.as(world.colleague).data('{ deals { totalCount nodes { id } } }')).toEqual({
    deals: { totalCount: 1, nodes: [{ id: deal.globalId }] },
  });
  expect(await unshare(world.rep, deal.globalId, { memberId: memberId(world.colleague) })).toMatchObject({
    record: { shares: [] },
    userErrors: [],
  });
  expect(await read(world.colleague, deal.globalId)).toBeNull();
  expect(await world.audited(deal.id)).toEqual([
    { by: 'Rep', did: 'deal.share', fields: ['shares'] }, { by: 'Rep', did: 'deal.unshare', fields: ['shares'] },
  ]);
});

test('records of every kind with an owner are given and taken', async () => {
  const owner = world.rep;
  const records = [
    await world.aCompany({ owner }),
    await world.aContact({ owner }),
    await world.aLead({ owner }),
    await world.aDeal({ owner }),
    await world.anActivity({ owner }),
  ];
  for (const { globalId } of records) {
    expect(await share(world.rep, globalId, { memberId: memberId(world.southRep) })).toMatchObject({
      record: { id: globalId },
      userErrors: [],
    });
    expect(await world.as(world.southRep).data(`{ node(id: "${globalId}") { id } }`)).toEqual({
      node: { id: globalId },
    });
    expect(await unshare(world.rep, globalId, { memberId: memberId(world.southRep) })).toMatchObject({
      userErrors: [],
    });
  }
});

test('the receiver sees the fields that his roles have for such records, and no others', async () => {
  const company = await world.aCompany({ owner: world.rep, notes: 'Internal', phone: '+49 1', annualRevenueMinor: 5n });
  const fields = 'name notes phone annualRevenue { amountMinor }';
  const ask = (member: WorldMember) => world.as(member).ask(`{ company(id: "${company.globalId}") { ${fields} } }`);
  expect((await ask(world.colleague)).data).toEqual({
    company: { name: 'A company', notes: null, phone: null, annualRevenue: null },
  });
  await share(world.rep, company.globalId, { memberId: memberId(world.colleague) });
  expect(await ask(world.colleague)).toEqual({
    data: { company: { name: 'A company', notes: 'Internal', phone: '+49 1', annualRevenue: { amountMinor: '5' } } },
    errors: [],
  });
  await share(world.rep, company.globalId, { memberId: memberId(world.viewer) });
  expect((await ask(world.viewer)).data).toEqual({
    company: { name: 'A company', notes: null, phone: null, annualRevenue: null },
  });
  const { companies } = await world.as(world.colleague).data<{ companies: { totalCount: number } }>(
    '{ companies(where: { phone: { eq: "+49 1" } }) { totalCount } }');
  expect(companies.totalCount).toBe(1);
});

test('a share to edit lets change and nothing else; one to read lets read', async () => {
  const deal = await world.aDeal({ owner: world.rep });
  const update = (version: number) =>
    world.as(world.colleague).mutate('dealUpdate', { id: deal.globalId, version, title: 'Changed' });
  await share(world.rep, deal.globalId, { memberId: memberId(world.colleague) });
  expect((await update(1)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect(await share(world.rep, deal.globalId, { memberId: memberId(world.colleague) }, 'EDIT')).toMatchObject({
    record: { shares: [{ level: 'EDIT' }] }, userErrors: [],
  });
  expect((await update(1)).userErrors).toEqual([]);
  expect(await read(world.colleague, deal.globalId, 'viewerCan { update move share delete }')).toEqual({
    viewerCan: { update: true, move: false, share: false, delete: false },
  });
  expect(
    (
      await world
        .as(world.colleague)
        .mutate('dealUpdate', { id: deal.globalId, version: 2, ownerId: memberId(world.colleague) })
    ).userErrors,
  ).toMatchObject([{ code: 'NOT_PERMITTED' }]);
  expect(await share(world.colleague, deal.globalId, { memberId: memberId(world.southRep) })).toMatchObject({
    userErrors: [{ code: 'NOT_FOUND' }],
  });
  expect(await share(world.rep, deal.globalId, { memberId: memberId(world.viewer) }, 'EDIT')).toMatchObject({
    userErrors: [],
  });
  expect(await read(world.viewer, deal.globalId, 'viewerCan { update }')).toEqual({ viewerCan: { update: false } });
});

test('what is given to a team is read by its members and those of the teams below it', async () => {
  const below = await world.aTeam({ parentId: world.teams.south.id });
  const member = await world.aMember({ teamId: below.id });
  const deal = await world.aDeal({ owner: world.rep });
  const team = { teamId: `team_${world.teams.south.id}` };
  await share(world.rep, deal.globalId, team);
  for (const each of [world.southRep, world.southManager, member])
    expect(await read(each, deal.globalId)).not.toBeNull();
  expect(await read(world.colleague, deal.globalId)).toBeNull();
  await world.rows('update member set team_id = null where id = $1', [world.southRep.id]);
  expect(await read(world.southRep, deal.globalId)).toBeNull();
  await world.rows('update member set team_id = $2 where id = $1', [world.southRep.id, world.teams.south.id]);
  await unshare(world.rep, deal.globalId, team);
  for (const each of [world.southRep, world.southManager, member]) expect(await read(each, deal.globalId)).toBeNull();
});

test('a share ends when it was to end', async () => {
  const deal = await world.aDeal({ owner: world.rep });
  const to = { memberId: memberId(world.colleague) };
  expect(await share(world.rep, deal.globalId, { ...to, endsAt: '2020-01-01T00:00:00Z' })).toMatchObject({
    userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'endsAt'] }],
  });
  expect(await share(world.rep, deal.globalId, { ...to, endsAt: '2999-01-01T00:00:00Z' })).toMatchObject({
    record: { shares: [{ endsAt: '2999-01-01T00:00:00.000Z' }] }, userErrors: [],
  });
  expect(await read(world.colleague, deal.globalId)).not.toBeNull();
  await world.rows(`update record_share set ends_at = now() - interval '1 second' where deal_id = $1`, [deal.id]);
  expect(await read(world.colleague, deal.globalId)).toBeNull();
});

test('giving it again changes the share; of several at once one remains', async () => {
  const deal = await world.aDeal({ owner: world.rep });
  const to = { memberId: memberId(world.colleague) };
  const answers = await world.racing(
    'deal',
    deal.id,
    ...['READ', 'EDIT'].map((level) => () => share(world.rep, deal.globalId, to, level)),
  );
  expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
  expect(await world.rows('select 1 from record_share where deal_id = $1', [deal.id])).toHaveLength(1);
  const before = (await world.audited(deal.id)).length;
  const [{ level }] = (await world.rows<{ level: string }>('select level from record_share where deal_id = $1', [
    deal.id,
  ])) as [{ level: string }];
  await share(world.rep, deal.globalId, to, level);
  expect(await world.audited(deal.id)).toHaveLength(before);
});

test('who has a record by shares is seen by those who may give it themselves', async () => {
  const deal = await world.aDeal({ owner: world.rep });
  await share(world.rep, deal.globalId, { memberId: memberId(world.colleague) });
  await share(world.rep, deal.globalId, { memberId: memberId(world.viewer) });
  const document = `{ deal(id: "${deal.globalId}") { title shares { member { name } } }
    deals { nodes { id shares { level } } } }`;
  const seen = { shares: [{ member: { name: 'Colleague' } }, { member: { name: 'Viewer' } }] };
  for (const member of [world.rep, world.manager, world.admin]) {
    expect((await world.as(member).ask<{ deal: object }>(document)).data!.deal).toMatchObject(seen);
  }
  const asColleague = await world.as(world.colleague).ask<{ deal: object }>(document);
  expect(asColleague.data!.deal).toEqual({ title: 'A deal', shares: null });
  expect(asColleague.errors[0]).toMatchObject({
    extensions: { code: 'FORBIDDEN', field: 'Deal.shares', permission: 'deal.share' },
  });
  const asViewer = await world.as(world.viewer).ask<{ deal: object }>(document);
  expect(asViewer.data!.deal).toEqual({ title: 'A deal', shares: null });
  expect(asViewer.errors).toMatchObject([
    { extensions: { permission: 'deal.share' } },
    { extensions: { permission: 'deal.share' } },
  ]);
});

test('shares of a page of records are one statement, for one record and for fifty', async () => {
  const owner = await world.aMember();
  const statements = async () => {
    const before = world.database.statementCount;
    await world
      .as(owner)
      .data('{ deals(first: 50) { nodes { shares { member { name } level } viewerCan { share } } } }');
    return world.database.statementCount - before;
  };
  const make = async () => {
    const deal = await world.aDeal({ owner });
    await share(owner, deal.globalId, { memberId: memberId(world.colleague) });
  };
  await make();
  const one = await statements();
  await Promise.all(Array.from({ length: 49 }, make));
  expect(await statements()).toBe(one);
});

test('a viewer gives nothing, a rep nothing that is a colleague\'s, nobody what is not there', async () => {
  const company = await world.aCompany({ owner: world.colleague });
  const elsewhere = await foreign.aCompany();
  const to = { memberId: memberId(world.southRep) };
  expect(await share(world.viewer, company.globalId, to)).toMatchObject({
    errors: [{ extensions: { code: 'FORBIDDEN' } }],
  });
  for (const id of [company.globalId, elsewhere.globalId, 'company_01900000-0000-7000-8000-000000000000']) {
    for (const answer of [await share(world.rep, id, to), await unshare(world.rep, id, to)]) {
      expect(answer).toMatchObject({ record: null, userErrors: [{ code: 'NOT_FOUND', path: ['input', 'recordId'] }] });
    }
  }
});

test('everything that is wrong is said at once', async () => {
  const gone = await world.aMember();
  await world.rows('update member set is_active = false where id = $1', [gone.id]);
  const deal = await world.aDeal({ owner: world.rep });
  const nowhere = 'deal_01900000-0000-7000-8000-000000000000';
  expect(await share(world.rep, nowhere, { endsAt: '2020-01-01T00:00:00Z' })).toMatchObject({
    userErrors: [
      { code: 'NOT_FOUND', path: ['input', 'recordId'] },
      { code: 'INVALID_INPUT', path: ['input'] },
      { code: 'INVALID_INPUT', path: ['input', 'endsAt'] },
    ],
  });
  expect(
    await share(world.rep, deal.globalId, {
      memberId: memberId(foreign.rep),
      teamId: `team_${foreign.teams.north.id}`,
    }),
  ).toMatchObject({
    userErrors: [
      { code: 'INVALID_INPUT', path: ['input'] },
      { code: 'NOT_FOUND', path: ['input', 'memberId'] },
      { code: 'NOT_FOUND', path: ['input', 'teamId'] },
    ],
  });
  expect(await share(world.rep, deal.globalId, { memberId: memberId(gone) })).toMatchObject({
    userErrors: [{ code: 'NOT_FOUND', path: ['input', 'memberId'] }],
  });
  expect(await unshare(world.rep, deal.globalId, { memberId: memberId(world.colleague) })).toMatchObject({
    userErrors: [{ code: 'NOT_FOUND', path: ['input'] }],
  });
});

test('nobody gives for changing what he may not change himself', async () => {
  const sharer = await world.aMember({ roles: [] });
  await world.grant(sharer, [
    ...['read', 'share'].map((verb) => ({ noun: 'deal', verb, reach: 'ANY' as const })),
    { noun: 'deal', verb: 'update', reach: 'OWN' },
    { noun: 'member', verb: 'read', reach: 'ANY' },
  ]);
  const deal = await world.aDeal({ owner: world.rep });
  const to = { memberId: memberId(world.colleague) };
  expect(await share(sharer, deal.globalId, to)).toMatchObject({ userErrors: [] });
  expect(await share(sharer, deal.globalId, to, 'EDIT')).toMatchObject({
    userErrors: [{ code: 'NOT_PERMITTED', path: ['input', 'level'] }],
  });
});

test('whom one cannot see, one takes nothing from: with and without a share it answers as if he were absent', async () => {
  const keeper = await world.aMember({ roles: [], teamId: world.teams.north.id });
  await world.grant(keeper, ['read', 'share'].map((verb) => ({ noun: 'deal', verb, reach: 'TEAM' })));
  const deal = await world.aDeal({ owner: world.rep });
  await world.as(world.owner).ask(
    'mutation($input: RecordShareInput!) { recordShare(input: $input) { userErrors { code } } }',
    { input: { recordId: deal.globalId, memberId: `member_${world.southRep.id}`, level: 'READ' } });
  const takeFrom = async (id: string) => (await world.as(keeper).ask(
    'mutation($input: RecordUnshareInput!) { recordUnshare(input: $input) { userErrors { code message path } } }',
    { input: { recordId: deal.globalId, memberId: `member_${id}` } })).data;
  expect(await takeFrom(world.southRep.id)).toEqual(await takeFrom(world.viewer.id));
  expect(await takeFrom(world.southRep.id)).toMatchObject({ recordUnshare: { userErrors: [{ code: 'NOT_FOUND' }] } });
  const { deal: seen } = await world.as(keeper).data<{ deal: { shares: unknown } }>(
    `{ deal(id: "${deal.globalId}") { shares { level } } }`);
  expect(seen.shares).toEqual([{ level: 'READ' }]);
});
