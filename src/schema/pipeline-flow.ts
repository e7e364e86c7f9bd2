import type { GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import type { Profile } from '../auth/profile.ts';
import { readPipelineFlow } from '../db/pipeline-flow.ts';
import { compileWhere } from '../db/reader/filter.ts';
import { planRecordBelow, selectedBelow } from '../db/reader/plan.ts';
import { startPrinting } from '../db/reader/read.ts';
import { type StageFlow, stageFlows } from '../services/pipeline/pipeline-flow.ts';
import { builder } from './builder.ts';
import { DealWhere } from './deal.ts';
import { filterOf } from './filters.ts';
import { idOf } from './global-id.ts';
import { requireKind } from './pipeline-summary.ts';
import { asRecord, readContextOf, signedIn, withApiErrors } from './records.ts';
import { Stage } from './stage.ts';

const Step = builder.objectRef<StageFlow['next'][number]>('StageStep').implement({
  description: 'Where records went from a stage.',
  access: 'parent',
  fields: (t) => ({
    stage: t.field({
      type: Stage, access: 'stage.core', extensions: { readsRecords: true }, description: 'The stage they went to.',
      resolve: ({ stage }) => asRecord(stage),
    }),
    count: t.exposeInt('count', { nullable: false, description: 'How many entries went on there.' }),
    share: t.exposeFloat('share', {
      nullable: false, description: 'Their share of all entries into the stage, 0 to 1.',
    }),
  }),
});

const Flow = builder.objectRef<StageFlow>('StageFlow').implement({
  description: 'What became of the records that entered a stage.',
  access: 'parent',
  fields: (t) => ({
    stage: t.field({
      type: Stage, access: 'stage.core', extensions: { readsRecords: true }, description: 'The stage.',
      resolve: ({ stage }) => asRecord(stage),
    }),
    entered: t.exposeInt('entered', {
      nullable: false, description: 'Entries into it in the time asked about; a record that came twice counts twice.',
    }),
    left: t.exposeInt('left', { nullable: false, description: 'How many of these entries went on since.' }),
    medianSeconds: t.int({
      description: 'Half of those that went on stayed no longer; whole seconds. Null when none went on.',
      resolve: ({ medianSeconds }) => medianSeconds,
    }),
    next: t.field({
      type: [Step], nullable: false, description: 'Where they went, most first.', resolve: ({ next }) => next,
    }),
  }),
});

builder.queryField('pipelineFlow', (t) => t.field({
  type: [Flow],
  access: 'stage.read',
  description: 'How records went from stage to stage, by the ledger: conversion between stages and the median time in '
    + 'each. Of those that the caller can read. Null when the pipeline is absent. Of a pipeline for deals it needs '
    + '`deal.read`, of one for leads `lead.read`.',
  args: {
    pipelineId: t.arg.id({ required: true, description: 'The pipeline.' }),
    from: t.arg({ type: 'DateTime', description: 'Entries from this instant on.' }),
    to: t.arg({ type: 'DateTime', description: 'Entries before this instant.' }),
    where: t.arg({
      type: DealWhere, description: 'Only deals that fulfil this, as they are now; for pipelines that carry deals.',
    }),
  },
  resolve: (_root, { pipelineId, from, to, where }, context, info) => withApiErrors(async () => {
    const { profile } = signedIn(context);
    const read = readContextOf(context);
    const rows = await readPipelineFlow({
      pipelineId: idOf('pipeline', String(pipelineId), 'pipelineId'), from: from ?? null, to: to ?? null,
      where: compileWhere(filterOf('deal'), where, profile), ...stagesWanted(info, profile),
    }, startPrinting(info, read), read);
    if (!rows) return null;
    requireKind('pipelineFlow', rows.kind, profile, where);
    return stageFlows(rows);
  }),
}));

function stagesWanted(info: GraphQLResolveInfo, profile: Profile) {
  const type = (name: string) => info.schema.getType(name) as GraphQLObjectType;
  const flow = selectedBelow(info, info.fieldNodes, type('StageFlow'));
  const step = selectedBelow(info, flow.get('next') ?? [], type('StageStep'));
  return {
    stage: planRecordBelow(info, flow.get('stage') ?? [], type('Stage'), profile),
    nextStage: planRecordBelow(info, step.get('stage') ?? [], type('Stage'), profile),
  };
}
