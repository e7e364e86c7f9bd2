import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestServer, codes, startServer } from './http-server.ts';
import { probeSchema } from './probe-schema.ts';

const modes = [
  ['development', { NODE_ENV: 'development' }], ['production', { NODE_ENV: 'production' }],
] as const;

describe.each(modes)('in %s', (_, env) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ schema: probeSchema().schema, env });
  });
  afterAll(() => server.close());

  const bugs = [
    'error', 'text', 'object', 'nothing', 'type error', 'wrapped', 'coded by nobody', 'http', 'several', 'sql',
    'unique', 'prisma', 'prisma input', 'anything else',
  ];

  test.each(bugs)('nothing is told of a bug but that there is one (%s), and the log has it', async (how) => {
    const before = server.logLines.length;
    const answer = await server.ask('query($how: String) { fail(how: $how) hello }', { how });
    expect(answer.data).toEqual({ fail: null, hello: 'world' });
    expect(answer.errors).toEqual([{
      message: 'Unexpected error.', path: ['fail'], locations: [{ line: 1, column: 23 }],
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    }]);
    expect(answer.text + JSON.stringify([...answer.headers])).not.toMatch(/secret|stack|prisma|select|at /i);
    expect(answer.status).toBe(200);
    const { requestId } = answer.extensions as { requestId: string };
    const logged = server.logLines.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(logged.filter(({ level }) => level === 'error')).toMatchObject([{ requestId, msg: 'unexpected error' }]);
  });

  test.each(['sql value', 'prisma value'])('a value that PostgreSQL cannot take is the caller\'s (%s)', async (how) => {
    const answer = await server.ask('query($how: String) { fail(how: $how) }', { how });
    expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
    expect(answer.text).not.toMatch(/secret|P20/);
  });

  test.each([
    ['a number that is too large', { value: '99999999999', cast: 'int' }],
    ['a date that does not exist', { value: '2026-02-31', cast: 'date' }],
    ['a date after the end of time', { value: '2026-01-01', cast: 'interval' }],
  ])('%s is the caller\'s mistake', async (__, variables) => {
    const query = 'query($value: String, $cast: String) { text(value: $value, cast: $cast) }';
    const answer = await server.ask(query, variables);
    expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
  });

  test('errors of ours pass as they are', async () => {
    const answer = await server.ask('{ fail(how: "known") }');
    expect(answer.errors).toMatchObject([{ message: 'Known.', path: ['fail'], extensions: { code: 'FORBIDDEN' } }]);
    expect(answer.headers.get('x-known')).toBe('1');
  });

  test('a stored value that the schema does not know is not shown', async () => {
    const answer = await server.ask('{ badEnum }');
    expect(codes(answer)).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(answer.text).not.toContain('a-value-of-the-database');
  });

  test('a bug that leaves no data is a 500', async () => {
    const answer = await server.post({ query: '{ mustNotBeNull }' }, { accept: 'application/graphql-response+json' });
    expect(answer.status).toBe(500);
    expect(codes(answer)).toEqual(['INTERNAL_SERVER_ERROR']);
  });

  test.each([
    ['a variable of the wrong kind', 'query($of: Int!) { number(of: $of) }', { of: 'seven' }],
    ['a missing variable', 'query($of: Int!) { number(of: $of) }', {}],
    ['null by default', 'query($of: Int = 1) { number(of: $of) }', { of: null }],
    ['a scalar that breaks on it', 'query($picky: Picky) { find(picky: $picky) }', { picky: 'x' }],
    ['an unknown enum value', 'query($where: Filter) { find(where: $where) }', { where: { kind: 'HIDEN_VALUE' } }],
    ['an unknown input field', 'query($where: Filter) { find(where: $where) }', { where: { nam: 'x' } }],
  ])('variables that make no sense are the caller\'s mistake: %s', async (__, query, variables) => {
    const answer = await server.post({ query, variables }, { accept: 'application/graphql-response+json' });
    expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
    expect(answer.status).toBe(query.includes('= 1') ? 200 : 400);
    expect(answer.text).not.toMatch(/Did you mean|HIDDEN_VALUE/);
  });

  test.each([
    '{ helo }', '{ hello(nam: "x") }', '{ ...on Rows { id } }', '{ find(where: { nam: "x" }) }',
    '{ find(where: { kind: HIDEN_VALUE }) }', 'query($x: Filte) { find(where: $x) }',
    '{ rows(first: "1") { nodes { nam } } }',
  ])('names are not guessed for somebody who does not know them: %s', async (query) => {
    const answer = await server.ask(query);
    expect(new Set(codes(answer))).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
    expect(answer.text).not.toMatch(/Did you mean|HIDDEN_VALUE|"hello"/);
  });

  test('what was refused on the way stands in the answer', async () => {
    const answer = await server.ask('{ a: refused { id } b: hello }');
    expect(answer.data).toEqual({ a: null, b: 'world' });
    expect(answer.errors).toMatchObject([
      { path: ['refused'], extensions: { code: 'FORBIDDEN', field: 'Row.secret', permission: 'row.secret' } },
    ]);
  });
});
