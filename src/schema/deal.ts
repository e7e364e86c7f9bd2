import { createDeal } from '../services/deal/create-deal.ts';
import { deleteDeal, restoreDeal } from '../services/deal/delete-deal.ts';
import { moveDeal, moveDeals } from '../services/deal/move-deal.ts';
import { updateDeal } from '../services/deal/update-deal.ts';
import { batchMutation } from './batch-commands.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { addConnection, connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { bigInt, date, id, instant, int, many, one, orderInput, string, text, whereInput } from './filters.ts';
import { ForecastCategory, categoryDescription, dealForecastCategory } from './forecast-category.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { Money, MoneyInput, money, orderedBy, ownedFields } from './record-fields.ts';
import { childOf, recordOf } from './records.ts';
import { rottingField } from './rotting.ts';
import { stageChangesField, stageTimesField } from './stage-changes.ts';
import {
  type InputBuilder, addressFields, deleteInput, idOfNoun, keyField, moveFields, ownedInputFields, restoreInput,
  stageReasonFields, withAmount, writes,
} from './write-inputs.ts';

registerNode('deal', 'Deal');

export const Deal = builder.prismaObject('Deal', {
  description: 'A potential sale.',
  ...recordOf('Deal', 'deal'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...ownedFields(t, 'deal'),
    title: t.exposeString('title', { access: 'deal.core', description: 'What the deal is called.' }),
    amount: t.field({
      type: Money, access: 'deal.financial', select: { amountMinor: true, currency: true },
      description: 'What the deal is worth, in its own currency; apart from its lines.',
      resolve: (deal) => money(deal.amountMinor, deal.currency),
    }),
    probability: t.exposeInt('probability', {
      access: 'deal.financial', description: 'Per cent, 0 to 100. Follows the stage, unless it was set by hand.',
    }),
    isProbabilitySetByHand: t.exposeBoolean('isProbabilitySetByHand', {
      access: 'deal.financial',
      description: 'Whether somebody has set the probability: then it stays when the deal moves.',
    }),
    weightedAmount: t.field({
      type: Money, access: 'deal.financial', select: { amountMinor: true, currency: true, probability: true },
      description: 'The amount times the probability, towards zero to a whole minor unit.',
      resolve: (deal) => money(
        deal.amountMinor === null ? null : (BigInt(deal.amountMinor) * BigInt(deal.probability)) / 100n, deal.currency,
      ),
    }),
    currency: t.exposeString('currency', { access: 'deal.core', description: 'ISO 4217 code of amount and lines.' }),
    forecastCategory: t.field({
      type: ForecastCategory, access: 'deal.financial',
      extensions: {
        reading: { kind: 'derived', derived: { category: dealForecastCategory }, columns: ['forecastCategory'] },
      },
      description: 'What a forecast makes of it: set by hand, else as its stage says; of a closed deal what the stage '
        + 'means. Null for whoever cannot read stages.',
      resolve: (deal) => (deal as unknown as { category: 'PIPELINE' }).category,
    }),
    isForecastCategorySetByHand: t.boolean({
      access: 'deal.financial', select: { forecastCategory: true },
      description:
        'Whether its forecast category was set by hand, and stays whatever stage it moves to while it is open.',
      resolve: (deal) => deal.forecastCategory !== null,
    }),
    expectedCloseOn: t.expose('expectedCloseOn', {
      type: 'Date', access: 'deal.core', description: 'The day on which it is expected to close.',
    }),
    closedAt: t.expose('closedAt', {
      type: 'DateTime', access: 'deal.core', description: 'When it was won or lost; null while open.',
    }),
    lossReason: t.exposeString('lossReason', { access: 'deal.internal', description: 'Why it was lost.' }),
    stageReason: t.exposeString('stageReason', {
      access: 'deal.internal',
      description: 'Why it is in its stage: one of the stage\'s reasons, in the words it had on entry.',
    }),
    source: t.exposeString('source', { access: 'deal.internal', description: 'Where the deal came from.' }),
    notes: t.exposeString('notes', { access: 'deal.internal', description: 'Internal notes.' }),
    stageEnteredAt: t.expose('stageEnteredAt', {
      type: 'DateTime', access: 'deal.core', description: 'Since when it is in its stage.',
    }),
    pipeline: t.relation('pipeline', {
      access: 'deal.core', nullable: true, description: 'The pipeline it goes through.',
    }),
    stage: t.relation('stage', {
      access: 'deal.core', nullable: true, description: 'Where in its pipeline it stands.',
    }),
    company: t.relation('company', {
      access: 'deal.core', nullable: true, description: 'Who might buy; null when out of reach.',
    }),
    mergedInto: t.relation('mergedInto', {
      access: 'deal.core', nullable: true, description: 'The deal it was merged into.',
    }),
    contacts: t.relation('contacts', {
      access: 'deal.core', nullable: true,
      description: 'People involved, with their part, as far as they are in reach.', ...orderedBy('position'),
    }),
    lines: t.relation('lines', {
      access: 'deal.financial', nullable: true, description: 'What is sold.', ...orderedBy('position'),
    }),
    stageChanges: stageChangesField(t, 'deal'),
    stageTimes: stageTimesField(t, 'deal'),
    rotting: rottingField(t, 'deal'),
  }),
});

