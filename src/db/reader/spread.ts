import { type Noun, isOwnedNoun } from '../../auth/nouns.ts';
import { type Model, columnNamed } from '../models.ts';
import { type Predicate, type Test, all, always, partsOf } from '../predicate.ts';
import { printSql } from '../print-sql.ts';
import { type Candidates, findCandidates } from '../searched-texts.ts';
import { findFiltered, hasOrderBelow, hasOwnersBelow, linkNamed } from './filtered-columns.ts';
import { orderParts, rangeInOrder } from './order-parts.ts';
import { printOrder } from './order.ts';
import { type Printing, type RowList, printWithHeads } from './print.ts';
import {
  type Records, type Stretch, type Way, columnsOf, printColumns, printOwners, printSelect, printWay, wayOf,
} from './ways.ts';

/**
 * Where one `select … where … order by … limit` would make PostgreSQL read far more rows than the list has, its rows
 * are fetched in several, each of which an index answers in order:
 *
 * - a key that can be null: the records with a value, then those without (PostgreSQL's indexes have nulls on one side
 *   only, lists have them last both ways);
 * - a reach made of several ways to a record (own, the team's, shared): one select for each way, and for the team one
 *   for each of its members, merged (ways.ts). By creation, where the team is a fair part of the workspace, first the
 *   beginning of the list as everybody together would see it, which fills the page in most cases. What hangs below one
 *   record (the deals of a company) is little enough to be gone through;
 * - a text that must be contained, or a range that has nothing to do with the order (filtered-columns.ts): the
 *   candidates that its index knows, or where these are too many, or the text too short, a walk along the list;
 * - a range in the order's own key: the stretch between its ends (order-parts.ts).
 *
 * Which of several selects is of use is known to PostgreSQL before it runs them (their gates are one-time filters), and
 * those behind a full page are not begun. They are appended in order, which holds because the server's role reads
 * without parallel workers (src/db/setup/roles.ts).
 */

/**
 * Of a condition, the part that is fulfilled in one of several ways (`choice`), and the rest that must hold besides.
 */
type Spread = { ways: Way[]; choice: Predicate; rest: Predicate };

type Alternative = { gates: string[]; where: Predicate; among?: Candidates; spread?: Spread; isWalk?: boolean };
/** Where a page may be found at the beginning of everybody's list: how many pages that has, and what speaks for it. */
type Beginning = { spread: Spread; pages: number; gate?: string };
type Alternatives = { alternatives: Alternative[]; beginning?: Beginning };

/** How many owners a team's list is merged from. A bigger team is part enough of a workspace to be met on a walk. */
const fewOwners = 32;
/** How far the beginning of a list goes, in pages. Beyond, the team's records are rarer than its members let expect. */
const beginningPages = 20;
/** The same below one record. Most have no more. */
const beginningPagesBelow = 4;
/** A page of a team that has one member in so many is expected well within the beginning. */
const fairPart = 8;

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
    const begun = beginning && printBeginning(records, beginning, stretch);
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

/** Of these, one alone finds rows. */
function alternativesOf(records: Records, where: Predicate, list: RowList | null): Alternatives {
  const { model, printing, heads } = records;
  const spread = spreadOf(where, model, list);
  const texts = list?.below ? null : findCandidates(where, model, printing.values);
  const filtered = texts || spread || !list ? null : findFiltered(where, model, list, printing);
  const candidates = texts ?? filtered?.candidates;
  const walked = filtered?.walked ?? where;
  const found: Alternative[] = [];
  const gates: string[] = [];
  if (candidates) {
    heads.set('candidates', `select ${candidates.ids} as ids`);
    found.push({ gates: ['(select c.ids is not null from candidates c)'], where, among: candidates });
    gates.push('(select c.ids is null from candidates c)');
  }
  const isWalk = found.length > 0;
  // Records lie in the order in which they were made: a walk along that one is cheap.
  const isByCreation = list?.order[0]!.column === 'createdAt';
  const isBelow = list !== null && (list.below ?? keyBelow(where, model)) !== null;
  const few = spread && printFew(spread, records, isByCreation && !isBelow);
  if (few) heads.set('few', few);
  const alternatives = !few ? [...found, { gates, where: walked, isWalk, ...(spread ? { spread } : {}) }] : [
    ...found,
    { gates: [...gates, `(select f.owners <= ${fewOwners} from few f)`], where, isWalk, spread },
    { gates: [...gates, `(select f.owners > ${fewOwners} from few f)`], where, isWalk },
  ];
  if (!spread || candidates) return { alternatives };
  if (isBelow) return { alternatives, beginning: { spread, pages: beginningPagesBelow } };
  if (!few || !isByCreation) return { alternatives };
  const gate = '(select f.are_part from few f)';
  return { alternatives, beginning: { spread, pages: beginningPages, gate } };
}

