import { type Parameters, type Predicate, operandValue } from './predicate.ts';
import { type Model, columnNamed, modelNamed, relationNamed } from './models.ts';

/** A Prisma `where`. Its shape depends on the model, so the caller names the type it expects. */
export type PrismaWhere = Record<string, unknown>;

/**
 * A predicate as Prisma's `where`, for commands: a write carries the caller's reach in its condition. Prisma's
 * comparisons are unknown on null like SQL's, and its NOT keeps that; so `not` is pushed down to the tests, which know
 * their null.
 */
export function printPrisma(predicate: Predicate, model: Model, parameters: Parameters, negated = false): PrismaWhere {
  switch (predicate.kind) {
    case 'always': return negated ? nothing(model) : {};
    case 'never': return negated ? {} : nothing(model);
    case 'all':
    case 'some': {
      const parts = predicate.of.map((each) => printPrisma(each, model, parameters, negated));
      return (predicate.kind === 'all') !== negated ? { AND: parts } : { OR: parts };
    }
    case 'not': return printPrisma(predicate.of, model, parameters, !negated);
    case 'related': {
      const relation = relationNamed(model, predicate.relation);
      const where = printPrisma(predicate.where, modelNamed(relation.model), parameters);
      if (relation.isList) return { [relation.name]: { [negated ? 'none' : 'some']: where } };
      return negated ? { NOT: { [relation.name]: { is: where } } } : { [relation.name]: { is: where } };
    }
    case 'test': return negated ? negatedTest(predicate) : plainTest(predicate);
  }

  function plainTest({ field, operator, operand }: Test): PrismaWhere {
    const value = operandValue(operand, parameters);
    switch (operator) {
      case 'isNull': return { [field]: null };
      case 'isNotNull': return { [field]: { not: null } };
      case 'eq': return { [field]: { equals: value } };
      case 'ne': return { OR: [{ [field]: { not: value } }, ...orNull(field)] };
      case 'notIn': return { OR: [{ [field]: { notIn: value } }, ...orNull(field)] };
      case 'contains':
      case 'startsWith': return { [field]: { [operator]: value, mode: 'insensitive' } };
      default: return { [field]: { [operator]: value } };
    }
  }

  function negatedTest({ field, operator, operand }: Test): PrismaWhere {
    const opposite: Partial<Record<Test['operator'], Test['operator']>> = {
      isNull: 'isNotNull', isNotNull: 'isNull', eq: 'ne', ne: 'eq', in: 'notIn', notIn: 'in',
    };
    const flipped = opposite[operator];
    if (flipped) return plainTest({ kind: 'test', field, operator: flipped, operand });
    return { OR: [{ NOT: plainTest({ kind: 'test', field, operator, operand }) }, ...orNull(field)] };
  }

  function orNull(field: string): PrismaWhere[] {
    return columnNamed(model, field).isNullable ? [{ [field]: null }] : [];
  }
}

type Test = Extract<Predicate, { kind: 'test' }>;

/** What no row fulfils. An empty OR is false to Prisma where it stands alone, and is left out where it stands in an AND. */
function nothing(model: Model): PrismaWhere {
  return { [model.columns.keys().next().value!]: { in: [] } };
}