builder.prismaObject('DealContact', {
  description: 'A contact\'s part in a deal.',
  ...childOf('DealContact', 'deal', { relation: 'contact', noun: 'contact' }),
  select: { id: true },
  fields: (t) => ({
    contact: t.relation('contact', { access: 'parent', nullable: true, description: 'The contact.' }),
    role: t.exposeString('role', { access: 'parent', description: 'The part the contact plays.' }),
  }),
});

builder.prismaObject('DealLine', {
  description: 'A product on a deal.',
  ...childOf('DealLine', 'deal'),
  select: { id: true },
  fields: (t) => ({
    product: t.relation('product', {
      access: 'parent', nullable: true, description: 'The product, if it is one of the catalogue.',
    }),
    description: t.exposeString('description', { access: 'parent', description: 'What is sold.' }),
    quantity: t.expose('quantity', { type: 'Decimal', access: 'parent', description: 'How many.' }),
    unitPriceMinor: t.expose('unitPriceMinor', {
      type: 'BigInt', access: 'parent',
      description: 'Price of one, in minor units of the deal\'s currency.',
    }),
    discountPercent: t.expose('discountPercent', {
      type: 'Decimal', access: 'parent', description: 'Per cent taken off.',
    }),
  }),
});

const DealConnection = connectionType('Deal', Deal);

export const DealWhere = whereInput('deal', 'Deal', () => ({
  id: id('deal'),
  title: text(),
  amount: bigInt({ column: 'amountMinor' }),
  currency: string(),
  probability: int(),
  expectedCloseOn: date(),
  closedAt: instant(),
  source: string(),
  lossReason: string(),
  stageReason: string(),
  stageEnteredAt: instant(),
  createdAt: instant(),
  updatedAt: instant(),
  ownerId: id('member'),
  teamId: id('team'),
  companyId: id('company'),
  pipelineId: id('pipeline'),
  stageId: id('stage'),
  owner: one('owner', 'member'),
  company: one('company', 'company'),
  pipeline: one('pipeline', 'pipeline'),
  stage: one('stage', 'stage'),
  contacts: many(['contacts', 'contact'], 'contact'),
  activities: many(['activities'], 'activity'),
  tags: many(['taggings', 'tag'], 'tag'),
}));

const DealOrder = orderInput('deal', 'Deal', {
  CREATED_AT: 'createdAt', UPDATED_AT: 'updatedAt', TITLE: 'title', EXPECTED_CLOSE_ON: 'expectedCloseOn',
  CLOSED_AT: 'closedAt', STAGE_ENTERED_AT: 'stageEnteredAt', AMOUNT: { field: 'amount', column: 'amountMinor' },
});

const dealListArgs = listArgs({ where: DealWhere, orderBy: DealOrder }, { canBeDeleted: true });
const byNewest = [{ field: 'CREATED_AT', direction: 'DESC' }] as const;

builder.queryFields((t) => ({
  deal: t.field({
    type: Deal, access: 'deal.read', extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One deal; null when it is absent or out of reach.', resolve: resolveRecord('deal'),
  }),
  deals: t.field({
    type: DealConnection, access: 'deal.read', args: dealListArgs,
    extensions: { readsRecords: true, ...listOf('deal', byNewest) },
    description: 'Deals of the workspace in reach, newest first.', resolve: resolvePage,
  }),
}));

const shared = { connection: DealConnection, args: dealListArgs, defaultOrder: byNewest };
addConnection('Company', 'deals', 'deal', {
  relation: 'deals', access: 'company.core', description: 'Deals with it.', ...shared,
});
addConnection('Contact', 'deals', 'deal', {
  relation: 'deals', through: 'deal', access: 'contact.core', description: 'Deals the contact has a part in.',
  ...shared,
});

const DealContactInput = builder.inputType('DealContactInput', {
  description: 'A contact\'s part in a deal.',
  fields: (t) => ({
    contactId: t.id({ required: true, description: 'The contact.', ...idOfNoun('contact') }),
    role: t.string({ description: 'Such as `decision maker`; at most 100 characters.' }),
  }),
});

