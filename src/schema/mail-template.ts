import { sampleMail } from '../mail/sample-mail.ts';
import type { RenderedMail } from '../mail/render.ts';
import { commonVariables, mailTemplates, variablesOf } from '../mail/templates.ts';
import type { Command, CommandInput, CommandResult } from '../services/command.ts';
import { type MailTemplateInUse, listMailTemplates } from '../services/mail-template/list-mail-templates.ts';
import {
  canonicalLocale, resetMailTemplate, updateMailTemplate,
} from '../services/mail-template/update-mail-template.ts';
import { builder } from './builder.ts';
import { inputArg, payloadName, runAllowed, userErrorsField } from './commands.ts';
import type { GraphQLContext } from './context.ts';
import { badInput, signedIn } from './records.ts';
import { keyField, type InputBuilder } from './write-inputs.ts';

const MailPurpose = builder.enumType('MailPurpose', {
  description: 'What mails of a template are for.',
  values: {
    SECURITY: { description: 'Somebody\'s own account: sent even to who has complained or wants no other mail.' },
    NOTICE: { description: 'Everything else.' },
  },
});

const MailVariable = builder.objectRef<{ name: string; kind: string }>('MailVariable').implement({
  description: 'Something that a template can tell.',
  access: 'parent',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'Its name, written `{{name}}`.' }),
    kind: t.exposeString('kind', { nullable: false, description: '`text`, `name`, `duration` or `instant`.' }),
  }),
});

const MailPreview = builder.objectRef<RenderedMail>('MailPreview').implement({
  description: 'A mail with made-up values.',
  access: 'parent',
  fields: (t) => ({
    subject: t.exposeString('subject', { nullable: false, description: 'Its subject.' }),
    text: t.exposeString('text', { nullable: false, description: 'Its plain text.' }),
    html: t.exposeString('html', { nullable: false, description: 'Its HTML, a whole document.' }),
  }),
});

const MailTemplate = builder.objectRef<MailTemplateInUse>('MailTemplate').implement({
  description: 'The words of a kind of mail, in one language. Subject, HTML and plain text come out of the same words.',
  access: 'parent',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'Such as `invitation`.' }),
    description: t.string({
      nullable: false, description: 'When it is sent, and to whom.',
      resolve: ({ name }) => mailTemplates[name].description,
    }),
    purpose: t.field({
      type: MailPurpose, nullable: false, description: 'What it is for.',
      resolve: ({ name }) => (mailTemplates[name].purpose === 'security' ? 'SECURITY' : 'NOTICE'),
    }),
    locale: t.exposeString('locale', { nullable: false, description: 'The language that was asked for.' }),
    wordsLocale: t.exposeString('wordsLocale', {
      nullable: false, description: 'The language of the words: another one where there are none in the one asked for.',
    }),
    subject: t.exposeString('subject', { nullable: false, description: 'Its subject, with `{{variables}}`.' }),
    body: t.exposeString('body', {
      nullable: false,
      description:
        'Its text, with `{{variables}}`: `# heading`, paragraphs, `- lists`, `**strong**`, `[label](address)`, and ' +
        '`---` before the small print. A paragraph that is nothing but a link becomes a button.',
    }),
    isOverridden: t.boolean({
      nullable: false, description: 'Whether the workspace has words of its own in this language.',
      resolve: ({ override }) => override !== null,
    }),
    version: t.int({
      nullable: false, description: 'Name it when changing the words; 0 while they are ours.',
      resolve: ({ override }) => override?.version ?? 0,
    }),
    updatedAt: t.field({
      type: 'DateTime', description: 'When the workspace changed its words last; null while they are ours.',
      resolve: ({ override }) => override?.updatedAt ?? null,
    }),
    hasLink: t.boolean({
      nullable: false, description: 'Whether its body must have `[label]({{link}})`.',
      resolve: ({ name }) => mailTemplates[name].hasLink,
    }),
    variables: t.field({
      type: [MailVariable], nullable: { list: false, items: false }, description: 'What it can tell.',
      resolve: ({ name }) => Object.entries({ ...variablesOf(name), ...commonVariables })
        .map(([variable, kind]) => ({ name: variable, kind })),
    }),
    preview: t.field({
      type: MailPreview, nullable: false, description: 'What a mail of it looks like.',
      resolve: ({ name, wordsLocale, subject, body }) => sampleMail(
        name, wordsLocale, { words: { subject, body }, publicUrl: 'https://crm.example' }),
    }),
  }),
});

