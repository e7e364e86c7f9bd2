import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type GraphQLObjectType, getNamedType, isInputObjectType, isIntrospectionType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { platformTables } from '../../../src/db/platform-tables.ts';
import { projectFolder } from '../../../src/project.ts';
import { schema } from '../../../src/schema/index.ts';
import { emptyTables } from '../worlds/empty-tables.ts';
import { tables } from '../worlds/world.ts';
import { doors } from './doors.ts';
import { groupOf, nounTypes } from './field-groups.ts';
import { mayAsk } from './roots.ts';
import { fields, fieldsByVerb } from './rules.ts';

/*
 * The tables beside this file are written by hand, so that what is tested is not asked what is right. This test holds
 * them to the schema: whoever adds something without saying who may have it is told where to say it.
 */
const roots = [schema.getQueryType()!, schema.getMutationType()!];
const rootFields = roots.flatMap((root) => Object.keys(root.getFields()).map((name) => `${root.name}.${name}`));
const types = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType => isObjectType(type) && !isIntrospectionType(type) && !roots.includes(type),
);

/** Types whose shape is always the same: they hold records and `userErrors`, and nothing of their own. */
const shapes: Readonly<Record<string, readonly string[]>> = {
  Connection: ['nodes', 'edges', 'pageInfo', 'totalCount'],
  Edge: ['cursor', 'node'],
  PageInfo: ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'],
};

function isOfKnownShape(type: GraphQLObjectType): boolean {
  const names = Object.keys(type.getFields());
  if (type.name.endsWith('Payload')) {
    return Object.values(type.getFields()).every(
      ({ name, type: answer }) =>
        name === 'userErrors' || name in nounTypes || isNodeOrNothing(getNamedType(answer).name),
    );
  }
  const shape = Object.entries(shapes).find(([ending]) => type.name.endsWith(ending))?.[1];
  return shape !== undefined && names.every((name) => shape.includes(name));
}

function isNodeOrNothing(typeName: string): boolean {
  return typeName === 'Node' || Object.values(nounTypes).includes(typeName);
}

test('every root field has a line that says who may ask', () => {
  const missing = rootFields.filter((field) => !mayAsk.has(field));
  expect(
    missing, `Add a line for each to test/access/matrix/roots.ts, from the product rules, such as "Query.deal  ALL".`,
  ).toEqual([]);
  const gone = [...mayAsk.keys()].filter((field) => !rootFields.includes(field));
  expect(gone, 'test/access/matrix/roots.ts speaks of root fields that are no more: take their lines out.').toEqual([]);
});

test('every field of every type has a line that says its field group', () => {
  const listed = new Set([
    ...[...fields].flatMap(([line, names]) => names.map((name) => `${line.split('.')[0]}.${name}`)),
    ...[...fieldsByVerb.values()].flat(),
  ]);
  const there = types.flatMap((type) =>
    isOfKnownShape(type) ? [] : Object.keys(type.getFields()).map((name) => `${type.name}.${name}`),
  );
  expect(
    there.filter((field) => !listed.has(field)),
    "Add each to its line under `fields` in test/access/matrix/rules.ts, from the product rules' field groups; a type "
      + 'whose ' +
      'fields come with the object that holds them gets a line "Type.parent  field field".',
  ).toEqual([]);
  const all = new Set(types.flatMap((type) => Object.keys(type.getFields()).map((name) => `${type.name}.${name}`)));
  expect(
    [...listed].filter((field) => !all.has(field)),
    'test/access/matrix/rules.ts speaks of fields that are no more: take them out.',
  ).toEqual([]);
});

test("every place in a filter, an order and the input of a record's command is named after a field with a line", () => {
  const nameless = Object.entries(nounTypes).flatMap(([noun, typeName]) =>
    [
      `${typeName}Where`,
      `${typeName}OrderField`,
      `${typeName}CreateInput`,
      `${typeName}UpdateInput`,
      `${typeName}MoveInput`,
    ].flatMap((name) => {
      const type = schema.getType(name);
      const places = isInputObjectType(type)
        ? Object.keys(type.getFields())
        : type && 'getValues' in type ? type.getValues().map((value) => value.name) : [];
      return places.filter((place) => groupOf(noun, place) === null).map((place) => `${name}.${place}`);
    }),
  );
  expect(
    nameless,
    'Name it after the field it reads or writes, or say in test/access/matrix/field-groups.ts for which it stands.',
  ).toEqual([]);
});

test('every file that speaks to the database, every path and every program has a line about who is asked', () => {
  const files = globSync('src/**/*.ts', { cwd: projectFolder }).map((file) => file.split(path.sep).join('/'));
  const read = (file: string) => readFileSync(path.join(projectFolder, file), 'utf8');
  const speaking = files
    .filter((file) => !/^src\/db\/(generated|setup)\//.test(file))
    .filter(
      (file) =>
        /\bdatabase\.(read|call|transaction)\(|\$(query|execute)Raw|\$send|\$afterwards/.test(read(file))
          || file === 'src/db/database.ts',
    );
  const paths = [...read('src/http/router.ts').matchAll(/(?:pathname === |case )'(\/[^']*)'/g)].map((each) => each[1]!);
  const programs = files.filter((file) => /^src\/cli\/[^/]+\.ts$/.test(file));
  expect(speaking.length).toBeGreaterThan(10);
  expect(paths.length).toBeGreaterThan(3);
  expect(
    [...speaking, ...paths, ...programs].filter((door) => !(door in doors)),
    'Say in test/access/matrix/doors.ts who is asked there what may leave, and by what.',
  ).toEqual([]);
  const gone = Object.keys(doors).filter((door) => door.startsWith('src/') && !files.includes(door));
  expect(gone, 'test/access/matrix/doors.ts speaks of files that are no more.').toEqual([]);
});

test('every table has a place in the two worlds or a reason to have none', () => {
  const models = [
    ...readFileSync(path.join(projectFolder, 'prisma/schema.prisma'), 'utf8').matchAll(
      /^model \w+ \{$[^}]*@@map\("(\w+)"\)/gm,
    ),
  ].map((each) => each[1]!);
  const known = new Set<string>([
    ...tables.map((table) => table.replaceAll('"', '')),
    ...Object.keys(emptyTables),
    ...Object.keys(platformTables),
  ]);
  expect(models.length).toBeGreaterThan(25);
  expect(
    models.filter((table) => !known.has(table)),
    'Give its rows to both worlds (test/access/worlds: tables in world.ts, rows in base-world.ts, what is seen of them '
      + 'in oracle.ts), ' +
      'or say in test/access/worlds/empty-tables.ts why it holds nothing that anybody is told.',
  ).toEqual([]);
});
