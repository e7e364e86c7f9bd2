import { knownGrant } from '../../auth/authenticate.ts';
import { type BuiltInRole, type Grant, coversReach } from '../../auth/grants.ts';
import { type FieldGroup, type Noun, type Reach, type Verb, allVerbs, nouns } from '../../auth/nouns.ts';
import { builtInGrants } from '../../auth/policies/index.ts';
import { widestReach } from '../../auth/profile.ts';
import type { CommandContext } from '../command.ts';
import { type UserError, invalid, notPermitted } from '../errors.ts';
import { listProblems } from '../validate.ts';

/** A grant as an input or a row has it. */
export type GrantFields = {
  noun: string;
  verb: string;
  reach: 'OWN' | 'TEAM' | 'ANY';
  /** `core` comes with the record. */
  fieldGroups?: readonly string[] | null;
};

/** Grants of one role. */
const maxGrants = 400;

/** Everything that is wrong with the grants themselves: words unknown to src/auth/nouns.ts, reaches without sense. */
export function grantProblems(grants: readonly GrantFields[] | null | undefined): UserError[] {
  return [
    ...listProblems(grants, ['input', 'grants'], maxGrants),
    ...(grants ?? [])
      .slice(0, maxGrants)
      .flatMap((grant, at) => oneGrantProblems(grant, ['input', 'grants', String(at)])),
  ];
}

function oneGrantProblems({ noun: name, verb, reach, fieldGroups }: GrantFields, path: string[]): UserError[] {
  if (!Object.hasOwn(nouns, name))
    return [
      invalid(`There is no kind of record "${name}" to be granted: docs/permissions.md has all.`, ...path, 'noun'),
    ];
  const noun = name as Noun;
  const verbs: readonly string[] = allVerbs(noun);
  const groups: readonly string[] = nouns[noun].fieldGroups;
  return [
    ...(verbs.includes(verb)
      ? []
      : [invalid(`For a ${noun} there is ${verbs.join(', ')}; "${verb}" is none of them.`, ...path, 'verb')]),
    ...(nouns[noun].belongsTo !== 'workspace' || reach === 'ANY'
      ? []
      : [invalid(`What is called ${noun} belongs to the whole workspace: its reach is ANY.`, ...path, 'reach')]),
    ...(fieldGroups ?? []).flatMap((group, at) =>
      groups.includes(group)
        ? []
        : [
            invalid(
              `The field groups of a ${noun} are ${groups.join(', ')}; "${group}" is none of them.`, ...path,
              'fieldGroups', String(at),
            ),
          ],
    ),
  ];
}

/** Grants that have no problems, in the words of policy. */
export function toGrants(grants: readonly GrantFields[]): Grant[] {
  return grants.map(({ noun, verb, reach, fieldGroups }) => ({
    noun: noun as Noun, verb: verb as Verb, reach: reach.toLowerCase() as Reach,
    fieldGroups: [...new Set(['core', ...fieldGroups ?? []])] as FieldGroup[],
  }));
}

/**
 * Those of the grants that the principal does not hold himself, as wide and over as many field groups: nobody gives
 * what he does not have.
 *
 * @param given what is given already, which may stay
 */
export function beyond(
  { principal }: Pick<CommandContext, 'principal'>, grants: readonly Grant[], given: readonly Grant[] = [],
): Grant[] {
  const { reachOf } = principal.profile;
  const before = widestReach(given);
  return grants.filter(({ noun, verb, reach, fieldGroups }) => ['core' as const, ...fieldGroups].some((group) => (
    !coversReach(reachOf(noun, verb, group), reach) && !coversReach(before(noun, verb, group), reach))));
}

/** What a refusal says of grants that go beyond the principal's own; none are named to who cannot see them. */
export function beyondProblem(grants: readonly Grant[], ...path: string[]): UserError {
  const named = grants
    .slice(0, 3)
    .map(({ noun, verb, reach, fieldGroups }) => `${noun}.${verb} (${reach}: ${fieldGroups.join(', ')})`);
  const list = named.length > 0 ? `: ${named.join('; ')}` : '';
  const rest = grants.length > named.length ? ` and ${grants.length - named.length} more` : '';
  return notPermitted(`Nobody gives or takes what he does not hold himself${list}${rest}.`, ...path);
}

export type RoleFacts = { id: string; name: string; builtIn: BuiltInRole | null; grants: Grant[] };

/** Roles of these ids, with what they allow. Those that are absent are absent here. */
export async function rolesById(
  { tx, principal }: Pick<CommandContext, 'tx' | 'principal'>, ids: readonly string[],
): Promise<Map<string, RoleFacts>> {
  if (ids.length === 0) return new Map();
  const roles = await tx.role.findMany({
    where: { workspaceId: principal.workspace.id, id: { in: [...ids] } },
    select: {
      id: true,
      name: true,
      builtIn: true,
      grants: { select: { noun: true, verb: true, reach: true, fieldGroups: true } },
    },
  });
  return new Map(roles.map(({ grants, ...role }) => [
    role.id,
    { ...role, grants: role.builtIn ? builtInGrants(role.builtIn) : toGrants(grants).flatMap(knownGrant) },
  ]));
}