/** The language asked for, or the workspace's. */
function localeOf(locale: string | null | undefined, context: GraphQLContext): string {
  if (locale === null || locale === undefined) return signedIn(context).workspace.locale;
  const canonical = canonicalLocale(locale);
  if (canonical === null) throw badInput('locale', 'locale is a language tag like en or de-AT.');
  return canonical;
}

const localeDescription = 'Language tag such as `de`; the workspace\'s when absent.';

builder.queryFields((t) => ({
  mailTemplates: t.field({
    type: [MailTemplate],
    access: 'mailTemplate.read',
    nullable: { list: true, items: false },
    args: { locale: t.arg.string({ description: localeDescription }) },
    description: 'Every kind of mail that is sent, with its words as readers of a language get them.',
    resolve: (_root, { locale }, context) => (
      listMailTemplates(context.services, signedIn(context), { locale: localeOf(locale, context) })),
  }),
  mailTemplate: t.field({
    type: MailTemplate,
    access: 'mailTemplate.read',
    args: {
      name: t.arg.string({ required: true, description: 'Such as `invitation`.' }),
      locale: t.arg.string({ description: localeDescription }),
    },
    description: 'One kind of mail; null when there is none of that name.',
    resolve: async (_root, { name, locale }, context) => {
      const [template] = await listMailTemplates(
        context.services, signedIn(context), { locale: localeOf(locale, context), name });
      return template ?? null;
    },
  }),
}));

const whichFields = (t: InputBuilder) => ({
  ...keyField(t),
  name: t.string({ required: true, description: 'Its name, such as `invitation`.' }),
  locale: t.string({ required: true, description: 'Language tag such as `de` or `de-AT`.' }),
  version: t.int({
    required: true,
    description: 'The version it was read with, 0 while the words are ours; another answers VERSION_CONFLICT.',
  }),
});

const MailTemplateUpdateInput = builder.inputType('MailTemplateUpdateInput', {
  description: 'The workspace\'s own words for a template in one language.',
  fields: (t) => ({
    ...whichFields(t),
    subject: t.string({ required: true, description: 'One line, at most 200 characters.' }),
    body: t.string({
      required: true, description: 'At most 20000 characters and 20 links, in the markup of MailTemplate.body.',
    }),
  }),
});

const MailTemplateResetInput = builder.inputType('MailTemplateResetInput', {
  description: 'Which of the workspace\'s own words go.', fields: (t) => whichFields(t),
});

type Result = CommandResult & { which: { locale: string; name: string } };

function templateMutation<Input extends { name: string; locale: string }>(
  name: string, command: Command<Input>, options: { description: string; input: object },
): void {
  const Payload = builder.objectRef<Result>(payloadName(name)).implement({
    description: `What ${name} answers.`,
    access: 'parent',
    fields: (t) => ({
      mailTemplate: t.field({
        type: MailTemplate, access: 'mailTemplate.read',
        description: 'The template as it is now; null when nothing was done.',
        resolve: async ({ recordId, which }, _args, context) => (
          recordId ? (await listMailTemplates(context.services, signedIn(context), which))[0] ?? null : null),
      }),
      userErrors: t.field(userErrorsField),
    }),
  });
  builder.mutationField(name, (t) => t.field({
    type: Payload,
    access: command.permission,
    description: options.description,
    args: { input: t.arg(inputArg(options.input)) },
    resolve: async (_root, args, context) => {
      const { input } = args as { input: Input & CommandInput };
      const result = await runAllowed(name, context, (services) => command.run(services, input));
      return { ...result, which: { locale: canonicalLocale(input.locale) ?? '', name: input.name } };
    },
  }));
}

templateMutation('mailTemplateUpdate', updateMailTemplate, {
  description:
    'Gives a template the workspace\'s own words in one language, from the next mail on. They are checked before they '
      + 'are kept: unknown variables, a missing link, links to elsewhere but https, HTML.',
  input: MailTemplateUpdateInput,
});
templateMutation('mailTemplateReset', resetMailTemplate, {
  description: 'Takes the workspace\'s own words for a template in one language away: it has ours again.',
  input: MailTemplateResetInput,
});