/**
 * Below one record little enough is gone through, but where an index has what each owner has of it: one can have very
 * many.
 */
function spreadOf(where: Predicate, model: Model, list: RowList | null): Spread | null {
  const key = list?.below ?? keyBelow(where, model);
  if (key !== null && !(list && hasOwnersBelow(model, key, list.order))) return null;
  const parts = partsOf(where);
  for (const choice of parts) {
    if (choice.kind !== 'some') continue;
    const ways = choice.of.map((each) => wayOf(each, model));
    if (ways.every((way) => way !== null)) {
      return { ways, choice, rest: all(...parts.filter((each) => each !== choice)) };
    }
  }
  return null;
}

/** The column whose value a condition says, of a key that leads to the record that all rows hang below. */
function keyBelow(where: Predicate, model: Model): string | null {
  const named = partsOf(where).find((part): part is Test => (
    part.kind === 'test' && isOwnedNoun(linkNamed(part, model)?.toLowerCase() as Noun)));
  return named ? columnNamed(model, named.field).column : null;
}

/**
 * Counts those whose rows would be merged, no further than it matters, and for `andPart` asks whether a walk along
 * everybody's list is sooner through: it reads as many rows for each as there are members for one of the team, merging
 * looks for the beginning of each one's list. Null when there are none to count.
 */
function printFew({ ways }: Spread, records: Records, andPart: boolean): string | null {
  const everybody: string[] = [];
  const counts = ways.flatMap(({ through }) => {
    if (!through) return [];
    if (through.kind === 'listed') return [`cardinality(${records.printing.values.parameter(through.parameter)})`];
    everybody.push(printSome(printOwners(records, { ...through, rest: always }), fewOwners * fairPart + 1));
    return [printSome(printOwners(records, through), fewOwners + 1)];
  });
  if (counts.length === 0) return null;
  const total = everybody.length > 0 ? everybody.join(' + ') : '0';
  const part = andPart ? `, ${total} <= least(o.owners * ${fairPart}, o.owners * o.owners / 2) as are_part` : '';
  return `select o.owners${part} from (select ${counts.join(' + ')} as owners offset 0) o`;
}

function printSome({ from, where }: { from: string; where: string }, most: number): string {
  return `(select count(*) from (select ${from} where ${where} limit ${most}) counted)`;
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
 * the list; nothing otherwise. `others` are the gates of what finds the page then. What has been begun is read no
 * further than it is asked for.
 */
function printBeginning(
  records: Records, { spread: { choice, rest }, pages, gate }: Beginning, stretch: Stretch,
): { select: string; others: string[] } {
  const { model, heads, printing: { values } } = records;
  const at = heads.size;
  const length = stretch.limit * pages;
  const alias = values.alias();
  const chosen = printSql(choice, model, alias, values, 'choice');
  const columns = [...new Set([...stretch.columns, ...columnsOf(alias, chosen)])];
  heads.set(`first${at}`, printSelect(records, rest, { gates: [] }, { ...stretch, columns, limit: length }));
  heads.set(`found${at}`, `select ${printColumns(stretch.columns, alias)} from first${at} ${alias}`
    + ` where ${chosen} limit ${stretch.limit}`);
  const isEnough = `(select count(*) from found${at}) = ${stretch.limit} or (select count(*) from first${at}) < ${length}`;
  heads.set(`enough${at}`, `select ${gate ? `case when ${gate} then ${isEnough} else false end` : isEnough} as yes`);
  return {
    select: `(select b.* from found${at} b where (select e.yes from enough${at} e))`,
    others: [`(select not e.yes from enough${at} e)`],
  };
}
