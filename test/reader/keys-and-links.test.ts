import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowsRead } from '../plans/rows-read.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

// What a key leads to is asked once where the filter names it, and what a link leads to is looked up once where the
// document asks for it too. Neither may show more than the long way would.

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const titles = async (member: WorldMember, where: string) => (
  (await world.as(member)
    .data<{ deals: { nodes: { title: string }[] } }>(`{ deals(where: ${where}) { nodes { title } } }`))
    .deals.nodes.map(({ title }) => title).sort());

describe('a filter that names what a key leads to', () => {
  test('finds the records that lead there, and none when it cannot be read', async () => {
    const company = await world.aCompany({ owner: world.southRep });
    await world.aDeal({ owner: world.rep, companyId: company.id, title: 'Led' });
    await world.aDeal({ owner: world.rep, title: 'Alone' });
    const named = `{ companyId: { eq: "${company.globalId}" } }`;
    expect(await titles(world.rep, named)).toEqual(['Led']);
    expect(await titles(world.rep, `{ or: [${named}, { title: { eq: "Alone" } }] }`)).toEqual(['Alone', 'Led']);
    expect(await titles(world.rep, `{ not: ${named}, title: { in: ["Led", "Alone"] } }`)).toEqual(['Alone']);
    await world.rows('update company set deleted_at = now() where id = $1', [company.id]);
    expect(await titles(world.rep, named)).toEqual([]);
    expect(await titles(world.rep, `{ or: [${named}, { title: { eq: "Alone" } }] }`)).toEqual(['Alone']);
    expect(await titles(world.rep, `{ not: ${named}, title: { in: ["Led", "Alone"] } }`)).toEqual(['Alone', 'Led']);
  });

  test('is out of reach for who reads only his own of what it leads to', async () => {
    const narrow = await world.aMember({ roles: [] });
    await world.grant(narrow, [
      { noun: 'deal', verb: 'read', reach: 'ANY' }, { noun: 'company', verb: 'read', reach: 'OWN' },
    ]);
    const [own, foreign] = [await world.aCompany({ owner: narrow }), await world.aCompany({ owner: world.rep })];
    for (const company of [own, foreign]) await world.aDeal({ companyId: company.id, title: 'Narrow' });
    expect(await titles(narrow, `{ companyId: { eq: "${own.globalId}" } }`)).toEqual(['Narrow']);
    expect(await titles(narrow, `{ companyId: { eq: "${foreign.globalId}" } }`)).toEqual([]);
  });

  test('reads it once, however many records there are', async () => {
    const stage = Object.values(world.pipelines.deal.stages)[2]!;
    const name = Object.keys(world.pipelines.deal.stages)[2]!;
    for (let at = 0; at < 30; at += 1) await world.aDeal({ owner: world.manager, stage: name });
    const { read } = await rowsRead(
      world, world.manager, `{ deals(first: 30, where: { stageId: { eq: "stage_${stage}" } }) { nodes { title } } }`);
    expect(read.get('stage')).toBeLessThanOrEqual(3);
  });
});

test('links show whom they lead to under every alias, and none who is gone', async () => {
  const contacts = await Promise.all(
    ['Ada', 'Bea'].map((lastName) => world.aContact({ firstName: null, lastName, owner: world.rep })));
  const deal = await world.aDeal({ owner: world.rep });
  const input = {
    id: deal.globalId, version: 1, contacts: contacts.map(({ globalId }) => ({ contactId: globalId, role: 'BUYER' })),
  };
  const changed = await world.as(world.rep).mutate('dealUpdate', input);
  expect(changed.userErrors).toEqual([]);
  const document = `query($id: ID!) { deal(id: $id) {
    contacts { role contact { fullName } } twice: contacts { one: contact { id } other: contact { fullName } } bare: contacts { role } } }`;
  const seen = async () => (
    await world.as(world.rep)
      .data<{ deal: Record<'contacts' | 'twice' | 'bare', object[]> }>(document, { id: deal.globalId })).deal;
  const [ada, bea] = contacts;
  expect(await seen()).toEqual({
    contacts: [{ role: 'BUYER', contact: { fullName: 'Ada' } }, { role: 'BUYER', contact: { fullName: 'Bea' } }],
    twice: [
      { one: { id: ada!.globalId }, other: { fullName: 'Ada' } },
      { one: { id: bea!.globalId }, other: { fullName: 'Bea' } },
    ],
    bare: [{ role: 'BUYER' }, { role: 'BUYER' }],
  });
  await world.rows('update contact set deleted_at = now() where id = $1', [ada!.id]);
  expect(await seen()).toEqual({
    contacts: [{ role: 'BUYER', contact: { fullName: 'Bea' } }],
    twice: [{ one: { id: bea!.globalId }, other: { fullName: 'Bea' } }],
    bare: [{ role: 'BUYER' }],
  });
});
