import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Built } from '../support/builders.ts';
import { type UserErrorAnswer, type World, type WorldMember, openWorld } from '../support/world.ts';
import { everything } from './conversions.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

type Answer = {
  results: { lead: { convertedContact: { fullName: string } | null } | null; userErrors: UserErrorAnswer[] }[];
  doneCount: number; refusedCount: number; userErrors: UserErrorAnswer[];
};
const document = `mutation($input: LeadConvertManyInput!) { leadConvertMany(input: $input) { doneCount refusedCount
  results { lead { convertedContact { fullName } } userErrors { code path } } userErrors { code path } } }`;

async function convertMany(member: WorldMember, conversions: object[], rest: object = {}): Promise<Answer> {
  const input = { conversions, ...rest };
  return (await world.as(member).data<{ leadConvertMany: Answer }>(document, { input })).leadConvertMany;
}
const aLead = () => world.aLead({ owner: world.rep, ...everything });
const item = ({ globalId }: Built, rest: object = {}) => ({ id: globalId, version: 1, ...rest });
const converted = (leads: Built[]) => world.rows<{ id: string }>(
  'select id from lead where id = any($1) and converted_at is not null', [leads.map(({ id }) => id)]);

test('many leads are converted at once, and those that are refused stay as they are', async () => {
  const leads = [await aLead(), await aLead(), await aLead()];
  const [one, two, three] = [item(leads[0]!), item(leads[1]!), item(leads[2]!, { version: 7 })];
  const answer = await convertMany(world.admin, [one, two, three]);
  expect(answer).toMatchObject({ doneCount: 2, refusedCount: 1, userErrors: [] });
  expect(answer.results.slice(0, 2).map(({ lead }) => lead?.convertedContact?.fullName))
    .toEqual(['Ana Costa', 'Ana Costa']);
  expect(answer.results[2]).toMatchObject({
    lead: null, userErrors: [{ code: 'VERSION_CONFLICT', path: expect.arrayContaining(['conversions', '2']) }],
  });
  expect(await converted(leads)).toHaveLength(2);
  for (const { id } of leads.slice(0, 2)) {
    expect((await world.audited(id)).map(({ did }) => did)).toEqual(['lead.convert']);
  }
});

test('a trial tells what would become of each and leaves nothing; the same key converts once', async () => {
  const leads = [await aLead(), await aLead()];
  const contacts = () => world.rows('select id from contact');
  const before = await contacts();
  expect(await convertMany(world.admin, leads.map((each) => item(each)), { dryRun: true }))
    .toMatchObject({ doneCount: 2, refusedCount: 0 });
  expect(await converted(leads)).toEqual([]);
  expect(await contacts()).toHaveLength(before.length);
  const send = () => convertMany(world.admin, leads.map((each) => item(each)), { idempotencyKey: 'many' });
  expect(await send()).toEqual(await send());
  expect(await contacts()).toHaveLength(before.length + 2);
});

test('it takes the right to change many, over each of them, and no more than 200', async () => {
  const [lead, other] = [await aLead(), await world.aLead({ owner: world.admin, ...everything })];
  const refused = await world.as(world.rep).ask(document, { input: { conversions: [item(lead)] } });
  expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'lead.bulk' } }]);
  const member = await world.aMember({ roles: ['ADMIN'] });
  const narrow = await world.aMember({ roles: ['REP'] });
  await world.grant(narrow, [
    { noun: 'lead', verb: 'convert', reach: 'ANY' },
    { noun: 'lead', verb: 'read', reach: 'ANY', fieldGroups: ['core'] },
    { noun: 'lead', verb: 'bulk', reach: 'OWN' },
  ]);
  const answer = await convertMany(narrow, [item(other, { ownerId: `member_${narrow.id}` })]);
  expect(answer.results[0]!.userErrors).toContainEqual(
    { code: 'NOT_PERMITTED', path: ['input', 'conversions', '0', 'id'] });
  const tooMany = await convertMany(member, Array.from({ length: 201 }, () => item(lead)));
  expect(tooMany).toMatchObject({
    results: [], userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'conversions'] }],
  });
  expect(await converted([lead, other])).toEqual([]);
});

test('two batches over the same leads in opposite orders both come to an end', async () => {
  const leads = await Promise.all(Array.from({ length: 6 }, aLead));
  const items = leads.map((each) => item(each));
  const answers = await Promise.all([convertMany(world.admin, items), convertMany(world.manager, items.toReversed())]);
  for (const { refusedCount } of answers) expect(refusedCount).toBe(0);
  expect(await converted(leads)).toHaveLength(6);
});
