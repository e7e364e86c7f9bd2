import { type Model, columnNamed } from './models.ts';

/**
 * The texts that `contains` and `startsWith` are offered for: each has a trigram index, and a function that may use it
 * below row-level security (migration *_search). test/architecture/searched-texts.test.ts holds this list, the
 * filters and the database together.
 */
export const searchedTexts: Readonly<Record<string, string>> = {
  Company: 'name', Contact: 'fullName', Lead: 'title', Deal: 'title', Activity: 'subject', Product: 'name',
  Member: 'name',
};

/** The function that finds the records whose text contains something, as the database knows it. */
export function matchingFunction(model: Model, field: string): string {
  return `${model.table}_${columnNamed(model, field).column}_matching`;
}
