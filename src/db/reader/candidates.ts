import { type Noun, isOwnedNoun } from '../../auth/nouns.ts';
import { type Model, columnNamed, modelNamed, relationNamed } from '../models.ts';
import { type Predicate, type Test, all, partsOf } from '../predicate.ts';
import { type Values, isListed, printSql, sqlType } from '../print-sql.ts';
import { matchingFunction, searchedTexts } from '../searched-texts.ts';
import { isFiltered } from './indexes.ts';
import type { Printing } from './print.ts';
import { printWorkspace } from './ways.ts';

/**
 * Records among which all must be that fulfil a condition, where these are few: some part of the condition is about a
 * text, a value or a related record that an index knows. How many there are is not known when a statement is planned,
 * so the index is asked when it runs. They are candidates only; the condition itself must be tested too.
 */

/** Of more related records than these, a list is sooner walked along than put together. */
const mostRelated = 300;
/** Nouns that a workspace has few of, and whose records are shared by a few each: all of them are looked through. */
const small: readonly string[] = ['Member', 'Team', 'Tag'];

/** Whose ids, or which other column, are asked for, and how many of them are few. */
type Asked = { model: Model; column: string; most: number; printing: Printing };
/** Prints an expression of type `uuid[]`, null where they are not few. Printing adds values, so all of it is of use. */
type Print = () => string;

/** The candidates' ids, as an expression of type `uuid[]`; null where no part of the condition is of help. */
export function printCandidates(where: Predicate, model: Model, most: number, printing: Printing): string | null {
  return few(where, { model, column: 'id', most, printing })?.() ?? null;
}

/** Whether a test is one that candidates are found by: then a walk along the list needs no index for its sake. */
export function isFoundBy(each: Predicate, model: Model): each is Test {
  return each.kind === 'test' && 'value' in each.operand && isFiltered(model, each.field)
    && ['eq', 'in', 'lt', 'lte', 'gt', 'gte', 'isNull', 'isNotNull'].includes(each.operator);
}

/** Whether a condition is about a text that an index knows parts of. */
export function isAboutText(each: Predicate, model: Model): each is Test {
  return each.kind === 'test' && 'value' in each.operand && searchedTexts[model.name] === each.field
    && ['contains', 'startsWith', 'eq'].includes(each.operator);
}

/** Whether a condition leaves the bin out. */
export function isInUse(each: Predicate): boolean {
  return each.kind === 'test' && each.field === 'deletedAt' && each.operator === 'isNull';
}

/** Indexes are of what is in use. */
function few(where: Predicate, asked: Asked): Print | null {
  const parts = partsOf(where);
  return asked.model.columns.has('deletedAt') && !parts.some(isInUse) ? null : fewOfAll(parts, asked);
}

/** The first of the parts that few fulfil says which; the others are not asked. */
function fewOfAll(parts: readonly Predicate[], asked: Asked): Print | null {
  const tests = Map.groupBy(parts.filter((each) => isFoundBy(each, asked.model)), ({ field }) => field);
  const found = [
    ...[...tests.values()].map((ofField) => fewByField(ofField, asked)),
    ...parts.map((each) => fewOfOne(each, asked)),
  ].filter((each) => each !== null);
  if (found.length <= 1) return found[0] ?? null;
  return () => `coalesce(${found.map((print) => print()).join(', ')})`;
}

function fewByField(tests: readonly Test[], asked: Asked): Print {
  const { model, printing: { values } } = asked;
  const column = columnNamed(model, tests[0]!.field);
  const equal = tests.find(({ operator }) => operator === 'eq' || operator === 'in');
  if (!equal) return () => printFewRows(all(...tests), asked, column.column);
  return () => printFewWith(column.column, printValues(equal, sqlType(column), values), asked);
}

function fewOfOne(each: Predicate, asked: Asked): Print | null {
  if (each.kind === 'some') return fewOfAny(each.of, asked);
  if (each.kind === 'related') return fewRelated(each, asked);
  if (asked.column !== 'id' || !isAboutText(each, asked.model)) return null;
  const { model, printing: { values } } = asked;
  const atStart = String(each.operator !== 'contains');
  return () => `${matchingFunction(model, each.field)}(${values.operand(each.operand, 'text')}, ${atStart})`;
}

