import { hrefsIn, ownLink, parseMarkup } from '../../mail/markup.ts';
import { sampleMail } from '../../mail/sample-mail.ts';
import { variable, variablesIn } from '../../mail/source.ts';
import { type MailTemplateName, mailTemplates, variablesOf } from '../../mail/templates.ts';
import { type UserError, invalid } from '../errors.ts';
import { textProblems } from '../validate.ts';

const maxLinks = 20;

/** Everything that is wrong with words that somebody wants for a template: none of it may come out at delivery only. */
export function templateProblems(
  name: MailTemplateName, { subject, body }: { subject: string; body: string },
): UserError[] {
  const problems = [
    ...textProblems(subject, ['input', 'subject'], { min: 1, max: 200 }),
    ...textProblems(body, ['input', 'body'], { min: 1, max: 20_000 }),
  ];
  if (problems.length > 0) return problems;
  problems.push(
    ...variableProblems(name, subject, 'subject', []),
    ...variableProblems(name, body, 'body', mailTemplates[name].hasLink ? ['link'] : []), ...linkProblems(name, body),
  );
  if (/[\r\n]/.test(subject)) problems.push(invalid('subject is one line.', 'input', 'subject'));
  // People who paste HTML would find it in their mails, as it is.
  if (/<\/?[a-z!][^<>]*>/i.test(body)) {
    problems.push(invalid(
      'body has no HTML: write # headings, **strong**, - lists and [label](address).', 'input', 'body'));
  }
  return problems.length > 0 ? problems : renderingProblems(name, { subject, body });
}

function variableProblems(
  name: MailTemplateName, text: string, field: string, besides: readonly string[],
): UserError[] {
  const known = [...Object.keys(variablesOf(name)), ...besides];
  const unknown = [...new Set(variablesIn(text))].filter((each) => !known.includes(each));
  const problems = unknown.map((each) => invalid(
    `${field} names {{${each}}}, which ${name} does not know: it knows ${known.join(', ')}.`, 'input', field));
  if (/\{\{|\}\}/.test(text.replace(variable, ''))) {
    problems.push(invalid(`${field} has braces that make no variable: write {{name}}.`, 'input', field));
  }
  return problems;
}

function linkProblems(name: MailTemplateName, body: string): UserError[] {
  const hrefs = hrefsIn(parseMarkup(body));
  const problems: UserError[] = [];
  if (mailTemplates[name].hasLink && !hrefs.includes(ownLink)) {
    problems.push(invalid(
      `body lacks its link: a mail of ${name} is of no use without [label](${ownLink}).`, 'input', 'body'));
  }
  if (hrefs.length > maxLinks) problems.push(invalid(`body has at most ${maxLinks} links.`, 'input', 'body'));
  for (const href of hrefs) {
    if (href !== ownLink && !isPlainAddress(href)) {
      problems.push(invalid(
        `body links to ${href}: write ${ownLink}, or an address that begins with https://.`, 'input', 'body'));
    }
  }
  return problems;
}

/** With a user name before the host, an address looks like another one. */
function isPlainAddress(href: string): boolean {
  const url = URL.parse(href);
  return url?.protocol === 'https:' && url.username === '' && url.password === '' && /^https:\/\/[^\s{}]+$/.test(href);
}

function renderingProblems(name: MailTemplateName, words: { subject: string; body: string }): UserError[] {
  try {
    sampleMail(name, 'en', { words, publicUrl: 'https://crm.example' });
    return [];
  } catch (error) {
    return [invalid(`No mail can be made of it: ${(error as Error).message}`, 'input', 'body')];
  }
}
