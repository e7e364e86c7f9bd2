/* Answers each workload by its own statement over node:http and pg, with the workspace set in the same round trip. */
import { createServer, type IncomingMessage } from 'node:http';
import pg from 'pg';
import type { Person } from '../database.ts';
import { workloads } from '../workloads/index.ts';

const { DATABASE_URL, POOL_SIZE, PERSON, PORT, HOST } = process.env;
const person = JSON.parse(PERSON!) as Person;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: Number(POOL_SIZE), pipeline: true } as pg.PoolConfig);
const floors = new Map(workloads.map(({ name, floor }) => [name, floor] as const));
const expected = `Bearer ${person.token}`;
const setting = `set local gatehouse.workspace_id = '${person.workspaceId}'`;

const server = createServer(async (request, response) => {
  if (request.method !== 'POST' || request.headers.authorization !== expected) {
    response.writeHead(401).end();
    return;
  }
  try {
    const { workload, variables } = JSON.parse(await bodyOf(request)) as { workload: string; variables: unknown };
    const text = await answer(workload, variables);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
      .end(text);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end(JSON.stringify({ errors: [{ message: String(error) }] }));
  }
});
server.listen(Number(PORT), HOST);

async function answer(workload: string, variables: unknown): Promise<string> {
  const floor = floors.get(workload);
  if (!floor) throw new Error(`There is no floor for ${workload}.`);
  if ('constant' in floor) return floor.constant;
  const client = await pool.connect();
  try {
    if ('run' in floor) return await floor.run(client, variables as never, person, setting);
    const [, { rows }] = await Promise.all([
      client.query(`begin read only; ${setting}`),
      client.query({ name: workload, text: floor.sql, values: floor.values(person, variables as never) }),
      client.query('commit'),
    ]);
    return (rows as { answer: string }[])[0]!.answer;
  } finally {
    client.release();
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
