import { type Model, type Relation, columnNamed, modelNamed, relationNamed } from './models.ts';
import { type Predicate, partsOf } from './predicate.ts';
import type { Values } from './print-sql.ts';

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

/** Records among which all must be that fulfil a condition. */
export type Candidates = {
  /** Their ids, or those of related records, as an expression of type `uuid[]`; null where no index is of help. */
  ids: string;
  /** The condition that a row is one of them. */
  among: (alias: string, ids: string, values: Values) => string;
};

/** Of more related records than these, a list is sooner walked through than put together. */
const fewRelated = 300;

/**
 * The records that can fulfil a condition because of a text in it, of their own or of a record they refer to. They are
 * candidates only; the condition itself must be tested too.
 *
 * @returns null when no text must be matched for the condition to hold
 */
export function findCandidates(where: Predicate, model: Model, values: Values): Candidates | null {
  if (needsText(where, model)) {
    return { ids: printIds(where, model, values), among: (alias, ids) => `${alias}.id = any (${ids}::uuid[])` };
  }
  for (const part of partsOf(where)) {
    if (part.kind !== 'related') continue;
    const relation = relationNamed(model, part.relation);
    const target = modelNamed(relation.model);
    if (!needsText(part.where, target)) continue;
    const ids = printIds(part.where, target, values);
    return {
      ids: `(select case when cardinality(r.ids) <= ${fewRelated} then r.ids end from (select ${ids} as ids) r)`,
      among: (alias, list) => printRelated(relation, target, alias, list, values),
    };
  }
  return null;
}

function printRelated(relation: Relation, target: Model, alias: string, ids: string, values: Values): string {
  const key = relation.on.find(({ to }) => to === 'id');
  if (key) return `${alias}.${key.from} = any (${ids}::uuid[])`;
  const other = values.alias();
  const join = relation.on.map(({ from, to }) => `${other}.${to} = ${alias}.${from}`).join(' and ');
  return `exists (select 1 from ${target.table} ${other} where ${join} and ${other}.id = any (${ids}::uuid[]))`;
}

/** Whether a text must be matched for the condition to hold. */
function needsText(where: Predicate, model: Model): boolean {
  switch (where.kind) {
    case 'test':
      return (where.operator === 'contains' || where.operator === 'startsWith')
        && searchedTexts[model.name] === where.field && 'value' in where.operand;
    case 'all': return where.of.some((each) => needsText(each, model));
    case 'some': return where.of.length > 0 && where.of.every((each) => needsText(each, model));
    default: return false;
  }
}

function printIds(where: Predicate, model: Model, values: Values): string {
  switch (where.kind) {
    case 'test': {
      const text = values.operand(where.operand, 'text');
      return `${matchingFunction(model, where.field)}(${text}, ${String(where.operator === 'startsWith')})`;
    }
    case 'all': {
      const lists = where.of.filter((each) => needsText(each, model)).map((each) => printIds(each, model, values));
      return lists.length > 1 ? `coalesce(${lists.join(', ')})` : lists[0]!;
    }
    case 'some': {
      const columns = where.of.map((each, at) => `${printIds(each, model, values)} as c${at}`);
      const names = columns.map((_column, at) => `c${at}`);
      // A null among them must win: `||` would take it for an empty list.
      return `(select case when num_nulls(${names.join(', ')}) = 0 then ${names.join(' || ')} end`
        + ` from (select ${columns.join(', ')}) c)`;
    }
    default: throw new Error(`A condition of kind ${where.kind} names no text.`);
  }
}
