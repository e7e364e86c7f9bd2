import type { Principal } from '../../auth/principal.ts';
import { type MailOverride, readMailOverrides } from '../../db/mails.ts';
import { wordsFor } from '../../mail/compose.ts';
import { type MailTemplateName, isMailTemplate, mailTemplateNames } from '../../mail/templates.ts';
import type { Services } from '../context.ts';

/** A template in one language, as the workspace has it. */
export type MailTemplateInUse = {
  name: MailTemplateName;
  locale: string;
  /** In which language its words are, where there are none in the one asked for. */
  wordsLocale: string;
  subject: string;
  body: string;
  /** The workspace's own words in this very language; null where there are none. */
  override: MailOverride | null;
};

/** Templates with the words that a reader of this language gets. @param name all of them, when absent */
export async function listMailTemplates(
  { database }: Pick<Services, 'database'>, { workspace }: Principal,
  { locale, name }: { locale: string; name?: string },
): Promise<MailTemplateInUse[]> {
  const overrides = await readMailOverrides(database, workspace.id);
  const names = name === undefined ? mailTemplateNames : [name].filter(isMailTemplate);
  return names.map((each) => {
    const own = overrides.filter(({ template }) => template === each);
    const { locale: wordsLocale, ...words } = wordsFor(each, locale, own);
    const override = own.find((candidate) => candidate.locale === locale) ?? null;
    return { name: each, locale, wordsLocale, ...words, override };
  });
}
