import { builder } from './builder.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { enumeration, id, int, one, orderInput, string, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { deletableFields, linkedRecords, orderedBy } from './record-fields.ts';
import { recordOf } from './records.ts';

registerNode('pipeline', 'Pipeline');
registerNode('stage', 'Stage');

export const PipelineKind = builder.enumType('PipelineKind', {
  description: 'What a pipeline carries.', values: { DEAL: { description: 'Deals.' }, LEAD: { description: 'Leads.' } },
});

export const StageStatus = builder.enumType('StageStatus', {
  description: 'What it means to be in a stage.',
  values: { OPEN: { description: 'Still going on.' }, WON: { description: 'Closed, and won.' }, LOST: { description: 'Closed, and lost.' } },
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
    position: t.exposeInt('position', { access: 'pipeline.core', description: 'Its place among the pipelines, from 0.' }),
    stages: t.relation('stages', { access: 'pipeline.core', nullable: true, description: 'Its stages in order.', ...orderedBy('position') }),
  }),
});

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
    probability: t.exposeInt('probability', { access: 'stage.core', description: 'Per cent, 0 to 100, that records take over on entry.' }),
    pipeline: t.relation('pipeline', { access: 'stage.core', nullable: true, description: 'The pipeline it belongs to.' }),
    nextStages: linkedRecords(t, 'Stage', {
      relation: 'nextStages', through: 'toStage', access: 'stage.core', orderBy: 'position',
      description: 'Stages that records may go to from here; when there are none, any stage of the pipeline.',
    }),
  }),
});

export const PipelineConnection = connectionType('Pipeline', Pipeline);

export const PipelineWhere = whereInput('pipeline', 'Pipeline', () => ({
  id: id('pipeline'), name: string(), kind: enumeration('PipelineKind', PipelineKind),
}));

export const StageWhere = whereInput('stage', 'Stage', () => ({
  id: id('stage'), name: string(), status: enumeration('StageStatus', StageStatus), position: int(), probability: int(),
  pipelineId: id('pipeline'), pipeline: one('pipeline', 'pipeline'),
}));

export const PipelineOrder = orderInput('pipeline', 'Pipeline', { POSITION: 'position', NAME: 'name' });

builder.queryFields((t) => ({
  pipeline: t.field({
    type: Pipeline, access: 'pipeline.read', extensions: { readsRecords: true }, args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One pipeline; null when it is absent.', resolve: resolveRecord('pipeline'),
  }),
  stage: t.field({
    type: Stage, access: 'stage.read', extensions: { readsRecords: true }, args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One stage; null when it is absent.', resolve: resolveRecord('stage'),
  }),
  pipelines: t.field({
    type: PipelineConnection, access: 'pipeline.read', args: listArgs({ where: PipelineWhere, orderBy: PipelineOrder }, { canBeDeleted: true }),
    extensions: { readsRecords: true, ...listOf('pipeline', [{ field: 'POSITION', direction: 'ASC' }]) },
    description: 'The workspace\'s pipelines in order.', resolve: resolvePage,
  }),
}));
