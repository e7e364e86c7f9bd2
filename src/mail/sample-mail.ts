import { renderWith, wordsFor } from './compose.ts';
import type { RenderedMail } from './render.ts';
import type { TemplateSource } from './source.ts';
import { type MailTemplateName, type VariableKind, mailTemplates, variablesOf } from './templates.ts';

/** Stands in for what real mails are about. */
const samples: Readonly<Record<string, string | number | Date>> = {
  recipient: 'Ada Adams', address: 'ada@acme.example', workspace: 'Acme Ltd', inviter: 'Olive Owner',
  newAddress: 'ada.adams@acme.example', device: 'Firefox on Linux', from: 'Olive Owner', to: 'Ada Adams',
  by: 'Olive Owner', member: 'Ada Adams', jobs: 'mail.deliver (3), member.handOver (1)', reason: 'ECONNREFUSED',
  jobId: 'job_0192f0c1-e7c8-7a3e-9a3f-0c8de1b2a3c4',
  roles: 'Manager, Rep', key: 'Nightly import', lifetimeMinutes: 1_440,
};

const ofKind: Readonly<Record<VariableKind, string | number | Date>> = {
  text: 'Some text', name: 'Sam Sample', duration: 60, instant: new Date(Date.UTC(2026, 0, 15, 9, 30)),
};

/** A template with values made up, to be looked at. @param words somebody's own; otherwise ours in the language */
export function sampleMail(
  name: MailTemplateName, locale: string, { words, publicUrl }: { words?: TemplateSource; publicUrl: string },
): RenderedMail {
  const values = Object.fromEntries(
    Object.entries(variablesOf(name)).map(([variable, kind]) => [variable, samples[variable] ?? ofKind[kind]]));
  const link = mailTemplates[name].hasLink ? `${publicUrl}/a-link?token=sample` : null;
  return renderWith(name, words ? { ...words, locale } : wordsFor(name, locale, []), { timeZone: 'UTC', values, link });
}
