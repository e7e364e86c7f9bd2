import { reportMail } from '../services/mail/report-mail.ts';
import { resendMail } from '../services/mail/resend-mail.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { enumeration, id, instant, int, orderInput, string, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { commonFields, orderedBy } from './record-fields.ts';
import { childOf, recordOf } from './records.ts';
import { addressFields, keyField } from './write-inputs.ts';

registerNode('mail', 'Mail');

const MailStatus = builder.enumType('MailStatus', {
  description: 'What has become of a mail.',
  values: {
    QUEUED: { description: 'It waits for its first attempt, or for the next.' },
    SENT: { description: 'The mail server has taken it.' },
    BOUNCED: { description: 'Its address takes no mail, and gets no more.' },
    REFUSED: { description: 'The mail server has refused it for good, and not because of the address.' },
    FAILED: { description: 'It was given up: after its last attempt, or because no text could be made of it.' },
    SUPPRESSED: { description: 'Its address is on the suppression list.' },
    EXPIRED: { description: 'Its link had stopped working before it could be sent.' },
  },
});

const MailEventKind = builder.enumType('MailEventKind', {
  description: 'What happened to a mail.',
  values: {
    QUEUED: { description: 'It was queued, or queued again.' },
    ATTEMPT: { description: 'An attempt began. Without an entry of the same number behind it, it was cut off.' },
    SENT: { description: 'The mail server took it.' },
    DEFERRED: { description: 'The mail server did not take it for now, or could not be reached.' },
    BOUNCED: { description: 'Its address takes no mail; said at once, or reported later.' },
    REFUSED: { description: 'The mail server refused it for good.' },
    FAILED: { description: 'It was given up.' },
    SUPPRESSED: { description: 'It was not tried, for its address is on the suppression list.' },
    EXPIRED: { description: 'It was not tried, for its link had stopped working.' },
    COMPLAINT: { description: 'Its reader has complained of it.' },
  },
});

const MailEvent = builder.prismaObject('MailEvent', {
  description: 'An entry of a mail\'s timeline.',
  ...childOf('MailEvent', 'mail'),
  select: { id: true },
  fields: (t) => ({
    kind: t.expose('kind', { type: MailEventKind, access: 'parent', description: 'What happened.' }),
    at: t.expose('at', { type: 'DateTime', access: 'parent', description: 'When.' }),
    attempt: t.exposeInt('attempt', {
      access: 'parent', description: 'Number of the attempt, from 1; null where there was none.',
    }),
    answer: t.exposeString('answer', {
      access: 'parent', description: 'What the mail server answered, or what went wrong on the way to it.',
    }),
  }),
});

const Mail = builder.prismaObject('Mail', {
  description: 'A mail of the workspace to one recipient. Its text is kept nowhere: it is made anew for each attempt.',
  ...recordOf('Mail', 'mail'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...commonFields(t, 'mail'),
    template: t.exposeString('template', {
      access: 'mail.core', description: 'Name of its template, such as `invitation`.',
    }),
    locale: t.exposeString('locale', { access: 'mail.core', description: 'The language it is wanted in.' }),
    toAddress: t.exposeString('toAddress', { access: 'mail.core', description: 'Address of the recipient.' }),
    toName: t.exposeString('toName', { access: 'mail.core', description: 'Name of the recipient, where it is known.' }),
    status: t.expose('status', { type: MailStatus, access: 'mail.core', description: 'What has become of it.' }),
    attempts: t.exposeInt('attempts', {
      access: 'mail.core', description: 'How often it was tried since it was queued last; given up after ten times.',
    }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime', access: 'mail.core', description: 'When it is tried next; null unless it is QUEUED.',
    }),
    lastAnswer: t.exposeString('lastAnswer', {
      access: 'mail.core', description: 'What the mail server answered last, or what went wrong on the way to it.',
    }),
    sentAt: t.expose('sentAt', { type: 'DateTime', access: 'mail.core', description: 'When the mail server took it.' }),
    usefulUntil: t.expose('usefulUntil', {
      type: 'DateTime', access: 'mail.core', description: 'When its link stops working: it is not sent after that.',
    }),
    messageId: t.exposeString('messageIdHeader', {
      access: 'mail.core', description: 'Its `Message-ID`, the same on every attempt; null before the first.',
    }),
    events: t.relation('events', {
      type: MailEvent, access: 'mail.core', nullable: true, description: 'Its timeline, oldest first.',
      ...orderedBy('at'),
    }),
  }),
});

const MailConnection = connectionType('Mail', Mail);

const MailWhere = whereInput('mail', 'Mail', () => ({
  id: id('mail'), template: string(), toAddress: string(), status: enumeration('MailStatus', MailStatus),
  attempts: int(), nextAttemptAt: instant(), sentAt: instant(), createdAt: instant(),
  messageId: string({ column: 'messageIdHeader' }),
}));
const MailOrder = orderInput('mail', 'Mail', { CREATED_AT: 'createdAt', NEXT_ATTEMPT_AT: 'nextAttemptAt' });

builder.queryFields((t) => ({
  mail: t.field({
    type: Mail,
    access: 'mail.read',
    extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One mail; null when it is absent.',
    resolve: resolveRecord('mail'),
  }),
  mails: t.field({
    type: MailConnection,
    access: 'mail.read',
    args: listArgs({ where: MailWhere, orderBy: MailOrder }, { canBeDeleted: false }),
    extensions: { readsRecords: true, ...listOf('mail', [{ field: 'CREATED_AT', direction: 'DESC' }]) },
    description: 'Mails of the workspace, the latest first.',
    resolve: resolvePage,
  }),
}));

const MailResendInput = builder.inputType('MailResendInput', {
  description: 'Which mail is queued again.', fields: (t) => ({ ...keyField(t), ...addressFields(t, 'mail') }),
});

const MailReportKind = builder.enumType('MailReportKind', {
  description: 'What came back of a mail.',
  values: {
    BOUNCE: { description: 'It could not be delivered, and the address takes no mail.' },
    COMPLAINT: { description: 'Its reader has called it unwanted.' },
  },
});

const MailReportInput = builder.inputType('MailReportInput', {
  description: 'What came back of a mail that a mail server had taken.',
  fields: (t) => ({
    ...keyField(t),
    messageId: t.string({
      required: true, description: 'The mail\'s `Message-ID`, with or without its angle brackets.',
    }),
    kind: t.field({ type: MailReportKind, required: true, description: 'What it was.' }),
    answer: t.string({ description: 'What was said; at most 2000 characters, of which 500 are kept.' }),
  }),
});

const record = { mail: Mail };
commandMutation('mailResend', resendMail, {
  description:
    'Queues a mail again, at once, whatever has become of it. INVALID_INPUT when its link has stopped working. One ' +
    'that had been taken goes out under a new `Message-ID`.',
  input: MailResendInput,
  record,
});
commandMutation('mailReport', reportMail, {
  description:
    'Tells of a bounce or a complaint: the address comes onto the suppression list. For programs that read bounces, or '
      + 'a provider\'s webhooks; telling it again changes nothing.',
  input: MailReportInput,
  record,
});
