import { createExchangeRate } from '../services/exchange-rate/create-exchange-rate.ts';
import { deleteExchangeRate, restoreExchangeRate } from '../services/exchange-rate/delete-exchange-rate.ts';
import { updateExchangeRate } from '../services/exchange-rate/update-exchange-rate.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { date, id, orderInput, string, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { deletableFields } from './record-fields.ts';
import { recordOf } from './records.ts';
import { addressFields, deleteInput, keyField, restoreInput, writes } from './write-inputs.ts';

registerNode('exchangeRate', 'ExchangeRate');

const ExchangeRate = builder.prismaObject('ExchangeRate', {
  description:
    'What money of another currency is worth in the workspace\'s, from a day on until there is a later rate.',
  ...recordOf('ExchangeRate', 'exchangeRate'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...deletableFields(t, 'exchangeRate'),
    currency: t.exposeString('currency', {
      access: 'exchangeRate.core', description: 'ISO 4217 code of what is converted.',
    }),
    toCurrency: t.exposeString('toCurrency', {
      access: 'exchangeRate.core',
      description:
        'ISO 4217 code of what it is converted to: the workspace\'s default currency when the rate was made.',
    }),
    validOn: t.expose('validOn', {
      type: 'Date', access: 'exchangeRate.core', description: 'The first day on which it holds.',
    }),
    rate: t.expose('rate', {
      type: 'Rate', access: 'exchangeRate.core',
      description: 'How much of `toCurrency` one of `currency` is worth: whole units of both, not minor ones.',
    }),
  }),
});

const ExchangeRateConnection = connectionType('ExchangeRate', ExchangeRate);

const ExchangeRateWhere = whereInput('exchangeRate', 'ExchangeRate', () => ({
  id: id('exchangeRate'), currency: string(), toCurrency: string(), validOn: date(),
}));
const ExchangeRateOrder = orderInput('exchangeRate', 'ExchangeRate', { VALID_ON: 'validOn' });

const byLatest = [{ field: 'VALID_ON', direction: 'DESC' }] as const;

builder.queryFields((t) => ({
  exchangeRate: t.field({
    type: ExchangeRate, access: 'exchangeRate.read', extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One rate of exchange; null when it is absent.', resolve: resolveRecord('exchangeRate'),
  }),
  exchangeRates: t.field({
    type: ExchangeRateConnection, access: 'exchangeRate.read',
    args: listArgs({ where: ExchangeRateWhere, orderBy: ExchangeRateOrder }, { canBeDeleted: true }),
    extensions: { readsRecords: true, ...listOf('exchangeRate', byLatest) },
    description: 'Rates of exchange, the latest day first.', resolve: resolvePage,
  }),
}));

const currency = 'ISO 4217 code of what is converted; another than the workspace\'s default currency.';
const validOn = 'The first day on which it holds. TAKEN when there is a rate of that currency for that day.';
const rate = 'How much of the workspace\'s default currency one of it is worth, whole units of both.';

const ExchangeRateCreateInput = builder.inputType('ExchangeRateCreateInput', {
  description: 'A new rate of exchange, into the workspace\'s default currency.',
  ...writes('exchangeRate', 'ExchangeRate'),
  fields: (t) => ({
    ...keyField(t),
    currency: t.string({ required: true, description: currency }),
    validOn: t.field({ type: 'Date', required: true, description: validOn }),
    rate: t.field({ type: 'Rate', required: true, description: rate }),
  }),
});

const ExchangeRateUpdateInput = builder.inputType('ExchangeRateUpdateInput', {
  description: 'Changes to a rate of exchange; what is absent stays as it is.',
  ...writes('exchangeRate', 'ExchangeRate'),
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'exchangeRate'),
    currency: t.string({ description: currency }),
    validOn: t.field({ type: 'Date', description: validOn }),
    rate: t.field({ type: 'Rate', description: rate }),
  }),
});

const record = { exchangeRate: ExchangeRate };
commandMutation('exchangeRateCreate', createExchangeRate, {
  description: 'Writes down what a currency is worth from a day on.', input: ExchangeRateCreateInput, record,
});
commandMutation('exchangeRateUpdate', updateExchangeRate, {
  description: 'Corrects a rate; whatever is converted by it is converted anew.', input: ExchangeRateUpdateInput,
  record,
});
commandMutation('exchangeRateDelete', deleteExchangeRate, {
  description: 'Puts a rate into the bin: the one before holds on.',
  input: deleteInput('ExchangeRate', 'exchangeRate'), record,
});
commandMutation('exchangeRateRestore', restoreExchangeRate, {
  description: 'Takes a rate out of the bin.', input: restoreInput('ExchangeRate', 'exchangeRate'), record,
});
