import { shareRecord, unshareRecord } from '../services/share/share-record.ts';
import { builder } from './builder.ts';
import { recordMutation } from './commands.ts';
import { type InputBuilder, idOfNoun, keyField } from './write-inputs.ts';

const ShareLevel = builder.enumType('ShareLevel', {
  description: 'What a share allows, as far as the receiver\'s roles allow it for such records at all.',
  values: { READ: { description: 'Reading the record.' }, EDIT: { description: 'Reading and changing it.' } },
});

builder.prismaObject('RecordShare', {
  description: 'A record given to one member, or to one team and the teams below it.',
  extensions: { record: { model: 'RecordShare', noun: null } },
  select: { id: true },
  fields: (t) => ({
    member: t.relation('member', {
      access: 'parent',
      nullable: true,
      description: 'The member who has it; null where a team has.',
    }),
    team: t.relation('team', {
      access: 'parent',
      nullable: true,
      description: 'The team that has it; null where a member has.',
    }),
    level: t.expose('level', { type: ShareLevel, access: 'parent', description: 'What it allows.' }),
    endsAt: t.expose('endsAt', {
      type: 'DateTime',
      access: 'parent',
      description: 'When it ends, or ended; null while it lasts.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', access: 'parent', description: 'When the record was given.' }),
  }),
});

/** Which record, and who has it. */
const sharedFields = (t: InputBuilder) => ({
  ...keyField(t),
  recordId: t.id({ required: true, description: 'A company, contact, lead, deal or activity.' }),
  memberId: t.id({ description: 'The member; either this or teamId.', ...idOfNoun('member') }),
  teamId: t.id({ description: 'The team, with the teams below it; either this or memberId.', ...idOfNoun('team') }),
});

const RecordShareInput = builder.inputType('RecordShareInput', {
  description: 'A record for a member or a team.',
  fields: (t) => ({
    ...sharedFields(t),
    level: t.field({
      type: ShareLevel,
      required: true,
      description: 'What it allows. EDIT gives only who may change the record himself.',
    }),
    endsAt: t.field({ type: 'DateTime', description: 'When the share ends, in the future; it lasts when absent.' }),
  }),
});

const RecordUnshareInput = builder.inputType('RecordUnshareInput', {
  description: 'Whose share of which record ends.', fields: (t) => sharedFields(t),
});

recordMutation('recordShare', shareRecord, {
  description:
    'Gives a record to a member or a team, or changes what is given: reading, with the field groups that the ' +
    'receiver\'s roles have for such records, or changing too. At most 100 shares of one record. The record\'s ' +
    'version stays.',
  input: RecordShareInput,
});
recordMutation('recordUnshare', unshareRecord, {
  description:
    'Takes a record away from a member or a team, from their next request on. NOT_FOUND when they do not ' +
    'have it by a share.',
  input: RecordUnshareInput,
});
