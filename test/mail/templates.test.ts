import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wordsFor } from '../../src/mail/compose.ts';
import { queueMail } from '../../src/mail/queue-mail.ts';
import { renderMail, shownValue } from '../../src/mail/render.ts';
import { sampleMail } from '../../src/mail/sample-mail.ts';
import {
  mailLocales, mailTemplateNames, mailTemplates, templateFile, variablesOf,
} from '../../src/mail/templates.ts';
import { variablesIn } from '../../src/mail/source.ts';
import { projectFolder } from '../../src/project.ts';
import { templateProblems } from '../../src/services/mail-template/template-problems.ts';
import { deliverMails } from '../support/mails.ts';
import { type World, openWorld } from '../support/world.ts';

describe('our own templates', () => {
  test('have a file in every language, and no file is without its line', () => {
    for (const locale of mailLocales) {
      const files = readdirSync(path.join(projectFolder, 'src/mail/templates', locale)).sort();
      expect(files).toEqual(mailTemplateNames.map((name) => `${name}.md`).sort());
    }
  });

  test.each(mailTemplateNames.flatMap((name) => mailLocales.map((locale) => [name, locale] as const)))(
    '%s in %s passes the checks that a workspace\'s own must pass, and tells all it is given', (name, locale) => {
      const words = templateFile(name, locale);
      expect(templateProblems(name, words)).toEqual([]);
      const told = variablesIn(`${words.subject} ${words.body}`);
      expect(Object.keys(mailTemplates[name].variables).filter((each) => !told.includes(each))).toEqual([]);
      const { subject, text, html } = sampleMail(name, locale, { publicUrl: 'https://crm.example' });
      expect(subject + text + html).not.toMatch(/\{\{|\}\}|undefined|NaN|Invalid/);
      expect(html.includes('https://crm.example/a-link')).toBe(mailTemplates[name].hasLink);
      expect(text.includes('https://crm.example/a-link')).toBe(mailTemplates[name].hasLink);
    });
});

describe('one source makes', () => {
  const filling = { locale: 'en', values: { who: '<b>Ada & Co</b>' }, link: 'https://crm.example/x?a=1&b=2' };
  const { subject, text, html } = renderMail({
    subject: 'For {{who}}',
    body:
      '# Hello {{who}}\n\nA **strong {{who}}** word\nand [a link]({{link}}).\n\n- one\n- two {{ who }}\n\n[Go]({{link}})\n\n---\n\nSmall <i>print</i>',
  }, filling);

  test('a subject and a text as they are written', () => {
    expect(subject).toBe('For <b>Ada & Co</b>');
    expect(text).toBe([
      'Hello <b>Ada & Co</b>\n=====================',
      'A strong <b>Ada & Co</b> word and a link (https://crm.example/x?a=1&b=2).',
      '- one\n- two <b>Ada & Co</b>', 'Go:\nhttps://crm.example/x?a=1&b=2', '-- ', 'Small <i>print</i>\n',
    ].join('\n\n'));
  });

  test('and HTML in which nothing but the markup is markup', () => {
    expect(html).toContain('Hello &lt;b&gt;Ada &amp; Co&lt;/b&gt;</h1>');
    expect(html).toContain('<strong>strong &lt;b&gt;Ada &amp; Co&lt;/b&gt;</strong>');
    expect(html).toContain('<a href="https://crm.example/x?a=1&amp;b=2"');
    expect(html).toContain('<li>one</li>');
    expect(html).toContain('Small &lt;i&gt;print&lt;/i&gt;');
    expect(html).not.toMatch(/<script|<b>|<i>/);
    const opened = html.match(/<(div|p|h1|ul|li|a|strong|body|html|head)\b/g)!.length;
    expect(html.match(/<\/(div|p|h1|ul|li|a|strong|body|html|head)>/g)).toHaveLength(opened);
  });
});

