import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestServer, codes, startServer } from './http-server.ts';
import { probeSchema } from './probe-schema.ts';
import { randomDocument, randomFrom } from './random-documents.ts';

const { schema } = probeSchema();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ schema });
});
afterAll(() => server.close());

/** Writes all fragments out and counts what is there: as slow and as simple as can be. */
function writtenOut(document: DocumentNode) {
  const fragments = new Map(document.definitions
    .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
    .map((each) => [each.name.value, each]));
  let aliases = 0;
  let deepest = 0;
  const walk = ({ selections }: SelectionSetNode, depth: number) => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        aliases += selection.alias ? 1 : 0;
        deepest = Math.max(deepest, depth);
        if (selection.selectionSet) walk(selection.selectionSet, depth + 1);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, depth);
      } else {
        walk(fragments.get(selection.name.value)!.selectionSet, depth);
      }
    }
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) walk(definition.selectionSet, 1);
  }
  return { aliases, depth: deepest };
}

/** Values in an answer: each property of each object counts one. */
function valuesIn(data: unknown): number {
  if (Array.isArray(data)) return data.reduce<number>((sum, each) => sum + valuesIn(each), 0);
  if (typeof data !== 'object' || data === null) return 0;
  return Object.values(data).reduce<number>((sum, each) => sum + 1 + valuesIn(each), 0);
}

test('no random document gets through that is deeper, or answers more values, than was measured', async () => {
  let accepted = 0;
  for (let seed = 0; seed < 150; seed += 1) {
    const text = randomDocument(schema, {
      random: randomFrom(seed), maxDepth: 4 + (seed % 14), hasAliases: seed % 3 === 0,
      without: ['sleep', 'dawdle', 'fail', 'text', 'mustNotBeNull'],
    });
    const { aliases, depth } = writtenOut(parse(text));
    const answer = await server.ask(text);
    expect(answer.status, `seed ${seed}`).toBeLessThan(500);
    if (codes(answer).includes('GRAPHQL_VALIDATION_FAILED')) continue;
    const refusedFor = answer.errors?.map(({ extensions }) => extensions.measure) ?? [];
    expect(refusedFor.includes('depth'), `seed ${seed}`).toBe(depth > 15);
    expect(refusedFor.includes('aliases'), `seed ${seed}`).toBe(aliases > 30);
    if (!answer.data) continue;
    accepted += 1;
    const { cost } = answer.extensions as { cost: { requested: number; limit: number } };
    expect(valuesIn(answer.data), `seed ${seed}`).toBeLessThanOrEqual(cost.requested);
    expect(cost.requested).toBeLessThanOrEqual(cost.limit);
  }
  expect(accepted).toBeGreaterThan(50);
});
