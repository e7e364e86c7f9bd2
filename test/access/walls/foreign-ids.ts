import {
  type GraphQLArgument, type GraphQLField, type GraphQLInputField, getNamedType, getNullableType,
  isCompositeType, isEnumType, isInputObjectType, isListType, isNonNullType, isObjectType,
} from 'graphql';
import { schema } from '../../../src/schema/index.ts';
import { ownedNouns } from '../matrix/matrix-world.ts';
import { plainLiteral } from '../plain-literal.ts';

/** An argument or input field that names a record: where it stands, and of which noun the record is. */
export type IdPlace = {
  root: 'query' | 'mutation';
  field: GraphQLField<unknown, unknown>;
  path: readonly string[];
  nouns: readonly string[];
};

const maxDepth = 3;

/** Every place of the API that takes an id, found in the schema: a new one is tried unasked. */
export function idPlaces(): IdPlace[] {
  return (
    [['query', schema.getQueryType()!], ['mutation', schema.getMutationType()!]] as const
  ).flatMap(([root, type]) =>
    Object.values(type.getFields()).flatMap((field) =>
      field.args.flatMap((arg) =>
        placesIn(arg, [], nounOfAnswer(field)).map(({ path, nouns }) => ({ root, field, path, nouns })),
      ),
    ),
  );
}

function placesIn(
  place: GraphQLArgument | GraphQLInputField, above: readonly string[], fallback: string | null,
): { path: string[]; nouns: string[] }[] {
  const path = [...above, place.name];
  const named = getNamedType(place.type);
  if (named.name === 'ID') return [{ path, nouns: nounsOf(place, above, fallback) }];
  if (!isInputObjectType(named) || path.length > maxDepth || ['and', 'or', 'not'].includes(place.name)) return [];
  // What a filter's `id` is of is said by the filter it stands in.
  const inner = /^(\w+)Where$/.exec(named.name)?.[1];
  // Of the operators of a filter, one for a single id and one for a list stand for all.
  const fields = Object.values(named.getFields()).filter(({ name }) => !['ne', 'notIn'].includes(name));
  return fields.flatMap((field) =>
    placesIn(field, path, inner ? inner.charAt(0).toLowerCase() + inner.slice(1) : fallback),
  );
}

function nounsOf(
  place: GraphQLArgument | GraphQLInputField, above: readonly string[], fallback: string | null,
): string[] {
  const said = place.extensions.idOf as string | undefined;
  if (said) return [said];
  // `companyId: { eq }` is about companies, `id: { eq }` about what is filtered.
  const name = ['eq', 'ne', 'in', 'notIn'].includes(place.name) ? above.at(-1)! : place.name;
  if (name === 'id' || name === 'ids') return fallback ? [fallback] : [...ownedNouns];
  if (name === 'recordId') return [...ownedNouns];
  const noun = name.replace(/Ids?$/, '');
  const known: Record<string, string> = {
    owner: 'member',
    principal: 'member',
    parent: fallback ?? 'company',
    mergedInto: fallback ?? 'company',
  };
  return [known[noun] ?? noun];
}

function nounOfAnswer(field: GraphQLField<unknown, unknown>): string | null {
  const named = getNamedType(field.type);
  const name = named.name.replace(
    /(Create|Update|Delete|Restore|Move|Complete|Reopen|Convert)?(Payload|Connection)$/, '',
  );
  const type = schema.getType(name);
  return isObjectType(type) && type.getInterfaces().some((each) => each.name === 'Node')
    ? name.charAt(0).toLowerCase() + name.slice(1)
    : null;
}

/** The root field with this id in the place, and records of one's own wherever else one is asked for. */
export function callWith({ field, path }: IdPlace, id: string, own: (noun: string) => string): string {
  const given = { id, own, fallback: nounOfAnswer(field) };
  const args = field.args
    .filter((arg) => arg.name === path[0] || (isNonNullType(arg.type) && arg.defaultValue === undefined))
    .map((arg) => `${arg.name}: ${literal(arg, arg.name === path[0] ? path.slice(1) : null, given)}`);
  return `${field.name}(${args.join(', ')})`;
}

/** What an answer is asked for: enough to tell of a record, whatever its kind. */
export function selectionOf(field: GraphQLField<unknown, unknown>): string {
  const named = getNamedType(field.type);
  if (!isCompositeType(named)) return '';
  if (!isObjectType(named)) return '{ __typename id }';
  const lines = Object.values(named.getFields()).flatMap((each) => {
    const inner = getNamedType(each.type);
    if (!isCompositeType(inner)) return each.args.length === 0 ? [each.name] : [];
    if (each.name === 'userErrors') return ['userErrors { code message path }'];
    if (each.name === 'nodes' || (isObjectType(inner) && inner.getInterfaces().some(({ name }) => name === 'Node')))
      return [`${each.name} { id }`];
    return [`${each.name} { __typename }`];
  });
  return `{ ${lines.join(' ')} }`;
}

type Place = GraphQLArgument | GraphQLInputField;

/** What stands in the place that is tried, and wherever else an id is asked for. */
type Given = { id: string; own: (noun: string) => string; fallback: string | null };

/** @param rest the way that is left to the place that is tried; null elsewhere */
function literal(place: Place, rest: readonly string[] | null, given: Given, type = place.type): string {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return rest ? `[${literal(place, rest, given, nullable.ofType)}]` : '[]';
  if (isInputObjectType(nullable)) {
    const fields = Object.values(nullable.getFields()).filter(
      (field) => field.name === rest?.[0] || (isNonNullType(field.type) && field.defaultValue === undefined),
    );
    const said = fields.map((field) => {
      const further = field.name === rest?.[0] ? rest.slice(1) : null;
      return `${field.name}: ${literal(field, further, given)}`;
    });
    return `{ ${said.join(', ')} }`;
  }
  if (isEnumType(nullable)) return nullable.getValues()[0]!.name;
  const named = getNamedType(nullable);
  if (named.name === 'ID') return JSON.stringify(rest ? given.id : given.own(nounsOf(place, [], given.fallback)[0]!));
  if (place.name === 'permission') return '"deal.read"';
  return plainLiteral(named.name);
}
