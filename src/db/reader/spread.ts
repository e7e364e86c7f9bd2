import type { Model } from '../models.ts';
import { type Predicate, all, partsOf } from '../predicate.ts';
import { printSql } from '../print-sql.ts';
import { type Alternative, type Beginning, alternativesOf, keyBelow } from './alternatives.ts';
import { hasOrderBelow } from './indexes.ts';
import { orderParts, rangeInOrder } from './order-parts.ts';
import { printOrder } from './order.ts';
import { type Printing, type RowList, printWithHeads } from './print.ts';
import { type Records, type Stretch, columnsOf, printColumns, printSelect, printWay } from './ways.ts';

/**
 * Where one `select … where … order by … limit` would make PostgreSQL read far more rows than the list has, its rows
 * are fetched in several, each of which an index answers in order (alternatives.ts says which):
 *
 * - a key that can be null: the records with a value, then those without (PostgreSQL's indexes have nulls on one side
 *   only, lists have them last both ways);
 * - a reach made of several ways to a record (own, the team's, shared), or several owners: one select for each way, and
 *   for the team one for each of its members, merged (ways.ts). Where the team is a fair part of the workspace, first
 *   the beginning of the list as everybody together would see it, which fills the page in most cases. What hangs below
 *   one record is looked for in the same two steps where an index has each owner's part of it;
 * - a filter that has nothing to do with the order: first the beginning of the list without it, where frequent values
 *   are met; then the candidates that an index knows (candidates.ts), if they are few; otherwise a walk along the list;
 * - a range in the order's own key: the stretch between its ends (order-parts.ts).
 *
 * Which of several selects is of use is known to PostgreSQL before it runs them (their gates are one-time filters), and
 * those behind a full page are not begun. They are appended in order, which holds because the server's role reads
 * without parallel workers (src/db/setup/roles.ts).
 */

/**
 * Rows of a list in order, limited; null when a plain select does as well.
 *
 * @param join ties a list below a record to it (`list.below`)
 * @param asked the columns that rows shall have, by their names in PostgreSQL
 */
export function spreadRows(
  model: Model, where: Predicate, list: RowList, asked: readonly string[], printing: Printing,
  join?: (alias: string) => string,
): string | null {
  const records: Records = { model, printing, joins: join ? [join] : [], heads: new Map() };
  const columns = [...new Set([...asked, ...list.order.map(({ sqlColumn }) => sqlColumn)])];
  const range = rangeInOrder(partsOf(where), list);
  const parts = range ? [range.part] : orderParts(list);
  const { alternatives, beginning } = alternativesOf(records, range ? all(...range.rest) : where, list);
  if (alternatives.length === 1 && !alternatives[0]!.spread) {
    const key = list.below ?? keyBelow(where, model);
    const isSorted = key !== null && !hasOrderBelow(model, key, list.order);
    if (isSorted || (parts.length === 1 && !parts[0]!.condition)) return null;
  }
  const selects = parts.flatMap((part) => {
    const stretch = { ...list, part, columns };
    const begun = beginning && printBeginning(
      records, { ...beginning, pages: Math.ceil(beginning.pages / parts.length) }, stretch);
    const others = alternatives.map((each) => (
      printAlternative(records, { ...each, gates: [...(begun?.others ?? []), ...each.gates] }, stretch)));
    return begun ? [begun.select, ...others] : others;
  });
  const text = selects.length > 1 ? `${selects.join(' union all ')} limit ${list.limit}` : selects[0]!;
  return printWithHeads(text, records.heads);
}

/** The same rows, all of them, to be counted. */
export function spreadCount(model: Model, where: Predicate, printing: Printing): string | null {
  const records: Records = { model, printing, joins: [], heads: new Map() };
  const { alternatives } = alternativesOf(records, where, null);
  if (alternatives.length === 1 && !alternatives[0]!.spread) return null;
  const selects = alternatives.map((each) => printAlternative(records, each, null));
  return printWithHeads(`select count(*)::int as total from (${selects.join(' union all ')}) rows`, records.heads);
}

function printAlternative(records: Records, each: Alternative, stretch: Stretch | null): string {
  if (!each.spread) return printSelect(records, each.where, each, stretch);
  const { ways, rest } = each.spread;
  const selects = ways.map((way, at) => {
    return printWay(records, way, rest, ways.slice(0, at).map((earlier) => earlier.where), each, stretch);
  });
  const merged = `select m.* from (${selects.join(' union all ')}) m`;
  if (!stretch) return `(${merged})`;
  return `(${merged} order by ${printOrder(stretch.part.keys, 'm', stretch.backwards)} limit ${stretch.limit})`;
}

/**
 * The page as it is found at the beginning of the list that everybody together would see, if that fills it or is all of
 * the list; nothing otherwise. `others` are the gates of what finds the page then.
 */
function printBeginning(
  records: Records, { choice, rest, pages, gate }: Beginning, stretch: Stretch,
): { select: string; others: string[] } {
  const { model, heads, printing: { values } } = records;
  const at = heads.size;
  const length = stretch.limit * pages;
  const alias = values.alias();
  const chosen = printSql(choice, model, alias, values, 'choice');
  const columns = [...new Set([...stretch.columns, ...columnsOf(alias, chosen)])];
  const first = printSelect(records, rest, { gates: [] }, { ...stretch, columns, limit: length });
  // Kept, the rows are read once though they are asked for twice. What makes a full page likely does without: to keep
  // them would be a twentieth of such a list's time.
  if (!gate) heads.set(`first${at}`, first);
  heads.set(`found${at}`, `select ${printColumns(stretch.columns, alias)} from ${gate ? first : `first${at}`} ${alias}`
    + ` where ${chosen} limit ${stretch.limit}`);
  const isAll = gate
    ? `not exists ${printSelect(records, rest, { gates: [] }, { ...stretch, limit: 1, offset: length - 1 })}`
    : `(select count(*) from first${at}) < ${length}`;
  const isEnough = `(select count(*) from found${at}) = ${stretch.limit} or ${isAll}`;
  heads.set(`enough${at}`, `select ${gate ? `case when ${gate} then ${isEnough} else false end` : isEnough} as yes`);
  return {
    select: `(select b.* from found${at} b where (select e.yes from enough${at} e))`,
    others: [`(select not e.yes from enough${at} e)`],
  };
}
