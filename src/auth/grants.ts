import { type FieldGroup, type Noun, type Reach, type Verb, nouns } from './nouns.ts';

/**
 * The unit of every right: who holds it may do `verb` to the records within `reach`, over the fields of these groups.
 */
export type Grant = { noun: Noun; verb: Verb; reach: Reach; fieldGroups: readonly FieldGroup[] };

export type BuiltInRole = 'OWNER' | 'ADMIN' | 'MANAGER' | 'REP' | 'VIEWER';
export const builtInRoles: readonly BuiltInRole[] = ['OWNER', 'ADMIN', 'MANAGER', 'REP', 'VIEWER'];

const width: Record<Reach, number> = { own: 1, team: 2, any: 3 };

/** Whatever `narrow` covers, `wide` covers too. */
export function coversReach(wide: Reach | null, narrow: Reach): boolean {
  return wide !== null && width[wide] >= width[narrow];
}

/**
 * What both sets of grants allow: to the records that both reach, over the field groups that both have. Of each pair of
 * grants for one verb it is one grant again, since a reach is always part of the next wider one.
 */
export function intersectGrants(some: readonly Grant[], others: readonly Grant[]): Grant[] {
  const both = some.flatMap((one) => others
    .filter(({ noun, verb }) => noun === one.noun && verb === one.verb)
    .map(({ noun, verb, reach, fieldGroups }): Grant => ({
      noun, verb, reach: coversReach(reach, one.reach) ? one.reach : reach,
      fieldGroups: one.fieldGroups.filter((group) => group === 'core' || fieldGroups.includes(group)),
    })));
  return [...new Map(both.map((grant) => [JSON.stringify(grant), grant])).values()];
}

/** A row of a policy table before it knows its noun. */
export type GrantRow<N extends Noun> = (noun: N) => Grant[];
export type Policy<N extends Noun = Noun> = { noun: N; grants: Partial<Record<BuiltInRole, Grant[]>> };

/** A noun's policy: what each built-in role may do. A role that is absent may do nothing. */
export function policy<N extends Noun>(noun: N, table: Partial<Record<BuiltInRole, GrantRow<N>[]>>): Policy<N> {
  const grants: Policy<N>['grants'] = {};
  for (const role of builtInRoles) {
    const rows = table[role];
    if (rows) grants[role] = rows.flatMap((row) => row(noun));
  }
  return { noun, grants };
}

/** Every verb but the privileges, over all field groups. */
export function everything<N extends Noun>(reach: Reach): GrantRow<N> {
  return (noun) => nouns[noun].verbs.map((verb) => ({ noun, verb, reach, fieldGroups: nouns[noun].fieldGroups }));
}

/** The verbs named, over the field groups named; `core` comes with the record. */
export function grant<N extends Noun>(verbs: Verb<N>[], reach: Reach, fieldGroups: FieldGroup<N>[]): GrantRow<N> {
  const groups = [...new Set<FieldGroup>(['core', ...fieldGroups])];
  return (noun) => verbs.map((verb) => ({ noun, verb, reach, fieldGroups: groups }));
}
