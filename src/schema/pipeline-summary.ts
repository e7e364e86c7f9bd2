import type { GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import { fieldRule } from '../auth/field-rules.ts';
import type { Profile } from '../auth/profile.ts';
import { type SummaryWants, readPipelineSummary } from '../db/pipeline-summary.ts';
import type { PipelineKind } from '../db/generated/prisma/enums.ts';
import { compileWhere } from '../db/reader/filter.ts';
import { planRecordBelow, selectedBelow } from '../db/reader/plan.ts';
import { startPrinting } from '../db/reader/read.ts';
import { nounOfKind } from '../services/pipeline/kinds.ts';
import {
  type PipelineSummary, type StageSummary, type SummaryTotals, summarise,
} from '../services/pipeline/pipeline-summary.ts';
import { type SchemaTypes, builder } from './builder.ts';
import { DealWhere } from './deal.ts';
import { filterOf } from './filters.ts';
import { idOf } from './global-id.ts';
import { Pipeline } from './pipeline.ts';
import { Stage } from './stage.ts';
import { Money } from './record-fields.ts';
import { asRecord, badInput, forbiddenUse, readContextOf, signedIn, withApiErrors } from './records.ts';

type FieldBuilder = PothosSchemaTypes.ObjectFieldBuilder<
  SchemaTypes, SummaryTotals>;

function totalFields(t: object) {
  const b = t as FieldBuilder;
  const sum = (which: 'sum' | 'weightedSum', description: string) => b.field({
    type: [Money], access: 'deal.financial', nullable: { list: true, items: false }, resolve: (totals) => totals[which],
    description: `${description} One for each currency that occurs; none for leads. Refused to those who can read the `
      + 'amounts of some deals only.',
  });
  return {
    count: b.int({ nullable: false, description: 'How many records.', resolve: ({ count }) => count }),
    sum: sum('sum', 'Their amounts added up.'),
    weightedSum: sum(
      'weightedSum', 'Their amounts times their probability, each towards zero to a whole minor unit as '
        + 'Deal.weightedAmount is, added up.'),
  };
}

const Totals = builder.objectRef<SummaryTotals>('PipelineTotals').implement({
  description: 'Records in all stages of one meaning, taken together.', access: 'parent', fields: totalFields,
});

const StageTotals = builder.objectRef<StageSummary>('StageSummary').implement({
  description: 'Records in one stage, taken together.',
  access: 'parent',
  fields: (t) => ({
    stage: t.field({
      type: Stage, access: 'stage.core', extensions: { readsRecords: true }, description: 'The stage.',
      resolve: ({ stage }) => asRecord(stage),
    }),
    ...totalFields(t),
  }),
});

const Summary = builder.objectRef<PipelineSummary>('PipelineSummary').implement({
  description: 'What is in a pipeline, of what the caller can read.',
  access: 'parent',
  fields: (t) => ({
    pipeline: t.field({
      type: Pipeline, access: 'pipeline.core', extensions: { readsRecords: true }, description: 'The pipeline.',
      resolve: ({ pipeline }) => asRecord(pipeline),
    }),
    stages: t.field({
      type: [StageTotals], access: 'stage.read', nullable: { list: true, items: false },
      description: 'Its stages in order, those without a record included.', resolve: ({ stages }) => stages,
    }),
    open: t.field({
      type: Totals, access: 'stage.read', description: 'In stages that are open.', resolve: ({ open }) => open,
    }),
    won: t.field({
      type: Totals, access: 'stage.read', description: 'In stages that mean won.', resolve: ({ won }) => won,
    }),
    lost: t.field({
      type: Totals, access: 'stage.read', description: 'In stages that mean lost.', resolve: ({ lost }) => lost,
    }),
  }),
});

builder.queryField('pipelineSummary', (t) => t.field({
  type: Summary,
  access: 'pipeline.read',
  description: 'Counts and sums of what is in a pipeline, by stage; null when the pipeline is absent. '
    + 'Of a pipeline for deals it needs `deal.read`, of one for leads `lead.read`.',
  args: {
    pipelineId: t.arg.id({ required: true, description: 'The pipeline.' }),
    where: t.arg({
      type: DealWhere, description: 'Only deals that fulfil this, as they are now; for pipelines that carry deals.',
    }),
    asOf: t.arg({
      type: 'DateTime',
      description: 'The pipeline as it was at this instant, by the ledger: stages, amounts and probabilities as they '
        + 'were written down at the last move before. What was put into the bin later is in it. What the caller can '
        + 'read is decided by today\'s rights.',
    }),
  },
  resolve: (_root, { pipelineId, where, asOf }, context, info) => withApiErrors(async () => {
    const { profile } = signedIn(context);
    const id = idOf('pipeline', String(pipelineId), 'pipelineId');
    const condition = compileWhere(filterOf('deal'), where, profile);
    const wants = wantsOf(info, profile);
    const read = readContextOf(context);
    if (asOf && asOf > context.services.now()) throw badInput('asOf', 'asOf is an instant in the past.');
    const rows = await readPipelineSummary(id, condition, wants, startPrinting(info, read), read, asOf ?? null);
    if (!rows) return null;
    requireKind('pipelineSummary', rows.kind, profile, where);
    return summarise(rows);
  }),
}));

/** What the document asks for, without the sums that the profile is refused. */
function wantsOf(info: GraphQLResolveInfo, profile: Profile): SummaryWants {
  const type = (name: string) => info.schema.getType(name) as GraphQLObjectType;
  const summary = selectedBelow(info, info.fieldNodes, type('PipelineSummary'));
  const stages = selectedBelow(info, summary.get('stages') ?? [], type('StageSummary'));
  const totals = ['open', 'won', 'lost'].map((name) => selectedBelow(
    info, summary.get(name) ?? [], type('PipelineTotals')));
  const isWanted = (name: string) => {
    const { verdict } = fieldRule(type('StageSummary').getFields()[name]!, profile);
    return verdict === 'always' && [stages, ...totals].some((each) => each.has(name));
  };
  return {
    pipeline: summary.has('pipeline') ? planRecordBelow(info, summary.get('pipeline')!, type('Pipeline'), profile)
      : null,
    stages: summary.has('stages') ? planRecordBelow(info, stages.get('stage') ?? [], type('Stage'), profile) : null,
    counts: isWanted('count'),
    sums: isWanted('sum'),
    weightedSums: isWanted('weightedSum'),
  };
}

/**
 * What a pipeline carries is known when it was read: only then the right to read that can be missing, or a condition
 * about deals be out of place.
 *
 * @throws GraphQLError
 */
export function requireKind(query: string, kind: PipelineKind, profile: Profile, where: unknown): void {
  const noun = nounOfKind(kind);
  if (!profile.reachOf(noun, 'read')) throw forbiddenUse(query, `${noun}.read`, { on: ' of this pipeline' });
  if (where && noun === 'lead') throw badInput('where', 'where is about deals; this pipeline carries leads.');
}
