import type { FieldPermission } from '../auth/nouns.ts';
import type PrismaTypes from '../db/generated/pothos.ts';
import { type LedgerKey, entryTimes, isLastIntoStage, stageTimes } from '../db/stage-times.ts';
import type { Derivation } from '../db/reader/reading.ts';
import type { StagedNoun } from '../services/pipeline/kinds.ts';
import { type SchemaTypes, builder } from './builder.ts';
import { Door } from './door.ts';
import { Money, money, orderedBy } from './record-fields.ts';
import { childOf } from './records.ts';

const keys = { deal: 'deal_id', lead: 'lead_id' } as const satisfies Record<StagedNoun, LedgerKey>;

/** A value that PostgreSQL works out, under its own name in the row. */
function derived<Name extends string>(values: Record<Name, Derivation>, name: Name) {
  return {
    extensions: { reading: { kind: 'derived' as const, derived: { [name]: values[name] } } },
    resolve: (row: object) => (row as Record<string, never>)[name]!,
  };
}

/** The ledger keeps deals and leads in one table. Each has a type of its own, which takes its parent's verdict. */
function stageChangeType(name: 'DealStageChange' | 'LeadStageChange', noun: StagedNoun) {
  const financial: FieldPermission = `${noun}.financial`;
  return builder.prismaObject('StageChange', {
    variant: name,
    description: `A row of the ledger: an entry of a ${noun} into a stage.`,
    ...childOf('StageChange', noun),
    select: { id: true },
    fields: (t) => ({
      fromStage: t.relation('fromStage', {
        access: 'parent', nullable: true, description: 'Where it came from; null for the first entry.',
      }),
      toStage: t.relation('toStage', { access: 'parent', nullable: true, description: 'Where it went.' }),
      enteredAt: t.expose('enteredAt', { type: 'DateTime', access: 'parent', description: 'When it entered.' }),
      recordedAt: t.expose('recordedAt', {
        type: 'DateTime', access: 'parent', description: 'When this was written down.',
      }),
      leftAt: t.field({
        type: 'DateTime', access: 'parent', ...derived(entryTimes(keys[noun]), 'leftAt'),
        description: 'When it went on to the next stage; null while it is there.',
      }),
      secondsInStage: t.int({
        access: 'parent', ...derived(entryTimes(keys[noun]), 'secondsInStage'),
        description: 'How long it stayed, or has been there so far; whole seconds.',
      }),
      door: t.expose('door', { type: Door, access: 'parent', description: 'By which way the move came in.' }),
      movedBy: t.relation('movedBy', { access: 'parent', nullable: true, description: 'Who moved it.' }),
      isBackdated: t.boolean({
        access: 'parent', select: { enteredAt: true, recordedAt: true },
        description: 'Whether it was written down later than it happened.',
        resolve: ({ enteredAt, recordedAt }) => enteredAt < recordedAt,
      }),
      isImported: t.exposeBoolean('isImported', {
        access: 'parent', description: 'Whether it was brought in with its past.',
      }),
      reason: t.exposeString('reason', {
        access: `${noun}.internal`, nullable: true, description: 'One of the stage\'s reasons, where one was given.',
      }),
      againstRulesReason: t.exposeString('againstRulesReason', {
        access: `${noun}.internal`, nullable: true,
        description: 'Why rules of the stages were set aside; null when they were kept.',
      }),
      amount: t.field({
        type: Money, access: financial, select: { amountMinor: true, currency: true },
        description: `What the ${noun} was worth at that moment.`,
        resolve: (entry) => money(entry.amountMinor, entry.currency),
      }),
      probability: t.exposeInt('probability', {
        access: financial, description: 'Its probability at that moment, per cent.',
      }),
      ...(noun === 'lead' ? {} : {
        expectedCloseOn: t.expose('expectedCloseOn', {
          type: 'Date', access: 'parent', description: 'When it was expected to close.',
        }),
      }),
    }),
  });
}

/** The last entry into each stage stands for the stage. */
function stageTimeType(name: 'DealStageTime' | 'LeadStageTime', noun: StagedNoun) {
  const { extensions } = childOf('StageChange', noun);
  const times = stageTimes(keys[noun]);
  const last = entryTimes(keys[noun]);
  return builder.prismaObject('StageChange', {
    variant: name,
    description: `A stage that a ${noun} has been in, all its times there taken together.`,
    extensions: { record: { ...extensions.record, only: isLastIntoStage(keys[noun]) } },
    select: { id: true },
    fields: (t) => ({
      stage: t.relation('toStage', { access: 'parent', nullable: true, description: 'The stage.' }),
      firstEnteredAt: t.field({
        type: 'DateTime', access: 'parent', ...derived(times, 'firstEnteredAt'),
        description: 'When it entered the stage for the first time.',
      }),
      lastEnteredAt: t.expose('enteredAt', {
        type: 'DateTime', access: 'parent', description: 'When it entered the stage for the last time.',
      }),
      lastLeftAt: t.field({
        type: 'DateTime', access: 'parent', ...derived(last, 'leftAt'),
        description: 'When it left the stage for the last time; null while it is there.',
      }),
      timesEntered: t.int({
        access: 'parent', ...derived(times, 'timesEntered'), description: 'How often it entered the stage.',
      }),
      totalSeconds: t.int({
        access: 'parent', ...derived(times, 'totalSeconds'),
        description: 'How long it has been there in all, until now where it still is; whole seconds.',
      }),
    }),
  });
}

const timeTypes = { deal: stageTimeType('DealStageTime', 'deal'), lead: stageTimeType('LeadStageTime', 'lead') };
const types = { deal: stageChangeType('DealStageChange', 'deal'), lead: stageChangeType('LeadStageChange', 'lead') };

type StagedFieldBuilder = PothosSchemaTypes.PrismaObjectFieldBuilder<
  SchemaTypes, PrismaTypes['Deal']>;

/** What deals and leads have: where they have been. */
export function stageChangesField(t: object, noun: StagedNoun) {
  return (t as StagedFieldBuilder).relation('stageChanges', {
    type: types[noun], access: `${noun}.core`, nullable: true,
    description: 'The ledger: every entry into a stage, oldest first.',
    ...orderedBy('enteredAt'),
  });
}

/** How long deals and leads have been where. */
export function stageTimesField(t: object, noun: StagedNoun) {
  return (t as StagedFieldBuilder).relation('stageChanges', {
    type: timeTypes[noun], access: `${noun}.core`, nullable: true,
    description: 'The stages it has been in, by their last entry: when, how often and for how long.',
    ...orderedBy('enteredAt'),
  });
}
