import type { FieldGroup, Noun } from '../../auth/nouns.ts';
import type { Profile } from '../../auth/profile.ts';
import { allowed, readable } from '../../auth/reach.ts';
import { type Operator, type Predicate, all, always, not, related, some, test } from '../predicate.ts';

/** What a `where` input may test, kept in the input type's extensions. */
export type Filter = { noun: Noun; fields: Record<string, FilterField> };
export type FilterField =
  | {
    kind: 'column'; column: string; fieldGroup: FieldGroup; decode?: (value: unknown, path: string) => unknown;
    /** For keys of other records: a link to a record that cannot be read tests like no link. */
    link?: { relation: string; noun: Noun };
  }
  /** `via` leads from the noun to the other: one relation, or two through a table of links. */
  | { kind: 'relation'; via: readonly string[]; fieldGroup: FieldGroup; filter: () => Filter; isMany: boolean };

/** A filter or order by something that the principal may not read; answered as FORBIDDEN, with the place. */
export class ForbiddenInputError extends Error {
  readonly path: string;
  readonly permission: string;

  constructor(path: string, permission: string) {
    super(`You may not use ${path}: that needs the permission ${permission}.`);
    this.path = path;
    this.permission = permission;
  }
}

/** The input makes no sense, though its types are right. */
export class BadInputError extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

type WhereValue = Record<string, unknown>;

/** Conditions in one `and` or `or`, and values in one `in` or `notIn`. */
const maxConditions = 50;
const maxValues = 200;

function requireAtMost(list: readonly unknown[], most: number, path: string): void {
  if (list.length <= most) return;
  throw new BadInputError(path, `${path} takes at most ${most} entries; it has ${list.length}.`);
}

/**
 * A `where` as a predicate that speaks of nothing its profile may not read: a leaf over a field that is readable on
 * some records only holds where the field is readable *and* the test is true, wherever it stands, and a relation sees
 * readable records only.
 *
 * @throws ForbiddenInputError for a field that the profile can read on no record
 */
export function compileWhere(
  filter: Filter, where: WhereValue | null | undefined, profile: Profile, path = 'where',
): Predicate {
  const parts: Predicate[] = [];
  for (const [name, value] of Object.entries(where ?? {})) {
    const here = `${path}.${name}`;
    if (value === undefined || value === null) {
      if (value === null) throw new BadInputError(here, `${here} is null: leave it out, or ask with isNull.`);
      continue;
    }
    if (name === 'and') parts.push(all(...each(value, here)));
    else if (name === 'or') parts.push(some(...each(value, here)));
    else if (name === 'not') parts.push(not(compileWhere(filter, value as WhereValue, profile, here)));
    else parts.push(leaf(filter.fields[name]!, value as WhereValue, here));
  }
  return all(...parts);

  function each(list: unknown, here: string): Predicate[] {
    requireAtMost(list as unknown[], maxConditions, here);
    return (list as WhereValue[]).map((item, at) => compileWhere(filter, item, profile, `${here}.${at}`));
  }

  function leaf(field: FilterField, value: WhereValue, here: string): Predicate {
    const verdict = profile.readVerdict(filter.noun, field.fieldGroup);
    if (verdict === 'never') throw new ForbiddenInputError(here, `${filter.noun}.${field.fieldGroup}`);
    const reach = verdict === 'always' ? [] : [allowed(profile, filter.noun, 'read', field.fieldGroup)];
    return all(...reach, field.kind === 'column' ? column(field, value, here) : relation(field, value, here));
  }

  function column(field: Extract<FilterField, { kind: 'column' }>, value: WhereValue, here: string): Predicate {
    const tests = Object.entries(value).filter(([, operand]) => operand !== undefined);
    if (tests.length === 0) throw new BadInputError(here, `${here} is empty: name an operator, such as eq.`);
    return all(...tests.map(([operator, operand]) => {
      const place = `${here}.${operator}`;
      if (operand === null) throw new BadInputError(place, `${place} is null: ask with isNull instead.`);
      if (Array.isArray(operand)) requireAtMost(operand, maxValues, place);
      if (operator === 'isNull') return link(field, test(field.column, operand ? 'isNull' : 'isNotNull'));
      const decode = (item: unknown) => (field.decode ? field.decode(item, place) : item);
      const value = Array.isArray(operand) ? operand.map(decode) : decode(operand);
      return link(field, test(field.column, operator as Operator, value));
    }));
  }

  /** A key is seen where its record is; elsewhere it tests as if it were empty. */
  function link(field: Extract<FilterField, { kind: 'column' }>, plain: Predicate): Predicate {
    const seen = field.link ? readable(profile, field.link.noun) : always;
    if (seen.kind === 'always' || plain.kind !== 'test') return plain;
    const isSeen = related(field.link!.relation, seen);
    const includesEmpty = ['isNull', 'ne', 'notIn'].includes(plain.operator);
    return includesEmpty ? some(plain, not(isSeen)) : all(plain, isSeen);
  }

  function relation(field: Extract<FilterField, { kind: 'relation' }>, value: WhereValue, here: string): Predicate {
    const target = field.filter();
    const rows = readable(profile, target.noun);
    if (rows.kind === 'never') throw new ForbiddenInputError(here, `${target.noun}.read`);
    const matching = (inner: WhereValue, place: string) => {
      const found = all(rows, compileWhere(target, inner, profile, place));
      return field.via.reduceRight<Predicate>((where, step) => related(step, where), found);
    };
    if (!field.isMany) return matching(value, here);
    const asked = Object.entries(value).filter(([, inner]) => inner !== undefined);
    if (asked.length === 0) throw new BadInputError(here, `${here} is empty: say some or none.`);
    return all(...asked.map(([quantifier, inner]) => {
      const place = `${here}.${quantifier}`;
      if (inner === null) throw new BadInputError(place, `${place} is null: leave it out, or give it a condition.`);
      const found = matching(inner as WhereValue, place);
      return quantifier === 'some' ? found : not(found);
    }));
  }
}
