import { type Model, columnNamed } from './models.ts';
import { type Predicate } from './predicate.ts';
import type { Values } from './print-sql.ts';

/**
 * The texts that `contains` and `startsWith` are offered for: each has a trigram index, and a function that may use it
 * below row-level security (migration *_search). test/architecture/searched-texts.test.ts holds this list, the
 * filters and the database together.
 */
export const searchedTexts: Readonly<Record<string, string>> = {
  Company: 'name', Contact: 'fullName', Lead: 'title', Deal: 'title', Activity: 'subject', Product: 'name', Member: 'name',
};

/** The function that finds the records whose text contains something, as the database knows it. */
export function matchingFunction(model: Model, field: string): string {
  return `${model.table}_${columnNamed(model, field).column}_matching`;
}

/** Whether a text must be matched for the condition to hold. */
function needsText(where: Predicate, model: Model): boolean {
  switch (where.kind) {
    case 'test':
      return (where.operator === 'contains' || where.operator === 'startsWith') && searchedTexts[model.name] === where.field
        && 'value' in where.operand;
    case 'all': return where.of.some((each) => needsText(each, model));
    case 'some': return where.of.length > 0 && where.of.every((each) => needsText(each, model));
    default: return false;
  }
}

/**
 * The records that can fulfil a condition because of its texts, as an expression of type `uuid[]`: null where its index
 * is of no help (see the functions). They are candidates only; the condition itself must be tested too.
 *
 * @returns null when no text must be matched for the condition to hold
 */
export function printCandidates(where: Predicate, model: Model, values: Values): string | null {
  if (!needsText(where, model)) return null;
  switch (where.kind) {
    case 'test': {
      const text = values.operand(where.operand, 'text');
      return `${matchingFunction(model, where.field)}(${text}, ${String(where.operator === 'startsWith')})`;
    }
    case 'all': {
      const lists = where.of.map((each) => printCandidates(each, model, values)).filter((each) => each !== null);
      return lists.length > 1 ? `coalesce(${lists.join(', ')})` : lists[0]!;
    }
    case 'some': {
      const columns = where.of.map((each, at) => `${printCandidates(each, model, values)} as c${at}`);
      const names = columns.map((_column, at) => `c${at}`);
      // A null among them must win: `||` would take it for an empty list.
      return `(select case when num_nulls(${names.join(', ')}) = 0 then ${names.join(' || ')} end from (select ${columns.join(', ')}) c)`;
    }
    default: return null;
  }
}
