import type { InputFieldRef, InputFieldBuilder } from '@pothos/core';
import type { FieldGroup, Noun } from '../auth/nouns.ts';
import { BadInputError, type Filter, type FilterField } from '../db/reader/filter.ts';
import { type Orderable } from '../db/reader/order.ts';
import { typeNameOf } from '../type-name.ts';
import { type SchemaTypes, builder } from './builder.ts';
import { idOf } from './global-id.ts';

/**
 * Inputs that narrow and order lists. Their fields carry the names of the record type's own, and take the read right of
 * the field of that name: `describeInputs` (index.ts) looks it up once the schema stands.
 */
type InputBuilder = InputFieldBuilder<SchemaTypes, 'InputObject'>;
type AnyInputRef = ReturnType<typeof builder.inputRef<Record<string, unknown>>>;

const comparison = { lt: 'Less than.', lte: 'At most.', gt: 'Greater than.', gte: 'At least.' };
const equality = {
  eq: 'Equal to.', ne: 'Not equal to; includes records without a value.', isNull: 'True: has no value. False: has one.',
};
const membership = {
  in: 'One of these, at most 200.', notIn: 'None of these, at most 200; includes records without a value.',
};

/** No text that lists are searched by is longer. The database would compare it with every one of them all the same. */
const longestPart = 500;

function part(value: unknown, path: string): unknown {
  const isPart = path.endsWith('.contains') || path.endsWith('.startsWith');
  if (!isPart || [...String(value)].length <= longestPart) return value;
  throw new BadInputError(path, `${path} takes at most ${longestPart} characters.`);
}

function filterType(
  name: string, type: 'String' | 'ID' | 'Int' | 'BigInt' | 'Boolean' | 'DateTime' | 'Date' | object,
  kinds: { comparison?: boolean; membership?: boolean; text?: boolean },
): AnyInputRef {
  return builder.inputRef<Record<string, unknown>>(name).implement({
    description: `Tests of one field; all that are given must hold.`,
    fields: (t) => {
      const one = (description: string) => t.field({ type: type as 'String', description });
      const fields: Record<string, InputFieldRef<SchemaTypes, unknown>> = {
        eq: one(equality.eq), ne: one(equality.ne), isNull: t.boolean({ description: equality.isNull }),
      };
      if (kinds.membership) {
        for (const [operator, description] of Object.entries(membership)) {
          fields[operator] = t.field({ type: [type as 'String'], description });
        }
      }
      if (kinds.comparison) {
        for (const [operator, description] of Object.entries(comparison)) fields[operator] = one(description);
      }
      if (kinds.text) {
        fields.contains = one(`Contains this text, whatever the case; at most ${longestPart} characters.`);
        fields.startsWith = one(`Starts with this text, whatever the case; at most ${longestPart} characters.`);
      }
      return fields as never;
    },
  }) as AnyInputRef;
}

const StringFilter = filterType('StringFilter', 'String', { membership: true });
const TextFilter = filterType('TextFilter', 'String', { membership: true, text: true });
const IdFilter = filterType('IdFilter', 'ID', { membership: true });
const IntFilter = filterType('IntFilter', 'Int', { membership: true, comparison: true });
const BigIntFilter = filterType('BigIntFilter', 'BigInt', { membership: true, comparison: true });
const BooleanFilter = filterType('BooleanFilter', 'Boolean', {});
const DateTimeFilter = filterType('DateTimeFilter', 'DateTime', { comparison: true });
const DateFilter = filterType('DateFilter', 'Date', { comparison: true });

/** One field of a `where`: which filter type it has and what it tests. */
type FilterSpec = { type: () => AnyInputRef; field: FilterField; sameAs?: string };
type ColumnOptions = {
  column?: string;
  /** The output field whose right it takes, when it is not the one of its name. */
  sameAs?: string;
};

function column(type: () => AnyInputRef, decode?: (value: unknown, path: string) => unknown) {
  return (options: ColumnOptions = {}): FilterSpec => ({
    type, ...(options.sameAs ? { sameAs: options.sameAs } : {}),
    field: { kind: 'column', column: options.column ?? '', fieldGroup: 'core', ...(decode ? { decode } : {}) },
  });
}

