import { createMailSuppression } from '../services/mail-suppression/create-suppression.ts';
import { deleteMailSuppression } from '../services/mail-suppression/delete-suppression.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { enumeration, id, instant, orderInput, string, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { commonFields } from './record-fields.ts';
import { recordOf } from './records.ts';
import { addressFields, keyField, writes } from './write-inputs.ts';

registerNode('mailSuppression', 'MailSuppression');

const MailSuppressionReason = builder.enumType('MailSuppressionReason', {
  description: 'Why an address gets no mail.',
  values: {
    BOUNCE: { description: 'A mail server said that the address takes none. Nothing is sent to it.' },
    COMPLAINT: { description: 'Its reader has complained. Mail about his own account is still sent.' },
    MANUAL: { description: 'Somebody has put it there. Mail about the reader\'s own account is still sent.' },
  },
});

const MailSuppression = builder.prismaObject('MailSuppression', {
  description: 'An address that gets no mail from the workspace.',
  ...recordOf('MailSuppression', 'mailSuppression'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...commonFields(t, 'mailSuppression'),
    address: t.exposeString('address', { access: 'mailSuppression.core', description: 'The address.' }),
    reason: t.expose('reason', {
      type: MailSuppressionReason, access: 'mailSuppression.core', description: 'Why it gets none.',
    }),
    note: t.exposeString('note', {
      access: 'mailSuppression.core', description: 'What the mail server said, or what was noted by hand.',
    }),
    endsAt: t.expose('endsAt', {
      type: 'DateTime', access: 'mailSuppression.core', description: 'When it gets mail again; null for never.',
    }),
  }),
});

const MailSuppressionConnection = connectionType('MailSuppression', MailSuppression);

const MailSuppressionWhere = whereInput('mailSuppression', 'MailSuppression', () => ({
  id: id('mailSuppression'), address: string(), reason: enumeration('MailSuppressionReason', MailSuppressionReason),
  endsAt: instant(), createdAt: instant(),
}));
const MailSuppressionOrder = orderInput(
  'mailSuppression', 'MailSuppression', { CREATED_AT: 'createdAt', ADDRESS: 'address' });

builder.queryFields((t) => ({
  mailSuppression: t.field({
    type: MailSuppression,
    access: 'mailSuppression.read',
    extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One address that gets no mail; null when it is absent.',
    resolve: resolveRecord('mailSuppression'),
  }),
  mailSuppressions: t.field({
    type: MailSuppressionConnection,
    access: 'mailSuppression.read',
    args: listArgs({ where: MailSuppressionWhere, orderBy: MailSuppressionOrder }, { canBeDeleted: false }),
    extensions: { readsRecords: true, ...listOf('mailSuppression', [{ field: 'CREATED_AT', direction: 'DESC' }]) },
    description: 'The suppression list: addresses that get no mail from the workspace, the latest first.',
    resolve: resolvePage,
  }),
}));

const MailSuppressionCreateInput = builder.inputType('MailSuppressionCreateInput', {
  description: 'An address that is to get no mail.',
  ...writes('mailSuppression', 'MailSuppression'),
  fields: (t) => ({
    ...keyField(t),
    address: t.string({ required: true, description: 'The address. TAKEN when it is on the list already.' }),
    note: t.string({ description: 'Why; at most 500 characters.' }),
    endsAt: t.field({ type: 'DateTime', description: 'When it gets mail again, in the future; never when absent.' }),
  }),
});

const MailSuppressionDeleteInput = builder.inputType('MailSuppressionDeleteInput', {
  description: 'Which address comes off the list.',
  fields: (t) => ({ ...keyField(t), ...addressFields(t, 'mailSuppression') }),
});

const record = { mailSuppression: MailSuppression };
commandMutation('mailSuppressionCreate', createMailSuppression, {
  description: 'Puts an address onto the suppression list.', input: MailSuppressionCreateInput, record,
});
commandMutation('mailSuppressionDelete', deleteMailSuppression, {
  description:
    'Takes an address off the suppression list: it gets mail again. What was held back is not sent afterwards.',
  input: MailSuppressionDeleteInput,
  record,
});
