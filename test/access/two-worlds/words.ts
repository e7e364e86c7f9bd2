import { type Noun, nounNames, nouns, allVerbs } from '../../../src/auth/nouns.ts';
import { home } from '../worlds/filling.ts';
import type { Random } from '../worlds/world.ts';

/**
 * What fields want whose values are no column's: without it hardly a mutation would get past the check of its input.
 * By the field as it is written (`GrantInput.noun`), or by its name alone.
 */
const words: Readonly<Record<string, readonly string[]>> = {
  currency: ['EUR', 'USD', 'JPY', 'CHF'], locale: ['en', 'en', 'de-AT'], timeZone: ['Europe/Berlin', 'UTC'],
  country: ['DE', 'CH', 'AT'], color: ['#ff0000', '#00ff00'], websiteUrl: ['https://alpha.example'],
  workspace: [home, home, 'other'], workspaceName: ['Somewhere Else'],
  password: ['kastanie-7-in-a-pale-forest'], currentPassword: ['kastanie-7-in-a-pale-forest'],
  newPassword: ['birch-9-over-a-deep-lake'],
  allowedEmailDomains: ['new.example', 'lead.example'], source: ['elsewhere', 'web'],
  requiredFields: ['amount', 'notes', 'company', 'source', 'expectedCloseOn', 'email'],
  birthOn: ['1980-02-28', '2001-12-24'],
  messageId: ['<sent-1@gatehouse.example>', '<sent-2@gatehouse.example>', 'sent-2@gatehouse.example'],
  'MailTemplateUpdateInput.locale': ['en'], 'MailTemplateResetInput.locale': ['en'],
  'MailTemplateUpdateInput.subject': ['Words of our own'],
  'MailTemplateUpdateInput.body': ['Words of our own: [go on]({{link}})', 'Words of our own.'],
  'Query.accessExplain.field': [
    'Deal.amount', 'Company.notes', 'Contact.emails', 'Lead.email', 'Activity.body', 'Member.email',
  ],
};

/** Fields whose values are taken if there is another of them: the same again now and then, mostly a new one. */
const fresh: Readonly<Record<string, (at: number) => string>> = {
  email: (at) => `p${at}@new.example`, newEmail: (at) => `p${at}@new.example`, address: (at) => `p${at}@new.example`,
  key: (at) => `new-${at}`, idempotencyKey: (at) => `key-${at}`, sku: (at) => `NEW-${at}`,
  ...Object.fromEntries(['Tag', 'Team', 'Role', 'Stage', 'Pipeline'].flatMap((noun) => (
    [`${noun}CreateInput.name`, `${noun}UpdateInput.name`].map((place) => [place, named])))),
  'NewStageInput.name': named, 'ChangedStageInput.name': named,
};

function named(at: number): string {
  return `new ${at}`;
}

/** Instants that have to lie ahead. */
const ahead = new Set(['expiresAt', 'endsAt']);
const future = ['2027-02-01T00:00:00.000Z', '2027-06-30T00:00:00.000Z'];

/** A text for a field (`TagCreateInput.name`), or null where any column's will do. */
export function wordFor(place: string, random: Random): string | null {
  const name = place.split('.').at(-1)!;
  const make = fresh[place] ?? fresh[name];
  if (make && random.chance(0.85)) return make(random.number(100_000));
  const known = words[place] ?? words[name];
  return known && random.chance(0.95) ? random.pick(known) : null;
}

export function instantFor(place: string, random: Random): string | null {
  return ahead.has(place.split('.').at(-1)!) && random.chance(0.9) ? random.pick(future) : null;
}

/** A permission of a noun: one of its verbs or groups of fields. */
export function permissionOf(noun: Noun, random: Random): string {
  return `${noun}.${random.pick([...allVerbs(noun), ...nouns[noun].fieldGroups])}`;
}

/** A grant that makes sense, as it is written in a document; grants chosen at random would hardly ever. */
export function grant(random: Random): string {
  const noun = random.pick(nounNames);
  const { belongsTo, fieldGroups } = nouns[noun];
  const reach = belongsTo === 'workspace' ? 'ANY' : random.pick(['OWN', 'TEAM', 'ANY']);
  const groups = fieldGroups.filter(() => random.chance(0.4)).map((each) => JSON.stringify(each));
  const verb = random.pick(allVerbs(noun));
  return `{ noun: "${noun}", verb: "${verb}", reach: ${reach}, fieldGroups: [${groups.join(', ')}] }`;
}
