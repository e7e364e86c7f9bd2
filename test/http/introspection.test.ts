import { GraphQLObjectType, GraphQLSchema, GraphQLString, getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestServer, codes, startServer } from './http-server.ts';

const fields = {
  open: { type: GraphQLString, resolve: () => 'open' }, hidden: { type: GraphQLString, resolve: () => 'hidden' },
};
const whole = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields }) });
const part = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { open: fields.open } }) });

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startServer({ schema: whole, introspectionSchema: (principal) => (principal ? whole : part) });
  token = await server.aToken();
});
afterAll(() => server.close());

const namesOf = async (query: string, headers: Record<string, string> = {}) =>
  JSON.stringify((await server.post({ query }, headers)).data ?? null).match(/open|hidden/g) ?? [];
const asMember = () => ({ authorization: `Bearer ${token}` });

test.each([
  ['the whole introspection', getIntrospectionQuery()],
  ['a few names', '{ __schema { queryType { fields { name } } } }'],
  ['one type', '{ __type(name: "Query") { fields { name } } }'],
])('each caller is told of what he may know, whoever asked the same before: %s', async (_, query) => {
  for (let round = 0; round < 3; round += 1) {
    expect(await namesOf(query)).toEqual(['open']);
    expect(await namesOf(query, asMember())).toEqual(['open', 'hidden']);
  }
});

test('the schema is asked for by itself, since that answer comes from a schema without data', async () => {
  for (const query of [
    '{ __schema { queryType { name } } open }',
    '{ ...f } fragment f on Query { open t: __type(name: "Query") { name } }',
  ]) {
    const answer = await server.post({ query }, asMember());
    expect(codes(answer)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  }
  const alone = await server.ask('{ __typename __schema { queryType { name } } }');
  expect(alone.data).toMatchObject({ __typename: 'Query' });
});
