import { type Model, modelNamed, relationNamed } from '../models.ts';
import { type ParameterName, type Predicate, all, not } from '../predicate.ts';
import { isListed, printSql } from '../print-sql.ts';
import { type Candidates, findCandidates } from '../searched-texts.ts';
import { type OrderPart, orderParts } from './order-parts.ts';
import { printOrder } from './order.ts';
import type { Printing, RowList } from './print.ts';

/**
 * Where one `select … where … order by … limit` would make PostgreSQL read far more rows than the list has, its rows are
 * fetched in several, each of which an index answers in order:
 *
 * - a key that can be null: the records with a value, then those without (PostgreSQL's indexes have nulls on one side
 *   only, lists have them last both ways);
 * - a reach made of several ways to a record (own, the team's, shared): one select for each way, and for the team one
 *   for each of its members, merged;
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

/** Of a condition, the part that is fulfilled in one of several ways, and the rest that must hold besides. */
type Spread = { ways: Way[]; rest: Predicate };

type Alternative = { gates: string[]; where: Predicate; among?: Candidates; spread?: Spread; isWalk?: boolean };

/** How many owners a team's list is merged from. A bigger team is part enough of a workspace to be met on a walk. */
const fewOwners = 32;

/** Rows of a root list, whole and in order, limited; null when a plain select does as well. */
export function spreadRows(model: Model, where: Predicate, list: RowList, printing: Printing): string | null {
  const parts = orderParts(list.order, list.after, list.backwards);
  const alternatives = alternativesOf(model, where, printing);
  if (parts.length === 1 && !parts[0]!.condition && alternatives.length === 1 && !alternatives[0]!.spread) return null;
  const selects = parts.flatMap((part) => alternatives.map((each) => printAlternative(model, each, printing, { ...list, part })));
  return selects.length > 1 ? `${selects.join(' union all ')} limit ${list.limit}` : selects[0]!;
}

/** The same rows, all of them, to be counted. */
export function spreadCount(model: Model, where: Predicate, printing: Printing): string | null {
  const alternatives = alternativesOf(model, where, printing);
  if (alternatives.length === 1 && !alternatives[0]!.spread) return null;
  const selects = alternatives.map((each) => printAlternative(model, each, printing, null));
  return `select count(*)::int as total from (${selects.join(' union all ')}) rows`;
}

/** Of these, one alone finds rows. */
function alternativesOf(model: Model, where: Predicate, printing: Printing): Alternative[] {
  const candidates = findCandidates(where, model, printing.values);
  const found: Alternative[] = [];
  const gates: string[] = [];
  if (candidates) {
    printing.heads.set('candidates', `select ${candidates.ids} as ids`);
    found.push({ gates: ['(select c.ids is not null from candidates c)'], where, among: candidates });
    gates.push('(select c.ids is null from candidates c)');
  }
  const spread = spreadOf(where, model);
  const few = spread && printFew(spread, model, printing);
  const isWalk = found.length > 0;
  if (!spread || !few) return [...found, { gates, where, isWalk, ...(spread ? { spread } : {}) }];
  return [
    ...found,
    { gates: [...gates, `(select f.owners <= ${fewOwners} from few f)`], where, isWalk, spread },
    { gates: [...gates, `(select f.owners > ${fewOwners} from few f)`], where, isWalk },
  ];
}

function spreadOf(where: Predicate, model: Model): Spread | null {
  const parts = where.kind === 'all' ? where.of : [where];
  for (const part of parts) {
    if (part.kind !== 'some') continue;
    const ways = part.of.map((each) => wayOf(each, model));
    if (ways.every((way) => way !== null)) return { ways, rest: all(...parts.filter((each) => each !== part)) };
  }
  return null;
}

/** Null for a condition that no index leads to. */
function wayOf(where: Predicate, model: Model): Way | null {
  if (where.kind === 'test') return where.operator === 'eq' && 'parameter' in where.operand ? { where } : null;
  if (where.kind === 'related') {
    const relation = relationNamed(model, where.relation);
    if (relation.isList) return { where };
    return isListed(where.where) ? { where, through: { kind: 'related', relation: where.relation, rest: where.where } } : null;
  }
  if (where.kind !== 'all' || !where.of.every((each) => each.kind === 'test')) return null;
  for (const each of where.of) {
    if (each.operator !== 'in' || !('parameter' in each.operand)) continue;
    const rest = all(...where.of.filter((other) => other !== each));
    return { where, through: { kind: 'listed', field: each.field, parameter: each.operand.parameter, rest } };
  }
  return null;
}

