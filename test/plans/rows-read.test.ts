import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fill } from '../support/fill.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';
import { bigTables, rowsRead } from './rows-read.ts';

// Of every big table at most ten rows are read for each that is asked for, whatever the order, the filter and the
// reach, shares included; where it can be more, the number is said. `npm run test:plans` asks it of 60,000 deals, where
// a big table has over 10,000 rows; here there are a tenth of that, of all.

const deals = Number(process.env.PLAN_DEALS ?? 6_000);
const most = 10;

let world: World;
let busy: { bigCompanyId: string; busyDealId: string };
let big: string[];
const people: Record<string, WorldMember> = {};

beforeAll(async () => {
  world = await openWorld();
  busy = await fill(world, { deals });
  // A value, a tag and a related record that few have.
  const few = `from (select id from deal order by md5(id::text) limit 30) few where few.id = deal.id`;
  await world.rows(`update deal set currency = 'CHF' ${few}`);
  const tag = await world.aTag({ name: 'rare' });
  await world.rows(`insert into tagging (workspace_id, id, tag_id, deal_id)
    select workspace_id, gen_random_uuid(), $1, id from deal where currency = 'CHF'`, [tag.id]);
  await world.rows(`update contact set last_name = 'Rare' where id in (select contact_id from deal_contact limit 20)`);
  await world.rows(`update company set city = 'Rareville', industry = 'Rare'
    where id in (select id from company where id <> $1 limit 5)`, [busy.bigCompanyId]);
  for (const table of ['deal', 'contact', 'company', 'tagging', 'tag']) await world.rows(`vacuum analyze ${table}`);
  big = await bigTables(world, deals / 6);
  // Reads the deals and contacts of all, and what they are worth and where they are reached only on his own:
  // *sometimes*.
  people.sometimes = await world.aMember({ roles: [], name: 'Sometimes', teamId: world.teams.north.id });
  await world.grant(people.sometimes, [
    { noun: 'deal', verb: 'read', reach: 'ANY' },
    { noun: 'deal', verb: 'read', reach: 'TEAM', fieldGroups: ['financial', 'internal'] },
    { noun: 'contact', verb: 'read', reach: 'ANY' },
    { noun: 'contact', verb: 'read', reach: 'OWN', fieldGroups: ['contactDetails'] },
    { noun: 'company', verb: 'read', reach: 'TEAM' }, { noun: 'activity', verb: 'read', reach: 'OWN' },
    ...['pipeline', 'stage', 'member', 'team', 'tag', 'product'].map((noun) => ({
      noun, verb: 'read', reach: 'ANY' as const,
    })),
  ]);
  await world.rows(`insert into record_share (workspace_id, id, deal_id, member_id, level)
    select workspace_id, gen_random_uuid(), id, $1, 'READ' from deal order by md5(id::text) limit 30`,
    [people.sometimes.id]);
  Object.assign(people, { owner: world.owner, manager: world.manager, rep: world.rep, viewer: world.viewer });
  // 100,000 deals take three to five minutes to write.
}, Math.max(180_000, deals * 5));
afterAll(() => world.close());

async function holds(
  who: string, document: string, variables: Record<string, unknown> = {}, { asked = 20, atMost = most } = {},
): Promise<void> {
  const { read, returned } = await rowsRead(world, people[who]!, document, variables);
  expect(returned.size).toBeGreaterThan(0);
  const tooMany = big.flatMap((table) => {
    const rows = read.get(table) ?? 0;
    const allowed = atMost * Math.max(asked, returned.get(table) ?? 0);
    return rows > allowed ? [`${table}: ${rows} rows read, ${allowed} allowed`] : [];
  });
  expect(tooMany).toEqual([]);
}

const everybody = ['owner', 'manager', 'rep', 'viewer', 'sometimes'];
const sees = (who: string, noun: string) => who !== 'sometimes' || !noun.startsWith('lead');

