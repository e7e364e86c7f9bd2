import { getNamedType, isInputObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import { searchedTexts, matchingFunction } from '../../src/db/searched-texts.ts';
import { modelNamed } from '../../src/db/models.ts';
import { schema } from '../../src/schema/index.ts';
import { openTestDatabase } from '../support/database.ts';

let client: pg.Client;
let close: () => Promise<void>;
beforeAll(async () => { ({ client, close } = await openTestDatabase()); });
afterAll(() => close());

test('contains and startsWith are offered for texts that have an index, and for no others', () => {
  const offered = Object.values(schema.getTypeMap()).flatMap((type) => (isInputObjectType(type)
    && type.name.endsWith('Where')
    ? Object.values(type.getFields()).filter((field) => getNamedType(field.type).name === 'TextFilter')
      .map((field) => `${type.name.slice(0, -'Where'.length)}.${field.name}`)
    : []));
  expect(offered.length).toBeGreaterThan(0);
  expect(offered.sort()).toEqual(Object.entries(searchedTexts).map(([model, field]) => `${model}.${field}`).sort());
});

test('each of these texts has a trigram index over its table, and a function of gatehouse_search that may use it', async () => {
  for (const [name, field] of Object.entries(searchedTexts)) {
    const model = modelNamed(name);
    const { rows: [found] } = await client.query(
      `select pg_get_userbyid(proowner) as owner, prosecdef as "isDefiner", has_function_privilege('gatehouse_app', oid, 'execute') as "isOurs",
         has_function_privilege('gatehouse_identity', oid, 'execute') as "isEverybodys",
         exists (select from pg_index where indrelid = $2::regclass and pg_get_indexdef(indexrelid) like '%search_text gatehouse.gin_trgm_ops%') as "hasIndex"
       from pg_proc where oid = to_regprocedure($1 || '(text, boolean)')`,
       [matchingFunction(model, field), model.table]);
    expect(found, name).toEqual({
      owner: 'gatehouse_search', isDefiner: true, isOurs: true, isEverybodys: false, hasIndex: true,
    });
  }
});

test('of what belongs to gatehouse_search the server may call these functions and search_records', async () => {
  const { rows } = await client.query<{ name: string }>(
    `select proname as name from pg_proc where pronamespace = 'gatehouse'::regnamespace and proowner = 'gatehouse_search'::regrole
       and has_function_privilege('gatehouse_app', oid, 'execute')`);
  const matching = Object.entries(searchedTexts)
    .map(([name, field]) => matchingFunction(modelNamed(name), field).replace('gatehouse.', ''));
  expect(rows.map(({ name }) => name).sort()).toEqual([...matching, 'search_records'].sort());
});

test('every function that crosses the walls fixes its search path, and may be called by nobody whom nobody named', async () => {
  const { rows } = await client.query<{ name: string }>(
    `select proname as name from pg_proc p where pronamespace = 'gatehouse'::regnamespace and prosecdef
       and (not coalesce(array_to_string(proconfig, ','), '') ~ 'search_path=.*pg_temp'
         or exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0))`);
  expect(rows).toEqual([]);
});
