import { type Noun, isOwnedNoun } from '../../auth/nouns.ts';
import { type Model, columnNamed } from '../models.ts';
import { type Predicate, type Test, all, always, partsOf, unindexed } from '../predicate.ts';
import { isAboutText, isFoundBy, isInUse, printCandidates } from './candidates.ts';
import { hasOrderWithin, hasOwnersBelow } from './indexes.ts';
import type { RowList } from './print.ts';
import { type Records, type Way, printOwners, wayOf, wayOfOwners } from './ways.ts';

/**
 * Of a condition, the part that is fulfilled in one of several ways (`choice`), and the rest that must hold besides.
 */
export type Spread = { ways: Way[]; choice: Predicate; rest: Predicate };

/** One way to find a list's rows, taken where all its gates are open; of a list's alternatives one alone is taken. */
export type Alternative = {
  gates: readonly string[]; where: Predicate; isAmongCandidates?: boolean; spread?: Spread; isWalk?: boolean;
};

/**
 * Where a page may be met at the beginning of a longer list: of all that `rest` is true of, those that fulfil `choice`.
 * How many pages are looked through, and what speaks for it.
 */
export type Beginning = { choice: Predicate; rest: Predicate; pages: number; gate?: string };

/** How many owners a team's list is merged from. A bigger team is part enough of a workspace to be met on a walk. */
const fewOwners = 32;
/** A page of a team that has one member in so many is expected well within the beginning. */
const fairPart = 8;
/** How far the beginning of a list goes, in pages. Beyond, the team's records are rarer than its members let expect. */
const pagesOfAll = 20;
/** The same below one record. Most have no more. */
const pagesBelow = 4;
/** The same of what a filter keeps. A value that more have than one record in so many is met by then. */
const pagesFiltered = 6;
/** Of more records than these pages (and never more than so many) a list is sooner walked along than put in order. */
const fewPages = 50;
const mostFew = 2000;
/** More records than these are sooner counted than gathered. */
const mostCounted = 10_000;

/** @param list null where rows are counted only */
export function alternativesOf(
  records: Records, where: Predicate, list: RowList | null,
): { alternatives: Alternative[]; beginning?: Beginning } {
  const { model, heads } = records;
  const key = list?.below ?? keyBelow(where, model);
  const spread = spreadOf(where, model, list, key);
  const { within, sought } = partedBy(where, spread, model, list);
  const candidates = key === null ? candidatesOf(records, [...sought, ...within.filter(isInUse)], list) : null;
  if (candidates) heads.set('candidates', `select ${candidates} as ids`);
  // A walk along the list needs no index for the sake of what candidates are found by.
  const walked = (of: Predicate) => (!candidates || !list ? of : all(...partsOf(of).map((each) => (
    sought.includes(each) && isFoundBy(each, model) && !isLink(each, model) ? unindexed(each) : each))));
  const gates = candidates ? ['(select c.ids is null from candidates c)'] : [];
  const walk: Alternative = { gates, where: walked(where), isWalk: candidates !== null };
  const merged = spread && { ...walk, spread: { ...spread, rest: walked(spread.rest) } };
  const isOfAll = list !== null && key === null && isMetByCreation(spread, list);
  const few = spread && printFew(spread, records, isOfAll);
  if (few) heads.set('few', few);
  const found: Alternative[] = candidates
    ? [{ gates: ['(select c.ids is not null from candidates c)'], where, isAmongCandidates: true }] : [];
  const alternatives = [...found, ...(!merged ? [walk] : !few ? [merged] : [
    gated(merged, `(select f.owners <= ${fewOwners} from few f)`),
    gated(walk, `(select f.owners > ${fewOwners} from few f)`),
  ])];
  if (candidates) {
    // What few texts contain is found sooner than a page of others is looked through.
    const isLooked = list && !spread && !sought.some((each) => isAboutText(each, model));
    const choice = all(...sought);
    return { alternatives, ...(isLooked ? { beginning: { choice, rest: all(...within), pages: pagesFiltered } } : {}) };
  }
  if (spread && list && key !== null) return { alternatives, beginning: { ...spread, pages: pagesBelow } };
  if (!spread || !isOfAll) return { alternatives };
  return { alternatives, beginning: { ...spread, pages: pagesOfAll, gate: '(select f.are_part from few f)' } };
}

function candidatesOf({ model, printing }: Records, parts: readonly Predicate[], list: RowList | null): string | null {
  const most = list ? Math.min(list.limit * fewPages, mostFew) : mostCounted;
  return printCandidates(all(...parts), model, most, printing);
}

function gated(alternative: Alternative, gate: string): Alternative {
  return { ...alternative, gates: [...alternative.gates, gate] };
}

/** Records lie in the order in which they were made: to go through everybody's for a team's is cheap in that one. */
function isMetByCreation(spread: Spread | null, { order }: RowList): boolean {
  return order[0]!.column === 'createdAt'
    && (spread?.ways.some(({ through }) => through?.kind === 'related') ?? false);
}

function isLink({ field }: Test, model: Model): boolean {
  return columnNamed(model, field).type === 'uuid';
}

/**
 * The parts of a condition besides the choice: those by which an index has the list in its order, and those that are
 * sought among what it has. Of a list that is merged of several, all are sought.
 */
function partedBy(
  where: Predicate, spread: Spread | null, model: Model, list: RowList | null,
): { within: Predicate[]; sought: Predicate[] } {
  const isInOrder = (each: Test, { order }: RowList) => (
    isFoundBy(each, model) && each.field === order[0]!.column
    || each.operator === 'eq' && (each.field === 'ownerId' || !spread && hasOrderWithin(model, each.field, order)));
  const isWithin = (each: Predicate) => (
    isInUse(each) || (list !== null && each.kind === 'test' && isInOrder(each, list)));
  const parts = partsOf(where).filter((each) => each !== spread?.choice);
  return { within: parts.filter(isWithin), sought: parts.filter((each) => !isWithin(each)) };
}

/**
 * The ways in which the records of a list are reached, where there are several. Below one record little enough is gone
 * through, but where an index has what each owner has of it: one can have very many.
 */
function spreadOf(where: Predicate, model: Model, list: RowList | null, key: string | null): Spread | null {
  if (key !== null && !(list && hasOwnersBelow(model, key, list.order))) return null;
  const parts = partsOf(where);
  for (const choice of parts) {
    if (choice.kind !== 'some') continue;
    const ways = choice.of.map((each) => wayOf(each, model));
    if (ways.every((way) => way !== null)) {
      return { ways, choice, rest: all(...parts.filter((each) => each !== choice)) };
    }
  }
  const owners = parts.find((each): each is Test => (
    isFoundBy(each, model) && each.field === 'ownerId' && each.operator === 'in'));
  if (!owners) return null;
  return { ways: [wayOfOwners(owners)], choice: owners, rest: all(...parts.filter((each) => each !== owners)) };
}

/** The column of the key that leads to the record that all rows hang below, as a condition says. */
export function keyBelow(where: Predicate, model: Model): string | null {
  const links = [...model.relations.values()].filter(({ isList, model: other }) => (
    !isList && isOwnedNoun(other.toLowerCase() as Noun)));
  for (const part of partsOf(where)) {
    if (part.kind !== 'test' || part.operator !== 'eq' || 'parameter' in part.operand) continue;
    const { column } = columnNamed(model, part.field);
    if (links.some(({ on }) => on.some(({ from }) => from === column))) return column;
  }
  return null;
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
    if (through.kind === 'listed') return [`cardinality(${records.printing.values.operand(through.ids, 'uuid[]')})`];
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
