import { type Column, type Model, columnNamed, modelNamed, relationNamed } from './models.ts';
import { type Operand, type Parameters, type Predicate, type Test, partsOf } from './predicate.ts';

/** Collects a statement's values while its text is printed. */
export class Values {
  readonly list: unknown[] = [];
  /** The statement walks along a list until a page is full: related records are looked up one by one on the way. */
  isWalk = false;
  readonly #parameters: Parameters | undefined;
  readonly #placeholders = new Map<string, string>();
  readonly #operands = new Map<Operand, Map<string, string>>();
  #aliases = 0;

  /** @param parameters absent where no predicate is printed */
  constructor(parameters?: Parameters) {
    this.#parameters = parameters;
  }

  /** A placeholder for the value, with its type said, so that PostgreSQL need not guess. */
  add(value: unknown, type: string): string {
    this.list.push(value);
    return `$${this.list.length}::${type}`;
  }

  /** One placeholder for each parameter, however often it is used. */
  parameter(name: keyof Parameters): string {
    const type = name === 'now' ? 'timestamptz' : name === 'me' ? 'uuid' : 'uuid[]';
    let placeholder = this.#placeholders.get(name);
    if (!placeholder) this.#placeholders.set(name, (placeholder = this.add(this.#parameters![name], type)));
    return placeholder;
  }

  /** One placeholder for each operand of a tree, however often the tree is printed. */
  operand(operand: Operand, type: string): string {
    if ('parameter' in operand) return this.parameter(operand.parameter);
    let known = this.#operands.get(operand);
    if (!known) this.#operands.set(operand, (known = new Map()));
    let placeholder = known.get(type);
    if (!placeholder) known.set(type, (placeholder = this.add(operand.value, type)));
    return placeholder;
  }

  /** One placeholder for a value that many places of the statement ask for, by its name. */
  shared(name: string, value: unknown, type: string): string {
    let placeholder = this.#placeholders.get(name);
    if (!placeholder) this.#placeholders.set(name, (placeholder = this.add(value, type)));
    return placeholder;
  }

  /** A table alias that is not yet used in the statement. */
  alias(): string {
    this.#aliases += 1;
    return `t${this.#aliases}`;
  }
}

/** Text as a pattern of LIKE that stands for nothing but itself. */
export function likeText(value: unknown): string {
  return String(value).replace(/[\\%_]/g, '\\$&');
}

/** Where a condition stands: it holds for each row; it is one of several; it is about one of a row's many others. */
type Place = 'row' | 'choice' | 'others';

/**
 * A predicate over the rows of `alias` as a SQL condition. A comparison with null prints as SQL's own, which may be
 * null: `and`, `or` and `where` take that for false, and `not` prints as `is not true`, which does too. So comparisons
 * stay plain and an index can serve them.
 */
export function printSql(
  predicate: Predicate, model: Model, alias: string, values: Values, place: Place = 'row',
): string {
  switch (predicate.kind) {
    case 'always': return 'true';
    case 'never': return 'false';
    case 'all': {
      const parts = predicate.of.map((each) => (
        printOfOne(each, predicate.of, model, values) ?? printSql(each, model, alias, values, place)));
      return `(${parts.join(' and ')})`;
    }
    case 'some': return `(${predicate.of.map((each) => printSql(each, model, alias, values, 'choice')).join(' or ')})`;
    case 'not': return `(${printSql(predicate.of, model, alias, values)}) is not true`;
    case 'test': return printTest(predicate, columnNamed(model, predicate.field), alias, values);
    case 'related': {
      const relation = relationNamed(model, predicate.relation);
      const target = modelNamed(relation.model);
      const other = values.alias();
      const join = relation.on.map(({ from, to }) => `${other}.${to} = ${alias}.${from}`).join(' and ');
      const isOfOthers = relation.isList || place === 'others';
      const rest = printSql(predicate.where, target, other, values, isOfOthers ? 'others' : 'row');
      if (!relation.isList && isListed(predicate.where)) {
        const side = (name: string, which: 'from' | 'to') => (
          relation.on.map((pair) => `${name}.${pair[which]}`).join(', '));
        return `(${side(alias, 'from')}) in (select ${side(other, 'to')} from ${target.table} ${other} where ${rest})`;
      }
      const where = `${join} and ${rest}`;
      // Where `exists` is one of several conditions, PostgreSQL would first read the whole table that it asks, and
      // where it is about one record that many fulfil, compare each row with all of these.
      if (values.isWalk && (place === 'choice' || !isOfOthers)) {
        return `(select true from ${target.table} ${other} where ${where}${relation.isList ? ' limit 1' : ''})`;
      }
      return `exists (select 1 from ${target.table} ${other} where ${where})`;
    }
  }
}

/**
 * A condition on the record that a key leads to, where another one says which that is (`stageId` is this): it is the
 * same for all rows, so PostgreSQL decides it once, before it looks at any. Null for other conditions.
 */
function printOfOne(each: Predicate, among: readonly Predicate[], model: Model, values: Values): string | null {
  if (each.kind !== 'related') return null;
  const relation = relationNamed(model, each.relation);
  const key = relation.isList ? undefined : relation.on.find(({ to }) => to === 'id');
  const named = key && among.find((other): other is Test => (
    other.kind === 'test' && other.operator === 'eq' && columnNamed(model, other.field).column === key.from));
  if (!named) return null;
  const target = modelNamed(relation.model);
  const other = values.alias();
  return `exists (select 1 from ${target.table} ${other} where ${other}.workspace_id = gatehouse.current_workspace_id()`
    + ` and ${other}.id = ${values.operand(named.operand, 'uuid')} and ${printSql(each.where, target, other, values)})`;
}

/** Whether a condition is about ids that the request brings: then few records fulfil it, and these are found first. */
export function isListed(where: Predicate): boolean {
  return partsOf(where).some((each) => each.kind === 'test' && each.operator === 'in' && 'parameter' in each.operand);
}

export function sqlType(column: Column): string {
  switch (column.type) {
    case 'int': return 'int';
    case 'decimal': return 'numeric';
    case 'code': return 'bpchar';
    case 'instant': return 'timestamptz';
    case 'json': return 'jsonb';
    case 'enum': return column.enumType!;
    default: return column.type;
  }
}

function printTest(
  test: Test, column: Column, alias: string, values: Values,
): string {
  const side = `${alias}.${column.column}`;
  const type = sqlType(column);
  const value = (as = type) => values.operand(test.operand, as);
  switch (test.operator) {
    case 'isNull': return `${side} is null`;
    case 'isNotNull': return `${side} is not null`;
    case 'eq': return `${side} = ${value()}`;
    case 'lt': return `${side} < ${value()}`;
    case 'lte': return `${side} <= ${value()}`;
    case 'gt': return `${side} > ${value()}`;
    case 'gte': return `${side} >= ${value()}`;
    case 'ne': return `${side} is distinct from ${value()}`;
    case 'in': return `${side} = any(${value(`${type}[]`)})`;
    case 'notIn': return `(${side} = any(${value(`${type}[]`)})) is not true`;
    case 'contains': return `${side} ilike '%' || ${likeValue()} || '%'`;
    case 'startsWith': return `${side} ilike ${likeValue()} || '%'`;
  }

  function likeValue(): string {
    const operand = 'value' in test.operand
      ? { value: likeText(test.operand.value) } : test.operand;
    return values.operand(operand, 'text');
  }
}
