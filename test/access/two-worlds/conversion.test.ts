import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { seed } from '../run-count.ts';
import { randomFrom } from '../worlds/world.ts';
import { now } from '../worlds/world-server.ts';
import { openWorlds } from './two-worlds.ts';

/*
 * Conversions are written from a lead, into records of other nouns, and read them while they do: every lead is tried
 * into targets of every kind, converted, and taken back, in two worlds that the caller must not tell apart.
 */
beforeAll(() => { vi.useFakeTimers({ toFake: ['Date'], now }); });
afterAll(() => { vi.useRealTimers(); });

const line = 'target field from';
const errors =
  `userErrors { code message path ... on ConversionSettled { part reason count } ... on LeadConverted { lead { id } } }`;
const lead =
  `lead { id version stage { name } convertedAt convertedBy { name } convertedCompany { id name phone } closedAt
  convertedContact { id fullName emails { address } phones { number } addresses { street city } notes company { id } }
  convertedDeal { id title amount { amountMinor } source notes company { id } contacts { contact { id } } }
  activities { nodes { id subject } } }`;
const convert = `mutation($input: LeadConvertInput!) { leadConvert(input: $input) { ${lead}
  plan { creates fills { ${line} } conflicts { ${line} } left { ${line} permission } moves { id } stays { id } }
  suggestions { companies { id } contacts { id } } ${errors} } }`;
const unconvert = `mutation($input: LeadUnconvertInput!) { leadUnconvert(input: $input) { ${lead} ${errors} } }`;

test.each(['Kim Sometimes', 'Rex Rep', 'Mia Manager'])(
  '%s converts leads and takes that back, and learns nothing that he must not see', async (name) => {
    const worlds = await openWorlds(name, seed + 40);
    const random = randomFrom(seed);
    const idsOf = (noun: string) => [...new Set(worlds.stock.ids.get(noun)!)];
    let done = 0;
    try {
      for (const id of idsOf('lead').filter((_id, at) => at % 2 === 0)) {
        const target = (noun: string) => random.pick([
          { id: random.pick(idsOf(noun)) }, { id: random.pick(idsOf(noun)) }, { create: {} },
        ]);
        for (const version of [1, 2]) {
          const input = { id, version, company: target('company'), contact: target('contact'), deal: target('deal') };
          const some = { ...input, company: random.pick([null, input.company]), deal: random.pick([null, input.deal]) };
          const owned = {
            id, version, contact: { create: { lastName: 'New' } }, ownerId: `member_${worlds.principal.seer!.memberId}`,
          };
          for (const [text, variables] of [
            [convert, { input: { ...input, dryRun: true } }], [convert, { input: { ...some, dryRun: true } }],
            [unconvert, { input: { id, version } }], [convert, { input: some }], [convert, { input: owned }],
            [unconvert, { input: { id, version: version + 1 } }],
          ] as const) {
            const [first, second] = await worlds.ask({ text, variables });
            expect(second, JSON.stringify({ text, variables })).toBe(first);
            if (/"userErrors":\[\]/.test(first)) done += 1;
          }
        }
      }
    } finally {
      await worlds.close();
    }
    expect(done).toBeGreaterThan(3);
  }, 24 * 3600e3);
