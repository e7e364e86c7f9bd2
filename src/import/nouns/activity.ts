import {
  type ActivityFields, type ActivityKind, activityFieldProblems, activityValues,
} from '../../services/activity/activity-fields.ts';
import { createActivity } from '../../services/activity/create-activity.ts';
import { updateActivity } from '../../services/activity/update-activity.ts';
import { tagRecord } from '../../services/tag/tag-record.ts';
import { currentRecord } from './current-record.ts';
import type { ImportNoun } from './noun.ts';
import * as shared from './shared-fields.ts';

export const activityNoun: ImportNoun = {
  noun: 'activity',
  plural: 'activities',
  hasKey: true,
  matchBy: {},
  fields: {
    kind: {
      type: 'choice', choices: ['CALL', 'MEETING', 'NOTE', 'EMAIL', 'TASK'], isRequired: true, onCreation: true,
      description: 'What kind of activity: CALL, MEETING, NOTE, EMAIL or TASK.',
    },
    subject: { type: 'text', isRequired: true, description: 'What it is about; at most 500 characters.' },
    body: { type: 'text', description: 'Its text; at most 20,000 characters.' },
    happensAt: { type: 'instant', description: 'When it takes or took place.' },
    dueAt: { type: 'instant', description: 'Until when it is to be done; tasks only.' },
    completedAt: { type: 'instant', onCreation: true, isPast: true, description: 'When it was done; tasks only.' },
  },
  links: {
    company: { to: 'company', input: 'companyId', description: 'The company it is about.' },
    contact: { to: 'contact', input: 'contactId', description: 'The contact it is about.' },
    lead: { to: 'lead', input: 'leadId', description: 'The lead it is about.' },
    deal: { to: 'deal', input: 'dealId', description: 'The deal it is about.' },
    owner: shared.owner,
    team: shared.team,
  },
  children: { tags: shared.tags },
  create: createActivity,
  update: updateActivity,
  tag: tagRecord.activity,
  fieldProblems: (input: ActivityFields & { kind: ActivityKind }) => activityFieldProblems(input, input.kind, false),
  kept: activityValues,
  async read(tx, where) {
    const activities = await tx.activity.findMany({
      where, include: { externalReferences: true, taggings: shared.tagged, owner: { select: { teamId: true } } },
    });
    return activities.map(({ externalReferences, ...activity }) => currentRecord(activity, externalReferences));
  },
};
