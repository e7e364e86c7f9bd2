import { type Parameters, type Predicate, type Test, operandValue } from './predicate.ts';
import { type Model, columnNamed, modelNamed, relationNamed } from './models.ts';
import { likeText } from './print-sql.ts';

/** A Prisma `where`. Its shape depends on the model, so the caller names the type it expects. */
export type PrismaWhere = Record<string, unknown>;

/**
 * A predicate as Prisma's `where`, for commands: a write carries the caller's reach in its condition. Prisma's
 * comparisons are unknown on null like SQL's, and its NOT keeps that; so `not` is pushed down to the tests, which know
 * their null.
 */
export function printPrisma(predicate: Predicate, model: Model, parameters: Parameters, negated = false): PrismaWhere {
  switch (predicate.kind) {
    case 'always': return negated ? nothing(model) : everything(model);
    case 'never': return negated ? everything(model) : nothing(model);
    case 'all':
    case 'some': {
      const parts = predicate.of.map((each) => printPrisma(each, model, parameters, negated));
      return (predicate.kind === 'all') !== negated ? { AND: parts } : { OR: parts };
    }
    case 'not': return printPrisma(predicate.of, model, parameters, !negated);
    case 'related': {
      const relation = relationNamed(model, predicate.relation);
      const target = modelNamed(relation.model);
      const where = (isNegated: boolean) => printPrisma(predicate.where, target, parameters, isNegated);
      if (relation.isList) return { [relation.name]: { [negated ? 'none' : 'some']: where(false) } };
      const one = { [relation.name]: { is: where(negated) } };
      if (!negated) return one;
      // `is: null` asks for every column of the key to be null, and the workspace never is.
      const isKey = (column: string) => relation.on.some(({ from }) => from === column);
      const keys = [...model.columns.values()].filter(({ column, isNullable }) => isNullable && isKey(column));
      return keys.length > 0 ? { OR: [...keys.map((key) => ({ [key.name]: null })), one] } : one;
    }
    case 'test': return negated ? negatedTest(predicate) : plainTest(predicate);
  }

  function plainTest({ field, operator, operand }: Test): PrismaWhere {
    const value = operandValue(operand, parameters);
    switch (operator) {
      // Prisma refuses to ask a required column for null.
      case 'isNull': return isNullable(field) ? { [field]: null } : nothing(model);
      case 'isNotNull': return isNullable(field) ? { [field]: { not: null } } : everything(model);
      case 'eq': return { [field]: { equals: value } };
      case 'ne': return { OR: [{ [field]: { not: value } }, ...orNull(field)] };
      case 'notIn': return { OR: [{ [field]: { notIn: value } }, ...orNull(field)] };
      case 'contains':
      case 'startsWith': return { [field]: { [operator]: likeText(value), mode: 'insensitive' } };
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
    return isNullable(field) ? [{ [field]: null }] : [];
  }

  function isNullable(field: string): boolean {
    return columnNamed(model, field).isNullable;
  }
}

/**
 * What no row fulfils, and what each does, said outright: an empty OR is false to Prisma where it stands alone and is
 * left out where it stands in an AND; an empty condition is true where it stands alone and is left out where it stands
 * in an OR.
 */
function nothing(model: Model): PrismaWhere {
  return { [model.columns.keys().next().value!]: { in: [] } };
}

function everything(model: Model): PrismaWhere {
  return { NOT: nothing(model) };
}
