import { fields } from './rules.ts';

/** The type of each noun's records. */
export const nounTypes: Readonly<Record<string, string>> = {
  company: 'Company',
  contact: 'Contact',
  lead: 'Lead',
  deal: 'Deal',
  activity: 'Activity',
  product: 'Product',
  pipeline: 'Pipeline',
  stage: 'Stage',
  tag: 'Tag',
  team: 'Team',
  member: 'Member',
  role: 'Role',
  invitation: 'Invitation',
  apiKey: 'ApiKey',
  exchangeRate: 'ExchangeRate',
  job: 'DeadJob',
  mail: 'Mail',
  mailSuppression: 'MailSuppression',
  mailTemplate: 'MailTemplate',
};

/** Say which record is meant, or how the conditions go together. */
const addressing = new Set(['and', 'or', 'not', 'id', 'version', 'idempotencyKey', 'reason', 'dryRun']);

/** Places that are named after no field, by the field whose right they take. */
const standIns: Readonly<Record<string, string>> = {
  'stage.nextStageIds': 'core',
  'stage.enterRoleIds': 'core',
  'stage.leaveRoleIds': 'core',
  'stage.isRetired': 'core',
  'member.roleIds': 'core',
  'invitation.roleIds': 'core',
  'invitation.builtInRoles': 'core',
  'invitation.invitedById': 'core',
  'pipeline.stageIds': 'core',
};

/**
 * The field group that a place of an input is about, after the hand-written lists: of the field of its name, of
 * `company`
 * for `companyId`, of `expectedCloseOn` for `EXPECTED_CLOSE_ON`. Null when there is no such field.
 */
export function groupOf(noun: string, place: string): string | null {
  if (addressing.has(place)) return 'core';
  const name = /^[A-Z_]+$/.test(place)
    ? place.toLowerCase().replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase())
    : place;
  const known = standIns[`${noun}.${name}`];
  if (known) return known;
  for (const wanted of [name, name.replace(/Id$/, '')]) {
    for (const [line, names] of fields) {
      const [type, group] = line.split('.') as [string, string];
      if (type === nounTypes[noun] && names.includes(wanted)) return group;
    }
  }
  return null;
}

/** The fields of a type by group: `fieldsOf('Deal')` → `amount` → `financial`. */
export function fieldsOf(typeName: string): ReadonlyMap<string, string> {
  return new Map([...fields].flatMap(([line, names]) => {
    const [type, group] = line.split('.') as [string, string];
    return type === typeName ? names.map((name) => [name, group] as const) : [];
  }));
}
