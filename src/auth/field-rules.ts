import { type GraphQLField, type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';
import { connectionOf, isRecordType, recordTypeOf } from '../db/reader/reading.ts';
import { type Predicate, always, related } from '../db/predicate.ts';
import { type FieldGroup, type Noun, parsePermission } from './nouns.ts';
import { type Profile, type Verdict, oncePerProfile } from './profile.ts';
import { allowed } from './reach.ts';

/** The verdict on one field for one profile, with the permission it turns on and, by the record, the condition. */
export type FieldRule = { verdict: Verdict; permission: string; predicate: Predicate };

/** What the schema says of a field, found once when it is built. */
export type FieldAccess = {
  coordinate: string;
  /** The field's own permission; null where it comes with its object. */
  permission: string | null;
  /** The noun a relation leads to: without its read right the relation is refused. */
  target: Noun | null;
  /** For children: the relation to the record whose verdict they take. */
  parentRelation?: string;
};

const accessByField = new WeakMap<GraphQLField<unknown, never>, FieldAccess>();

/** Registers a field's access; called for every field while the schema is built. */
export function registerAccess(type: GraphQLObjectType, field: GraphQLField<unknown, never>, permission: string | null): FieldAccess {
  const named = getNamedType(field.type);
  // A connection's own `nodes` and `edges` come with the connection, which was decided where it is reached from.
  const leadsOn = isObjectType(named) && (permission !== null || isRecordType(type));
  const record = leadsOn ? connectionOf(named) ?? (isRecordType(named) ? named : null) : null;
  const access: FieldAccess = {
    coordinate: `${type.name}.${field.name}`,
    permission,
    target: record ? recordTypeOf(record).noun : null,
    ...(isRecordType(type) ? { parentRelation: recordTypeOf(type).parentRelation } : {}),
  };
  accessByField.set(field, access);
  return access;
}

export function accessOf(field: GraphQLField<unknown, never>): FieldAccess {
  const access = accessByField.get(field);
  if (!access) throw new Error(`${field.name} has no access: the schema was not built by src/schema/index.ts.`);
  return access;
}

const allowedAlways: FieldRule = { verdict: 'always', permission: '', predicate: always };

/** One entry of the table of verdicts, computed when first asked for and kept with the profile. */
export function fieldRule(field: GraphQLField<unknown, never>, profile: Profile): FieldRule {
  const table = oncePerProfile(profile, verdictTable, () => new Map<GraphQLField<unknown, never>, FieldRule>());
  let rule = table.get(field);
  if (!rule) table.set(field, (rule = decide(accessOf(field), profile)));
  return rule;
}

const verdictTable = Symbol('table of verdicts');

/** The name under which a row tells whether its fields of a group can be read. */
export function recordFlag(permission: string): string {
  return `~${permission}`;
}

function decide({ permission, target, parentRelation }: FieldAccess, profile: Profile): FieldRule {
  if (target && !profile.reachOf(target, 'read')) {
    return { verdict: 'never', permission: `${target}.read`, predicate: always };
  }
  if (!permission) return allowedAlways;
  const { noun, verb, fieldGroup } = parsePermission(permission);
  if (verb) return { verdict: profile.reachOf(noun, verb) ? 'always' : 'never', permission, predicate: always };
  const verdict = profile.readVerdict(noun, fieldGroup!);
  if (verdict !== 'byRecord') return { verdict, permission, predicate: always };
  const condition = allowed(profile, noun, 'read', fieldGroup as FieldGroup);
  return { verdict, permission, predicate: parentRelation ? related(parentRelation, condition) : condition };
}

/** Whether some profile could be refused this field: such fields are guarded, all others keep their plain resolver. */
export function canBeRefused({ permission, target }: FieldAccess): boolean {
  if (target) return true;
  if (!permission) return false;
  const { verb, fieldGroup } = parsePermission(permission);
  return verb !== undefined || fieldGroup !== 'core';
}
