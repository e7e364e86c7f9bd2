import { createPipeline } from '../services/pipeline/create-pipeline.ts';
import { deletePipeline, restorePipeline } from '../services/pipeline/delete-pipeline.ts';
import { updatePipeline } from '../services/pipeline/update-pipeline.ts';
import { test } from '../db/predicate.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { enumeration, id, orderInput, string, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { deletableFields, onlyWhere } from './record-fields.ts';
import { recordOf } from './records.ts';
import { StageStatus, entryRuleInputFields } from './stage.ts';
import { addressFields, deleteInput, keyField, restoreInput, writes } from './write-inputs.ts';

registerNode('pipeline', 'Pipeline');

const PipelineKind = builder.enumType('PipelineKind', {
  description: 'What a pipeline carries.', values: { DEAL: { description: 'Deals.' }, LEAD: { description: 'Leads.' } },
});

export const Pipeline = builder.prismaObject('Pipeline', {
  description: 'A way that deals or leads go, stage by stage.',
  ...recordOf('Pipeline', 'pipeline'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...deletableFields(t, 'pipeline'),
    name: t.exposeString('name', { access: 'pipeline.core', description: 'What it is called.' }),
    kind: t.expose('kind', { type: PipelineKind, access: 'pipeline.core', description: 'What it carries.' }),
    position: t.exposeInt('position', {
      access: 'pipeline.core',
      description: 'Its place among the pipelines, from 0.',
    }),
    stages: t.relation('stages', {
      access: 'pipeline.core',
      nullable: true,
      description: 'Its stages in order, without those that are retired.',
      ...onlyWhere(test('retiredAt', 'isNull'), 'position'),
    }),
    retiredStages: t.relation('stages', {
      access: 'pipeline.core',
      nullable: true,
      description: 'Stages that nothing enters any more; they stay for the history of records.',
      ...onlyWhere(test('retiredAt', 'isNotNull'), 'retiredAt'),
    }),
  }),
});

const PipelineConnection = connectionType('Pipeline', Pipeline);

const PipelineWhere = whereInput('pipeline', 'Pipeline', () => ({
  id: id('pipeline'), name: string(), kind: enumeration('PipelineKind', PipelineKind),
}));

const PipelineOrder = orderInput('pipeline', 'Pipeline', { POSITION: 'position', NAME: 'name' });

builder.queryFields((t) => ({
  pipeline: t.field({
    type: Pipeline,
    access: 'pipeline.read',
    extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One pipeline; null when it is absent.',
    resolve: resolveRecord('pipeline'),
  }),
  pipelines: t.field({
    type: PipelineConnection,
    access: 'pipeline.read',
    args: listArgs({ where: PipelineWhere, orderBy: PipelineOrder }, { canBeDeleted: true }),
    extensions: { readsRecords: true, ...listOf('pipeline', [{ field: 'POSITION', direction: 'ASC' }]) },
    description: 'The workspace\'s pipelines in order.',
    resolve: resolvePage,
  }),
}));

const NewStageInput = builder.inputType('NewStageInput', {
  description: 'A stage of a new pipeline.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is called; 1 to 200 characters, unique in the pipeline.' }),
    status: t.field({
      type: StageStatus,
      required: true,
      defaultValue: 'OPEN',
      description: 'What it means to be there.',
    }),
    probability: t.int({
      description: 'Per cent, 0 to 100, of an open stage; 0 when absent. WON has 100, LOST has 0.',
    }),
    ...entryRuleInputFields(t),
  }),
});

const PipelineCreateInput = builder.inputType('PipelineCreateInput', {
  description: 'A new pipeline.',
  ...writes('pipeline', 'Pipeline'),
  fields: (t) => ({
    ...keyField(t),
    name: t.string({
      required: true,
      description: 'What it is called; 1 to 200 characters. TAKEN when another pipeline of this kind has it.',
    }),
    kind: t.field({ type: PipelineKind, required: true, description: 'What it carries, for good.' }),
    position: t.int({
      description: 'Its place among the pipelines, from 0; the last when absent. The others make room.',
    }),
    stages: t.field({
      type: [NewStageInput],
      description: 'Its stages in their order, open ones first; at most 100. Needs `stage.create`.',
    }),
  }),
});

const PipelineUpdateInput = builder.inputType('PipelineUpdateInput', {
  description: 'Changes to a pipeline; what is absent stays as it is.',
  ...writes('pipeline', 'Pipeline'),
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'pipeline'),
    name: t.string({
      description: 'What it is called; 1 to 200 characters. TAKEN when another pipeline of its kind has it.',
    }),
    position: t.int({ description: 'Its place among the pipelines, from 0. The others make room.' }),
  }),
});

const record = { pipeline: Pipeline };
commandMutation('pipelineCreate', createPipeline, {
  description: 'Makes a pipeline, with its stages if they are given.',
  input: PipelineCreateInput,
  record,
});
commandMutation('pipelineUpdate', updatePipeline, {
  description: 'Renames a pipeline or gives it another place.',
  input: PipelineUpdateInput,
  record,
});
commandMutation('pipelineDelete', deletePipeline, {
  description:
    'Puts a pipeline and its stages into the bin. IN_USE while deals or leads go through it that are not in the bin.',
  input: deleteInput('Pipeline', 'pipeline'),
  record,
});
commandMutation('pipelineRestore', restorePipeline, {
  description: 'Takes a pipeline out of the bin, with the stages that went into it together.',
  input: restoreInput('Pipeline', 'pipeline'),
  record,
});