const stage = 'stageId: { eq: $stage }';
const open = 'stage: { status: { eq: OPEN } }';
const week = 'expectedCloseOn: { gte: "2025-07-01", lt: "2025-07-08" }';
const quarter = 'expectedCloseOn: { gte: "2025-07-01", lt: "2025-10-01" }';
const everyday: [field: string, where: string, order: string, atMost?: number][] = [
  ['deals', 'ownerId: { eq: $me }', 'EXPECTED_CLOSE_ON'], ['deals', 'ownerId: { eq: $me }', 'TITLE'],
  ['deals', 'ownerId: { eq: $me }, stageId: { eq: $stage }', 'EXPECTED_CLOSE_ON'],
  ['activities', 'ownerId: { eq: $me }', 'DUE_AT'],
  ['activities', 'ownerId: { eq: $me }, completedAt: { isNull: true }', 'DUE_AT'],
  ['activities', 'kind: { eq: TASK }, completedAt: { isNull: true }', 'DUE_AT'],
  ['activities', 'kind: { eq: CALL }', 'CREATED_AT'],
  ['contacts', 'companyId: { eq: $company }', 'FULL_NAME'], ['contacts', 'ownerId: { eq: $me }', 'FULL_NAME'],
  ['companies', 'ownerId: { eq: $me }', 'NAME'], ['leads', 'stageId: { eq: $lead }', 'CREATED_AT'],
  ...['EXPECTED_CLOSE_ON', 'STAGE_ENTERED_AT', 'UPDATED_AT']
  .map((order): [string, string, string] => ['deals', stage, order]),
  ['deals', 'stageId: { eq: $closed }', 'CLOSED_AT'], ['deals', open, 'EXPECTED_CLOSE_ON'],
  ['deals', open, 'UPDATED_AT'],
  ['deals', `${open}, ${quarter}`, 'EXPECTED_CLOSE_ON'], ['deals', `${stage}, ${quarter}`, 'EXPECTED_CLOSE_ON'],
  // No index has a stage by title: of each person's deals one in six is in it.
  ['deals', stage, 'TITLE', 30],
  // Of what one company has only those in reach are told: one in ten is a team's, one in eighty a rep's. Each owner's
  // part has an index by creation alone.
  ['deals', 'companyId: { eq: $company }', 'EXPECTED_CLOSE_ON', 30],
  ['activities', 'companyId: { eq: $company }', 'HAPPENS_AT'],
  ['activities', 'companyId: { eq: $company }', 'DUE_AT'],
  // A range in another order is read whole where it is small, and otherwise met on a walk along that order: one in ten
  // is in this one.
  ['deals', quarter, 'TITLE', 70], ['deals', week, 'TITLE', 50],
  // Those of a team are among the 320 of an industry, which are put in order.
  ['companies', 'industry: { eq: "Robotics" }', 'NAME', 20],
  ['companies', 'industry: { eq: "Robotics" }', 'CREATED_AT', 20],
  // What few records have is found by its own index in any order, whatever leads to it.
  ...['CREATED_AT', 'EXPECTED_CLOSE_ON', 'TITLE'].flatMap((order): [string, string, string, number?][] => [
    ['deals', 'currency: { eq: "CHF" }', order], ['deals', 'currency: { in: ["CHF", "NOK"] }', order],
    ['deals', 'title: { eq: "Nobody\'s" }', order], ['deals', 'company: { industry: { eq: "Rare" } }', order],
    ['deals', 'tags: { some: { name: { eq: "rare" } } }', order], ['deals', 'companyId: { in: [$company] }', order, 40],
    ['deals', 'contacts: { some: { lastName: { eq: "Rare" } } }', order],
    ['deals', 'owner: { name: { eq: "Nobody" } }', order],
  ]),
  ['contacts', 'firstName: { eq: "Ada" }, lastName: { eq: "Rare" }', 'FULL_NAME'],
  ['contacts', 'fullName: { eq: "Nobody at all" }', 'FULL_NAME'],
  ['leads', 'companyName: { eq: "Rare" }', 'UPDATED_AT'],
  ['companies', 'city: { eq: "Rareville" }', 'NAME'],
  // Of some owners one in eighty each.
  ...['CREATED_AT', 'UPDATED_AT', 'EXPECTED_CLOSE_ON'].map((order): [string, string, string] => (
    ['deals', 'ownerId: { in: [$me, $colleague] }', order])),
  ['contacts', 'jobTitle: { eq: "Buyer" }', 'FULL_NAME'],
];

test('the tables are big enough to tell', () => {
  expect(big).toEqual(expect.arrayContaining(['deal', 'activity', 'contact', 'company']));
});

