/**
 * Conditions on records, as a small tree with three printers: SQL (print-sql.ts), Prisma's `where` (print-prisma.ts)
 * and an evaluator over loaded rows (evaluate.ts). Reach and `where` are both made of it, so they cannot disagree.
 *
 * A test is true or false, never unknown: a comparison with null is false (except `ne` and `notIn`, which include
 * nulls), and `not` of false is true.
 */
export type Predicate =
  | { kind: 'always' }
  | { kind: 'never' }
  | { kind: 'all'; of: readonly Predicate[] }
  | { kind: 'some'; of: readonly Predicate[] }
  | { kind: 'not'; of: Predicate }
  | { kind: 'test'; field: string; operator: Operator; operand: Operand }
  /** A related record (to-one) or at least one of them (to-many) fulfils the condition. */
  | { kind: 'related'; relation: string; where: Predicate };

/** A comparison of one field. */
export type Test = Extract<Predicate, { kind: 'test' }>;

export type Operator =
  | 'eq' | 'ne' | 'in' | 'notIn' | 'lt' | 'lte' | 'gt' | 'gte' | 'contains' | 'startsWith' | 'isNull' | 'isNotNull';

/** A value known now, or one that each request brings: then the tree can be kept per profile. */
export type Operand = { value: unknown } | { parameter: ParameterName };

/** What a request brings: the member, his team and those below, his team and those above, his roles, the instant. */
export type ParameterName = 'me' | 'myTeams' | 'myTeamChain' | 'myRoles' | 'now';
export type Parameters = {
  me: string; myTeams: readonly string[]; myTeamChain: readonly string[]; myRoles: readonly string[]; now: Date;
};

export const always: Predicate = { kind: 'always' };
export const never: Predicate = { kind: 'never' };

export function all(...of: Predicate[]): Predicate {
  const rest = of.filter((each) => each.kind !== 'always').flatMap(partsOf);
  if (rest.some((each) => each.kind === 'never')) return never;
  if (rest.length <= 1) return rest[0] ?? always;
  return { kind: 'all', of: rest };
}

/** The conditions that must all hold: of one made by `all`, or the one itself. */
export function partsOf(where: Predicate): readonly Predicate[] {
  return where.kind === 'all' ? where.of : [where];
}

export function some(...of: Predicate[]): Predicate {
  const rest = of.filter((each) => each.kind !== 'never').flatMap((each) => (each.kind === 'some' ? each.of : [each]));
  if (rest.some((each) => each.kind === 'always')) return always;
  if (rest.length <= 1) return rest[0] ?? never;
  return { kind: 'some', of: rest };
}

export function not(of: Predicate): Predicate {
  if (of.kind === 'always') return never;
  if (of.kind === 'never') return always;
  if (of.kind === 'not') return of.of;
  return { kind: 'not', of };
}

/** The same condition, said so that PostgreSQL takes no index for its sake. */
export function unindexed(of: Predicate): Predicate {
  return { kind: 'not', of: { kind: 'not', of } };
}

export function test(field: string, operator: Operator, value: unknown = null): Predicate {
  return { kind: 'test', field, operator, operand: { value } };
}

export function testParameter(field: string, operator: 'eq' | 'in' | 'gt', parameter: ParameterName): Predicate {
  return { kind: 'test', field, operator, operand: { parameter } };
}

export function related(relation: string, where: Predicate): Predicate {
  return where.kind === 'never' ? never : { kind: 'related', relation, where };
}

/** The predicate among records whose `relation` leads to one that fulfils `where`: that need not be asked again. */
export function assuming(predicate: Predicate, relation: string, where: Predicate): Predicate {
  switch (predicate.kind) {
    case 'related': return predicate.relation === relation && predicate.where === where ? always : predicate;
    case 'all': return all(...predicate.of.map((each) => assuming(each, relation, where)));
    case 'some': return some(...predicate.of.map((each) => assuming(each, relation, where)));
    default: return predicate;
  }
}

export function operandValue(operand: Operand, parameters: Parameters): unknown {
  return 'parameter' in operand ? parameters[operand.parameter] : operand.value;
}
