import type { InputFieldBuilder } from '@pothos/core';
import type { Noun, OwnedNoun, Verb } from '../auth/nouns.ts';
import { type SchemaTypes, builder } from './builder.ts';
import type { WrittenRecord } from './inputs.ts';

/** What the inputs of mutations have in common. */
export type InputBuilder = InputFieldBuilder<SchemaTypes, 'InputObject'>;

/** Extensions of an ID input field that names a record of this noun. */
export function idOfNoun(noun: Noun): { extensions: { idOf: Noun } } {
  return { extensions: { idOf: noun } };
}

/**
 * Extensions of an input that writes records of a noun: its fields take the rights of that type's fields.
 *
 * @param verb of an input within the input of another command
 */
export function writes(noun: Noun, typeName: string, verb?: Verb): { extensions: { writes: WrittenRecord } } {
  return { extensions: { writes: { noun, typeName, ...(verb ? { verb } : {}) } } };
}

/** Every mutation's input can be sent twice without harm. */
export function keyField(t: InputBuilder) {
  return {
    idempotencyKey: t.string({
      description:
        'Makes sending this again harmless for 48 hours: the same key gets the same answer. At most 255 characters.',
    }),
  };
}

/** Which record a mutation changes, and what it is believed to be. */
export function addressFields(t: InputBuilder, noun: Noun) {
  return {
    id: t.id({ required: true, description: `The ${noun}.`, ...idOfNoun(noun) }),
    version: t.int({ required: true, description: 'The version it was read with; another answers VERSION_CONFLICT.' }),
  };
}

/** Where a record goes, and why. */
export function moveFields(t: InputBuilder, noun: 'deal' | 'lead') {
  return {
    ...addressFields(t, noun),
    stageId: t.id({ required: true, description: 'Where it goes.', ...idOfNoun('stage') }),
    ...stageReasonFields(t),
    stageEnteredAt: t.field({
      type: 'DateTime',
      description:
        `When it was moved, where that is written down later: after its last move. Needs \`${noun}.backdate\`; the `
          + 'ledger marks the entry as backdated.',
    }),
    reason: t.string({
      description: `Why rules of the stages are set aside, which needs \`${noun}.moveAgainstRules\`; kept in audit and `
        + 'ledger. Without a broken rule it is not looked at. At most 500 characters.',
    }),
  };
}

/** Why a record is in the stage that it enters. */
export function stageReasonFields(t: InputBuilder) {
  return {
    stageReason: t.string({ description: 'One of the reasons that the stage has to choose from, in its words.' }),
    lossReason: t.string({ description: 'Why it was lost; with a stage that means lost. At most 200 characters.' }),
  };
}

export function deleteInput(typeName: string, noun: Noun) {
  return addressInput(`${typeName}DeleteInput`, `Which ${noun} goes into the bin.`, noun);
}

export function restoreInput(typeName: string, noun: Noun) {
  return addressInput(`${typeName}RestoreInput`, `Which ${noun} comes out of the bin.`, noun);
}

function addressInput(name: string, description: string, noun: Noun) {
  return builder.inputType(name, { description, fields: (t) => ({ ...keyField(t), ...addressFields(t, noun) }) });
}

const ExternalReferenceInput = builder.inputType('ExternalReferenceInput', {
  description: 'The id that a record has in another system.',
  fields: (t) => ({
    source: t.string({ required: true, description: 'The other system, such as `salesforce`; 1 to 100 characters.' }),
    key: t.string({
      required: true, description: 'The record\'s id there; 1 to 255 characters. TAKEN when another record has it.',
    }),
  }),
});

/** The ids of a record in other systems, replaced as a list. */
export function externalReferencesInput(t: InputBuilder) {
  return {
    externalReferences: t.field({
      type: [ExternalReferenceInput], description: 'All its ids in other systems: replaces the list. At most 20.',
    }),
  };
}

/** What inputs of owned records have in common. */
export function ownedInputFields(t: InputBuilder, noun: OwnedNoun) {
  return {
    ownerId: t.id({ description: `Whose ${noun} it is; on creation you, when absent.`, ...idOfNoun('member') }),
    teamId: t.id({ description: 'The team that looks after it while it has no owner.', ...idOfNoun('team') }),
    ...externalReferencesInput(t),
  };
}

type MoneyValue = { amountMinor: bigint; currency?: string | null } | null;

/**
 * Turns an input's money into the two columns it is kept in; null takes the amount away and leaves the currency.
 *
 * @param field the input's field, and `column` where its amount is kept
 */
export function withMoney<Field extends string>(field: Field, column: string) {
  return <T extends { [F in Field]?: MoneyValue }>({ [field]: money, ...rest }: T): never => {
    if (money === undefined) return rest as never;
    const { amountMinor = null, currency } = (money ?? {}) as { amountMinor?: bigint; currency?: string | null };
    return { ...rest, [column]: amountMinor, ...(currency ? { currency } : {}) } as never;
  };
}

/** `amount` as its two columns. */
export const withAmount = withMoney('amount', 'amountMinor');
