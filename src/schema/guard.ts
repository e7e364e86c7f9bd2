import {
  type GraphQLField, type GraphQLFieldResolver, type GraphQLObjectType, type GraphQLSchema, getNamedType,
  isInterfaceType,
  isIntrospectionType, isNonNullType, isObjectType, isUnionType, responsePathAsArray,
} from 'graphql';
import { registerColumn } from '../auth/column-rights.ts';
import {
  type FieldAccess, type FieldRule, accessOf, canBeRefused, fieldRule, registerAccess,
} from '../auth/field-rules.ts';
import { type FieldGroup, parsePermission } from '../auth/nouns.ts';
import type { Profile } from '../auth/profile.ts';
import { type ShieldedSchema, shieldSchema } from '../auth/shield.ts';
import { connectionOf, isRecordType, readingOf, recordTypeOf } from '../db/reader/reading.ts';
import { relatedRows } from '../db/reader/read.ts';
import { modelNamed, snakeCase } from '../db/models.ts';
import type { Row } from '../db/database.ts';
import { type Access, permissionsIn } from './access.ts';
import type { GraphQLContext } from './context.ts';
import { takeReadRights } from './filters.ts';
import { checkInputs } from './inputs.ts';

type Field = GraphQLField<unknown, GraphQLContext>;
type Resolver = GraphQLFieldResolver<unknown, GraphQLContext>;

/**
 * Puts the policy onto the schema that Pothos built: every field learns its access, records get the short resolvers
 * that trust the read compiler's rows, and those fields that some profile can be refused get their guard.
 *
 * @throws Error listing everything that has no verdict, with what to write where: the server does not start then
 */
export function guardSchema(schema: GraphQLSchema): GraphQLSchema {
  const problems: string[] = [];
  const types = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !isIntrospectionType(type));
  for (const type of types) {
    for (const field of fieldsOf(type)) problems.push(...registerField(schema, type, field));
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (isUnionType(type) && type.extensions.access) {
      problems.push(
        `${type.name}: rules on unions are not applied; give the access to the fields of each of its types.`);
    }
    if (!isInterfaceType(type)) continue;
    if (type.extensions.access && type.extensions.access !== 'parent') {
      problems.push(
        `${type.name}: rules on interfaces are not applied; give the access to the fields of each of its types.`);
    }
    for (const { name, extensions } of Object.values(type.getFields())) {
      if (extensions.access && extensions.access !== 'parent') {
        problems.push(
          `${type.name}.${name}: rules on interfaces are not applied; give the access to the field of each type.`);
      }
    }
  }
  problems.push(...takeReadRights((typeName, name) => groupOfField(schema, typeName, name)));
  problems.push(...checkInputs(schema, (typeName, name) => groupOfField(schema, typeName, name)));
  if (problems.length > 0) {
    throw new Error(`The schema is not guarded completely:\n${problems.map((each) => `  - ${each}`).join('\n')}`);
  }
  const shielded = shieldSchema(schema, (coordinate) => publicFields.has(coordinate));
  const roots = new Set([schema.getQueryType(), schema.getMutationType()]);
  for (const type of types) {
    for (const field of fieldsOf(type)) {
      if (isRecordType(type)) field.resolve = recordResolver(field);
      if (roots.has(type)) field.resolve = guardRoot(field, shielded);
      else guardField(field, accessOf(field), shielded);
    }
  }
  return schema;
}

const publicFields = new Set<string>();

function fieldsOf(type: GraphQLObjectType): Field[] {
  return Object.values(type.getFields()) as Field[];
}

/** Takes down who may read a field. @returns what is wrong with how it is declared */
function registerField(schema: GraphQLSchema, type: GraphQLObjectType, field: Field): string[] {
  const coordinate = `${type.name}.${field.name}`;
  const access = (field.extensions.access ?? type.extensions.access) as Access | undefined;
  if (!access) {
    return [
      `${coordinate} has no access: write \`access: '…'\` where it is declared `
      + '(src/schema/access.ts says what there is).',
    ];
  }
  const isRoot = type === schema.getQueryType() || type === schema.getMutationType();
  if (access === 'public') publicFields.add(coordinate);
  const wrong = accessProblem(access, isRoot);
  if (wrong) return [`${coordinate}: ${wrong}`];
  const permissions = permissionsIn(access);
  const registered = registerAccess(type, field, permissions);
  const mustBeNullable = canBeRefused(registered) && isNonNullType(field.type);
  const problems = [
    ...(mustBeNullable ? [`${coordinate} can be refused, so it must be nullable: leave out \`nullable: false\`.`] : []),
    ...recordProblems(type, field, coordinate),
  ];
  if (isRecordType(type)) registerColumns(type, field, permissions[0] ?? null);
  return problems;
}

