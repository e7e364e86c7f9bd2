import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoPassword } from '../../prisma/demo/people.ts';
import { seedDemo } from '../../prisma/seed.ts';
import { projectFolder } from '../../src/project.ts';
import { schema } from '../../src/schema/index.ts';
import { type Answer, type TestServer, codes, startServer } from './http-server.ts';

const read = (name: string) => readFileSync(path.join(projectFolder, 'examples', name), 'utf8');
const variables = JSON.parse(read('demo-variables.json')) as Record<string, object>;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ schema });
  await seedDemo(server.databaseUrl);
}, 60_000);
afterAll(() => server.close());

async function run(person: string): Promise<Map<string, Answer>> {
  const input = { email: `${person}@demo.test`, password: demoPassword };
  const query = 'mutation($input: SignInInput!) { signIn(input: $input) { token } }';
  const { data } = await server.post({ query, variables: { input } });
  const { token } = (data as { signIn: { token: string } }).signIn;
  const answers = new Map<string, Answer>();
  const headers = { authorization: `Bearer ${token}` };
  for (const [name, values] of Object.entries(variables)) {
    answers.set(name, await server.post({ query: read(`${name}.graphql`), variables: values }, headers));
  }
  return answers;
}

test('the tabs of GraphiQL name records of the demo: whoever may, sees them; the others are told why not', async () => {
  // The owner last: what he changes would be news to the others.
  for (const person of ['viewer', 'rep2', 'rep', 'manager']) {
    for (const [name, answer] of await run(person)) {
      expect([person, name, codes(answer).filter((code) => code !== 'FORBIDDEN')]).toEqual([person, name, []]);
    }
  }
  const asOwner = [...await run('owner')].filter(([name]) => name !== '04-move-a-deal');
  for (const [name, { errors, data }] of asOwner) {
    expect([name, errors]).toEqual([name, undefined]);
    const parts = Object.values(data as Record<string, { userErrors?: object[] } | null>);
    expect([name, parts.includes(null), parts.flatMap((part) => part?.userErrors ?? [])]).toEqual([name, false, []]);
  }
});
