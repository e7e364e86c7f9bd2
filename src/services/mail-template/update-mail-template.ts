import { isMailTemplate } from '../../mail/templates.ts';
import { type CommandContext, command, done, refused } from '../command.ts';
import { type UserError, invalid, notFound, versionConflict } from '../errors.ts';
import { templateProblems } from './template-problems.ts';

type Which = { name: string; locale: string; version: number };
export type UpdateMailTemplateInput = Which & { subject: string; body: string };
export type ResetMailTemplateInput = Which;

/** Gives a template the workspace's own words in one language; checked before they are kept. */
export const updateMailTemplate = command<UpdateMailTemplateInput>('mailTemplate.update', async (context, input) => {
  const { tx, principal, services, now } = context;
  const { problems, locale } = checkWhich(input);
  if (isMailTemplate(input.name)) problems.push(...templateProblems(input.name, input));
  if (problems.length > 0 || locale === null) return refused(...problems);
  const key = { workspaceId: principal.workspace.id, template: input.name, locale };
  const before = await overrideOf(context, key);
  if ((before?.version ?? 0) !== input.version) return refused(versionConflict(before?.version ?? 0));
  const words = { subject: input.subject.trim(), body: input.body.trim().replace(/\r\n?/g, '\n'), updatedAt: now };
  if (!before) {
    const row = { ...key, id: services.newId(), ...words, createdAt: now };
    await tx.mailTemplateOverride.create({ data: row });
    return done(row.id, 1, { after: row });
  }
  const [after] = await tx.mailTemplateOverride.updateManyAndReturn({
    where: { ...key, version: input.version }, data: { ...words, version: { increment: 1 } },
  });
  return after ? done(before.id, after.version, { before, after }) : refused(versionConflict(before.version + 1));
});

/** Takes the workspace's own words of a template away: from now on it has ours again. */
export const resetMailTemplate = command<ResetMailTemplateInput>('mailTemplate.update', async (context, input) => {
  const { problems, locale } = checkWhich(input);
  if (problems.length > 0 || locale === null) return refused(...problems);
  const key = { workspaceId: context.principal.workspace.id, template: input.name, locale };
  const before = await overrideOf(context, key);
  if (!before) return refused(notFound('version of this template of the workspace\'s own', 'input', 'name'));
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const { count } = await context.tx.mailTemplateOverride.deleteMany({ where: { ...key, version: input.version } });
  return count > 0 ? done(before.id, before.version + 1, { before }) : refused(versionConflict(before.version + 1));
}, { act: 'reset' });

function checkWhich({ name, locale: written }: Which): { problems: UserError[]; locale: string | null } {
  const problems: UserError[] = [];
  if (!isMailTemplate(name)) problems.push(notFound('template', 'input', 'name'));
  const locale = canonicalLocale(written);
  if (locale === null) problems.push(invalid('locale is a language tag like en or de-AT.', 'input', 'locale'));
  return { problems, locale };
}

/** A language tag as everybody writes it: `de-AT`. Null for what is none. */
export function canonicalLocale(tag: string): string | null {
  if (tag.length > 35) return null;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

function overrideOf({ tx }: CommandContext, key: { workspaceId: string; template: string; locale: string }) {
  return tx.mailTemplateOverride.findFirst({ where: key });
}