const DealLineInput = builder.inputType('DealLineInput', {
  description: 'A product on a deal.',
  fields: (t) => ({
    productId: t.id({ description: 'A product of the catalogue.', ...idOfNoun('product') }),
    description: t.string({ description: 'What is sold; the product\'s name when absent. At most 500 characters.' }),
    quantity: t.field({ type: 'Decimal', description: 'How many; 1 when absent.' }),
    unitPriceMinor: t.field({
      type: 'BigInt', required: true, description: 'Price of one, in minor units of the deal\'s currency.',
    }),
    discountPercent: t.field({ type: 'Decimal', description: 'Per cent taken off, 0 to 100.' }),
  }),
});

/** Fields of a deal that a move can fill in, too. */
const dealOwnFields = (t: InputBuilder) => ({
  amount: t.field({ type: MoneyInput, description: 'What it is worth.' }),
  probability: t.int({ description: 'Per cent, 0 to 100, set by hand; null takes the stage\'s again.' }),
  forecastCategory: t.field({
    type: ForecastCategory,
    description: `What a forecast makes of it, set by hand: ${categoryDescription} null takes the stage's again.`,
  }),
  expectedCloseOn: t.field({ type: 'Date', description: 'When it is expected to close.' }),
  source: t.string({ description: 'Where it came from; at most 200 characters.' }),
  notes: t.string({ description: 'Internal notes; at most 20,000 characters.' }),
  companyId: t.id({ description: 'Who might buy.', ...idOfNoun('company') }),
  contacts: t.field({ type: [DealContactInput], description: 'All people involved: replaces the list. At most 100.' }),
  lines: t.field({ type: [DealLineInput], description: 'All that is sold: replaces the list. At most 200.' }),
});

/** Fields of a deal that creating and updating share. */
const dealInputFields = (t: InputBuilder) => ({ ...dealOwnFields(t), ...ownedInputFields(t, 'deal') });

/** Fields of a new deal besides its title. */
export const newDealFields = (t: InputBuilder) => ({
  stageId: t.id({
    description: 'Its stage; the first of the first pipeline when absent. A closed one needs `deal.createClosed`.',
    ...idOfNoun('stage'),
  }),
  ...stageReasonFields(t),
  ...dealInputFields(t),
});

const DealCreateInput = builder.inputType('DealCreateInput', {
  description: 'A new deal.',
  ...writes('deal', 'Deal'),
  fields: (t) => ({
    ...keyField(t),
    title: t.string({ required: true, description: 'What it is called; 1 to 500 characters.' }),
    ...newDealFields(t),
  }),
});

const DealUpdateInput = builder.inputType('DealUpdateInput', {
  description: 'Changes to a deal; what is absent stays as it is.',
  ...writes('deal', 'Deal'),
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'deal'),
    title: t.string({ description: 'What it is called; 1 to 500 characters.' }),
    ...dealInputFields(t),
  }),
});

const DealMoveInput = builder.inputType('DealMoveInput', {
  description: 'A move of a deal to another stage of its pipeline. What the stage asks for can come with it.',
  ...writes('deal', 'Deal'),
  fields: (t) => ({ ...keyField(t), ...moveFields(t, 'deal'), ...dealOwnFields(t) }),
});

const DealMoveItemInput = builder.inputType('DealMoveItemInput', {
  description: 'One move of many.',
  ...writes('deal', 'Deal'),
  fields: (t) => ({ ...moveFields(t, 'deal'), ...dealOwnFields(t) }),
});

commandMutation('dealCreate', createDeal, {
  description: 'Creates a deal.', input: DealCreateInput, record: { deal: Deal }, toInput: withAmount,
});
commandMutation('dealUpdate', updateDeal, {
  description: 'Changes a deal. Its stage is changed by dealMove.', input: DealUpdateInput, record: { deal: Deal },
  toInput: withAmount,
});
commandMutation('dealMove', moveDeal, {
  description:
    'Moves a deal along its pipeline, and fills in what the stage asks for. The ledger keeps every move. Into a closed '
      + 'stage needs `deal.close`, out of one `deal.reopen`.',
  input: DealMoveInput, record: { deal: Deal }, toInput: withAmount,
});
batchMutation('dealMoveMany', moveDeals, {
  description: 'Moves many deals, each as dealMove does.', item: DealMoveItemInput, list: 'moves',
  record: { deal: Deal },
  toInput: withAmount,
});
commandMutation('dealDelete', deleteDeal, {
  description: 'Puts a deal into the bin.', input: deleteInput('Deal', 'deal'), record: { deal: Deal },
});
commandMutation('dealRestore', restoreDeal, {
  description: 'Takes a deal out of the bin.', input: restoreInput('Deal', 'deal'), record: { deal: Deal },
});
