import { notDeleted } from '../auth/reach.ts';
import type { Row } from '../db/database.ts';
import { all, always, not, related, some, test, testParameter } from '../db/predicate.ts';
import { createStage } from '../services/stage/create-stage.ts';
import { deleteStage, restoreStage } from '../services/stage/delete-stage.ts';
import { requirableFields } from '../services/pipeline/required-fields.ts';
import { updateStage } from '../services/stage/update-stage.ts';
import { type SchemaTypes, builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { enumeration, id, int, one, string, whereInput } from './filters.ts';
import { ForecastCategory, categoryDescription } from './forecast-category.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { deletableFields, linkedRecords, orderedBy } from './record-fields.ts';
import { childOf, recordOf } from './records.ts';
import { RotClock } from './rotting.ts';
import {
  type InputBuilder, addressFields, deleteInput, idOfNoun, keyField, restoreInput, writes,
} from './write-inputs.ts';

registerNode('stage', 'Stage');

export const StageStatus = builder.enumType('StageStatus', {
  description: 'What it means to be in a stage.',
  values: {
    OPEN: { description: 'Still going on.' },
    WON: { description: 'Closed, and won.' },
    LOST: { description: 'Closed, and lost.' },
  },
});

type FieldBuilder = PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, object>;

/** Whether the viewer's own roles may pass: told to whoever reads the stage, who need not see its roles for it. */
function passage(t: object, relation: 'enterRoles' | 'leaveRoles', way: string, besides: string) {
  const flag = `viewer.${relation}`;
  const byRole = some(not(related(relation, always)), related(relation, testParameter('roleId', 'in', 'myRoles')));
  const isOpen = relation === 'enterRoles' ? all(notDeleted('stage'), test('retiredAt', 'isNull')) : always;
  const flags = new Map([[flag, all(byRole, isOpen)]]);
  return (t as FieldBuilder).boolean({
    access: 'stage.core', extensions: { reading: { kind: 'flags', flags: () => flags } },
    description:
      `Whether the stage lets the viewer's roles move records ${way} it; ${besides}. His rights to a record, `
        + 'and what the stage asks of it, are besides.',
    resolve: (row) => (row as Row)[flag] === true,
  });
}

export const Stage = builder.prismaObject('Stage', {
  description: 'One step of a pipeline.',
  ...recordOf('Stage', 'stage'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...deletableFields(t, 'stage'),
    name: t.exposeString('name', { access: 'stage.core', description: 'What it is called.' }),
    position: t.exposeInt('position', { access: 'stage.core', description: 'Its place in the pipeline, from 0.' }),
    status: t.expose('status', { type: StageStatus, access: 'stage.core', description: 'What it means to be here.' }),
    probability: t.exposeInt('probability', {
      access: 'stage.core',
      description: 'Per cent, 0 to 100, that records take over on entry.',
    }),
    forecastCategory: t.field({
      type: ForecastCategory, access: 'stage.core', select: { status: true, forecastCategory: true },
      description: 'What a forecast makes of deals in it, unless somebody says otherwise of the deal.',
      resolve: ({ status, forecastCategory }) => {
        if (status === 'OPEN') return forecastCategory ?? 'PIPELINE';
        return status === 'WON' ? 'CLOSED' : 'OMITTED';
      },
    }),
    rotAfterDays: t.exposeInt('rotAfterDays', {
      access: 'stage.core',
      description: 'A record rots that has shown no sign of life for so many days here; null: never.',
    }),
    rotClock: t.expose('rotClock', {
      type: RotClock, access: 'stage.core',
      description: 'What counts as a sign of life, besides the move into the stage.',
    }),
    pipeline: t.relation('pipeline', {
      access: 'stage.core',
      nullable: true,
      description: 'The pipeline it belongs to.',
    }),
    requiredFields: t.exposeStringList('requiredFields', {
      access: 'stage.core',
      description: 'Names of fields that a record has when it enters, such as `amount`.',
    }),
    isReasonRequired: t.exposeBoolean('isReasonRequired', {
      access: 'stage.core', description: 'Whether a record enters with one of the reasons only.',
    }),
    reasons: t.relation('reasons', {
      access: 'stage.core', nullable: true, description: 'Reasons for being here, to choose from on entry; in order.',
      ...orderedBy('position'),
    }),
    enterRoles: linkedRecords(t, 'Role', {
      relation: 'enterRoles', through: 'role', access: 'stage.core', orderBy: 'name',
      description: 'Roles that may move records into it, for those who see roles; none: all that may move them.',
    }),
    leaveRoles: linkedRecords(t, 'Role', {
      relation: 'leaveRoles', through: 'role', access: 'stage.core', orderBy: 'name',
      description: 'Roles that may move records out of it, for those who see roles; none: all that may move them.',
    }),
    viewerMayEnter: passage(t, 'enterRoles', 'into', 'false where it is retired or in the bin'),
    viewerMayLeave: passage(t, 'leaveRoles', 'out of', 'true where the stage names no role'),
    retiredAt: t.expose('retiredAt', {
      type: 'DateTime', access: 'stage.core', nullable: true,
      description: 'Since when nothing enters it any more; null while it is in use.',
    }),
    nextStages: linkedRecords(t, 'Stage', {
      relation: 'nextStages',
      through: 'toStage',
      access: 'stage.core',
      orderBy: 'position',
      description: 'Stages that records may go to from here; when there are none, any stage of the pipeline.',
    }),
  }),
});

