import { expect } from 'vitest';
import { type GraphQLObjectType, getNamedType, isCompositeType, isObjectType } from 'graphql';
import { schema } from '../../../src/schema/index.ts';
import { tokenOf } from '../worlds/load-world.ts';
import { home } from '../worlds/filling.ts';
import type { PersonKey } from '../worlds/people.ts';
import { type Answer, type Crossing, canary } from './crossing.ts';
import { callWith, idPlaces, selectionOf } from './foreign-ids.ts';

/** A UUID that no record has. */
const absent = '019a0000-00ff-7000-8000-00000000dead';
/** End the session that the next calls need, or are bounded to one in a document. */
const leftOut = /^(sign|password|account|session|workspace(Switch|Leave|Delete)|email|invitation)/;

/** Whether a root field can be called again and again by one who stays signed in. */
export function canBeTried(name: string): boolean {
  return !leftOut.test(name);
}

/** How calls of ids went: those of the other workspace or another noun must be answered as those that nobody has. */
export type Tries = { places: number; different: string[] };

/** Every place of the API that takes an id, given the other workspace's by who has this token. */
export async function tryForeignIds(crossing: Crossing, token: string): Promise<Tries> {
  expect((await crossing.ask(token, '{ viewer { roles { name } } }')).body.data?.viewer, 'is signed in').not.toBeNull();
  const places = idPlaces()
    .filter(({ field }) => canBeTried(field.name))
    .flatMap((place) =>
      place.nouns.filter((noun) => crossing.ids(noun, 'away').length > 0).map((noun) => ({ place, noun })),
    );
  const different: string[] = [];
  const own = (of: string) => crossing.ids(of, 'own')[0] ?? `${of}_${absent}`;
  const uuidOf = (id: string) => id.split('_')[1]!;
  /**
   * Of the other workspace; of nobody; of one's own record of another noun, under this noun's name and under its own.
   */
  const idsFor = (noun: string) => {
    const other = noun === 'deal' ? 'company' : 'deal';
    return {
      away: crossing.ids(noun, 'away')[0]!, absent: `${noun}_${absent}`, misnamed: `${noun}_${uuidOf(own(other))}`,
      other: own(other), otherAbsent: `${other}_${absent}`,
    };
  };
  for (const root of ['query', 'mutation'] as const) {
    const ofRoot = places.filter(({ place }) => place.root === root);
    // A document has at most thirty root fields.
    for (let from = 0; from < ofRoot.length; from += 6) {
      const some = ofRoot.slice(from, from + 6);
      const calls = some.flatMap(({ place, noun }, at) =>
        Object.entries(idsFor(noun)).map(
          ([kind, id]) => `${kind}${at}: ${callWith(place, id, own)} ${selectionOf(place.field)}`,
        ),
      );
      const { body, text } = await crossing.ask(token, `${root} { ${calls.join('\n')} }`);
      expect(body.data, text.slice(0, 500)).toBeDefined();
      expect(withoutIds(text, crossing)).not.toContain(canary);
      for (const [at, { place, noun }] of some.entries()) {
        const told = (kind: keyof ReturnType<typeof idsFor>) => answerOf(body, `${kind}${at}`, crossing);
        for (const [kind, like] of [['away', 'absent'], ['misnamed', 'absent'], ['other', 'otherAbsent']] as const) {
          // Where records of several kinds are taken, the other is one of them.
          if (told(kind) === told(like) || (kind === 'other' && place.nouns.length > 1)) continue;
          const where = `${kind} ${place.field.name}(${place.path.join('.')}: ${noun})`;
          different.push(`${where}\n  ${told(kind)}\n  ${told(like)}`);
        }
      }
    }
  }
  return { places: places.length, different };
}

/** Data and errors of one root field, with the ids that were given left out. */
function answerOf({ data, errors = [] }: Answer, alias: string, crossing: Crossing): string {
  const own = errors
    .filter(({ path }) => path?.[0] === alias)
    .map(({ message, extensions }) => ({ message, extensions }));
  return withoutIds(JSON.stringify([data?.[alias] ?? null, own]), crossing).replaceAll(absent, 'ID');
}

function withoutIds(text: string, { allIds }: Crossing): string {
  return text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-7000-[0-9a-f-]{17}/g, (id) => (allIds.has(id) ? 'ID' : id));
}

/**
 * Everything that can be reached from every list, five steps deep, forwards and backwards: none of it is the other's.
 */
export async function walk(crossing: Crossing, person: PersonKey): Promise<{ documents: number; records: number }> {
  const token = tokenOf(home, person);
  let documents = 0;
  let records = 0;
  for (const list of lists()) {
    const record = recordOf(list.type);
    const relations = ['', ...relationsOf(record).map(({ name }) => name)];
    for (const [at, relation] of relations.entries()) {
      for (const page of [at % 2 === 0 ? 'first: 30' : 'last: 30']) {
        const document =
          `{ list: ${list.name}(${page}) { totalCount edges { cursor } nodes { ${fieldsBelow(record, relation, 4)} } } }`;
        const { body, text } = await crossing.ask(token, document);
        expect(text, document).not.toContain(canary);
        const answer = body.data?.list as { totalCount: number; nodes: unknown[] } | null;
        expect(answer ?? null, `${document}\n${text.slice(0, 300)}`).not.toBeNull();
        documents += 1;
        records += answer?.nodes.length ?? 0;
      }
    }
  }
  return { documents, records };
}

export function lists(): { name: string; type: GraphQLObjectType }[] {
  return Object.values(schema.getQueryType()!.getFields()).flatMap((field) => {
    const named = getNamedType(field.type);
    return isObjectType(named) && named.name.endsWith('Connection') ? [{ name: field.name, type: named }] : [];
  });
}

function recordOf(connection: GraphQLObjectType): GraphQLObjectType {
  return getNamedType(connection.getFields().nodes!.type) as GraphQLObjectType;
}

function relationsOf(type: GraphQLObjectType) {
  return Object.values(type.getFields()).filter((field) => isCompositeType(getNamedType(field.type)));
}

/** All plain fields, and from the relation on one way down, another at each step. */
function fieldsBelow(type: GraphQLObjectType, relation: string, depth: number): string {
  const plain = Object.values(type.getFields())
    .filter((field) => !isCompositeType(getNamedType(field.type)) && field.args.length === 0)
    .map(({ name }) => name);
  const field = type.getFields()[relation];
  if (!field || depth === 0) return plain.join(' ') || '__typename';
  const named = getNamedType(field.type);
  if (!isObjectType(named)) return [...plain, `${relation} { __typename }`].join(' ');
  const below = named.name.endsWith('Connection') ? recordOf(named) : named;
  const next = relationsOf(below);
  const inner = fieldsBelow(below, next[(relation.length + depth) % Math.max(next.length, 1)]?.name ?? '', depth - 1);
  const body = named.name.endsWith('Connection') ? `totalCount nodes { ${inner} }` : inner;
  return [...plain, `${relation}${named.name.endsWith('Connection') ? '(first: 3)' : ''} { ${body} }`].join(' ');
}