/** Exact tests of text. */
export const string = column(() => StringFilter);
/** Exact tests, and parts of the text: only for columns with an index for them. */
export const text = column(() => TextFilter, part);
export const int = column(() => IntFilter);
export const bigInt = column(() => BigIntFilter);
export const boolean = column(() => BooleanFilter);
export const instant = column(() => DateTimeFilter);
export const date = column(() => DateFilter);

/** The id of a record: of this one, or (`companyId`) of one it refers to by the relation of that name. */
export function id(noun: Noun, options: ColumnOptions = {}): FilterSpec {
  const spec = column(() => IdFilter, (value, path) => idOf(noun, String(value), path))(options);
  return { ...spec, field: { ...spec.field, link: { relation: '', noun } } as FilterField };
}

/** A column filter takes column and relation from the name it has in the input, where it does not say otherwise. */
function named(name: string, field: FilterField): FilterField {
  if (field.kind === 'relation') return field;
  const { link, ...rest } = field;
  return {
    ...rest, column: field.column || name,
    ...(link && name !== 'id' ? { link: { ...link, relation: name.replace(/Id$/, '') } } : {}),
  };
}

const enumFilters = new Map<string, AnyInputRef>();

/** A closed set of values. */
export function enumeration(name: string, type: object, options: ColumnOptions = {}): FilterSpec {
  let filter = enumFilters.get(name);
  if (!filter) enumFilters.set(name, (filter = filterType(`${name}Filter`, type, { membership: true })));
  return column(() => filter)(options);
}

/** A related record that fulfils a condition; only readable ones count. */
export function one(relation: string, noun: Noun): FilterSpec {
  return {
    type: () => whereInputOf(noun),
    field: { kind: 'relation', via: [relation], fieldGroup: 'core', filter: () => filterOf(noun), isMany: false },
  };
}

/** Related records: `some` fulfils a condition, or `none` does. `via` may lead through a table of links. */
export function many(via: string[], noun: Noun): FilterSpec {
  return {
    type: () => quantifierOf(noun),
    field: { kind: 'relation', via, fieldGroup: 'core', filter: () => filterOf(noun), isMany: true },
  };
}

const whereInputs = new Map<Noun, AnyInputRef>();
const quantifiers = new Map<Noun, AnyInputRef>();
const filters = new Map<Noun, Filter & { typeName: string; sameAs: Record<string, string> }>();

/** Declares the `where` of a noun's lists. */
export function whereInput(noun: Noun, typeName: string, specs: () => Record<string, FilterSpec>): AnyInputRef {
  const ref = whereInputOf(noun, typeName);
  ref.implement({
    description: `Narrows a list of ${typeName} records. All conditions given must hold.`,
    extensions: { filterOf: noun },
    fields: (t: InputBuilder) => {
      const fields: Record<string, InputFieldRef<SchemaTypes, unknown>> = {
        and: t.field({ type: [ref], description: 'Each of these must hold; at most 50.' }),
        or: t.field({ type: [ref], description: 'At least one of these must hold; at most 50.' }),
        not: t.field({ type: ref, description: 'This must not hold.' }),
      };
      const filter: Filter['fields'] = {};
      const sameAs: Record<string, string> = {};
      for (const [name, spec] of Object.entries(specs())) {
        fields[name] = t.field({ type: spec.type(), description: `Tests \`${name}\`.` });
        filter[name] = named(name, spec.field);
        if (spec.sameAs) sameAs[name] = spec.sameAs;
      }
      filters.set(noun, { noun, fields: filter, typeName, sameAs });
      return fields as never;
    },
  } as never);
  return ref;
}

function whereInputOf(noun: Noun, typeName?: string): AnyInputRef {
  let ref = whereInputs.get(noun);
  if (!ref) {
    const name = typeName ?? typeNameOf(noun);
    whereInputs.set(noun, (ref = builder.inputRef<Record<string, unknown>>(`${name}Where`) as AnyInputRef));
  }
  return ref;
}

