import type { OwnedNoun } from '../auth/nouns.ts';
import { builder } from './builder.ts';
import { addConnection, connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { enumeration, id, instant, one, orderInput, text, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { ownedFields } from './record-fields.ts';
import { recordOf } from './records.ts';

registerNode('activity', 'Activity');

export const ActivityKind = builder.enumType('ActivityKind', {
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
    happensAt: t.expose('happensAt', { type: 'DateTime', access: 'activity.core', description: 'When it takes or took place.' }),
    dueAt: t.expose('dueAt', { type: 'DateTime', access: 'activity.core', description: 'Until when a task is to be done.' }),
    completedAt: t.expose('completedAt', { type: 'DateTime', access: 'activity.core', description: 'When it was done; null while it is open.' }),
    company: t.relation('company', { access: 'activity.core', nullable: true, description: 'The company it is on; null when out of reach.' }),
    contact: t.relation('contact', { access: 'activity.core', nullable: true, description: 'The contact it is on; null when out of reach.' }),
    lead: t.relation('lead', { access: 'activity.core', nullable: true, description: 'The lead it is on; null when out of reach.' }),
    deal: t.relation('deal', { access: 'activity.core', nullable: true, description: 'The deal it is on; null when out of reach.' }),
  }),
});

export const ActivityConnection = connectionType('Activity', Activity);

export const ActivityWhere = whereInput('activity', 'Activity', () => ({
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

export const ActivityOrder = orderInput('activity', 'Activity', {
  CREATED_AT: 'createdAt', UPDATED_AT: 'updatedAt', HAPPENS_AT: 'happensAt', DUE_AT: 'dueAt',
});

export const activityListArgs = listArgs({ where: ActivityWhere, orderBy: ActivityOrder }, { canBeDeleted: true });
const byNewest = [{ field: 'CREATED_AT', direction: 'DESC' }] as const;

for (const record of ['Company', 'Contact', 'Lead', 'Deal'] as const) {
  addConnection(record, 'activities', 'activity', {
    relation: 'activities', access: `${record.toLowerCase() as OwnedNoun}.core`, connection: ActivityConnection, args: activityListArgs,
    defaultOrder: byNewest, description: 'Calls, meetings, notes, e-mails and tasks on it.',
  });
}

builder.queryFields((t) => ({
  activity: t.field({
    type: Activity, access: 'activity.read', extensions: { readsRecords: true }, args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One activity; null when it is absent or out of reach.', resolve: resolveRecord('activity'),
  }),
  activities: t.field({
    type: ActivityConnection, access: 'activity.read', args: activityListArgs,
    extensions: { readsRecords: true, ...listOf('activity', byNewest) },
    description: 'Activities of the workspace in reach, newest first.', resolve: resolvePage,
  }),
}));
