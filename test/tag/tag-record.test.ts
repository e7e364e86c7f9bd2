import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutationOf } from '../support/mutation-of.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

type Payload = {
  record: { id: string; version: number; tags: { name: string }[] } | null;
  userErrors: { code: string; path: string[] }[];
};

async function send(
  member: WorldMember, mutation: 'tagAdd' | 'tagRemove', recordId: string, tagIds: string[], idempotencyKey?: string,
) {
  const { data, errors } = await world.as(member).ask<Record<string, Payload | null>>(
    mutationOf(mutation, `record { id ... on Company { version tags { name } } ... on Contact { version tags { name } }
        ... on Lead { version tags { name } }
        ... on Deal { version tags { name } } ... on Activity { version tags { name } } }
      userErrors { code path }`),
    { input: { recordId, tagIds, ...(idempotencyKey ? { idempotencyKey } : {}) } },
  );
  return { ...data?.[mutation], errors };
}

test('tags come onto records of every kind and go off again, as updates of them', async () => {
  const [hot, cold] = [await world.aTag({ name: 'Hot' }), await world.aTag({ name: 'Cold' })];
  const owner = world.rep;
  const records = [
    await world.aCompany({ owner }),
    await world.aContact({ owner }),
    await world.aLead({ owner }),
    await world.aDeal({ owner }),
    await world.anActivity({ owner }),
  ];
  for (const { id, globalId } of records) {
    expect(await send(world.rep, 'tagAdd', globalId, [hot.globalId, cold.globalId, hot.globalId])).toEqual({
      record: { id: globalId, version: 2, tags: [{ name: 'Cold' }, { name: 'Hot' }] }, userErrors: [], errors: [],
    });
    expect(await send(world.rep, 'tagRemove', globalId, [hot.globalId])).toEqual({
      record: { id: globalId, version: 3, tags: [{ name: 'Cold' }] }, userErrors: [], errors: [],
    });
    const noun = globalId.split('_')[0];
    expect(await world.audited(id)).toEqual([
      { by: 'Rep', did: `${noun}.tag`, fields: ['tags'] }, { by: 'Rep', did: `${noun}.untag`, fields: ['tags'] },
    ]);
  }
});

test('a tag that is on already, or off already, changes nothing', async () => {
  const tag = await world.aTag();
  const deal = await world.aDeal({ owner: world.rep });
  expect(await send(world.rep, 'tagRemove', deal.globalId, [tag.globalId])).toMatchObject({
    record: { version: 1 },
    userErrors: [],
  });
  await send(world.rep, 'tagAdd', deal.globalId, [tag.globalId]);
  expect(await send(world.rep, 'tagAdd', deal.globalId, [tag.globalId])).toMatchObject({
    record: { version: 2 },
    userErrors: [],
  });
  expect(await world.audited(deal.id)).toHaveLength(1);
});

test('a viewer puts tags on nothing; a rep not on what a colleague owns', async () => {
  const tag = await world.aTag();
  const company = await world.aCompany({ owner: world.colleague });
  const deal = await world.aDeal({ owner: world.colleague });
  expect(await send(world.viewer, 'tagAdd', company.globalId, [tag.globalId])).toMatchObject({
    errors: [{ extensions: { code: 'FORBIDDEN', permission: expect.stringContaining('company.update') } }],
  });
  for (const { globalId } of [company, deal]) {
    for (const mutation of ['tagAdd', 'tagRemove'] as const) {
      expect(await send(world.rep, mutation, globalId, [tag.globalId])).toMatchObject({
        record: null, userErrors: [{ code: 'NOT_FOUND', path: ['input', 'recordId'] }],
      });
    }
  }
});

test('which permission is needed follows from the record: who updates deals tags deals only', async () => {
  const keeper = await world.aMember({ roles: ['VIEWER'] });
  await world.grant(keeper, [{ noun: 'deal', verb: 'update', reach: 'ANY' }]);
  const [tag, deal, company] = [await world.aTag(), await world.aDeal(), await world.aCompany()];
  expect(await send(keeper, 'tagAdd', deal.globalId, [tag.globalId])).toMatchObject({
    record: { version: 2 },
    userErrors: [],
  });
  expect(await send(keeper, 'tagAdd', company.globalId, [tag.globalId])).toMatchObject({
    errors: [{ extensions: { code: 'FORBIDDEN', permission: 'company.update', field: 'Mutation.tagAdd' } }],
  });
});

test('everything that is wrong is said at once', async () => {
  const deleted = await world.aTag({ deletedAt: new Date() });
  const foreign = await (await world.another()).aTag();
  const tag = await world.aTag();
  const nowhere = 'deal_01900000-0000-7000-8000-000000000000';
  expect(await send(world.rep, 'tagAdd', nowhere, [tag.globalId, deleted.globalId, foreign.globalId])).toMatchObject({
    userErrors: [
      { code: 'NOT_FOUND', path: ['input', 'recordId'] },
      { code: 'NOT_FOUND', path: ['input', 'tagIds', '1'] },
      { code: 'NOT_FOUND', path: ['input', 'tagIds', '2'] },
    ],
  });
});

test('what has no owner takes no tags, and what is no id is refused', async () => {
  const tag = await world.aTag();
  const product = await world.aProduct();
  for (const id of [product.globalId, 'nonsense', `deal_${'x'.repeat(36)}`]) {
    expect((await send(world.admin, 'tagAdd', id, [tag.globalId])).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  }
  const deal = await world.aDeal();
  expect((await send(world.admin, 'tagAdd', deal.globalId, [deal.globalId])).errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});

test('a hundred tags are enough for a record, also when several people put them on at once', async () => {
  const tags = await Promise.all(Array.from({ length: 101 }, () => world.aTag()));
  const company = await world.aCompany();
  expect(await send(
    world.admin, 'tagAdd', company.globalId, tags.slice(0, 100).map(({ globalId }) => globalId),
  )).toMatchObject({ userErrors: [] });
  expect(await send(world.admin, 'tagAdd', company.globalId, [tags[100]!.globalId])).toMatchObject({
    userErrors: [{ code: 'LIMIT_REACHED' }],
  });
  const other = await world.aCompany();
  const answers = await Promise.all(
    [1, 2, 3].map(() => send(world.admin, 'tagAdd', other.globalId, [tags[0]!.globalId])),
  );
  expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
  expect(await world.rows('select tag_id from tagging where company_id = $1', [other.id])).toHaveLength(1);
});

test('the same key tags once, and another mutation may use it', async () => {
  const tag = await world.aTag();
  const deal = await world.aDeal({ owner: world.rep });
  await send(world.rep, 'tagAdd', deal.globalId, [tag.globalId], 'key');
  await send(world.rep, 'tagRemove', deal.globalId, [tag.globalId], 'key');
  expect(await send(world.rep, 'tagAdd', deal.globalId, [tag.globalId], 'key')).toMatchObject({
    record: { version: 3, tags: [] },
    userErrors: [],
  });
});
