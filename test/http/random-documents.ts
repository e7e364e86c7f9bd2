import {
  type GraphQLCompositeType, type GraphQLField, type GraphQLInputType, type GraphQLSchema, getNamedType,
  getNullableType, isAbstractType, isCompositeType, isEnumType, isInputObjectType, isLeafType, isListType,
  isNonNullType, isObjectType,
} from 'graphql';

/** Numbers below one, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Options = {
  random: () => number;
  maxDepth: number;
  operation?: 'query' | 'mutation';
  /** Names of fields that are not asked for. */
  without?: readonly string[];
  /** Otherwise two fields of one name may conflict, and the document be refused. */
  hasAliases?: boolean;
};

/** A valid operation of a schema, with arguments, aliases, directives and fragments as chance will have it. */
export function randomDocument(
  schema: GraphQLSchema, { random, maxDepth, operation = 'query', without = [], hasAliases = true }: Options,
): string {
  const fragments: string[] = [];
  // As many as may have an alias each.
  const manyFields = hasAliases ? 20 : 100;
  let fieldCount = 0;
  const chance = (probability: number) => random() < probability;
  const oneOf = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;

  const selections = (type: GraphQLCompositeType, depth: number): string => {
    const parts = ['__typename'];
    const all = isObjectType(type) || 'getFields' in type ? Object.values(type.getFields()) : [];
    const fields = all.filter(({ name }) => !without.includes(name));
    for (let count = 1 + Math.floor(random() * 4); count > 0 && fields.length > 0; count -= 1) {
      const field = oneOf(fields);
      if (depth >= maxDepth && isCompositeType(getNamedType(field.type))) continue;
      if (fieldCount >= manyFields) break;
      parts.push(fieldText(field, depth));
    }
    if (isAbstractType(type) && chance(0.5)) {
      const concrete = oneOf(schema.getPossibleTypes(type));
      parts.push(`... on ${concrete.name} { ${selections(concrete, depth)} }`);
    }
    const text = parts.join(' ');
    if (!chance(0.2)) return text;
    const name = `F${fragments.length}`;
    fragments.push(`fragment ${name} on ${type.name} { ${text} }`);
    return `...${name}${chance(0.3) ? ' @include(if: true)' : ''}`;
  };

  const fieldText = (field: GraphQLField<unknown, unknown>, depth: number): string => {
    const named = getNamedType(field.type);
    const given = field.args.filter(({ type }) => isNonNullType(type) || chance(0.4));
    const texts = given.map(({ name, type }) =>
      `${name}: ${name === 'first' || name === 'last' ? Math.floor(random() * 4) : value(type, 0)}`);
    const list = texts.length > 0 ? `(${texts.join(', ')})` : '';
    fieldCount += 1;
    const alias = hasAliases ? `a${fieldCount}_${field.name}: ` : '';
    const below = isCompositeType(named) ? ` { ${selections(named, depth + 1)} }` : '';
    return `${alias}${field.name}${list}${chance(0.1) ? ' @skip(if: false)' : ''}${below}`;
  };

  const value = (type: GraphQLInputType, depth: number): string => {
    const nullable = getNullableType(type);
    if (!isNonNullType(type) && (depth > 2 || chance(0.1))) return 'null';
    if (isListType(nullable)) return depth > 3 ? '[]' : `[${value(nullable.ofType as GraphQLInputType, depth + 1)}]`;
    if (isEnumType(nullable)) return oneOf(nullable.getValues()).name;
    if (isInputObjectType(nullable)) {
      const fields = Object.values(nullable.getFields()).filter((each) =>
        (isNonNullType(each.type) && each.defaultValue === undefined) || (depth < 3 && chance(0.3)));
      return `{ ${fields.map(({ name, type: fieldType }) => `${name}: ${value(fieldType, depth + 1)}`).join(', ')} }`;
    }
    if (!isLeafType(nullable)) throw new Error(`What is ${String(type)}?`);
    return oneOf(literals[nullable.name] ?? literals.String!);
  };

  const root = operation === 'query' ? schema.getQueryType()! : schema.getMutationType()!;
  const text = selections(root, 1);
  return `${operation} { ${text} } ${fragments.join(' ')}`;
}

export const literals: Record<string, readonly string[]> = {
  String: ['""', '"a"', '"\\u00e4 % _ \\\\"', '"\'; drop table deal; --"', '"2026-01-01"'],
  ID: ['"a"', '"deal_0190a000-0000-7000-8000-000000000000"', '"company_0190a000-0000-7000-8000-000000000000"'],
  Int: ['0', '1', '-1', '2147483647'],
  Float: ['0', '1.5', '-1e300'],
  Boolean: ['true', 'false'],
  BigInt: ['"0"', '"-9223372036854775808"', '12'],
  DateTime: ['"2026-01-01T00:00:00Z"', '"9999-12-31T23:59:59.999Z"'],
  Date: ['"2026-02-28"', '"0001-01-01"'],
  Decimal: ['"0"', '"9999999999.9999"'],
  Rate: ['"0"', '"9999999999.9999999999"'],
  Picky: ['null'],
};
