import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { callOf } from './call-root.ts';
import { type MatrixWorld, openMatrixWorld } from './matrix-world.ts';
import { mayAsk } from './roots.ts';

/* roots.ts against the API: who gets past the gate of which root field. */
const askers = ['OWNER', 'ADMIN', 'MANAGER', 'REP', 'VIEWER', 'NONE', 'nobody'];

let matrix: MatrixWorld;
beforeAll(async () => {
  matrix = await openMatrixWorld(askers);
});
afterAll(() => matrix.world.close());

/** Whoever signs out is nobody afterwards, and may then do the second alone. */
const last = ['signOutEverywhere', 'signOut'];
const operations = [
  ...Object.values(schema.getQueryType()!.getFields()).map((field) => ({
    name: `Query.${field.name}`,
    text: callOf('query', field),
  })),
  ...Object.values(schema.getMutationType()!.getFields())
    .sort((one, other) => last.indexOf(one.name) - last.indexOf(other.name))
    .map((field) => ({ name: `Mutation.${field.name}`, text: callOf('mutation', field) })),
];

test.each(askers)(
  '%s gets past the gate of the root fields that the product rules name, and of no other',
  async (asker) => {
    const found: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const { name, text } of operations) {
      const { data, errors } = await matrix.world.as(matrix.people.get(asker)!).ask(text);
      const field = name.split('.')[1]!;
      const refusal = errors.find(
        ({ path, extensions }) =>
          path?.[0] === field && ['FORBIDDEN', 'UNAUTHENTICATED'].includes(extensions?.code as string),
      );
      found[name] = refusal ? `${refusal.extensions!.code as string}` : 'past the gate';
      expected[name] = mayAsk.get(name)?.includes(asker)
        ? 'past the gate'
        : asker === 'nobody' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      if (!refusal) continue;
      expect(data?.[field] ?? null, name).toBeNull();
      if (asker !== 'nobody')
        expect(refusal.extensions, name).toMatchObject({ permission: expect.stringMatching(/^[a-zA-Z]+\.[a-zA-Z]+/) });
    }
    expect(found).toEqual(expected);
  },
);