function quantifierOf(noun: Noun): AnyInputRef {
  let ref = quantifiers.get(noun);
  if (!ref) {
    const name = typeNameOf(noun);
    ref = builder.inputRef<Record<string, unknown>>(`${name}Quantifier`).implement({
      description: `Related ${name} records that the caller can read. Both conditions must hold where both are given.`,
      fields: (t: InputBuilder) => ({
        some: t.field({ type: whereInputOf(noun), description: 'At least one fulfils this.' }),
        none: t.field({ type: whereInputOf(noun), description: 'None fulfils this.' }),
      }),
    } as never) as AnyInputRef;
    quantifiers.set(noun, ref);
  }
  return ref;
}

export function filterOf(noun: Noun): Filter {
  const filter = filters.get(noun);
  if (!filter) throw new Error(`${noun} has no where input: declare one with whereInput().`);
  return filter;
}

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which way a list goes. Records without a value come last, both ways.',
  values: { ASC: { description: 'From small to large, A to Z, old to new.' }, DESC: { description: 'The other way.' } },
});

const orderables =
  new Map<string, { noun: Noun; typeName: string; columns: Orderable; outputs: Record<string, string> }>();

/** Declares what a noun's lists can be ordered by: enum value → the output field, and its column where it differs. */
export function orderInput(
  noun: Noun, typeName: string, fields: Record<string, string | { field: string; column: string }>,
) {
  const columns: Orderable = {};
  const outputs: Record<string, string> = {};
  for (const [value, spec] of Object.entries(fields)) {
    columns[value] = { column: typeof spec === 'string' ? spec : spec.column, fieldGroup: 'core' };
    outputs[value] = typeof spec === 'string' ? spec : spec.field;
  }
  orderables.set(noun, { noun, typeName, columns, outputs });
  const field = builder.enumType(`${typeName}OrderField`, {
    description: `What lists of ${typeName} records can be ordered by.`,
    values: Object.fromEntries(
      Object.entries(outputs).map(([value, output]) => [value, { description: `By \`${output}\`.` }]),
    ) as Record<string, { description: string }>,
  });
  return builder.inputType(`${typeName}Order`, {
    description: `One key of an order of ${typeName} records.`,
    fields: (t) => ({
      field: t.field({ type: field, required: true, description: 'What to order by.' }),
      direction: t.field({ type: OrderDirection, required: true, defaultValue: 'ASC', description: 'Which way.' }),
    }),
  });
}

export function orderableOf(noun: Noun): Orderable {
  return orderables.get(noun)!.columns;
}

/**
 * Gives every filter and order field the field group of the output field it is named after.
 *
 * @param groupOf field group of `Type.field`; null when there is no such field
 * @returns sentences about inputs that are named after no field
 */
export function takeReadRights(groupOf: (typeName: string, field: string) => FieldGroup | null): string[] {
  const problems: string[] = [];
  for (const { typeName, fields, sameAs } of filters.values()) {
    for (const [name, field] of Object.entries(fields)) {
      const group = groupOf(typeName, sameAs[name] ?? name);
      if (group) field.fieldGroup = group;
      else problems.push(
        `${typeName}Where.${name} is named after no field of ${typeName}: rename it, or say \`sameAs\`.`);
    }
  }
  for (const { typeName, columns, outputs } of orderables.values()) {
    for (const [value, output] of Object.entries(outputs)) {
      const group = groupOf(typeName, output);
      if (group) columns[value]!.fieldGroup = group;
      else problems.push(
        `${typeName}OrderField.${value} is named after no field of ${typeName}: change it in orderInput().`);
    }
  }
  return problems;
}

/** Where each filter and order field stands and which permission it needs: for the printed matrix and for tests. */
export function inputRights(): { place: string; permission: string }[] {
  return [
    ...[...filters.values()].flatMap(({ noun, typeName, fields }) => Object.entries(fields).map(([name, field]) => (
      { place: `${typeName}Where.${name}`, permission: `${noun}.${field.fieldGroup}` }))),
    ...[...orderables.values()].flatMap(({ noun, typeName, columns }) =>
      Object.entries(columns).map(([value, { fieldGroup }]) => ({
        place: `${typeName}OrderField.${value}`, permission: `${noun}.${fieldGroup}`,
      }))),
  ];
}