/** What is wrong with an access by itself. */
function accessProblem(access: Access, isRoot: boolean): string | null {
  if (!isRoot && (access === 'public' || access === 'signedIn')) return `'${access}' is for root fields only.`;
  if (isRoot && access === 'parent') return 'a root field has no parent; name its permission.';
  const permissions = permissionsIn(access);
  if (permissions.length > 1 && !isRoot) return 'several permissions are for root fields only.';
  try {
    permissions.forEach(parsePermission);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Records come from the compiler alone, which filters them: what is wrong with a field of records, or one to them. */
function recordProblems(type: GraphQLObjectType, field: Field, coordinate: string): string[] {
  if (isRecordType(type)) {
    const named = type.extensions.access ? [`${type.name}: records say the access of each field, not of the type.`] : [];
    try {
      readingOf(field);
      return named;
    } catch (error) {
      return [...named, `${coordinate}: ${(error as Error).message}`];
    }
  }
  if (returnsRecords(field) && !isReadField(type, field)) {
    return [
      `${coordinate} answers with records but is not read by the compiler: `
      + 'use the helpers of src/schema/connections.ts or records.ts.',
    ];
  }
  if (!returnsUnfiltered(field)) return [];
  return [
    `${coordinate} answers with records that have no row filter of their own: `
    + 'give their type a noun (recordOf), or reach them from their parent.',
  ];
}

/** Fields that hand on rows of the compiler, or that call it. */
function isReadField(type: GraphQLObjectType, field: Field): boolean {
  return connectionOf(type) !== null || type.name.endsWith('Edge') || field.extensions.readsRecords === true;
}

/** Children have the rows of their parent; by another way they would have everybody's. */
function returnsUnfiltered(field: Field): boolean {
  const named = getNamedType(field.type);
  const record = isObjectType(named) ? connectionOf(named) ?? named : null;
  return record !== null && isRecordType(record) && recordTypeOf(record).noun === null;
}

function returnsRecords(field: Field): boolean {
  const named = getNamedType(field.type);
  return isObjectType(named) && (isRecordType(named) || connectionOf(named) !== null);
}

/** A column belongs to the group of the field that shows just it, else of a field that shows it among others. */
function registerColumns(type: GraphQLObjectType, field: Field, permission: string | null): void {
  const { noun, model } = recordTypeOf(type);
  if (!noun || !permission) return;
  const group = parsePermission(permission).fieldGroup;
  // What a verb opens (a record's shares) is written by commands of its own.
  if (!group) return;
  const reading = readingOf(field);
  if (reading.kind === 'columns' || reading.kind === 'derived') {
    const { columns = [] } = reading;
    for (const column of columns) registerColumn(noun, column, group, columns.length === 1);
  }
  if (reading.kind === 'relation') {
    registerColumn(noun, reading.relation, group, true);
    const keys = modelNamed(model).relations.get(reading.relation)!;
    if (keys.isList) return;
    for (const { from } of keys.on) {
      const column = [...modelNamed(model).columns.keys()].find((name) => snakeCase(name) === from)!;
      if (column !== 'workspaceId') registerColumn(noun, column, group, true);
    }
  }
}

/** The field group of `Type.field`; `companyId` is the group of `company`. Null when there is no such field. */
function groupOfField(schema: GraphQLSchema, typeName: string, name: string): FieldGroup | null {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return null;
  const field = type.getFields()[name] ?? (name.endsWith('Id') ? type.getFields()[name.slice(0, -2)] : undefined);
  const [permission] = permissionsIn(field?.extensions.access as Access | undefined);
  return permission ? parsePermission(permission).fieldGroup ?? null : null;
}

/**
 * The resolver as it was declared, without plugin-prisma's look whether the row was loaded: rows of records come from
 * the read compiler alone (registerField sees to it), which has read what the document asks.
 */
function recordResolver(field: Field): Resolver | undefined {
  const declared = (field.extensions.pothosOptions as { resolve?: Resolver } | undefined)?.resolve;
  const reading = readingOf(field);
  if (reading.kind !== 'relation') return declared ?? field.resolve;
  if (field.extensions.list && connectionOf(getNamedType(field.type) as GraphQLObjectType)) return declared;
  // t.relation declares a resolver of its own, which knows nothing of aliases; only ours that come with a reading
  // count.
  const own = field.extensions.pothosPrismaRelationField ? undefined : declared;
  return own ?? ((row, _args, _context, info) => relatedRows(row as Row, info));
}

function guardRoot(field: Field, { rootMiddleware }: ShieldedSchema): Resolver {
  const resolve = field.resolve!;
  const { coordinate } = accessOf(field);
  // Shield makes no middleware of a rule that allows always.
  if (publicFields.has(coordinate)) return resolve;
  const middleware = rootMiddleware.get(coordinate)!;
  return (root, args, context, info) => middleware(resolve as never, root, args, context, info);
}

/**
 * Always: straight on. Never: refused, and neither column nor resolver is touched. By the record: the rule is asked.
 */
function guardField(field: Field, access: FieldAccess, { recordRules }: ShieldedSchema): void {
  if (!canBeRefused(access)) return;
  const resolve = field.resolve!;
  const mayReadRecord = recordRules.get(access.coordinate);
  // The rows of an answer are all for one profile, so its entry of the table is looked up once.
  let profile: Profile | undefined;
  let rule: FieldRule | undefined;
  field.resolve = (row, args, context, info) => {
    if (context.principal!.profile !== profile) {
      ({ profile } = context.principal!);
      rule = fieldRule(field, profile);
    }
    const { verdict, permission } = rule!;
    if (verdict === 'always' || (verdict === 'byRecord' && mayReadRecord!(row))) {
      return resolve(row, args, context, info);
    }
    context.refusals.note(info.fieldNodes[0]!, () => responsePathAsArray(info.path), access.coordinate, permission);
    return null;
  };
}
