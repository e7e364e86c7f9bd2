import type { OwnedNoun } from '../auth/nouns.ts';
import { completeActivity, reopenActivity } from '../services/activity/complete-activity.ts';
import { createActivity } from '../services/activity/create-activity.ts';
import { deleteActivity, restoreActivity } from '../services/activity/delete-activity.ts';
import { updateActivity } from '../services/activity/update-activity.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { addConnection, connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { enumeration, id, instant, one, orderInput, text, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { ownedFields } from './record-fields.ts';
import { recordOf } from './records.ts';
import {
  type InputBuilder, addressFields, deleteInput, idOfNoun, keyField, ownedInputFields, restoreInput, writes,
} from './write-inputs.ts';

registerNode('activity', 'Activity');

const ActivityKind = builder.enumType('ActivityKind', {
  description: 'What kind of activity it is.',
  values: {
    CALL: { description: 'A call.' }, MEETING: { description: 'A meeting.' }, NOTE: { description: 'A note.' },
    EMAIL: { description: 'An e-mail.' }, TASK: { description: 'Something to be done, with a due date.' },
  },
});

export const Activity = builder.prismaObject('Activity', {
  description: 'Something done or to be done: a call, a meeting, a note, an e-mail, a task.',
  ...recordOf('Activity', 'activity'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...ownedFields(t, 'activity'),
    kind: t.expose('kind', { type: ActivityKind, access: 'activity.core', description: 'What kind it is.' }),
    subject: t.exposeString('subject', { access: 'activity.core', description: 'What it is about.' }),
    body: t.exposeString('body', { access: 'activity.internal', description: 'What was said, written or planned.' }),
    happensAt: t.expose('happensAt', {
      type: 'DateTime',
      access: 'activity.core',
      description: 'When it takes or took place.',
    }),
    dueAt: t.expose('dueAt', {
      type: 'DateTime',
      access: 'activity.core',
      description: 'Until when a task is to be done.',
    }),
    completedAt: t.expose('completedAt', {
      type: 'DateTime',
      access: 'activity.core',
      description: 'When it was done; null while it is open.',
    }),
    company: t.relation('company', {
      access: 'activity.core',
      nullable: true,
      description: 'The company it is on; null when out of reach.',
    }),
    contact: t.relation('contact', {
      access: 'activity.core',
      nullable: true,
      description: 'The contact it is on; null when out of reach.',
    }),
    lead: t.relation('lead', {
      access: 'activity.core',
      nullable: true,
      description: 'The lead it is on; null when out of reach.',
    }),
    deal: t.relation('deal', {
      access: 'activity.core',
      nullable: true,
      description: 'The deal it is on; null when out of reach.',
    }),
  }),
});

const ActivityConnection = connectionType('Activity', Activity);

const ActivityWhere = whereInput('activity', 'Activity', () => ({
  id: id('activity'),
  kind: enumeration('ActivityKind', ActivityKind),
  subject: text(),
  happensAt: instant(),
  dueAt: instant(),
  completedAt: instant(),
  createdAt: instant(),
  updatedAt: instant(),
  ownerId: id('member'),
  teamId: id('team'),
  companyId: id('company'),
  contactId: id('contact'),
  leadId: id('lead'),
  dealId: id('deal'),
  owner: one('owner', 'member'),
  company: one('company', 'company'),
  contact: one('contact', 'contact'),
  lead: one('lead', 'lead'),
  deal: one('deal', 'deal'),
}));

const ActivityOrder = orderInput('activity', 'Activity', {
  CREATED_AT: 'createdAt', UPDATED_AT: 'updatedAt', HAPPENS_AT: 'happensAt', DUE_AT: 'dueAt',
});

const activityListArgs = listArgs({ where: ActivityWhere, orderBy: ActivityOrder }, { canBeDeleted: true });
const byNewest = [{ field: 'CREATED_AT', direction: 'DESC' }] as const;

