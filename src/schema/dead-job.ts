import { dismissJob, replayJob } from '../services/job/decide-dead-job.ts';
import { findWaitingJobs } from '../services/job/waiting-jobs.ts';
import type { WaitingJobs as WaitingJobsRow } from '../db/job-rows.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { serviceContextOf } from './context.ts';
import { enumeration, id, instant, int, orderInput, string, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { commonFields } from './record-fields.ts';
import { recordOf, signedIn, withApiErrors } from './records.ts';
import { addressFields, keyField, writes } from './write-inputs.ts';

registerNode('job', 'DeadJob');

const DeadJobStateEnum = builder.enumType('DeadJobState', {
  description: 'What has been decided about a job that failed at its last try.',
  values: {
    DEAD: { description: 'Nothing yet.' },
    REPLAYED: {
      description: 'It was put into the queue again; should it fail at its last try again, it is DEAD again.',
    },
    DISMISSED: { description: 'It was dealt with otherwise, and is not wanted any more.' },
  },
});

const JobId = builder.objectRef<{ name: string; value: string }>('JobId').implement({
  description: 'One of the ids that a job was given: all that it knows.',
  access: 'parent',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'What it is the id of, such as `messageId`.' }),
    value: t.exposeString('value', { nullable: false, description: 'The UUID.' }),
  }),
});

const DeadJob = builder.prismaObject('DeadJob', {
  description: 'A job that failed at its last try, and waits for somebody to decide. Nothing of any record is in it.',
  ...recordOf('DeadJob', 'job'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...commonFields(t, 'job'),
    kind: t.exposeString('kind', { access: 'job.core', description: 'What it was to do, such as `mail.deliver`.' }),
    state: t.expose('state', {
      type: DeadJobStateEnum, access: 'job.core', description: 'What has been decided about it.',
    }),
    reason: t.exposeString('reason', {
      access: 'job.core',
      description: 'Why its last try failed, in a word such as `ECONNREFUSED` or `MEMBER_INACTIVE`. The server\'s log '
        + 'has more, under this job\'s UUID.',
    }),
    attempts: t.exposeInt('attempts', {
      access: 'job.core', description: 'How often it was tried, all replays together.',
    }),
    enqueuedAt: t.expose('enqueuedAt', {
      type: 'DateTime', access: 'job.core', description: 'When it was first enqueued.',
    }),
    diedAt: t.expose('diedAt', { type: 'DateTime', access: 'job.core', description: 'When it was given up.' }),
    member: t.relation('member', {
      access: 'job.core', nullable: true, description: 'For whom it acts; null where it acts for the workspace itself.',
    }),
    ids: t.field({
      type: [JobId], access: 'job.core', nullable: { list: true, items: false }, select: { ids: true },
      description: 'The ids it was given.',
      resolve: ({ ids }) => Object.entries(ids as Record<string, string>).map(([name, value]) => ({ name, value })),
    }),
  }),
});

const DeadJobConnection = connectionType('DeadJob', DeadJob);

const DeadJobWhere = whereInput('job', 'DeadJob', () => ({
  id: id('job'), kind: string(), state: enumeration('DeadJobState', DeadJobStateEnum), reason: string(),
  attempts: int(), enqueuedAt: instant(), diedAt: instant(),
}));
const DeadJobOrder = orderInput('job', 'DeadJob', { DIED_AT: 'diedAt' });

const WaitingJobs = builder.objectRef<WaitingJobsRow>('WaitingJobs').implement({
  description: 'Jobs of one kind that the workspace has in the queue.',
  access: 'parent',
  fields: (t) => ({
    kind: t.exposeString('kind', { nullable: false, description: 'What they are to do.' }),
    waiting: t.exposeInt('waiting', {
      nullable: false, description: 'How many have not begun, or wait to be tried again.',
    }),
    running: t.exposeInt('running', { nullable: false, description: 'How many are being done.' }),
    retrying: t.exposeInt('retrying', {
      nullable: false, description: 'How many of those that wait have failed before.',
    }),
    dueAt: t.expose('dueAt', {
      type: 'DateTime', description: 'Since when the next one could have begun; null when all wait for their time.',
    }),
  }),
});

builder.queryFields((t) => ({
  deadJob: t.field({
    type: DeadJob,
    access: 'job.read',
    extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One job that failed at its last try; null when it is absent.',
    resolve: resolveRecord('job'),
  }),
  deadJobs: t.field({
    type: DeadJobConnection,
    access: 'job.read',
    args: listArgs({ where: DeadJobWhere, orderBy: DeadJobOrder }, { canBeDeleted: false }),
    extensions: { readsRecords: true, ...listOf('job', [{ field: 'DIED_AT', direction: 'DESC' }]) },
    description: 'Jobs that failed at their last try, the latest first, with what has been decided about them.',
    resolve: resolvePage,
  }),
  waitingJobs: t.field({
    type: [WaitingJobs],
    access: 'job.read',
    nullable: { list: true, items: false },
    description: 'What the workspace has in the queue right now, by kind of job.',
    resolve: (_root, _args, context) => withApiErrors(() => findWaitingJobs(
      serviceContextOf(context, signedIn(context)))),
  }),
}));

/** Which job is meant, and what it is believed to be. */
function decisionInput(name: string, description: string) {
  return builder.inputType(name, {
    description,
    ...writes('job', 'DeadJob'),
    fields: (t) => ({ ...keyField(t), ...addressFields(t, 'job') }),
  });
}

const record = { job: DeadJob };
commandMutation('jobReplay', replayJob, {
  description: 'Puts a dead job into the queue again, with all its tries.',
  input: decisionInput('JobReplayInput', 'Which job is to run again.'),
  record,
});
commandMutation('jobDismiss', dismissJob, {
  description: 'Says that a dead job has been dealt with otherwise. It can still be replayed.',
  input: decisionInput('JobDismissInput', 'Which job is not wanted any more.'),
  record,
});
