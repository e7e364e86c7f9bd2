import fc from 'fast-check';
import { type Column, modelNamed } from '../../../src/db/models.ts';
import {
  type Operator, type Predicate, all, always, never, not, related, some, test, testParameter,
} from '../../../src/db/predicate.ts';

const equality: readonly Operator[] = ['eq', 'ne', 'in', 'notIn', 'isNull', 'isNotNull'];
const comparison: readonly Operator[] = ['lt', 'lte', 'gt', 'gte'];
const operators: Partial<Record<Column['type'], readonly Operator[]>> = {
  text: [...equality, 'contains', 'startsWith'], uuid: equality, enum: equality,
  boolean: ['eq', 'ne', 'isNull', 'isNotNull'],
  int: [...equality, ...comparison], bigint: [...equality, ...comparison],
  instant: [...equality, ...comparison], date: [...equality, ...comparison],
};

/** Pieces of text that patterns are made of, and letters that have two cases. */
const pieces = ['%', '_', '\\', 'Ä', 'ä', 'é', 'Ç', 'Γ', 'μ', 'S', 'a', '1', ' ', '%o', '\\C', '_1'];

/** Predicates over the rows of a model: values that its columns hold, and some that they do not. */
export function predicates(
  model: string, models: readonly string[], values: (model: string, column: string) => readonly unknown[],
): fc.Arbitrary<Predicate> {
  return at(model, 3);

  function at(name: string, depth: number): fc.Arbitrary<Predicate> {
    const leaf = fc.oneof({ weight: 12, arbitrary: tests(name) }, {
      weight: 1, arbitrary: fc.constantFrom(always, never),
    });
    if (depth === 0) return leaf;
    const below = fc.array(
      fc.constantFrom(0, 1).chain((less) => at(name, depth - 1 - less < 0 ? 0 : depth - 1 - less)), { maxLength: 3 });
    // Built as the product builds them, and as they would be without its simplifications.
    return fc.oneof(
      { weight: 3, arbitrary: leaf },
      { weight: 2, arbitrary: below.map((of) => all(...of)) },
      { weight: 2, arbitrary: below.map((of) => some(...of)) },
      { weight: 1, arbitrary: below.filter((of) => of.length > 0).map((of): Predicate => ({ kind: 'all', of })) },
      { weight: 1, arbitrary: below.filter((of) => of.length > 0).map((of): Predicate => ({ kind: 'some', of })) },
      { weight: 2, arbitrary: at(name, depth - 1).map(not) },
      { weight: 1, arbitrary: at(name, depth - 1).map((of): Predicate => ({ kind: 'not', of })) },
      { weight: 4, arbitrary: relations(name, depth) },
    );
  }

  function relations(name: string, depth: number): fc.Arbitrary<Predicate> {
    const known = [...modelNamed(name).relations.values()].filter((relation) => models.includes(relation.model));
    if (known.length === 0) return tests(name);
    return fc.constantFrom(...known).chain((relation) => fc.tuple(
      at(relation.model, Math.min(1, depth - 1)), fc.boolean(),
    ).map(
      ([where, isPlain]): Predicate => (isPlain ? { kind: 'related', relation: relation.name, where }
        : related(relation.name, where))));
  }

  function tests(name: string): fc.Arbitrary<Predicate> {
    const columns = [...modelNamed(name).columns.values()].filter((column) => operators[column.type] && !column.isList);
    return fc.constantFrom(...columns).chain((column) => fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...operators[column.type]!)
        .chain((operator) => operand(name, column, operator)) },
      { weight: column.type === 'uuid' ? 3 : 0, arbitrary: fc.constantFrom(
        testParameter(column.name, 'eq', 'me'), testParameter(column.name, 'in', 'myTeams'),
        testParameter(column.name, 'in', 'myTeamChain')) },
      { weight: column.type === 'instant' ? 1 : 0, arbitrary: fc.constant(testParameter(column.name, 'gt', 'now')) },
    ));
  }

  function operand(name: string, column: Column, operator: Operator): fc.Arbitrary<Predicate> {
    const one = value(name, column, operator);
    if (operator === 'isNull' || operator === 'isNotNull') return fc.constant(test(column.name, operator));
    if (operator === 'in' || operator === 'notIn') {
      return fc.array(one, { maxLength: 3 }).map((list) => test(column.name, operator, list));
    }
    return one.map((each) => test(column.name, operator, each));
  }

  function value(name: string, column: Column, operator: Operator): fc.Arbitrary<unknown> {
    const held = values(name, column.name);
    const known = held.length ? fc.constantFrom(...held) : fc.constant(instead(column));
    if (operator !== 'contains' && operator !== 'startsWith') {
      return column.type === 'enum' ? known : fc.oneof(known, fc.constant(instead(column)));
    }
    const part = fc.tuple(known, fc.nat(20), fc.nat(6)).map(([text, from, length]) => String(text).slice(
      operator === 'contains' ? from : 0, from + length));
    return fc.oneof(
      part, part.map((text) => text.toUpperCase()), part.map((text) => text.toLowerCase()), fc.constantFrom(...pieces))
      // ß and the like change their length with their case, which no two programs treat alike.
      .filter((text) => text.toUpperCase().length === text.length);
  }
}

function instead({ type }: Column): unknown {
  switch (type) {
    case 'uuid': return '019a0000-00ff-7000-8000-00000000dead';
    case 'int': return 1;
    case 'bigint': return 1n;
    case 'boolean': return true;
    case 'instant': return new Date('2026-03-01T00:00:00.000Z');
    case 'date': return new Date('2026-02-28T00:00:00.000Z');
    default: return 'A%b_c\\d';
  }
}