test.each([
  ['duration', 60, 'en', '60 minutes'], ['duration', 1_440, 'en', '24 hours'], ['duration', 10_080, 'en', '7 days'],
  ['duration', 90, 'en', '90 minutes'], ['duration', 10_080, 'de', '7 Tage'],
  ['instant', '2026-01-15T23:30:00Z', 'en', 'January 16, 2026 at 12:30:00 AM GMT+1'],
  ['name', 'Ada\r\nAdams', 'en', 'Ada Adams'], ['name', 'see https://evil.example', 'en', 'see https: evil.example'],
  ['text', 'a\u202Eb\u0007c', 'en', 'ab c'],
] as const)('%s %j in %s is shown as %j', (kind, value, locale, shown) => {
  expect(shownValue(kind, value, { locale, timeZone: 'Europe/Berlin' })).toBe(shown);
});

test('a reader is served in the best language there are words in', () => {
  const own = { template: 'invitation', subject: 'Einladung', body: 'x' };
  const served = (wanted: string, ...locales: string[]) => {
    const { locale, subject } = wordsFor('invitation', wanted, locales.map((each) => ({ ...own, locale: each })));
    return [locale, subject === 'Einladung'];
  };
  expect(served('de-AT', 'de')).toEqual(['de', true]);
  expect(served('de-AT', 'de', 'de-AT')).toEqual(['de-AT', true]);
  expect(served('de-AT')).toEqual(['en', false]);
  expect(served('en-GB', 'de')).toEqual(['en', false]);
  expect(served('fr', 'en')).toEqual(['en', true]);
});