for (const record of ['Company', 'Contact', 'Lead', 'Deal'] as const) {
  addConnection(record, 'activities', 'activity', {
    relation: 'activities',
    access: `${record.toLowerCase() as OwnedNoun}.core`,
    connection: ActivityConnection,
    args: activityListArgs,
    defaultOrder: byNewest,
    description: 'Calls, meetings, notes, e-mails and tasks on it.',
  });
}

builder.queryFields((t) => ({
  activity: t.field({
    type: Activity,
    access: 'activity.read',
    extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One activity; null when it is absent or out of reach.',
    resolve: resolveRecord('activity'),
  }),
  activities: t.field({
    type: ActivityConnection,
    access: 'activity.read',
    args: activityListArgs,
    extensions: { readsRecords: true, ...listOf('activity', byNewest) },
    description: 'Activities of the workspace in reach, newest first.',
    resolve: resolvePage,
  }),
}));

/** Fields of an activity that creating and updating share. */
const activityInputFields = (t: InputBuilder) => ({
  body: t.string({ description: 'What was said, written or planned; at most 20,000 characters.' }),
  happensAt: t.field({ type: 'DateTime', description: 'When it takes or took place.' }),
  dueAt: t.field({ type: 'DateTime', description: 'Until when it is to be done; for a task only.' }),
  companyId: t.id({ description: 'The company it is on.', ...idOfNoun('company') }),
  contactId: t.id({ description: 'The contact it is on.', ...idOfNoun('contact') }),
  leadId: t.id({ description: 'The lead it is on.', ...idOfNoun('lead') }),
  dealId: t.id({ description: 'The deal it is on.', ...idOfNoun('deal') }),
  ...ownedInputFields(t, 'activity'),
});

const ActivityCreateInput = builder.inputType('ActivityCreateInput', {
  description: 'A new activity. It can be on several records, one of each kind; only on such as one can read.',
  ...writes('activity', 'Activity'),
  fields: (t) => ({
    ...keyField(t),
    kind: t.field({ type: ActivityKind, required: true, description: 'What kind it is, for good.' }),
    subject: t.string({ required: true, description: 'What it is about; 1 to 500 characters.' }),
    completedAt: t.field({
      type: 'DateTime',
      description: 'When it was done, for a task that is done already; not in the future.',
    }),
    ...activityInputFields(t),
  }),
});

const ActivityUpdateInput = builder.inputType('ActivityUpdateInput', {
  description: 'Changes to an activity; what is absent stays as it is.',
  ...writes('activity', 'Activity'),
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'activity'),
    subject: t.string({ description: 'What it is about; 1 to 500 characters.' }),
    ...activityInputFields(t),
  }),
});

const completionInput = (act: 'Complete' | 'Reopen', description: string) => builder.inputType(`Activity${act}Input`, {
  description, fields: (t) => ({ ...keyField(t), ...addressFields(t, 'activity') }),
});

const record = { activity: Activity };
commandMutation('activityCreate', createActivity, {
  description: 'Creates an activity.', input: ActivityCreateInput, record,
});
commandMutation('activityUpdate', updateActivity, {
  description: 'Changes an activity. Whether a task is done is said by activityComplete and activityReopen.',
  input: ActivityUpdateInput,
  record,
});
commandMutation('activityComplete', completeActivity, {
  description: 'Says that a task is done. Other kinds of activity answer INVALID_INPUT.',
  input: completionInput('Complete', 'Which task is done.'), record,
});
commandMutation('activityReopen', reopenActivity, {
  description: 'Says that a task is to be done after all. Other kinds of activity answer INVALID_INPUT.',
  input: completionInput('Reopen', 'Which task is to be done after all.'), record,
});
commandMutation('activityDelete', deleteActivity, {
  description: 'Puts an activity into the bin.', input: deleteInput('Activity', 'activity'), record,
});
commandMutation('activityRestore', restoreActivity, {
  description: 'Takes an activity out of the bin.', input: restoreInput('Activity', 'activity'), record,
});
