import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { home } from '../worlds/filling.ts';
import { tokenOf } from '../worlds/load-world.ts';
import type { PersonKey } from '../worlds/people.ts';
import { type Crossing, openCrossing } from './crossing.ts';
import { canBeTried, lists } from './crossing-tries.ts';
import { type IdPlace, callWith, idPlaces, selectionOf } from './foreign-ids.ts';

/*
 * How long an answer takes tells nothing either. Whatever place an id stands in, the server sends the same
 * statements, to the letter and in the same order, for a record of another workspace, for one that is hidden and for
 * one that nobody has: they are prepared once and differ in their values alone. So there is no second look that only
 * a found record causes.
 *
 * Clocks cannot prove this; `npm run test:timing` compares them all the same (test/timing/records.test.ts).
 */
const absent = '019a0000-00ff-7000-8000-00000000dead';

let crossing: Crossing;
const sent: string[] = [];
const query = pg.Client.prototype.query as (this: pg.Client, ...all: unknown[]) => unknown;
beforeAll(async () => {
  crossing = await openCrossing();
  pg.Client.prototype.query = function listening(this: pg.Client, ...all: unknown[]) {
    const [first] = all as [string | { text: string }];
    sent.push(typeof first === 'string' ? first : first.text);
    return query.apply(this, all);
  } as never;
});
afterAll(async () => {
  pg.Client.prototype.query = query as never;
  await crossing.close();
});

async function ask(token: string, document: string): Promise<{ statements: string[]; isAnswered: boolean }> {
  sent.length = 0;
  const { body } = await crossing.ask(token, document);
  return { statements: [...sent], isAnswered: body.data !== undefined };
}

/** Of each noun a record of one's own workspace that this person does not see. */
async function hiddenFrom(token: string): Promise<Map<string, string>> {
  const hidden = new Map<string, string>();
  const ids = async (name: string, asker: string) => {
    const { body } = await crossing.ask(asker, `{ ${name}(first: 200) { nodes { id } } }`);
    return ((body.data?.[name] as { nodes: { id: string }[] } | null)?.nodes ?? []).map(({ id }) => id);
  };
  for (const { name } of lists()) {
    const seen = new Set(await ids(name, token));
    const id = (await ids(name, tokenOf(home, 'owen'))).find((each) => !seen.has(each));
    if (id) hidden.set(id.split('_')[0]!, id);
  }
  return hidden;
}

function documentOf(place: IdPlace, id: string): string {
  const own = (noun: string) => crossing.ids(noun, 'own')[0] ?? `${noun}_${absent}`;
  return `${place.root} { it: ${callWith(place, id, own)} ${selectionOf(place.field)} }`;
}

const people: readonly PersonKey[] = ['owen', 'rex', 'kim'];

describe.each(people)('to %s', (person) => {
  test('every id is looked for in the same way, whosever record it is', async () => {
    const token = tokenOf(home, person);
    const hidden = await hiddenFrom(token);
    expect(hidden.size > 2).toBe(person !== 'owen');
    const different: string[] = [];
    let compared = 0;
    for (const place of idPlaces().filter(({ field }) => canBeTried(field.name))) {
      for (const noun of place.nouns) {
        // Once before, so that what is noted once a minute is noted.
        await ask(token, documentOf(place, `${noun}_${absent}`));
        const none = await ask(token, documentOf(place, `${noun}_${absent}`));
        expect(none.isAnswered, documentOf(place, `${noun}_${absent}`)).toBe(true);
        for (const [kind, id] of [['foreign', crossing.ids(noun, 'away')[0]], ['hidden', hidden.get(noun)]] as const) {
          if (!id) continue;
          compared += 1;
          const { statements } = await ask(token, documentOf(place, id));
          if (statements.join('\n') !== none.statements.join('\n')) {
            different.push(
              `${kind} ${place.field.name}(${place.path.join('.')}: ${noun})\n${diff(none.statements, statements)}`,
            );
          }
        }
      }
    }
    expect(compared).toBeGreaterThan(100);
    expect(different).toEqual([]);
  });
});

function diff(one: readonly string[], other: readonly string[]): string {
  const short = (text: string) => text.replace(/\s+/g, ' ').slice(0, 200);
  return [
    ...one.filter((each) => !other.includes(each)).map((each) => `  - ${short(each)}`),
    ...other.filter((each) => !one.includes(each)).map((each) => `  + ${short(each)}`),
    `  ${one.length} and ${other.length} statements`,
  ].join('\n');
}
