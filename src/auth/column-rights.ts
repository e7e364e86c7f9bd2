import type { FieldGroup, Noun } from './nouns.ts';

const groups = new Map<string, FieldGroup>();

/**
 * Which field group a record's column belongs to, taken from the schema's fields when it is built: the one declaration
 * (`access: 'deal.financial'`) thereby also says who may write the column, by whatever door.
 *
 * @param alone whether the field shows this column alone; that field decides over one that shows it among others
 */
export function registerColumn(noun: Noun, column: string, fieldGroup: FieldGroup, alone: boolean): void {
  const key = `${noun}.${column}`;
  if (alone || !groups.has(key)) groups.set(key, fieldGroup);
}

/** @throws Error when no field of the schema exposes the column: then nobody but the server itself writes it */
export function columnGroup(noun: Noun, column: string): FieldGroup {
  const group = groups.get(`${noun}.${column}`);
  if (!group) throw new Error(`No field of the schema shows ${noun}.${column}, so no input may write it.`);
  return group;
}

/** Every column of a noun's records that some field shows, with its group: what is in no field leaves by no way. */
export function shownColumns(noun: Noun): ReadonlyMap<string, FieldGroup> {
  const ofNoun = [...groups].filter(([key]) => key.startsWith(`${noun}.`));
  return new Map(ofNoun.map(([key, group]) => [key.slice(noun.length + 1), group]));
}
