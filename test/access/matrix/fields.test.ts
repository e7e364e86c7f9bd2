import {
  type GraphQLEnumType, type GraphQLInputObjectType, type GraphQLInputType, type GraphQLObjectType, getNamedType,
  isInputObjectType, isLeafType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { fieldsOf, groupOf, nounTypes } from './field-groups.ts';
import {
  type MatrixWorld, type OwnedNoun, type Whose, lists, nameFields, openMatrixWorld, ownedNouns,
} from './matrix-world.ts';
import { customRoles, fieldsByVerb, groupsRead, groupsWritten, ownersRecords, verdicts } from './rules.ts';
import { addDetails, detailColumns, valueFor } from './record-details.ts';
import type { Table } from './tables.ts';

/* Role × field group × read, filter, sort, write, for every field by its name, from rules.ts, against the API. */
const roles = ['OWNER', 'ADMIN', 'MANAGER', 'REP', 'VIEWER', 'CLERK', 'MIXED'];
/** Children that have fields with rights of their own. */
const childTypes = [
  'ContactAddress',
  'ContactEmail',
  'ContactPhone',
  'DealContact',
  'DealLine',
  'DealStageChange',
  'LeadStageChange',
  'ExternalReference',
];

let matrix: MatrixWorld;
/** By noun, role and whose record; the same for all tests, which change none of them. */
const records = new Map<string, string>();

beforeAll(async () => {
  const around = ['member', 'team', 'pipeline', 'stage', 'tag', 'product'].map((noun) => ({
    noun,
    verb: 'read',
    reach: 'ANY' as const,
  }));
  matrix = await openMatrixWorld(roles, {
    CLERK: [...ownedNouns.flatMap((noun) => customRoles.CLERK(noun)), ...around],
    MIXED: [...ownedNouns.flatMap((noun) => customRoles.MIXED(noun)), ...around],
  });
  for (const noun of ownedNouns) {
    const wanted = roles.flatMap((role) =>
      whoseOf(noun).map((whose) => ({ role, whose, columns: detailColumns(noun) })),
    );
    const ids = await matrix.add(noun, wanted);
    for (const [at, { role, whose }] of wanted.entries()) records.set(`${noun} ${role} ${whose}`, ids[at]!);
    await addDetails(matrix.world, noun, ids);
  }
});
afterAll(() => matrix.world.close());

function kindOf(noun: OwnedNoun): 'everybodys' | 'owners' | 'activities' {
  return noun === 'activity' ? 'activities' : noun === 'company' || noun === 'contact' ? 'everybodys' : 'owners';
}

function whoseOf(noun: OwnedNoun): Whose[] {
  return [...groupsRead[kindOf(noun)].get('OWNER')!.keys()] as Whose[];
}

/** Whether a cell such as `financial+internal` has the group. */
function has(cell: string, group: string): boolean {
  return cell !== '-' && (group === 'core' || group === 'parent' || cell === 'all' || cell.split('+').includes(group));
}

function as(role: string) {
  return matrix.world.as(matrix.people.get(role)!);
}

type Errors = readonly { path?: readonly (string | number)[]; extensions?: Record<string, unknown> }[];

describe.each(ownedNouns)('of a %s', (noun) => {
  const typeName = nounTypes[noun]!;
  const read = groupsRead[kindOf(noun)];
  const own = fieldsOf(typeName);
  const leafOf = (name: string, of = typeName) =>
    getNamedType((schema.getType(of) as GraphQLObjectType).getFields()[name]!.type);

  /** Every field with its group, those of children by their way: `addresses.street`. */
  function everyField(): Map<string, string> {
    return new Map(
      [...own].flatMap(([name, group]) => {
        const child = leafOf(name);
        if (!childTypes.includes(child.name)) return [[name, group] as const];
        return [...fieldsOf(child.name)].map(
          ([inner, innerGroup]) => [`${name}.${inner}`, has('core', group) ? innerGroup : group] as const,
        );
      }),
    );
  }

  function selection(): string {
    const lines = [...own.keys()].map((name) => {
      const named = leafOf(name);
      if (isLeafType(named)) return name;
      if (named.name === 'Money') return `${name} { amountMinor currency }`;
      if (!childTypes.includes(named.name)) return `${name} { __typename }`;
      const inner = [...fieldsOf(named.name).keys()].map((each) =>
        isLeafType(leafOf(each, named.name)) ? each : `${each} { __typename }`,
      );
      return `${name} { ${inner.join(' ')} }`;
    });
    return [...lines, 'shares { level }'].join('\n');
  }

  test('fields are read by role and whose record it is, by every way to the record', async () => {
    const fields = everyField();
    expect(fields.size).toBeGreaterThan(12);
    for (const role of roles) {
      for (const whose of whoseOf(noun)) {
        const id = `"${noun}_${records.get(`${noun} ${role} ${whose}`)!}"`;
        const text = `{
          one: ${noun}(id: ${id}) { ${selection()} }
          node(id: ${id}) { ... on ${typeName} { ${selection()} } }
          list: ${lists[noun]}(where: { id: { eq: ${id} } }) { nodes { ${selection()} } }
        }`;
        const [seen, all] = [
          await as(role).ask<Record<string, unknown>>(text),
          await as('OWNER').data<Record<string, unknown>>(text),
        ];
        const where = `${role} ${whose}`;
        const cell = read.get(role)!.get(whose)!;
        for (const way of ['one', 'node', 'list']) {
          const row = rowOf(seen.data, way);
          if (cell === '-') expect(row, `${where} by ${way}`).toBeNull();
          if (cell === '-') continue;
          const refused = refusedBelow(seen.errors, way);
          const expected = [...wanted(fields, cell), ...(mayShare(role, whose) ? [] : ['shares'])];
          expect([...refused].sort(), `${where} by ${way}`).toEqual(expected.sort());
          for (const [field, group] of fields) {
            // What leads to other records is compared where it is about them; here, what the record itself says.
            if (has(cell, group) && !isPlain(field)) continue;
            const value = has(cell, group) ? valueAt(rowOf(all, way), field) : null;
            expect(valueAt(row, field) ?? null, `${where}: ${field} by ${way}`).toEqual(value ?? null);
          }
        }
      }
    }
  });

  /** Fields that a cell hides, as the errors name them: one for the whole list where it is hidden itself. */
  function wanted(fields: ReadonlyMap<string, string>, cell: string): string[] {
    return [
      ...new Set(
        [...fields]
          .filter(([, group]) => !has(cell, group))
          .map(([field]) => {
            const [name] = field.split('.') as [string];
            return has(cell, own.get(name)!) ? field : name;
          }),
      ),
    ];
  }

  /** Who may give a record sees to whom it is given. */
  function mayShare(role: string, whose: Whose): boolean {
    expect(fieldsByVerb.get('share')).toContain(`${typeName}.shares`);
    return ownersRecords.share.get(role)?.get(whose === 'linked' ? 'other' : whose) === 'yes';
  }

  function isPlain(field: string): boolean {
    return !field.includes('.') && (isLeafType(leafOf(field)) || leafOf(field).name === 'Money');
  }

  const whereType = schema.getType(`${typeName}Where`) as GraphQLInputObjectType;

  test('filters see what the role can read of each record, and nothing else', async () => {
    const places = Object.values(whereType.getFields()).filter(({ name }) => !['and', 'or', 'not'].includes(name));
    for (const role of roles) {
      const cells = read.get(role)!;
      const mine = whoseOf(noun).map((whose) => ({
        id: `${noun}_${records.get(`${noun} ${role} ${whose}`)!}`,
        cell: cells.get(whose)!,
      }));
      const seen = mine.filter(({ cell }) => cell !== '-');
      const list = (alias: string, where: string) =>
        `${alias}: ${lists[noun]}(first: 50, where: { and: [{ id: { in: ${JSON.stringify(
          mine.map(({ id }) => id),
        )} } }, ${where}] }) { totalCount nodes { id } }`;
      // A document has at most thirty root fields.
      for (let from = 0; from < places.length; from += 15) {
        const asked = places.slice(from, from + 15);
        const text = `{ ${asked
          .map(({ name, type }) => {
            const condition = conditionOn(name, type);
            return `${list(`is_${name}`, condition)} ${list(`not_${name}`, `{ not: ${condition} }`)}`;
          })
          .join('\n')} }`;
        const { data, errors } = await as(role).ask<Lists>(text);
        const all = await as('OWNER').data<Lists>(text);
        for (const { name } of asked) {
          const group = groupOf(noun, name)!;
          const where = `${role} where ${name}`;
          const refusals = errors.filter(({ path }) => String(path![0]).endsWith(`_${name}`));
          if (verdicts[kindOf(noun)].get(role)!.get(group) === 'never') {
            expect(refusals.map(({ extensions }) => extensions?.field).sort(), where).toEqual(
              [`where.and.1.${name}`, `where.and.1.not.${name}`].sort(),
            );
            expect(refusals.every(({ extensions }) => extensions?.code === 'FORBIDDEN'), where).toBe(true);
            expect([data![`is_${name}`], data![`not_${name}`]], where).toEqual([null, null]);
            continue;
          }
          expect(refusals, where).toEqual([]);
          // Where the field cannot be read the test is false, so `not` of it is true.
          const fits = seen
            .filter(({ id, cell }) => has(cell, group) && all[`is_${name}`]!.nodes.some((row) => row.id === id))
            .map(({ id }) => id);
          expect(idsOf(data![`is_${name}`]), where).toEqual([...fits].sort());
          expect(data![`is_${name}`]!.totalCount, where).toBe(fits.length);
          expect(idsOf(data![`not_${name}`]), `${where}, not`).toEqual(
            seen.map(({ id }) => id).filter((id) => !fits.includes(id)).sort(),
          );
        }
      }
    }
  });

  test('orders go by what the role can read of every record in reach', async () => {
    const keys = (schema.getType(`${typeName}OrderField`) as GraphQLEnumType).getValues().map(({ name }) => name);
    for (const role of roles) {
      const asked = keys.map((key) => `${key}: ${lists[noun]}(first: 1, orderBy: [{ field: ${key} }]) { totalCount }`);
      const text = `{ ${asked.join('\n')} }`;
      const { errors } = await as(role).ask(text);
      const refused = errors
        .filter(({ extensions }) => extensions?.code === 'FORBIDDEN')
        .map(({ path }) => String(path![0]));
      expect(refused.sort(), role).toEqual(
        keys.filter((key) => verdicts[kindOf(noun)].get(role)!.get(groupOf(noun, key)!) !== 'always').sort(),
      );
      expect(errors.length, role).toBe(refused.length);
    }
  });

  test.each(['own', 'team', 'given'] as const)('fields are written by role, of a record that is %s', async (whose) => {
    await written(
      `${typeName}UpdateInput`,
      groupsWritten[whose],
      async (role, places) => {
        const ids = await matrix.add(noun, places.map(() => ({ role, whose, columns: detailColumns(noun) })));
        return (place, at) => `${noun}Update(input: { id: "${noun}_${ids[at]!}", version: 1, ${place} })`;
      },
      whose === 'team' ? (role) => role !== 'REP' : () => true,
      // Whose a given record is to be is a matter of its own: records.test.ts, "take" and "assign".
      whose === 'given' ? ['ownerId', 'teamId'] : [],
    );
  });

  test('fields are written by role, of a new record', async () => {
    await written(`${typeName}CreateInput`, groupsWritten.own, () => (place) => {
      const name = nameFields[noun];
      const kind = noun === 'activity' ? 'kind: TASK, ' : '';
      const required = place.startsWith(`${name}:`) ? '' : `${name}: "new", `;
      return `${noun}Create(input: { ${kind}${required}${place} })`;
    });
  });

  type Call = (place: string, at: number) => string;

  async function written(
    inputName: string, table: Table, callsFor: (role: string, places: readonly string[]) => Promise<Call> | Call,
    isIn: (role: string) => boolean = () => true, leftOut: readonly string[] = [],
  ): Promise<void> {
    const input = schema.getType(inputName) as GraphQLInputObjectType;
    expect(isInputObjectType(input)).toBe(true);
    const places = Object.keys(input.getFields()).filter(
      (name) => !['id', 'version', 'idempotencyKey', 'kind', ...leftOut].includes(name),
    );
    expect(places.length).toBeGreaterThan(4);
    for (const role of roles.filter(isIn)) {
      const call = await callsFor(role, places);
      const text = `mutation { ${places
        .map(
          (name, at) =>
            `a${at}: ${call(`${name}: ${valueFor(noun, name, matrix, role)}`, at)} { userErrors { code path } }`,
        )
        .join('\n')} }`;
      const { data, errors } =
        await as(role).ask<Record<string, { userErrors: { code: string; path: string[] }[] } | null>>(text);
      // A document that makes no sense says nothing about rights.
      const hint = `${JSON.stringify(errors[0])}: what a place takes is said by valueFor (record-details.ts).`;
      expect(data, hint).not.toBeNull();
      const found: Record<string, string> = {};
      const expected: Record<string, string> = {};
      for (const [at, name] of places.entries()) {
        const refusal = errors.find(
          ({ path, extensions }) => path?.[0] === `a${at}` && extensions?.code === 'FORBIDDEN',
        );
        const problem = data?.[`a${at}`]?.userErrors.find(({ code }) => code === 'NOT_PERMITTED');
        found[name] = refusal
          ? 'no'
          : problem ? `not${problem.path[1] === columnOf(name) ? '' : ` by ${problem.path.join('.')}`}` : 'yes';
        expected[name] = table.get(role)!.get(writeGroupOf(noun, name))!;
        if (refusal && role !== 'VIEWER') expect(refusal.extensions!.field, `${role} ${name}`).toBe(`input.${name}`);
      }
      expect({ [role]: found }).toEqual({ [role]: expected });
    }
  }
});

/** An amount is kept in a column of its own, by whose name it is refused. */
function columnOf(name: string): string {
  return name === 'amount' || name === 'annualRevenue' ? `${name}Minor` : name;
}

/** Cities are core, but who replaces the list of addresses replaces the streets in it. */
function writeGroupOf(noun: string, name: string): string {
  return name === 'addresses' ? 'contactDetails' : groupOf(noun, name)!;
}

function rowOf(data: Record<string, unknown> | null, way: string): Record<string, unknown> | null {
  const found = data?.[way] as Record<string, unknown> | null;
  return way === 'list' ? ((found as { nodes: Record<string, unknown>[] } | null)?.nodes[0] ?? null) : (found ?? null);
}

/** `addresses.street` of every address. */
function valueAt(row: Record<string, unknown> | null, field: string): unknown {
  const [name, inner] = field.split('.') as [string, string | undefined];
  const value = row?.[name];
  if (!inner) return value;
  return Array.isArray(value)
    ? value.some((each) => each[inner] !== null) ? value.map((each) => each[inner] as unknown) : null
    : null;
}

/** Fields that were refused below a root field, once each: `addresses.street`. */
function refusedBelow(errors: Errors, way: string): string[] {
  return errors
    .filter(({ path, extensions }) => path?.[0] === way && extensions?.code === 'FORBIDDEN')
    .map(({ path }) =>
      path!.slice(1).filter((each) => typeof each === 'string' && each !== 'nodes').join('.'),
    );
}

type List = { totalCount: number; nodes: { id: string }[] } | null;
type Lists = Record<string, List>;

function idsOf(list: List | undefined): string[] {
  return list!.nodes.map(({ id }) => id).sort();
}

/** A condition that holds where the field has a value. */
function conditionOn(name: string, type: GraphQLInputType): string {
  const named = getNamedType(type);
  if (named.name.endsWith('Quantifier')) return `{ ${name}: { some: { id: { isNull: false } } } }`;
  return named.name.endsWith('Where') ? `{ ${name}: { id: { isNull: false } } }` : `{ ${name}: { isNull: false } }`;
}