describe.each(everybody)('%s', (who) => {
  test.each(['CREATED_AT', 'UPDATED_AT', 'EXPECTED_CLOSE_ON', 'STAGE_ENTERED_AT', 'TITLE']
    .flatMap((field) => [[field, 'ASC'], [field, 'DESC']]))(
    'reads deals by %s %s', async (field, direction) => {
      await holds(who, `{ deals(first: 20, orderBy: [{ field: ${field}, direction: ${direction} }]) {
        nodes { __typename id title company { __typename id name } } pageInfo { hasNextPage endCursor } } }`);
    });

  test('reads the board', async () => {
    const [, stage] = Object.values(world.pipelines.deal.stages);
    await holds(
      who, `query($stage: ID!) { deals(first: 50, where: { stageId: { eq: $stage } }) { nodes { __typename id title
      stage { name } owner { name } company { __typename name } contacts { role contact { __typename fullName } }
      activities(first: 3) { nodes { __typename subject } } } } }`, { stage: `stage_${stage}` }, { asked: 50 });
  });

  // What is asked every day: one filter, and an order that has nothing to do with it.
  const asked = everyday.filter(([field]) => sees(who, field));
  test.each(asked)('reads %s where %s by %s', async (field, where, order, atMost = most) => {
    const ids: Record<string, string> = {
      stage: `stage_${world.pipelines.deal.stages.Proposal}`, closed: `stage_${world.pipelines.deal.stages.Won}`,
      lead: `stage_${world.pipelines.lead.stages.New}`, me: `member_${people[who]!.id}`,
      colleague: `member_${world.colleague.id}`,
      company: `company_${await reachable(who)}`,
    };
    const named = where.replace(/\$(\w+)/g, (_dollar, name: string) => JSON.stringify(ids[name]));
    const list = `first: 20, where: { ${named} }, orderBy: [{ field: ${order} }]`;
    await holds(who, `{ ${field}(${list}) { __typename nodes { __typename id version } } }`, {}, { atMost });
  });

  test('reads contacts, filtered and by name', async () => {
    await holds(
      who,
      `{ contacts(first: 20, where: { jobTitle: { in: ["Buyer", "Engineer"] } }, orderBy: [{ field: FULL_NAME, direction: ASC }]) {
      nodes { __typename id fullName company { __typename name } } } }`);
  });

  test('reads deals with a text in their title', async () => {
    // All that have it are put in order, up to 2,000.
    await holds(
      who, `{ deals(first: 20, where: { title: { contains: "Robotics 1" } }) { nodes { __typename id title } } }`, {},
      { atMost: 110 });
  });

  // Of this company's deals one in eighty is the rep's.
  test('opens a company with its deals, contacts and activities', async () => {
    await holds(
      who, `query($id: ID!) { company(id: $id) { __typename name deals(first: 20) { nodes { __typename title } }
      contacts(first: 20) { nodes { __typename fullName } } activities(first: 20) { nodes { __typename subject } } } }`,
      { id: `company_${await reachable(who)}` });
  });

  /** *Sometimes* reads companies of his team alone. */
  async function reachable(of: string): Promise<string> {
    if (of !== 'sometimes') return busy.bigCompanyId;
    const [found] = await world.rows<{ id: string }>(
      `select c.id from company c join member m on m.workspace_id = c.workspace_id and m.id = c.owner_id where m.team_id = $1 limit 1`,
      [world.teams.north.id]);
    return found!.id;
  }

  test.runIf(sees(who, 'lead'))('reads leads by score', async () => {
    await holds(
      who, '{ leads(first: 20, orderBy: [{ field: CREATED_AT, direction: DESC }]) { nodes { __typename id title } } }');
  });

  test('searches as he types', async () => {
    await holds(
      who, '{ search(query: "annual lic", nouns: [DEAL, CONTACT, COMPANY], first: 20) { record { __typename id } } }');
    await holds(who, '{ search(query: "gar", nouns: [CONTACT], first: 20) { record { __typename id } } }');
  });
});

describe.each(['owner', 'manager'])('%s', (who) => {
  test('opens a deal with everything and twenty activities', async () => {
    const [deal] = await world.rows<{ id: string }>(
      'select id from deal where owner_id = $1 order by id limit 1',
      [who === 'manager' ? world.manager.id : world.rep.id]);
    await holds(
      who,
      `query($id: ID!) { deal(id: $id) { __typename title company { __typename name } contacts { contact { __typename fullName } }
      lines { __typename description } stageChanges { __typename enteredAt } tags { __typename name }
      activities(first: 20) { nodes { __typename subject owner { name } } } viewerCan { update move } } }`,
      { id: `deal_${deal!.id}` });
  });

  test.each(['CREATED_AT', 'DUE_AT', 'HAPPENS_AT'])('reads activities by %s', async (field) => {
    await holds(
      who,
      `{ activities(first: 20, orderBy: [{ field: ${field}, direction: DESC }]) { nodes { __typename id subject } } }`);
  });
});

test('a manager reads deals by what they are worth, and above an amount', async () => {
  await holds(
    'manager',
    '{ deals(first: 20, orderBy: [{ field: AMOUNT, direction: DESC }]) { nodes { __typename id amount { amountMinor } } } }',
  );
  // One index has the order, another the amounts: whichever is taken, rows are read that the other would have left out.
  const document =
    '{ deals(first: 20, where: { amount: { gt: "3000000" } }) { nodes { __typename id amount { amountMinor } } } }';
  await holds('manager', document, {}, { atMost: 20 });
});

test('page 50 reads no more than page 1', async () => {
  const document =
    `query($after: String, $first: Int!) { contacts(first: $first, after: $after, orderBy: [{ field: FULL_NAME, direction: ASC }]) {
    nodes { __typename id } pageInfo { endCursor } } }`;
  const { data } = await rowsRead(world, world.viewer, document, { first: 200 });
  const after = (data as { contacts: { pageInfo: { endCursor: string } } }).contacts.pageInfo.endCursor;
  await holds('viewer', document, { first: 20, after });
});