describe('words of a workspace\'s own', () => {
  let world: World;
  beforeAll(async () => { world = await openWorld(); });
  afterAll(() => world.close());

  type Template = {
    name: string; locale: string; version: number; isOverridden: boolean; subject: string; preview: { text: string };
  };
  type Answer = { mailTemplate: Template | null; userErrors: { code: string; message: string; path: string[] }[] };
  async function send(name: 'mailTemplateUpdate' | 'mailTemplateReset', input: object): Promise<Answer> {
    const answer = await world.as(world.admin).data<Record<string, Answer>>(
      `mutation($input: M${name.slice(1)}Input!) { ${name}(input: $input) {
        mailTemplate { name locale version isOverridden subject preview { text } } userErrors { code message path } } }`, {
          input,
        });
    return answer[name]!;
  }
  const german = {
    name: 'invitation', locale: 'de', version: 0, subject: '{{inviter}} lädt Sie ein',
    body: 'Guten Tag {{recipient}},\n\n[Annehmen]({{link}})\n\nDer Link gilt {{lifetimeMinutes}}.',
  };
  const invite = (locale: string) => world.database
    .transaction(world.workspaceId, (tx) => queueMail(tx, world.services, {
      template: 'invitation', to: { address: 'ada@reader.example', name: 'Ada', locale },
      variables: { inviter: 'Olive', lifetimeMinutes: 10_080 }, link: { path: '/accept' },
    }));

  test('go out from the next mail on, and until they are taken back', async () => {
    const kept = await send('mailTemplateUpdate', german);
    expect(kept).toMatchObject({
      mailTemplate: { name: 'invitation', locale: 'de', version: 1, isOverridden: true }, userErrors: [],
    });
    await invite('de-CH');
    await invite('fr');
    const [own, ours] = await deliverMails(world);
    expect(own).toMatchObject({ subject: 'Olive lädt Sie ein' });
    expect(own!.text).toBe('Guten Tag Ada,\n\nAnnehmen:\nhttps://crm.example/accept\n\nDer Link gilt 7 Tage.\n');
    expect(own!.html).toContain('<html lang="de" dir="ltr">');
    expect(ours!.subject).toBe('Olive invites you to world-1');

    expect((await send('mailTemplateUpdate', { ...german, version: 1, subject: 'Kommen Sie' })).mailTemplate)
      .toMatchObject(
        { version: 2, subject: 'Kommen Sie' });
    expect(await send('mailTemplateReset', { name: 'invitation', locale: 'de', version: 2 })).toMatchObject(
      {
        mailTemplate: { isOverridden: false, version: 0, subject: '{{inviter}} invites you to {{workspace}}' },
        userErrors: [],
      });
    await invite('de-CH');
    expect((await deliverMails(world))[0]!.subject).toBe('Olive invites you to world-1');
  });

  test('are read with what they may say, beside ours', async () => {
    const { mailTemplates: all } = await world.as(world.admin).data<{ mailTemplates: Template[] }>(
      `{ mailTemplates { name locale wordsLocale purpose hasLink description isOverridden version variables { name kind } preview { subject html } } }`);
    expect(all.map(({ name }) => name)).toEqual(mailTemplateNames);
    expect(all.find(({ name }) => name === 'invitation')).toMatchObject({
      locale: 'en', wordsLocale: 'en', purpose: 'NOTICE', hasLink: true, isOverridden: false, version: 0,
      variables: expect.arrayContaining([{ name: 'inviter', kind: 'name' }, { name: 'workspace', kind: 'name' }]),
    });
    expect(variablesOf('invitation')).not.toHaveProperty('link');
  });

  test.each<[string, Partial<typeof german>, string[]]>([
    ['an unknown variable', { body: `${german.body} {{password}}` }, ['body']],
    ['a variable of another template', { subject: '{{newAddress}}' }, ['subject']],
    ['a missing link', { body: 'Guten Tag' }, ['body']],
    ['a link that is only written down', { body: 'Hier: {{link}}' }, ['body']],
    ['a link that runs a script', { body: `${german.body} [x](javascript:alert(1))`.replace('(1)', '') }, ['body']],
    ['a link without TLS', { body: `${german.body} [x](http://acme.example)` }, ['body']],
    ['a link to a variable', { body: `${german.body} [x](https://{{inviter}}.example)` }, ['body']],
    ['a link that looks like another', { body: `${german.body} [x](https://crm.example@evil.example)` }, ['body']],
    ['HTML', { body: `${german.body}\n\n<img src="https://evil.example/pixel">` }, ['body']],
    ['braces that make no variable', { body: `${german.body} {{in viter}}` }, ['body']],
    ['a subject of two lines', { subject: 'Hallo\r\nBcc: x@evil.example' }, ['subject']],
    ['a subject with a link', { subject: 'Hier: {{link}}' }, ['subject']],
    ['too long a subject', { subject: 'x'.repeat(201) }, ['subject']],
    ['too long a text', { body: `${german.body}${'x'.repeat(20_000)}` }, ['body']],
    ['too many links', { body: `${german.body}${' [x](https://acme.example)'.repeat(20)}` }, ['body']],
    ['nothing', { subject: ' ', body: ' ' }, ['subject', 'body']],
    ['a language that is none', { locale: 'not a language' }, ['locale']],
    ['several things at once', { subject: '{{x}}', body: 'y {{z}} <p>' }, ['subject', 'body', 'body', 'body']],
  ])('with %s are refused', async (_, change, fields) => {
    const { userErrors, mailTemplate } = await send('mailTemplateUpdate', { ...german, ...change });
    expect(mailTemplate).toBeNull();
    expect(userErrors.map(({ code, path: at }) => [code, at.at(-1)])).toEqual(
      fields.map((field) => ['INVALID_INPUT', field]));
  });

  test('for a template that there is not are NOT_FOUND, as is what was never changed', async () => {
    expect((await send('mailTemplateUpdate', { ...german, name: 'newsletter' })).userErrors).toMatchObject(
      [{ code: 'NOT_FOUND', path: ['input', 'name'] }]);
    expect((await send('mailTemplateReset', { name: 'reset-password', locale: 'en', version: 0 })).userErrors)
      .toMatchObject(
        [{ code: 'NOT_FOUND', path: ['input', 'name'] }]);
  });

  test('changed meanwhile are reported, not overwritten', async () => {
    const french = { ...german, locale: 'fr' };
    const answers = await Promise.all([send('mailTemplateUpdate', french), send('mailTemplateUpdate', french)]);
    const codes = answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
    expect(codes).toHaveLength(1);
    expect(['VERSION_CONFLICT', 'TAKEN']).toContain(codes[0]);
    expect((await send('mailTemplateUpdate', french)).userErrors).toMatchObject([{ code: 'VERSION_CONFLICT' }]);
  });
});
