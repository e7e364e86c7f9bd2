import { type Noun, isOwnedNoun } from '../../auth/nouns.ts';
import { type Model, columnNamed, modelNamed, relationNamed } from '../models.ts';
import { type ParameterName, type Predicate, all, always, not } from '../predicate.ts';
import { isListed, printSql } from '../print-sql.ts';
import { type Candidates, findCandidates } from '../searched-texts.ts';
import { type OrderPart, orderParts } from './order-parts.ts';
import { printOrder } from './order.ts';
import type { Printing, RowList } from './print.ts';

/**
 * Where one `select … where … order by … limit` would make PostgreSQL read far more rows than the list has, its rows
 * are fetched in several, each of which an index answers in order:
 *
 * - a key that can be null: the records with a value, then those without (PostgreSQL's indexes have nulls on one side
 *   only, lists have them last both ways);
 * - a reach made of several ways to a record (own, the team's, shared): where the team is a fair part of the workspace,
 *   the beginning of the list as everybody together would see it, which fills the page in most cases; otherwise one
 *   select for each way, and for the team one for each of its members, merged. What hangs below one record (the deals
 *   of a company) is little enough to be gone through;
 * - a text that must be contained: the candidates that its trigram index knows, or where these are too many, or the
 *   text too short, a walk along the list.
 *
 * Which of several selects is of use is known to PostgreSQL before it runs them (their gates are one-time filters), and
 * those behind a full page are not begun. They are appended in order, which holds because the server's role reads
 * without parallel workers (src/db/setup/roles.ts).
 */

/** One way to records: a condition, and whether they are met by going through other rows first. */
type Way = { where: Predicate; through?: Through };
type Through =
  | { kind: 'related'; relation: string; rest: Predicate }
  | { kind: 'listed'; field: string; parameter: ParameterName; rest: Predicate };

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
const fairPart = 16;

/**
 * Rows of a root list in order, limited; null when a plain select does as well.
 *
 * @param asked the columns that rows shall have, by their names in PostgreSQL
 */
export function spreadRows(
  model: Model, where: Predicate, list: RowList, asked: readonly string[], printing: Printing,
): string | null {
  const columns = [...new Set([...asked, ...list.order.map(({ sqlColumn }) => sqlColumn)])];
  const parts = orderParts(list.order, list.after, list.backwards);
  const { alternatives, team } = alternativesOf(model, where, printing);
  if (parts.length === 1 && !parts[0]!.condition && alternatives.length === 1 && !alternatives[0]!.spread) return null;
  const selects = parts.flatMap((part) => {
    const stretch = { ...list, part, columns };
    const beginning = team && printBeginning(model, team, printing, stretch);
    const others = alternatives.map((each) => (
      printAlternative(model, { ...each, gates: [...(beginning?.others ?? []), ...each.gates] }, printing, stretch)));
    return beginning ? [beginning.select, ...others] : others;
  });
  return selects.length > 1 ? `${selects.join(' union all ')} limit ${list.limit}` : selects[0]!;
}

/** The same rows, all of them, to be counted. */
export function spreadCount(model: Model, where: Predicate, printing: Printing): string | null {
  const { alternatives } = alternativesOf(model, where, printing);
  if (alternatives.length === 1 && !alternatives[0]!.spread) return null;
  const selects = alternatives.map((each) => printAlternative(model, each, printing, null));
  return `select count(*)::int as total from (${selects.join(' union all ')}) rows`;
}

/** Of these, one alone finds rows. */
function alternativesOf(model: Model, where: Predicate, printing: Printing): Alternatives {
  const candidates = findCandidates(where, model, printing.values);
  const found: Alternative[] = [];
  const gates: string[] = [];
  if (candidates) {
    printing.heads.set('candidates', `select ${candidates.ids} as ids`);
    found.push({ gates: ['(select c.ids is not null from candidates c)'], where, among: candidates });
    gates.push('(select c.ids is null from candidates c)');
  }
  const isWalk = found.length > 0;
  const spread = spreadOf(where, model);
  if (!spread || !printFew(spread, model, printing)) {
    return { alternatives: [...found, { gates, where, isWalk, ...(spread ? { spread } : {}) }] };
  }
  const alternatives = [
    ...found,
    { gates: [...gates, `(select f.owners <= ${fewOwners} from few f)`], where, isWalk, spread },
    { gates: [...gates, `(select f.owners > ${fewOwners} from few f)`], where, isWalk },
  ];
  return { alternatives, ...(candidates ? {} : { team: spread }) };
}

