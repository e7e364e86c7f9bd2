import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { seed } from '../run-count.ts';
import { now } from '../worlds/world-server.ts';
import { describeLeak, openWorlds, searchLeaks } from './two-worlds.ts';

/**
 * A mutation that is always refused proves little: what it tells, it tells when it succeeds. So every mutation there is
 * has to succeed among the random documents, as somebody who may everything.
 */
const exceptions: Readonly<Record<string, string>> = {
  signIn: 'Nobody in the worlds has a password: hashing one takes longer than a hundred documents.',
  changePassword: 'Asks for the password.',
  changeEmail: 'Asks for the password.',
  deleteAccount: 'Asks for the password.',
  confirmSignUp: 'Its token stands in a mail, and no answer holds one.',
  confirmEmail: 'Its token stands in a mail.',
  setPassword: 'Its token stands in a mail.',
  acceptInvitation: 'Its token stands in a mail.',
};

beforeAll(() => { vi.useFakeTimers({ toFake: ['Date'], now }); });
afterAll(() => { vi.useRealTimers(); });

const mutations = Object.keys(schema.getMutationType()!.getFields());
const batch = 250;
const mostBatches = 16;

test('every mutation succeeds among the random documents of an owner, and more than a third of them do', async () => {
  expect(Object.keys(exceptions).filter((name) => !mutations.includes(name))).toEqual([]);
  const wanted = new Set(mutations.filter((name) => !exceptions[name]));
  const worlds = await openWorlds('Owen Owner', seed);
  let sent = 0;
  let done = 0;
  try {
    for (let at = 0; at < mostBatches && (at === 0 || wanted.size > 0); at += 1) {
      const { leak, ...found } = await searchLeaks(worlds, { runs: batch, seed: seed + at, mutationShare: 1, wanted });
      if (leak) expect.fail(describeLeak(worlds.principal, leak));
      sent += found.mutations;
      done += [...found.done.values()].reduce((sum, each) => sum + each, 0);
    }
  } finally {
    await worlds.close();
  }
  console.log(`${done} of ${sent} mutations changed something`);
  const advice =
    'These never succeeded: give their inputs values that fit (fitting.ts, words.ts), or say here why not.';
  expect([...wanted], advice).toEqual([]);
  expect(done / sent).toBeGreaterThan(1 / 3);
}, 24 * 3600e3);
