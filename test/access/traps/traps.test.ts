import { parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openWorlds } from '../two-worlds/two-worlds.ts';
import { documentRuns, seed } from '../run-count.ts';
import { people } from '../worlds/people.ts';
import { now } from '../worlds/world-server.ts';
import { changesOf } from './changes.ts';
import { trapsOf } from './documents.ts';

/*
 * documents.ts and changes.ts as everybody, in two worlds that differ in what he must not see: every answer is the same
 * in both, byte for byte. The random documents of test/access/two-worlds come by these ways too, now and then; here
 * each is taken each time. `npm run test:access` asks as everybody, `npm test` as three of them.
 */
beforeAll(() => { vi.useFakeTimers({ toFake: ['Date'], now }); });
afterAll(() => { vi.useRealTimers(); });

const active = Object.values(people).filter((person) => !('isActive' in person)).map(({ name }) => name);
const everybody = ['Nobody', 'A stranger', 'A key of Mia', 'A key of Kim', ...active];
const asked = documentRuns < 4_000 ? everybody.filter((_name, at) => at % 6 === seed % 6) : everybody;

test.each(asked)('%s falls into no trap', async (name) => {
  const worlds = await openWorlds(name, seed + 70);
  const answered = new Set<string>();
  try {
    const { stock } = worlds;
    const known = { ids: (noun: string) => [...new Set(stock.ids.get(noun)!)], cursors: stock.cursors };
    for (const { name: trap, text, variables = {} } of [...trapsOf(known), ...changesOf(known)]) {
      expect(validate(stock.schema, parse(text)), `${trap}\n${text}`).toEqual([]);
      const [first, second] = await worlds.ask({ text, variables });
      if (first !== second) {
        expect.fail([`${name}: ${trap}`, text, JSON.stringify(variables), first, second].join('\n\n'));
      }
      if (!/"data":null|"code":"(BAD_USER_INPUT|COST|INTERNAL|UNAUTH)/.test(first)) answered.add(trap);
    }
  } finally {
    await worlds.close();
  }
  // Answers that are refused as a whole prove nothing.
  if (name !== 'Nobody') expect(answered.size).toBeGreaterThan(20);
}, 24 * 3600e3);