builder.prismaObject('StageReason', {
  description: 'A reason for being in a stage.',
  ...childOf('StageReason', 'stage'),
  select: { id: true },
  fields: (t) => ({ name: t.exposeString('name', { access: 'parent', description: 'The words to choose.' }) }),
});

whereInput('stage', 'Stage', () => ({
  id: id('stage'), name: string(), status: enumeration('StageStatus', StageStatus), position: int(), probability: int(),
  pipelineId: id('pipeline'), pipeline: one('pipeline', 'pipeline'),
}));

builder.queryFields((t) => ({
  stage: t.field({
    type: Stage,
    access: 'stage.read',
    extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One stage; null when it is absent.',
    resolve: resolveRecord('stage'),
  }),
}));

/** What a stage asks of records. */
export const entryRuleInputFields = (t: InputBuilder) => ({
  requiredFields: t.stringList({
    description: `Names of fields that a record has on entry; replaces the list. Deals: ${
      requirableFields('deal').join(', ')}. Leads: ${requirableFields('lead').join(', ')}.`,
  }),
  isReasonRequired: t.boolean({ description: 'Whether a record enters with one of the reasons only.' }),
  reasons: t.stringList({
    description: 'Reasons to choose from: replaces the list; records keep the words they have. At most 100, each at ' +
      'most 200 characters.',
  }),
  enterRoleIds: t.idList({
    access: 'stage.core',
    description: 'Roles that may move records into it: replaces the list. At most 50; empty: all.',
    ...idOfNoun('role'),
  }),
  leaveRoleIds: t.idList({
    access: 'stage.core',
    description: 'Roles that may move records out of it: replaces the list. At most 50; empty: all.',
    ...idOfNoun('role'),
  }),
});

/** Fields of a stage that creating and updating share. */
const stageInputFields = (t: InputBuilder) => ({
  ...entryRuleInputFields(t),
  probability: t.int({ description: 'Per cent, 0 to 100, of an open stage. WON has 100, LOST has 0.' }),
  position: t.int({
    description:
      'Its place in the pipeline, from 0; the others make room. Stages that close a record stand behind open ones.',
  }),
  forecastCategory: t.field({
    type: ForecastCategory, description: `Of an open stage: ${categoryDescription} PIPELINE when absent.`,
  }),
  rotAfterDays: t.int({
    description: 'Of an open stage: a record rots that has shown no sign of life for so many days here, 1 to 3650; '
      + 'null: never.',
  }),
  rotClock: t.field({ type: RotClock, description: 'What counts as a sign of life; STAGE_CHANGE when absent.' }),
  nextStageIds: t.idList({
    access: 'stage.core',
    description: 'Where records may go from here: other stages of the pipeline, at most 100; empty: any.',
    ...idOfNoun('stage'),
  }),
});

const StageCreateInput = builder.inputType('StageCreateInput', {
  description: 'A new stage of a pipeline.',
  ...writes('stage', 'Stage'),
  fields: (t) => ({
    ...keyField(t),
    pipelineId: t.id({ required: true, description: 'The pipeline, for good.', ...idOfNoun('pipeline') }),
    name: t.string({
      required: true,
      description: 'What it is called; 1 to 200 characters. TAKEN when another stage of the pipeline has it.',
    }),
    status: t.field({
      type: StageStatus,
      required: true,
      defaultValue: 'OPEN',
      description: 'What it means to be there.',
    }),
    ...stageInputFields(t),
  }),
});

const StageUpdateInput = builder.inputType('StageUpdateInput', {
  description: 'Changes to a stage; what is absent stays as it is.',
  ...writes('stage', 'Stage'),
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'stage'),
    name: t.string({
      description: 'What it is called; 1 to 200 characters. TAKEN when another stage of the pipeline has it.',
    }),
    status: t.field({
      type: StageStatus,
      description: 'What it means to be there; IN_USE while deals or leads are in it, be they in the bin.',
    }),
    isRetired: t.boolean({
      access: 'stage.core',
      description: 'True retires it: nothing enters it any more, and it stays for history; false takes it back. IN_USE '
        + 'while deals or leads are in it, be they in the bin.',
    }),
    ...stageInputFields(t),
  }),
});

const record = { stage: Stage };
commandMutation('stageCreate', createStage, {
  description: 'Adds a stage to a pipeline.',
  input: StageCreateInput,
  record,
});
commandMutation('stageUpdate', updateStage, {
  description: 'Changes a stage. Records that are in it keep the probability they came with.',
  input: StageUpdateInput,
  record,
});
commandMutation('stageDelete', deleteStage, {
  description: 'Puts a stage into the bin. IN_USE while deals or leads are in it that are not in the bin.',
  input: deleteInput('Stage', 'stage'), record,
});
commandMutation('stageRestore', restoreStage, {
  description: 'Takes a stage out of the bin, to where it was.', input: restoreInput('Stage', 'stage'), record,
});
