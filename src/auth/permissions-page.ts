import { type BuiltInRole, type Grant, builtInRoles } from './grants.ts';
import { type FieldGroup, type Noun, type Reach, type Verb, allVerbs, nounNames, nouns } from './nouns.ts';
import { builtInGrants } from './policies/index.ts';
import { widestReach } from './profile.ts';

/**
 * Which field each permission reads or writes, as the schema says: `{ field: 'Deal.amount', permission:
 * 'deal.financial' }`.
 */
export type FieldPermissions = readonly { field: string; permission: string }[];

const reachWords: Record<Reach, string> = { any: 'all', team: 'team’s', own: 'own' };

/**
 * docs/permissions.md: who may do what, for a sales manager to read. Made from the policy tables and the schema, so
 * that a change of either shows up in review.
 */
export function permissionsPage(fields: FieldPermissions): string {
  return [
    '# Who may do what',
    '',
    'Generated from `src/auth/policies/` and the schema; `npm run generate` writes it anew. What is written **all** '
    + 'reaches every record of the workspace, **team’s** the records whose owner is in one’s team or a team below it '
    + '(and one’s own), **own** one’s own. A dash means: not at all. Roles add up. A record that was shared with '
    + 'somebody is read (or changed) by him as if it were his own, as far as his roles let him read (or change) such '
    + 'records at all.',
    '',
    ...nounNames.flatMap((noun) => permissionSection(noun, fields)),
  ].join('\n');
}

/** One noun's part of it. */
export function permissionSection(noun: Noun, fields: FieldPermissions, heading = '##'): string[] {
  const grants = new Map(builtInRoles.map((role) => [role, builtInGrants(role)]));
  const header = `| | ${builtInRoles.join(' | ')} |`;
  const rule = `| --- |${' --- |'.repeat(builtInRoles.length)}`;
  const cell = (role: BuiltInRole, verb: Verb, group?: FieldGroup) => reachCell(grants.get(role)!, noun, verb, group);
  const groups = nouns[noun].fieldGroups.filter((group) => group !== 'core');
  const readable = [`${heading} ${noun}`, '', header, rule];
  for (const verb of allVerbs(noun)) {
    readable.push(`| ${verb} | ${builtInRoles.map((role) => cell(role, verb)).join(' | ')} |`);
  }
  for (const group of groups) {
    readable.push(`| read *${group}* | ${builtInRoles.map((role) => cell(role, 'read', group)).join(' | ')} |`);
    if ((nouns[noun].verbs as readonly Verb[]).includes('update')) {
      readable.push(`| write *${group}* | ${builtInRoles.map((role) => cell(role, 'update', group)).join(' | ')} |`);
    }
  }
  const groupLines = nouns[noun].fieldGroups.flatMap((group) => {
    const ofGroup = fields.filter(({ permission }) => permission === `${noun}.${group}`);
    const names = ofGroup.map(({ field }) => `\`${field}\``);
    return names.length ? [`- *${group}*: ${names.join(', ')}`] : [];
  });
  return [...readable, '', ...(groupLines.length ? ['Fields:', '', ...groupLines, ''] : [])];
}

function reachCell(grants: readonly Grant[], noun: Noun, verb: Verb, group?: FieldGroup): string {
  const reach = widestReach(grants)(noun, verb, group);
  return reach ? reachWords[reach] : '–';
}