function spreadOf(where: Predicate, model: Model): Spread | null {
  const parts = where.kind === 'all' ? where.of : [where];
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

/**
 * Whether a condition names the one record, among very many, that all rows hang below: those lists have an index each.
 */
function isBelowRecord(where: Predicate, model: Model): boolean {
  if (where.kind !== 'test' || where.operator !== 'eq' || 'parameter' in where.operand) return false;
  const { column } = columnNamed(model, where.field);
  const leadsTo = [...model.relations.values()].find(({ isList, on }) => (
    !isList && on.some(({ from }) => from === column)));
  return leadsTo !== undefined && isOwnedNoun(leadsTo.model.toLowerCase() as Noun);
}

/** Null for a condition that no index leads to. */
function wayOf(where: Predicate, model: Model): Way | null {
  if (where.kind === 'test') return where.operator === 'eq' && 'parameter' in where.operand ? { where } : null;
  if (where.kind === 'related') {
    const relation = relationNamed(model, where.relation);
    if (relation.isList) return { where };
    if (!isListed(where.where)) return null;
    return { where, through: { kind: 'related', relation: where.relation, rest: where.where } };
  }
  if (where.kind !== 'all' || !where.of.every((each) => each.kind === 'test')) return null;
  for (const each of where.of) {
    if (each.operator !== 'in' || !('parameter' in each.operand)) continue;
    const rest = all(...where.of.filter((other) => other !== each));
    return { where, through: { kind: 'listed', field: each.field, parameter: each.operand.parameter, rest } };
  }
  return null;
}

/**
 * Counts those whose rows would be merged, no further than it matters, and asks whether a walk along everybody's list
 * meets their records in half the rows: it reads as many for each as there are members for one of them, merging reads
 * one for each of them. False when there are none to count.
 */
function printFew({ ways }: Spread, model: Model, printing: Printing): boolean {
  const everybody: string[] = [];
  const counts = ways.flatMap(({ through }) => {
    if (!through) return [];
    if (through.kind === 'listed') return [`cardinality(${printing.values.parameter(through.parameter)})`];
    const owners = printOwners(model, through, printing);
    const others = printOwners(model, { ...through, rest: always }, printing);
    everybody.push(printSome(others, fewOwners * fairPart + 1));
    return [printSome(owners, fewOwners + 1)];
  });
  if (counts.length === 0) return false;
  const total = everybody.length > 0 ? everybody.join(' + ') : '0';
  printing.heads.set('few', 'select o.owners,'
    + ` ${total} <= least(o.owners * ${fairPart}, o.owners * o.owners / 2) as are_part`
    + ` from (select ${counts.join(' + ')} as owners offset 0) o`);
  return true;
}

function printSome({ from, where }: { from: string; where: string }, most: number): string {
  return `(select count(*) from (select ${from} where ${where} limit ${most}) counted)`;
}

function printOwners(
  model: Model, { relation, rest }: { relation: string; rest: Predicate }, printing: Printing,
): { alias: string; from: string; where: string } {
  const owner = modelNamed(relationNamed(model, relation).model);
  const alias = printing.values.alias();
  const where = `${alias}.workspace_id = ${printWorkspace(printing)}`
    + ` and ${printSql(rest, owner, alias, printing.values)}`;
  return { alias, from: `from ${owner.table} ${alias}`, where };
}

type Stretch = Pick<RowList, 'backwards' | 'limit'> & {
  part: OrderPart; offset?: number;
  /** What is selected. Rows pass through several selects: whole, they would cost more than to find them. */
  columns: readonly string[];
};

/** The columns of a row that a piece of SQL speaks of. */
export function columnsOf(alias: string, text: string): string[] {
  return [...text.matchAll(new RegExp(`\\b${alias}\\.(\\w+)`, 'g'))].map(([, column]) => column!);
}

const printColumns = (columns: readonly string[], alias: string) => (
  columns.map((column) => `${alias}.${column}`).join(', '));

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

/** @param earlier ways before this: a record that can be reached in two is found in the first */
function printWay(
  model: Model, { where, through }: Way, rest: Predicate, earlier: readonly Predicate[], { gates, isWalk }: Alternative,
  printing: Printing, stretch: Stretch | null,
): string {
  if (!through) {
    const others = all(rest, ...earlier.map(not));
    if (where.kind === 'related') return printFromRelated(model, where, others, { gates, isWalk }, printing, stretch);
    return printSelect(model, all(where, others), { gates, isWalk }, printing, stretch);
  }
  if (through.kind === 'listed') {
    const one = printing.values.alias();
    const join = (alias: string) => `${alias}.${model.columns.get(through.field)!.column} = ${one}.id`;
    const others = all(through.rest, rest, ...earlier.map(not));
    const rows = printSelect(model, others, { gates: [], join, isWalk }, printing, stretch);
    return `(select found.* from unnest(${printing.values.parameter(through.parameter)}) ${one}(id)`
      + ` cross join lateral ${rows} found`
      + `${gates.length > 0 ? ` where ${gates.join(' and ')}` : ''})`;
  }
  const owners = printOwners(model, through, printing);
  const { on } = relationNamed(model, through.relation);
  const join = (alias: string) => on.map(({ from, to }) => `${alias}.${from} = ${owners.alias}.${to}`).join(' and ');
  const others: Predicate[] = [];
  const conditions = [...gates, owners.where];
  for (const each of earlier) {
    const key = each.kind === 'test' && on.find(({ from }) => from === model.columns.get(each.field)!.column);
    // Whoever was the first way is left out here, not his records one by one.
    if (key) conditions.push(`${owners.alias}.${key.to} <> ${printing.values.operand(each.operand, 'uuid')}`);
    else others.push(not(each));
  }
  const rows = printSelect(model, all(rest, ...others), { gates: [], join, isWalk }, printing, stretch);
  return `(select found.* ${owners.from} cross join lateral ${rows} found where ${conditions.join(' and ')})`;
}

/**
 * The records that have such a related one (a share), looked up from there: left to choose, PostgreSQL walks along the
 * list and asks of each record whether it is shared.
 */
function printFromRelated(
  model: Model, { relation: name, where }: { relation: string; where: Predicate }, rest: Predicate,
  { gates, isWalk }: Pick<Alternative, 'gates' | 'isWalk'>, printing: Printing, stretch: Stretch | null,
): string {
  const relation = relationNamed(model, name);
  const target = modelNamed(relation.model);
  const other = printing.values.alias();
  const { to } = relation.on.find(({ from }) => from === 'id')!;
  const ids = `select distinct ${other}.${to} as id from ${target.table} ${other}`
    + ` where ${other}.workspace_id = ${printWorkspace(printing)}`
    + ` and ${other}.${to} is not null and ${printSql(where, target, other, printing.values)}`;
  const one = printing.values.alias();
  const join = (alias: string) => `${alias}.id = ${one}.id`;
  const rows = printSelect(model, rest, { gates: [], join, isWalk }, printing, stretch);
  const open = gates.length > 0 ? ` where ${gates.join(' and ')}` : '';
  return `(select found.* from (${ids}) ${one} cross join lateral ${rows} found${open})`;
}

type Selecting = Pick<Alternative, 'gates' | 'among' | 'isWalk'> & { join?: (alias: string) => string };

function printSelect(
  model: Model, where: Predicate, { gates, among, join, isWalk }: Selecting,
  printing: Printing, stretch: Stretch | null,
): string {
  const { values } = printing;
  const alias = values.alias();
  const conditions = [...gates, `${alias}.workspace_id = ${printWorkspace(printing)}`];
  if (join) conditions.push(join(alias));
  if (among) conditions.push(among.among(alias, '(select c.ids from candidates c)', values));
  if (where.kind !== 'always') conditions.push(printSql(where, model, alias, values, isWalk ? 'choice' : 'row'));
  if (!stretch) return `(select 1 from ${model.table} ${alias} where ${conditions.join(' and ')})`;
  const { part, backwards, limit, offset = 0 } = stretch;
  if (part.condition) conditions.push(part.condition(alias));
  if (part.after) conditions.push(part.after(alias, values));
  return `(select ${printColumns(stretch.columns, alias)} from ${model.table} ${alias} where ${conditions.join(' and ')}`
    + ` order by ${printOrder(part.keys, alias, backwards)} limit ${limit}${offset > 0 ? ` offset ${offset}` : ''})`;
}

function printWorkspace({ values, workspaceId }: Printing): string {
  return values.shared('workspace', workspaceId, 'uuid');
}
