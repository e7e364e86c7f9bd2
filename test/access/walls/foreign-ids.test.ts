import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { tokenOf } from '../worlds/load-world.ts';
import { home } from '../worlds/filling.ts';
import type { PersonKey } from '../worlds/people.ts';
import { type Crossing, openCrossing, withoutPolicies } from './crossing.ts';
import { lists, tryForeignIds, walk } from './crossing-tries.ts';
import { idPlaces } from './foreign-ids.ts';

/*
 * Every id argument of the API given an id of another workspace, and everything that can be reached from every list:
 * places and paths are found in the schema, so that what is new is tried unasked. Once with the walls as they are, once
 * without the policies, where the application's own filters have to hold alone.
 */
const people = ['owen', 'mia', 'rex', 'vic'] as const;

describe.each([
  ['with the walls as they are', ''],
  ['without a policy on any table', withoutPolicies],
])('%s', (_walls, sql) => {
  let crossing: Crossing;
  let before: string;
  beforeAll(async () => {
    crossing = await openCrossing();
    if (sql) await crossing.owned(sql);
    before = await crossing.othersRows();
  });
  afterAll(() => crossing.close());

  test.each(sql ? (['owen', 'rex', 'a key of owen'] as const) : [...people, 'a key of owen', 'a key of rex'] as const)(
    '%s gets the same answer for a foreign id, and for one of another noun, as for one that nobody has',
    async (asker) => {
      const person = asker.split(' ').at(-1) as PersonKey;
      const token = asker === person ? tokenOf(home, person) : await crossing.aKeyOf(person);
      const { places, different } = await tryForeignIds(crossing, token);
      expect(places).toBeGreaterThan(100);
      expect(different).toEqual([]);
      expect(await crossing.othersRows()).toBe(before);
    },
  );

  test("whatever is reached from a list is of one's own workspace, and is counted so", async () => {
    const { documents, records } = await walk(crossing, 'owen');
    expect(documents).toBeGreaterThan(60);
    expect(records).toBeGreaterThan(300);
    const counted = lists().map(({ name }) => `${name}: ${name} { totalCount }`).join(' ');
    const { body } = await crossing.ask(tokenOf(home, 'owen'), `{ ${counted} }`);
    const counts = body.data as Record<string, { totalCount: number }>;
    for (const [name, noun] of [
      ['companies', 'company'],
      ['contacts', 'contact'],
      ['deals', 'deal'],
      ['leads', 'lead'],
      ['activities', 'activity'],
      ['members', 'member'],
    ] as const) {
      expect(counts[name]!.totalCount, name).toBe(crossing.ids(noun, 'own').length);
    }
  });

  test('a cursor of another workspace leads into none of its lists', async () => {
    const stranger = tokenOf('other', 'owen');
    for (const { name } of lists()) {
      const { body } = await crossing.ask(stranger, `{ list: ${name}(first: 50) { edges { cursor } } }`);
      const edges = (body.data?.list as { edges: { cursor: string }[] } | null)?.edges ?? [];
      for (const { cursor } of edges.slice(0, 2)) {
        const { text } = await crossing.ask(
          tokenOf(home, 'owen'),
          `{ list: ${name}(first: 50, after: ${JSON.stringify(cursor)}) { totalCount nodes { id } } }`,
        );
        expect(text, name).not.toContain('canary');
      }
    }
  });
});

test("the places are those of the schema: a mutation's id, a link, an id in a list, in a filter, in a filter of a relation", () => {
  const places = idPlaces().map(({ field, path }) => `${field.name} ${path.join('.')}`);
  expect(places).toEqual(expect.arrayContaining([
    'dealUpdate input.id',
    'dealUpdate input.companyId',
    'dealUpdate input.contacts.contactId',
    'tagAdd input.tagIds',
    'nodes ids',
    'deals where.companyId.eq',
    'deals where.companyId.in',
    'deals where.company.id.eq',
    'accessExplain principal',
    'pipelineSummary pipelineId',
  ]));
  expect(Object.keys(schema.getMutationType()!.getFields()).length).toBeGreaterThan(40);
});
