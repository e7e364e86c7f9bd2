import { getDatamodel } from './generated/pothos.ts';

/**
 * Tables, columns and keys of the Prisma models, for those who write SQL. Names in the database are the models' and
 * fields' names in snake_case; test/architecture/models.test.ts compares this with the catalogue.
 */
export type Model = {
  name: string;
  table: string;
  columns: ReadonlyMap<string, Column>;
  relations: ReadonlyMap<string, Relation>;
};
export type ColumnType =
  'uuid' | 'text' | 'code' | 'int' | 'bigint' | 'decimal' | 'boolean' | 'instant' | 'date' | 'json' | 'enum';
export type Column = {
  name: string; column: string; type: ColumnType; isList: boolean; isNullable: boolean; enumType?: string;
};
export type Relation = {
  name: string;
  model: string;
  isList: boolean;
  /** Columns on this side and on the other that must be equal; the workspace is always among them. */
  on: readonly { from: string; to: string }[];
  /** To-one only: whether the key may be empty. */
  isNullable: boolean;
};

type DatamodelField = {
  name: string; kind: string; type: string; isList: boolean; isRequired: boolean;
  relationName?: string; relationFromFields?: readonly string[]; documentation?: string;
};
type DatamodelModel = { fields: readonly DatamodelField[]; documentation?: string };

const { models: datamodel } = (
  getDatamodel() as unknown as { datamodel: { models: Record<string, DatamodelModel> } }).datamodel;
const models = new Map<string, Model>();

export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter, at: number) => (at > 0 ? '_' : '') + letter.toLowerCase());
}

/** @throws Error when there is no such model, which is a mistake in our own code */
export function modelNamed(name: string): Model {
  const known = models.get(name);
  if (known) return known;
  const source = datamodel[name];
  if (!source) throw new Error(`There is no model ${name} in prisma/schema.prisma.`);
  const model: Model = {
    name,
    table: `gatehouse.${name === 'User' ? '"user"' : snakeCase(name)}`,
    columns: new Map(source.fields.filter((each) => each.kind !== 'object').map((each) => [each.name, columnOf(each)])),
    relations: new Map(
      source.fields.filter((each) => each.kind === 'object').map((each) => [each.name, relationOf(each)]),
    ),
  };
  models.set(name, model);
  return model;
}

export function columnNamed(model: Model, field: string): Column {
  const column = model.columns.get(field);
  if (!column) throw new Error(`${model.name} has no column for ${field}.`);
  return column;
}

export function relationNamed(model: Model, field: string): Relation {
  const relation = model.relations.get(field);
  if (!relation) throw new Error(`${model.name} has no relation ${field}.`);
  return relation;
}

/** The to-one relation on the other side of a to-many relation: `Activity.deal` of `Deal.activities`. */
export function inverseOf(model: Model, { model: other, on }: Relation): Relation {
  const isInverse = (relation: Relation) => !relation.isList && relation.model === model.name
    && relation.on.length === on.length
    && on.every(({ from, to }) => relation.on.some((pair) => pair.from === to && pair.to === from));
  const inverse = [...modelNamed(other).relations.values()].find(isInverse);
  if (!inverse) throw new Error(`${other} has no relation back to ${model.name}.`);
  return inverse;
}

export const modelNames = Object.keys(datamodel);

/** The `///` comment of a model or a field, without its `@personalData` mark. */
export function documentationOf(model: string, field?: string): string | undefined {
  const source = field ? datamodel[model]?.fields.find((each) => each.name === field) : datamodel[model];
  const text = source?.documentation?.replace(/^@personalData.*$/gm, '').trim().replace(/\s+/g, ' ');
  return text || undefined;
}

/** What kind of personal data a column holds, as `@personalData` says; undefined for none. */
export function personalDataOf(model: string, field: string): string | undefined {
  const documentation = datamodel[model]?.fields.find((each) => each.name === field)?.documentation;
  return /^@personalData (\w+)$/m.exec(documentation ?? '')?.[1];
}

function columnOf(field: DatamodelField): Column {
  return {
    name: field.name,
    column: snakeCase(field.name),
    type: columnType(field),
    isList: field.isList,
    isNullable: !field.isRequired,
    ...(field.kind === 'enum' ? { enumType: `gatehouse.${snakeCase(field.type)}` } : {}),
  };
}

/** Named by clients: no UUIDs. */
const textIds = new Set(['documentId', 'requestId']);
/** UUIDs by another name. */
const otherUuids = new Set(['rightsStamp']);

function columnType(field: DatamodelField): ColumnType {
  if (field.kind === 'enum') return 'enum';
  switch (field.type) {
    case 'Int': return 'int';
    case 'BigInt': return 'bigint';
    case 'Decimal': return 'decimal';
    case 'Boolean': return 'boolean';
    case 'Json': return 'json';
    case 'DateTime': return field.name.endsWith('On') ? 'date' : 'instant';
    default: return isUuid(field.name) ? 'uuid' : isCode(field.name) ? 'code' : 'text';
  }
}

function isUuid(name: string): boolean {
  return name === 'id' || (name.endsWith('Id') && !textIds.has(name)) || otherUuids.has(name);
}

/** Currencies and countries: codes of a fixed length, which is a type of its own to PostgreSQL. */
function isCode(name: string): boolean {
  return /(^c|C)urrency$|^country$/.test(name);
}

function relationOf(field: DatamodelField): Relation {
  const hasKey = (each: DatamodelField) => each.relationFromFields?.length;
  const owning = hasKey(field) ? field
    : datamodel[field.type]!.fields.find((each) => each.relationName === field.relationName && hasKey(each))!;
  const pairs = owning.relationFromFields!.map((from) => (
    { from: snakeCase(from), to: snakeCase(keyOf(from, owning)) }));
  return {
    name: field.name,
    model: field.type,
    isList: field.isList,
    on: owning === field ? pairs : pairs.map(({ from, to }) => ({ from: to, to: from })),
    isNullable: !field.isRequired,
  };

  // Keys are (workspaceId, id), or (workspaceId, pipelineId, id) for stages: a key field has the same name on both
  // sides, and what is left is the id.
  function keyOf(from: string, key: DatamodelField): string {
    if (from === 'workspaceId') return key.type === 'Workspace' ? 'id' : 'workspaceId';
    return from === 'pipelineId' && key.type === 'Stage' ? 'pipelineId' : 'id';
  }
}
