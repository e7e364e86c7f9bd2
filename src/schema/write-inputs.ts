import type { InputFieldBuilder } from '@pothos/core';
import type { Noun } from '../auth/nouns.ts';
import { builder } from './builder.ts';
import type { WrittenRecord } from './inputs.ts';

/** What the inputs of mutations have in common. */
type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;
export type InputBuilder = InputFieldBuilder<Types, 'InputObject'>;

/** Extensions of an ID input field that names a record of this noun. */
export function idOfNoun(noun: Noun): { extensions: { idOf: Noun } } {
  return { extensions: { idOf: noun } };
}

/** Extensions of an input that writes records of a noun: its fields take the rights of that type's fields. */
export function writes(noun: Noun, typeName: string): { extensions: { writes: WrittenRecord } } {
  return { extensions: { writes: { noun, typeName } } };
}

/** Every mutation's input can be sent twice without harm. */
export function keyField(t: InputBuilder) {
  return {
    idempotencyKey: t.string({
      description: 'Makes sending this again harmless for 48 hours: the same key gets the same answer. At most 255 characters.',
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

export function deleteInput(typeName: string, noun: Noun) {
  return addressInput(`${typeName}DeleteInput`, `Which ${noun} goes into the bin.`, noun);
}

export function restoreInput(typeName: string, noun: Noun) {
  return addressInput(`${typeName}RestoreInput`, `Which ${noun} comes out of the bin.`, noun);
}

function addressInput(name: string, description: string, noun: Noun) {
  return builder.inputType(name, { description, fields: (t) => ({ ...keyField(t), ...addressFields(t, noun) }) });
}

type WithMoney = { amount?: { amountMinor: bigint; currency?: string | null } | null };

/** `amount` as the two columns it is kept in; null takes the amount away and leaves the currency. */
export function withAmount<T extends WithMoney>({ amount, ...rest }: T): never {
  if (amount === undefined) return rest as never;
  return { ...rest, amountMinor: amount?.amountMinor ?? null, ...(amount?.currency ? { currency: amount.currency } : {}) } as never;
}
