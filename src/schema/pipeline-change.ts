import { changePipeline } from '../services/pipeline/change/change-pipeline.ts';
import { type StagePlan, planChange } from '../services/pipeline/change/plan-change.ts';
import { inQuestion } from '../services/command.ts';
import type { UserError } from '../services/errors.ts';
import { builder } from './builder.ts';
import { commandMutation, userErrorsField } from './commands.ts';
import { serviceContextOf } from './context.ts';
import { globalId } from './global-id.ts';
import { withLocalIds } from './inputs.ts';
import { Pipeline } from './pipeline.ts';
import { loadRecord } from './record-loader.ts';
import { asRecord, signedIn } from './records.ts';
import { Stage, StageStatus, entryRuleInputFields } from './stage.ts';
import { addressFields, idOfNoun, keyField, writes } from './write-inputs.ts';

const StageAction = builder.enumType('StageAction', {
  description: 'What a change of a pipeline does to a stage.',
  values: {
    CREATE: { description: 'It is new.' },
    KEEP: { description: 'It stays as it is, wherever it stands.' },
    CHANGE: { description: 'It stays, and something of it changes.' },
    RETIRE: { description: 'Nothing enters it any more; its records go elsewhere.' },
  },
});

const PlannedStage = builder.objectRef<StagePlan>('PlannedStage').implement({
  description: 'What a change of a pipeline comes to for one stage.',
  access: 'parent',
  fields: (t) => ({
    stage: t.field({
      type: Stage,
      access: 'stage.read',
      extensions: { readsRecords: true },
      nullable: true,
      description: 'The stage as it is; null for one that is yet to be made.',
      resolve: ({ stageId }, _args, context, info) =>
        asRecord(stageId ? loadRecord(globalId('stage', stageId), context, info) : null),
    }),
    name: t.exposeString('name', { nullable: false, description: 'What it will be called.' }),
    action: t.expose('action', { type: StageAction, nullable: false, description: 'What is done to it.' }),
    recordCount: t.int({
      nullable: true,
      resolve: ({ counts }) => counts?.total ?? null,
      description:
        'How many deals or leads are in it, those in the bin included; null where nothing depends on it, and for ' +
        'those who do not see them all.',
    }),
    inBinCount: t.int({
      nullable: true,
      description: 'How many of them are in the bin.',
      resolve: ({ counts }) => counts?.inBin ?? null,
    }),
    movesTo: t.exposeString('movesTo', {
      nullable: true,
      description: 'The name of the stage that they go to; null where they stay.',
    }),
  }),
});

type Plan = { stages: readonly StagePlan[]; problems: readonly UserError[] };

const PipelineChangePlan = builder.objectRef<Plan>('PipelineChangePlan').implement({
  description: 'What a change of a pipeline would come to. Nothing is changed by asking.',
  access: 'parent',
  fields: (t) => ({
    stages: t.field({
      type: [PlannedStage],
      nullable: { list: false, items: false },
      description: 'Stages that stay or come, in their order; behind them those that are retired.',
      resolve: ({ stages }) => [...stages],
    }),
    movedCount: t.int({
      nullable: false,
      description: 'How many records would move, those in the bin included.',
      resolve: ({ stages }) =>
        stages.reduce((sum, { movesTo, counts }) => sum + (movesTo ? (counts?.total ?? 0) : 0), 0),
    }),
    userErrors: t.field({
      ...userErrorsField,
      description: 'All that stands against it; empty when it can be done.',
      resolve: ({ problems }) => [...problems],
    }),
  }),
});

const ChangedStageInput = builder.inputType('ChangedStageInput', {
  description: 'A stage as it is to be. What is absent stays as it is.',
  ...writes('stage', 'Stage'),
  fields: (t) => ({
    id: t.id({ description: 'A stage of the pipeline; absent for a new one.', ...idOfNoun('stage') }),
    name: t.string({
      description: 'What it is called; 1 to 200 characters, unique in the pipeline. A new one needs it.',
    }),
    status: t.field({ type: StageStatus, description: 'What it means to be there; OPEN when a new one does not say.' }),
    probability: t.int({ description: 'Per cent, 0 to 100, of an open stage. WON has 100, LOST has 0.' }),
    ...entryRuleInputFields(t),
    takesFromIds: t.idList({
      access: 'stage.core',
      ...idOfNoun('stage'),
      description: 'Stages that are not in the list, and mean the same: their records, the bin included, come here.',
    }),
  }),
});

const PipelineChangeInput = builder.inputType('PipelineChangeInput', {
  description: 'A pipeline as it is to be.',
  ...writes('pipeline', 'Pipeline'),
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'pipeline'),
    dryRun: t.boolean({ description: 'True checks it and changes nothing.' }),
    reason: t.string({
      description:
        'Why rules of the stages are set aside for the records that move, which needs `moveAgainstRules`. At most ' +
        '500 characters.',
    }),
    stages: t.field({
      type: [ChangedStageInput],
      required: true,
      description:
        'All stages that stay or come, in their order, open ones first; at most 100. Those of the pipeline that are '
          + 'not here are retired.',
    }),
  }),
});

builder.queryField('pipelineChangePlan', (t) =>
  t.field({
    type: PipelineChangePlan,
    access: 'pipeline.update',
    args: {
      input: t.arg({ type: PipelineChangeInput, required: true, description: 'What pipelineChange would be asked.' }),
    },
    description: 'What pipelineChange would do to how many records of each stage, and what stands against it.',
    resolve: async (_root, { input }, context, info) => {
      const type = info.parentType.getFields().pipelineChangePlan!.args[0]!.type;
      const local = withLocalIds(type, input) as never;
      const plan = await inQuestion(serviceContextOf(context, signedIn(context)), 'pipeline.update', (asked) =>
        planChange(asked, local),
      );
      return Array.isArray(plan) ? { stages: [], problems: plan } : plan;
    },
  }),
);

commandMutation('pipelineChange', changePipeline, {
  description:
    'Gives a pipeline other stages and takes the records along: all of it in one transaction, at most 10,000 records. '
      + 'Needs `stage.create` and `stage.update` for what it does to stages, and to see and move every record where '
      + 'any moves.',
  input: PipelineChangeInput,
  record: { pipeline: Pipeline },
  more: (t) => ({
    stages: t.field({
      type: [PlannedStage],
      nullable: { list: true, items: false },
      description: 'What was done to each stage, or would be; null when nothing was, and when a key was sent again.',
      resolve: ({ report }) => (report as StagePlan[] | undefined) ?? null,
    }),
  }),
});
