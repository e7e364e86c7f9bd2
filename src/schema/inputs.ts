import {
  GraphQLError, type GraphQLInputObjectType, type GraphQLInputType, type GraphQLSchema, getNamedType, getNullableType,
  isInputObjectType, isListType,
} from 'graphql';
import type { FieldGroup, Noun, Verb } from '../auth/nouns.ts';
import type { Profile } from '../auth/profile.ts';
import { idOf } from './global-id.ts';

/** What the input of a record's command carries in its extensions. */
export type WrittenRecord = {
  noun: Noun;
  typeName: string;
  /** Of an input within another: what is done to the record, where that is not what the mutation does. */
  verb?: Verb;
};

/** Input fields that say which record and which call, not what is written. */
const addressing = new Set(['id', 'version', 'idempotencyKey', 'dryRun', 'reason']);

const groups = new WeakMap<GraphQLInputObjectType, Map<string, FieldGroup>>();

/**
 * Finds for every field of every command's input the field group it writes: that of the record's field of the same
 * name (`companyId`: of `company`), or the one its `access` names.
 *
 * @returns sentences about inputs that write something no field shows
 */
export function checkInputs(
  schema: GraphQLSchema, groupOf: (typeName: string, field: string) => FieldGroup | null,
): string[] {
  const problems: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    const written = isInputObjectType(type) ? (type.extensions.writes as WrittenRecord | undefined) : undefined;
    if (!written) continue;
    const byField = new Map<string, FieldGroup>();
    for (const { name, extensions } of Object.values((type as GraphQLInputObjectType).getFields())) {
      if (addressing.has(name)) continue;
      const own = (extensions.pothosOptions as { access?: string } | undefined)?.access
        ?? extensions.access as string | undefined;
      const group = (own?.split('.')[1] as FieldGroup | undefined) ?? groupOf(written.typeName, name);
      if (group) byField.set(name, group);
      else problems.push(
        `${type.name}.${name} is named after no field of ${written.typeName}: rename it, or give it an \`access\`.`);
    }
    groups.set(type as GraphQLInputObjectType, byField);
  }
  return problems;
}

/**
 * Refuses an input that writes a field group which the profile may write on no record; by the record is the command's
 * question. So with the inputs of other records within it.
 *
 * @throws GraphQLError FORBIDDEN naming the first such place
 */
export function requireWriteRights(
  type: GraphQLInputObjectType, input: object, verb: Verb, profile: Profile, path = 'input',
): void {
  const written = type.extensions.writes as WrittenRecord | undefined;
  for (const [name, group] of (written && groups.get(type)) ?? []) {
    if (!(name in input) || profile.reachOf(written!.noun, written!.verb ?? verb, group)) continue;
    const permission = `${written!.noun}.${group}`;
    const field = `${path}.${name}`;
    const needs = `that needs the permission ${permission} with ${written!.verb ?? verb}`;
    throw new GraphQLError(`You may not write ${field}: ${needs}.`, {
      extensions: { code: 'FORBIDDEN', field, permission },
    });
  }
  for (const [name, value] of Object.entries(input)) {
    const within = getNullableType(type.getFields()[name]!.type);
    if (value && isInputObjectType(within)) {
      requireWriteRights(within, value as object, verb, profile, `${path}.${name}`);
    }
  }
}

/** Which permission each input field needs: for the printed matrix and for tests. */
export function writeRights(schema: GraphQLSchema): { place: string; permission: string }[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isInputObjectType(type) || !groups.has(type)) return [];
    const { noun } = type.extensions.writes as WrittenRecord;
    return [...groups.get(type)!].map(([name, group]) => ({
      place: `${type.name}.${name}`, permission: `${noun}.${group}`,
    }));
  });
}

/**
 * The input with the UUIDs that services know in place of global ids, wherever an ID field says of which noun it is.
 *
 * @throws GraphQLError BAD_USER_INPUT naming the place of an id of another noun, or of none
 */
export function withLocalIds<T>(type: GraphQLInputType, value: T, path = 'input'): T {
  const nullable = getNullableType(type);
  if (value === null || value === undefined) return value;
  if (isListType(nullable)) {
    return (value as unknown[])
      .map((item, at) => withLocalIds(nullable.ofType as GraphQLInputType, item, `${path}.${at}`)) as T;
  }
  const named = getNamedType(nullable);
  if (!isInputObjectType(named)) return value;
  const fields = named.getFields();
  return Object.fromEntries(Object.entries(value as object).map(([name, item]) => {
    const field = fields[name]!;
    const noun = field.extensions.idOf as string | undefined;
    const here = `${path}.${name}`;
    if (!noun || item === null) return [name, withLocalIds(field.type, item, here)];
    if (Array.isArray(item)) return [name, item.map((each, at) => idOf(noun, each as string, `${here}.${at}`))];
    return [name, idOf(noun, item as string, here)];
  })) as T;
}
