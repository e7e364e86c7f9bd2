import { type Noun, isOwnedNoun } from '../../auth/nouns.ts';
import { type Model, columnNamed } from '../models.ts';
import { type Predicate, all, always, partsOf } from '../predicate.ts';
import { printSql } from '../print-sql.ts';
import { type Candidates, findCandidates } from '../searched-texts.ts';
import { findFiltered, hasOrderBelow, linkNamed } from './filtered-columns.ts';
import { orderParts, rangeInOrder } from './order-parts.ts';
import { printOrder } from './order.ts';
import type { Printing, RowList } from './print.ts';
import {
  type Stretch, type Way, columnsOf, printColumns, printOwners, printSelect, printWay, wayOf,
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
/** `team` is set where a team's list can be found at the beginning of everybody's. */
type Alternatives = { alternatives: Alternative[]; team?: Spread };

/** How many owners a team's list is merged from. A bigger team is part enough of a workspace to be met on a walk. */
const fewOwners = 32;
/** How far the beginning of a list goes, in pages. Beyond, the team's records are rarer than its members let expect. */
const beginningPages = 20;
/** A page of a team that has one member in so many is expected well within the beginning. */
const fairPart = 8;

/**
 * Rows of a root list in order, limited; null when a plain select does as well.
 *
 * @param asked the columns that rows shall have, by their names in PostgreSQL
 */
export function spreadRows(
  model: Model, where: Predicate, list: RowList, asked: readonly string[], printing: Printing,
): string | null {
  const columns = withOrder(asked, list);
  const range = rangeInOrder(partsOf(where), list);
  const parts = range ? [range.part] : orderParts(list);
  const { alternatives, team } = alternativesOf(model, range ? all(...range.rest) : where, list, printing);
  if (alternatives.length === 1 && !alternatives[0]!.spread) {
    const record = partsOf(where).find((part) => isBelowRecord(part, model));
    const isSorted = record?.kind === 'test'
      && !hasOrderBelow(model, columnNamed(model, record.field).column, list.order);
    if (isSorted || (parts.length === 1 && !parts[0]!.condition)) return null;
  }
  return appended(list, parts.flatMap((part) => {
    const stretch = { ...list, part, columns };
    const beginning = team && printBeginning(model, team, printing, stretch);
    const others = alternatives.map((each) => (
      printAlternative(model, { ...each, gates: [...(beginning?.others ?? []), ...each.gates] }, printing, stretch)));
    return beginning ? [beginning.select, ...others] : others;
  }));
}

/**
 * Rows below a record, where an index has them in their order, but has those without a value first: one stretch of them
 * after the other.
 */
export function stretchedRows(
  model: Model, where: Predicate, list: RowList, asked: readonly string[], printing: Printing,
  join: (alias: string) => string,
): string {
  const columns = withOrder(asked, list);
  return appended(list, orderParts(list).map((part) => (
    printSelect(model, where, { gates: [] }, printing, { ...list, part, columns }, join))));
}

/** All of a list's rows have what they are ordered by. */
function withOrder(asked: readonly string[], { order }: RowList): string[] {
  return [...new Set([...asked, ...order.map(({ sqlColumn }) => sqlColumn)])];
}

function appended({ limit }: RowList, selects: readonly string[]): string {
  return selects.length > 1 ? `${selects.join(' union all ')} limit ${limit}` : selects[0]!;
}

/** The same rows, all of them, to be counted. */
export function spreadCount(model: Model, where: Predicate, printing: Printing): string | null {
  const { alternatives } = alternativesOf(model, where, null, printing);
  if (alternatives.length === 1 && !alternatives[0]!.spread) return null;
  const selects = alternatives.map((each) => printAlternative(model, each, printing, null));
  return `select count(*)::int as total from (${selects.join(' union all ')}) rows`;
}

/** Of these, one alone finds rows. */
function alternativesOf(model: Model, where: Predicate, list: RowList | null, printing: Printing): Alternatives {
  const spread = spreadOf(where, model);
  const texts = findCandidates(where, model, printing.values);
  const filtered = texts || spread || !list ? null : findFiltered(where, model, list, printing);
  const candidates = texts ?? filtered?.candidates;
  const walked = filtered?.walked ?? where;
  const found: Alternative[] = [];
  const gates: string[] = [];
  if (candidates) {
    printing.heads.set('candidates', `select ${candidates.ids} as ids`);
    found.push({ gates: ['(select c.ids is not null from candidates c)'], where, among: candidates });
    gates.push('(select c.ids is null from candidates c)');
  }
  const isWalk = found.length > 0;
  // Records lie in the order in which they were made: a walk along that one is cheap.
  const isByCreation = list?.order[0]!.column === 'createdAt';
  if (!spread || !printFew(spread, model, printing, isByCreation)) {
    return { alternatives: [...found, { gates, where: walked, isWalk, ...(spread ? { spread } : {}) }] };
  }
  const alternatives = [
    ...found,
    { gates: [...gates, `(select f.owners <= ${fewOwners} from few f)`], where, isWalk, spread },
    { gates: [...gates, `(select f.owners > ${fewOwners} from few f)`], where, isWalk },
  ];
  return { alternatives, ...(candidates || !isByCreation ? {} : { team: spread }) };
}

function spreadOf(where: Predicate, model: Model): Spread | null {
  const parts = partsOf(where);
  if (parts.some((part) => isBelowRecord(part, model))) return null;
  for (const choice of parts) {
    if (choice.kind !== 'some') continue;
    const ways = choice.of.map((each) => wayOf(each, model));
    if (ways.every((way) => way !== null)) {
      return { ways, choice, rest: all(...parts.filter((each) => each !== choice)) };
    }
  }
  return null;
}

/** Whether a condition names the record that all rows hang below: of such a list little enough is gone through. */
function isBelowRecord(where: Predicate, model: Model): boolean {
  const named = linkNamed(where, model);
  return named !== null && isOwnedNoun(named.toLowerCase() as Noun);
}

/**
 * Counts those whose rows would be merged, no further than it matters, and for `andPart` asks whether a walk along
 * everybody's list is sooner through: it reads as many rows for each as there are members for one of the team, merging
 * looks for the beginning of each one's list. False when there are none to count.
 */
function printFew({ ways }: Spread, model: Model, printing: Printing, andPart: boolean): boolean {
  const everybody: string[] = [];
  const counts = ways.flatMap(({ through }) => {
    if (!through) return [];
    if (through.kind === 'listed') return [`cardinality(${printing.values.parameter(through.parameter)})`];
    const others = printOwners(model, { ...through, rest: always }, printing);
    everybody.push(printSome(others, fewOwners * fairPart + 1));
    return [printSome(printOwners(model, through, printing), fewOwners + 1)];
  });
  if (counts.length === 0) return false;
  const total = everybody.length > 0 ? everybody.join(' + ') : '0';
  const part = andPart ? `, ${total} <= least(o.owners * ${fairPart}, o.owners * o.owners / 2) as are_part` : '';
  printing.heads.set('few', `select o.owners${part} from (select ${counts.join(' + ')} as owners offset 0) o`);
  return true;
}

function printSome({ from, where }: { from: string; where: string }, most: number): string {
  return `(select count(*) from (select ${from} where ${where} limit ${most}) counted)`;
}

function printAlternative(model: Model, each: Alternative, printing: Printing, stretch: Stretch | null): string {
  if (!each.spread) return printSelect(model, each.where, each, printing, stretch);
  const { ways, rest } = each.spread;
  const selects = ways.map((way, at) => {
    return printWay(model, way, rest, ways.slice(0, at).map((earlier) => earlier.where), each, printing, stretch);
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
  model: Model, { choice, rest }: Spread, printing: Printing, stretch: Stretch,
): { select: string; others: string[] } {
  const { heads, values } = printing;
  const at = heads.size;
  const length = stretch.limit * beginningPages;
  const alias = values.alias();
  const chosen = printSql(choice, model, alias, values, 'choice');
  const columns = [...new Set([...stretch.columns, ...columnsOf(alias, chosen)])];
  const first = printSelect(model, rest, { gates: [] }, printing, { ...stretch, columns, limit: length });
  const last = printSelect(model, rest, { gates: [] }, printing, { ...stretch, limit: 1, offset: length - 1 });
  heads.set(`found${at}`, `select ${printColumns(stretch.columns, alias)} from ${first} ${alias}`
    + ` where ${chosen} limit ${stretch.limit}`);
  heads.set(`enough${at}`, 'select case when f.are_part'
    + ` then (select count(*) from found${at}) = ${stretch.limit} or not exists ${last}`
    + ' else false end as yes from few f');
  return {
    select: `(select b.* from found${at} b where (select e.yes from enough${at} e))`,
    others: [`(select not e.yes from enough${at} e)`],
  };
}