function fewOfAny(choices: readonly Predicate[], asked: Asked): Print | null {
  const found = choices.map((each) => fewOfAll(partsOf(each), asked)).filter((each) => each !== null);
  if (found.length < choices.length || found.length === 0) return null;
  const names = found.map((_print, at) => `c${at}`);
  // A null among them must win: `||` would take it for an empty list.
  return () => `(select case when num_nulls(${names.join(', ')}) = 0 then ${names.join(' || ')} end`
    + ` from (select ${found.map((print, at) => `${print()} as c${at}`).join(', ')}) c)`;
}

function fewRelated({ relation: name, where }: Extract<Predicate, { kind: 'related' }>, asked: Asked): Print | null {
  if (isListed(where)) return null;
  const relation = relationNamed(asked.model, name);
  const model = modelNamed(relation.model);
  if (relation.isList) {
    const back = relation.on.find(({ from }) => from === 'id');
    return back ? few(where, { ...asked, model, column: back.to }) : null;
  }
  const key = relation.on.find(({ to }) => to === 'id')!.from;
  const related = { ...asked, model, column: 'id', most: mostRelated };
  const ids = named(where, related) ?? few(where, related)
    ?? (small.includes(model.name) ? () => printFewRows(where, related) : null);
  if (!ids) return null;
  return () => {
    const of = asked.printing.values.alias();
    const rows = printFewWith(key, `${of}.ids`, asked);
    return `(select case when ${of}.ids is not null then ${rows} end from (select ${ids()} as ids offset 0) ${of})`;
  };
}

/** The one or the few whose ids the condition says itself. */
function named(where: Predicate, { printing: { values } }: Asked): Print | null {
  const test = partsOf(where).find((each): each is Test => (
    each.kind === 'test' && each.field === 'id' && ['eq', 'in'].includes(each.operator)));
  if (!test) return null;
  return () => printValues(test, 'uuid', values);
}

/** The value or the values that a test says a column has, as an array. */
function printValues({ operator, operand }: Test, type: string, values: Values): string {
  return operator === 'in' ? values.operand(operand, `${type}[]`) : `array[${values.operand(operand, type)}]`;
}

/** Those that fulfil a condition. @param by the column whose index is to be walked along */
function printFewRows(where: Predicate, asked: Asked, by?: string): string {
  const { model, printing: { values } } = asked;
  return printCounted(`from ${printRows((of) => printSql(where, model, of, values), asked, by)} i`, asked);
}

/**
 * Those that have one of these values in a column. It is said as a range between the value and itself: where PostgreSQL
 * believes that many rows have it, it would go through the table until there are enough.
 */
function printFewWith(column: string, valuesOf: string, asked: Asked): string {
  const one = asked.printing.values.alias();
  const has = (of: string) => `${of}.${column} >= ${one}.value and ${of}.${column} <= ${one}.value`;
  return printCounted(
    `from unnest(${valuesOf}) ${one}(value) cross join lateral ${printRows(has, asked, column)} i`, asked);
}

/** Asks of rows no more than says whether they are few. */
function printCounted(rows: string, { most }: Asked): string {
  const ids = `coalesce(array_agg(i.id) filter (where i.id is not null), '{}')`;
  return `(select case when count(*) <= ${most} then ${ids} end from (select i.id ${rows} limit ${most + 1}) i)`;
}

function printRows(
  condition: (alias: string) => string, { model, column, most, printing }: Asked, by?: string,
): string {
  const alias = printing.values.alias();
  const inUse = isOwnedNoun(model.name.toLowerCase() as Noun) ? `${alias}.deleted_at is null and ` : '';
  return `(select ${alias}.${column} as id from ${model.table} ${alias}`
    + ` where ${alias}.workspace_id = ${printWorkspace(printing)} and ${inUse}${condition(alias)}`
    + `${by ? ` order by ${alias}.${by}` : ''} limit ${most + 1})`;
}