/** Counts those whose rows would be merged, and no further than it matters; false when there are none to count. */
function printFew({ ways }: Spread, model: Model, printing: Printing): boolean {
  const counts = ways.flatMap(({ through }) => {
    if (!through) return [];
    if (through.kind === 'listed') return [`cardinality(${printing.values.parameter(through.parameter)})`];
    const owners = printOwners(model, through, printing);
    return [`(select count(*) from (select ${owners.from} where ${owners.where} limit ${fewOwners + 1}) owners)`];
  });
  if (counts.length > 0) printing.heads.set('few', `select ${counts.join(' + ')} as owners`);
  return counts.length > 0;
}

function printOwners(
  model: Model, { relation, rest }: { relation: string; rest: Predicate }, printing: Printing,
): { alias: string; from: string; where: string } {
  const owner = modelNamed(relationNamed(model, relation).model);
  const alias = printing.values.alias();
  const where = `${alias}.workspace_id = ${printWorkspace(printing)} and ${printSql(rest, owner, alias, printing.values)}`;
  return { alias, from: `from ${owner.table} ${alias}`, where };
}

type Stretch = Pick<RowList, 'backwards' | 'limit'> & { part: OrderPart };

function printAlternative(model: Model, each: Alternative, printing: Printing, stretch: Stretch | null): string {
  if (!each.spread) return printSelect(model, each.where, each, printing, stretch);
  const { ways, rest } = each.spread;
  const selects = ways.map((way, at) => {
    return printWay(model, way, rest, ways.slice(0, at).map((earlier) => earlier.where), each, printing, stretch);
  });
  const merged = `select m.* from (${selects.join(' union all ')}) m`;
  return stretch ? `(${merged} order by ${printOrder(stretch.part.keys, 'm', stretch.backwards)} limit ${stretch.limit})` : `(${merged})`;
}

/** @param earlier ways before this: a record that can be reached in two is found in the first */
function printWay(
  model: Model, { where, through }: Way, rest: Predicate, earlier: readonly Predicate[], { gates, isWalk }: Alternative,
  printing: Printing, stretch: Stretch | null,
): string {
  if (!through) return printSelect(model, all(where, rest, ...earlier.map(not)), { gates, isWalk }, printing, stretch);
  if (through.kind === 'listed') {
    const one = printing.values.alias();
    const join = (alias: string) => `${alias}.${model.columns.get(through.field)!.column} = ${one}.id`;
    const rows = printSelect(model, all(through.rest, rest, ...earlier.map(not)), { gates: [], join, isWalk }, printing, stretch);
    return `(select found.* from unnest(${printing.values.parameter(through.parameter)}) ${one}(id) cross join lateral ${rows} found`
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

function printSelect(
  model: Model, where: Predicate, { gates, among, join, isWalk }: Pick<Alternative, 'gates' | 'among' | 'isWalk'> & { join?: (alias: string) => string },
  printing: Printing, stretch: Stretch | null,
): string {
  const { values } = printing;
  const alias = values.alias();
  const conditions = [...gates, `${alias}.workspace_id = ${printWorkspace(printing)}`];
  if (join) conditions.push(join(alias));
  if (among) conditions.push(among.among(alias, '(select c.ids from candidates c)', values));
  if (where.kind !== 'always') conditions.push(printSql(where, model, alias, values, isWalk));
  if (!stretch) return `(select 1 from ${model.table} ${alias} where ${conditions.join(' and ')})`;
  const { part, backwards, limit } = stretch;
  if (part.condition) conditions.push(part.condition(alias));
  if (part.after) conditions.push(part.after(alias, values));
  return `(select ${alias}.* from ${model.table} ${alias} where ${conditions.join(' and ')}`
    + ` order by ${printOrder(part.keys, alias, backwards)} limit ${limit})`;
}

function printWorkspace({ values, workspaceId }: Printing): string {
  return values.shared('workspace', workspaceId, 'uuid');
}
