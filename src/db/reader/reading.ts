import { type GraphQLField, type GraphQLObjectType, getNamedType } from 'graphql';
import type { Noun } from '../../auth/nouns.ts';
import type { Profile } from '../../auth/profile.ts';
import type { Predicate } from '../predicate.ts';
import type { Printing } from './print.ts';

/** The SQL of a value that PostgreSQL works out for a row. @param isReadable whether the row can be read for sure */
export type Derivation = (alias: string, printing: Printing, isReadable: boolean) => string;

/** What a field needs of the record's row. */
export type Reading =
  | { kind: 'columns'; columns: readonly string[] }
  /**
   * `through` leads on from a table of links to the records meant: from a deal over its taggings to their tags.
   * `columns` besides them, for a field with a resolver.
   */
  | { kind: 'relation'; relation: string; through?: string; columns?: readonly string[] }
  /** Conditions on the row, told as true or false: `viewerCan`. */
  | { kind: 'flags'; flags: (profile: Profile) => ReadonlyMap<string, Predicate> }
  /**
   * Values that PostgreSQL works out, by the names they have in the row, and the columns that the resolver takes
   * besides.
   */
  | { kind: 'derived'; derived: Readonly<Record<string, Derivation>>; columns?: readonly string[] }
  /** It is computed from the id alone. */
  | { kind: 'nothing' };

/** A record type's model, its noun, and for children the way to the record whose verdict they take. */
export type RecordType = {
  model: string;
  noun: Noun | null;
  parentRelation?: string;
  /** For children that are links: the record they lead to. Where that cannot be read, neither can the link. */
  link?: { relation: string; noun: Noun };
  /** The SQL condition of a type that is only some of its model's rows, such as the last entry into each stage. */
  only?: (alias: string) => string;
};

type Extensions = {
  record?: RecordType;
  isConnection?: boolean;
  reading?: Reading;
  pothosPrismaSelect?: unknown;
  pothosPrismaRelationField?: { name: string };
};

const readings = new WeakMap<GraphQLField<unknown, never>, Reading>();

/**
 * What a field of a record reads: as plugin-prisma knows it (columns of `expose…` and `select`, the relation of
 * `t.relation`), or as its own declaration says.
 *
 * @throws Error when neither says, which the start finds by asking for every field once
 */
export function readingOf(field: GraphQLField<unknown, never>): Reading {
  let reading = readings.get(field);
  if (!reading) readings.set(field, (reading = findReading(field)));
  return reading;
}

function findReading(field: GraphQLField<unknown, never>): Reading {
  const extensions = field.extensions as Extensions;
  if (extensions.reading) return extensions.reading;
  if (extensions.pothosPrismaRelationField) {
    return { kind: 'relation', relation: extensions.pothosPrismaRelationField.name };
  }
  const select = extensions.pothosPrismaSelect as Record<string, unknown> | undefined;
  if (select && typeof select === 'object') {
    const columns = (select.select ?? select) as Record<string, unknown>;
    return { kind: 'columns', columns: Object.keys(columns) };
  }
  throw new Error(
    `The field ${field.name} does not say what it reads: expose a column, name its \`select\`, use t.relation, or `
    + 'give it `extensions: { reading: … }` (src/db/reader/reading.ts).',
  );
}

export function isRecordType(type: GraphQLObjectType): boolean {
  return (type.extensions as Extensions).record !== undefined;
}

export function recordTypeOf(type: GraphQLObjectType): RecordType {
  const { record } = type.extensions as Extensions;
  if (record) return record;
  throw new Error(`${type.name} is no type of records: declare it with recordOf or childOf (src/schema/records.ts).`);
}

/** The record type a connection lists; null for types that are no connection. */
export function connectionOf(type: GraphQLObjectType): GraphQLObjectType | null {
  if (!(type.extensions as Extensions).isConnection) return null;
  return getNamedType(type.getFields().nodes!.type) as GraphQLObjectType;
}
