import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isIntrospectionType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { fieldRule } from '../../src/auth/field-rules.ts';
import type { Grant } from '../../src/auth/grants.ts';
import { allVerbs, nounNames, nouns } from '../../src/auth/nouns.ts';
import { type Profile, maxProfiles, profileOf } from '../../src/auth/profile.ts';
import { allowed, permitted, readable } from '../../src/auth/reach.ts';
import { schema } from '../../src/schema/index.ts';
import { visibleSchema } from '../../src/schema/visible-schema.ts';

/** A profile that nobody else has: the number says which of many grants it holds. */
function aProfile(number: number): Profile {
  const all: Grant[] = nounNames.flatMap((noun) => allVerbs(noun).map((verb): Grant => (
    { noun, verb, reach: 'any', fieldGroups: nouns[noun].fieldGroups })));
  return profileOf(['REP'], all.filter((_each, at) => (number >> (at % 12)) & 1), []);
}

/** Everything that is ever computed of a profile, but for the plans of documents. */
function computeAll(profile: Profile): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) fieldRule(field, profile);
  }
  for (const noun of nounNames) {
    readable(profile, noun);
    for (const verb of allVerbs(noun)) {
      permitted(profile, noun, verb);
      for (const group of nouns[noun].fieldGroups) allowed(profile, noun, verb, group);
    }
  }
}

test('equal rights are one profile, compiled once', () => {
  const first = profileOf(['REP', 'VIEWER'], [], ['deal']);
  expect(profileOf(['VIEWER', 'REP', 'REP'], [], ['deal'])).toBe(first);
  expect(profileOf(['REP', 'VIEWER'], [], [])).not.toBe(first);
  const where = readable(first, 'deal');
  expect(readable(profileOf(['REP', 'VIEWER'], [], ['deal']), 'deal')).toBe(where);
  expect(visibleSchema(schema, first)).toBe(visibleSchema(schema, profileOf(['VIEWER', 'REP'], [], ['deal'])));
});

test('profiles are bounded in number and in size; the one unused for longest goes first', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const [oldest, used] = [aProfile(1), aProfile(2)];
  for (let number = 3; number < 10; number += 1) computeAll(aProfile(number));
  collect();
  const before = process.memoryUsage().heapUsed;
  const measured = 100;
  for (let number = 10; number < 10 + measured; number += 1) computeAll(aProfile(number));
  collect();
  const each = Math.round((process.memoryUsage().heapUsed - before) / measured / 1024);
  console.log(`A profile with all its verdicts and predicates takes ${each} KB; ${maxProfiles} are kept at a time.`);
  expect(each).toBeLessThan(500);
  expect(aProfile(2)).toBe(used);
  for (let number = 10 + measured; number < 10 + measured + maxProfiles - 1; number += 1) aProfile(number);
  expect(aProfile(2)).toBe(used);
  expect(aProfile(1)).not.toBe(oldest);
});
