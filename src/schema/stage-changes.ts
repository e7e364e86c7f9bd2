import type { FieldPermission } from '../auth/nouns.ts';
import type PrismaTypes from '../db/generated/pothos.ts';
import { builder } from './builder.ts';
import { Money, money, orderedBy } from './record-fields.ts';
import { childOf } from './records.ts';

type StagedNoun = 'deal' | 'lead';

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
      movedBy: t.relation('movedBy', { access: 'parent', nullable: true, description: 'Who moved it.' }),
      isImported: t.exposeBoolean('isImported', {
        access: 'parent', description: 'Whether it was brought in with its past.',
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

const types = { deal: stageChangeType('DealStageChange', 'deal'), lead: stageChangeType('LeadStageChange', 'lead') };

type StagedFieldBuilder = PothosSchemaTypes.PrismaObjectFieldBuilder<
  typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never, PrismaTypes['Deal']>;

/** What deals and leads have: where they have been. */
export function stageChangesField(t: object, noun: StagedNoun) {
  return (t as StagedFieldBuilder).relation('stageChanges', {
    type: types[noun], access: `${noun}.core`, nullable: true,
    description: 'The ledger: every entry into a stage, oldest first.',
    ...orderedBy('enteredAt'),
  });
}
