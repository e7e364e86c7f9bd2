import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type TemplateSource, readSource } from './source.ts';

/**
 * What a variable of a template holds. `name` is what people call themselves or their things: shown as it is, and never
 * as an address that mail programs would make a link of. `duration` is a number of minutes, told as "60 minutes" or "7
 * days". `instant` is told in the reader's language and the workspace's time zone.
 */
export type VariableKind = 'text' | 'name' | 'duration' | 'instant';
type Values = { text: string; name: string; duration: number; instant: Date };

/**
 * `security`: mail about somebody's account, which goes even to addresses that want no mail (docs/mail.md).
 * `notice`: everything else.
 */
export type MailPurpose = 'security' | 'notice';

type MailTemplate = {
  purpose: MailPurpose;
  /** Whether a mail of it is of no use without its link. */
  hasLink: boolean;
  variables: Readonly<Record<string, VariableKind>>;
  /** When it is sent, for those who write it anew. */
  description: string;
};

/** Every mail there is. Its words stand in templates/<language>/<name>.md. */
export const mailTemplates = {
  'confirm-address': {
    purpose: 'security', hasLink: true, variables: { lifetimeMinutes: 'duration' },
    description: 'To who has signed up: the workspace comes into being when the link is opened.',
  },
  'address-known': {
    purpose: 'security', hasLink: true, variables: {},
    description: 'To who has signed up with an address that has an account already; the link leads to the sign-in.',
  },
  'set-password': {
    purpose: 'security', hasLink: true, variables: { lifetimeMinutes: 'duration' },
    description: 'To a new user who has yet to choose a password.',
  },
  'reset-password': {
    purpose: 'security', hasLink: true, variables: { lifetimeMinutes: 'duration' },
    description: 'To who has forgotten the password, or says so.',
  },
  'password-changed': {
    purpose: 'security', hasLink: false, variables: { at: 'instant', device: 'text' },
    description: 'Afterwards, to whose password it was.',
  },
  'new-sign-in': {
    purpose: 'security', hasLink: false, variables: { at: 'instant', device: 'text', place: 'text' },
    description: 'To who has signed in from a network that he never signed in from before.',
  },
  'sign-in-blocked': {
    purpose: 'security', hasLink: true, variables: { at: 'instant' },
    description: 'To whose account somebody has tried ten wrong passwords in a row; the link leads to a new one.',
  },
  'confirm-new-address': {
    purpose: 'security', hasLink: true, variables: { lifetimeMinutes: 'duration' },
    description: 'To the new address, when somebody changes the address that he signs in with.',
  },
  'address-changed': {
    purpose: 'security', hasLink: false, variables: { at: 'instant', newAddress: 'text' },
    description: 'To both addresses, once the address that somebody signs in with has changed.',
  },
  invitation: {
    purpose: 'notice', hasLink: true, variables: { inviter: 'name', lifetimeMinutes: 'duration' },
    description: 'To who is invited into a workspace.',
  },
  'member-suspended': {
    purpose: 'security', hasLink: false, variables: { at: 'instant', by: 'name' },
    description: 'To a member who may do nothing in a workspace for the time being.',
  },
  'member-reactivated': {
    purpose: 'security', hasLink: true, variables: { at: 'instant', by: 'name' },
    description: 'To a suspended or removed member who was taken in again; the link leads to the sign-in.',
  },
  'member-removed': {
    purpose: 'security', hasLink: false, variables: { at: 'instant' },
    description: 'To who was removed from a workspace.',
  },
  'ownership-transferred': {
    purpose: 'security', hasLink: false, variables: { at: 'instant', from: 'name', to: 'name' },
    description: 'To the owners of a workspace, the old and the new.',
  },
  'roles-changed': {
    purpose: 'security', hasLink: false, variables: { at: 'instant', by: 'name', roles: 'text' },
    description: 'To a member whose roles somebody has changed.',
  },
  'privileges-given': {
    purpose: 'security', hasLink: false, variables: { at: 'instant', by: 'name', member: 'name', roles: 'text' },
    description: 'To the owners of a workspace, when somebody else has made a member owner or administrator.',
  },
  'api-key-created': {
    purpose: 'security', hasLink: false, variables: { at: 'instant', key: 'name' },
    description: 'To whoever an API key acts for, when it was made.',
  },
  'api-key-revoked': {
    purpose: 'security', hasLink: false, variables: { at: 'instant', by: 'name', key: 'name' },
    description: 'To whoever an API key acted for, when somebody else has revoked it.',
  },
  'dead-jobs': {
    purpose: 'notice', hasLink: false, variables: { jobs: 'text', jobId: 'text', reason: 'text' },
    description: 'To owners and administrators, once a day at most, while jobs have failed at their last try.',
  },
  'account-deleted': {
    purpose: 'security', hasLink: false, variables: { at: 'instant' },
    description: 'The last mail to who has deleted the account.',
  },
} as const satisfies Record<string, MailTemplate>;

export type MailTemplateName = keyof typeof mailTemplates;

/** What a mail of this template must be given. */
export type MailVariables<Name extends MailTemplateName> = {
  [V in keyof (typeof mailTemplates)[Name]['variables']]:
  (typeof mailTemplates)[Name]['variables'][V] extends VariableKind
    ? Values[(typeof mailTemplates)[Name]['variables'][V]] : never;
};

export const mailTemplateNames = Object.keys(mailTemplates) as MailTemplateName[];

export function isMailTemplate(name: string): name is MailTemplateName {
  return Object.hasOwn(mailTemplates, name);
}

/** Known to every template besides its own: who it is for, the address, and the workspace's name. */
export const commonVariables = { recipient: 'name', address: 'text', workspace: 'name' } as const satisfies
  Record<string, VariableKind>;

export function variablesOf(name: MailTemplateName): Readonly<Record<string, VariableKind>> {
  return { ...commonVariables, ...mailTemplates[name].variables };
}

const folder = path.join(import.meta.dirname, 'templates');

/** The languages that there are files for: every template in each of them. A test looks after that. */
export const mailLocales: readonly string[] = readdirSync(folder).sort();

const sources = new Map<string, TemplateSource>();

/** The words of a template in a language of `mailLocales`, as its file has them. */
export function templateFile(name: MailTemplateName, locale: string): TemplateSource {
  const file = path.join(folder, locale, `${name}.md`);
  let source = sources.get(file);
  if (!source) sources.set(file, (source = readSource(readFileSync(file, 'utf8'))));
  return source;
}
