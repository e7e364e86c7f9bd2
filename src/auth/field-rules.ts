import { type GraphQLField, type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';
import { connectionOf, isRecordType, recordTypeOf } from '../db/reader/reading.ts';
import { type Predicate, always, related } from '../db/predicate.ts';
import { type FieldGroup, type Noun, type Verb, parsePermission } from './nouns.ts';
import { type Profile, type Verdict, oncePerProfile } from './profile.ts';
import { allowed } from './reach.ts';

/** The verdict on one field for one profile, with the permission it turns on and, by the record, the condition. */
export type FieldRule = { verdict: Verdict; permission: string; predicate: Predicate };

/** What the schema says of a field, found once when it is built. */
export type FieldAccess = {
  coordinate: string;
  /** What the field needs: nothing where it comes with its object; of several permissions one is enough. */
  permissions: readonly string[];
  /** Whether it is a field of a record: then a verb is asked of that record, elsewhere of any. */
  isOfRecord: boolean;
  /** The noun a relation leads to: without its read right the relation is refused. */
  target: Noun | null;
  /** For children: the relation to the record whose verdict they take. */
  parentRelation?: string;
};

const accessByField = new WeakMap<GraphQLField<unknown, never>, FieldAccess>();

/** Registers a field's access; called for every field while the schema is built. */
export function registerAccess(
  type: GraphQLObjectType, field: GraphQLField<unknown, never>, permissions: readonly string[],
): FieldAccess {
  const named = getNamedType(field.type);
  // A connection's own `nodes` and `edges` come with the connection, which was decided where it is reached from.
  const leadsOn = isObjectType(named) && (permissions.length > 0 || isRecordType(type));
  const record = leadsOn ? connectionOf(named) ?? (isRecordType(named) ? named : null) : null;
  const access: FieldAccess = {
    coordinate: `${type.name}.${field.name}`,
    permissions,
    isOfRecord: isRecordType(type),
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

function decide({ permissions, isOfRecord, target, parentRelation }: FieldAccess, profile: Profile): FieldRule {
  if (target && !profile.reachOf(target, 'read')) {
    return { verdict: 'never', permission: `${target}.read`, predicate: always };
  }
  if (permissions.length === 0) return allowedAlways;
  const rules = permissions.map((permission) => decideOne(permission));
  return rules.find(({ verdict }) => verdict !== 'never')
    ?? { verdict: 'never', permission: permissions.join(' or '), predicate: always };

  function decideOne(permission: string): FieldRule {
    const { noun, verb, fieldGroup } = parsePermission(permission);
    const verdict = verb ? verbVerdict(noun, verb) : profile.readVerdict(noun, fieldGroup!);
    if (verdict !== 'byRecord') return { verdict, permission, predicate: always };
    const condition = allowed(profile, noun, verb ?? 'read', verb ? 'core' : fieldGroup as FieldGroup);
    return { verdict, permission, predicate: parentRelation ? related(parentRelation, condition) : condition };
  }

  function verbVerdict(noun: Noun, verb: Verb): Verdict {
    const reach = profile.reachOf(noun, verb);
    if (!reach) return 'never';
    return isOfRecord && reach !== 'any' ? 'byRecord' : 'always';
  }
}

/** Whether some profile could be refused this field: such fields are guarded, all others keep their plain resolver. */
export function canBeRefused({ permissions, target }: FieldAccess): boolean {
  if (target) return true;
  return permissions.some((permission) => {
    const { verb, fieldGroup } = parsePermission(permission);
    return verb !== undefined || fieldGroup !== 'core';
  });
}
