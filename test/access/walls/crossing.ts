import { pino } from 'pino';
import pg from 'pg';
import { createApp } from '../../../src/app.ts';
import { apiKeyOf } from '../../../src/auth/api-key.ts';
import { Database, type DatabaseOptions } from '../../../src/db/database.ts';
import { platformTables } from '../../../src/db/platform-tables.ts';
import { readEnv } from '../../../src/env.ts';
import { schema } from '../../../src/schema/index.ts';
import { baseWorld } from '../worlds/base-world.ts';
import { elsewhere, home } from '../worlds/filling.ts';
import { loadWorld } from '../worlds/load-world.ts';
import type { PersonKey } from '../worlds/people.ts';
import type { World } from '../worlds/world.ts';
import { now } from '../worlds/world-server.ts';

/** Stands in every free text of the other workspace, and nowhere else. */
export const canary = 'canary';

/** Columns whose text people write. */
const freeText = new Set([
  'name',
  'title',
  'subject',
  'body',
  'notes',
  'first_name',
  'last_name',
  'company_name',
  'job_title',
  'industry',
  'street',
  'city',
  'region',
  'postal_code',
  'label',
  'description',
  'family',
  'sku',
  'role',
  'key',
  'loss_reason',
  'phone',
  'number',
]);

/** Two workspaces full of records, of which nothing may pass from the one to the other. */
export type Crossing = {
  world: World;
  /** Ids of all rows of both workspaces. */
  allIds: ReadonlySet<unknown>;
  /** Ids of a noun's records that are not deleted, in one's own workspace and in the other. */
  ids(noun: string, where: 'own' | 'away'): string[];
  ask(token: string, document: string): Promise<{ body: Answer; text: string }>;
  /** A key with which programs may do in one's own workspace whatever this person may. */
  aKeyOf(person: PersonKey): Promise<string>;
  /** All rows of the other workspace, as one text. */
  othersRows(): Promise<string>;
  owned(sql: string): Promise<void>;
  close(): Promise<void>;
};
export type Answer = {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[];
};

export async function openCrossing(open = (options: DatabaseOptions) => new Database(options)): Promise<Crossing> {
  const world = withCanaries(baseWorld(5));
  const created = await loadWorld(world);
  const database = open({ url: created.url, pooling: 'session', poolSize: 4, onConnectionError: () => {} });
  const env = readEnv({ NODE_ENV: 'test', COST_LIMIT: '1000000', CURSOR_SECRET: 'a secret of at least 32 bytes long' });
  let made = 0;
  const newId = () => `019d0000-0000-7000-8000-${(made += 1).toString(16).padStart(12, '0')}`;
  const services = { database, now: () => now, newId, cursorSecret: env.cursorSecret };
  const app = createApp({ env, schema, log: pino({ level: 'silent' }), services } as Parameters<typeof createApp>[0]);
  const owner = new pg.Client({ connectionString: created.adminUrl });
  await owner.connect();
  await owner.query('set role gatehouse_owner; set search_path = gatehouse');
  const [own, away] = [home, elsewhere].map((slug) => world.workspace!.find((row) => row.slug === slug)!.id as string);

  return {
    world,
    allIds: new Set(Object.values(world).flatMap((rows) => rows.map(({ id }) => id))),
    ids: (noun, where) =>
      (world[noun] ?? [])
        .filter((row) => row.workspace_id === (where === 'own' ? own : away) && (row.deleted_at ?? null) === null)
        .map(({ id }) => `${noun}_${id as string}`),
    async ask(token, document) {
      const response = await app.fetch(
        new Request('http://gatehouse/graphql', {
          method: 'POST',
          body: JSON.stringify({ query: document }),
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'x-request-id': 'r' },
        }),
      );
      const text = await response.text();
      return { body: JSON.parse(text) as Answer, text: `${text}\n${JSON.stringify([...response.headers])}` };
    },
    async aKeyOf(person) {
      const email = `${person}@${home}.example`;
      const member = world.member!.find((row) => row.workspace_id === own && row.email === email);
      const key = apiKeyOf(person.padEnd(40, 'a'));
      await owner.query(`select set_config('gatehouse.workspace_id', $1, false)`, [own]);
      await owner.query(
        `insert into api_key (workspace_id, id, member_id, name, prefix, token_hash, has_all_grants, expires_at)
           values ($1, gen_random_uuid(), $2, 'A key', $3, $4, true, now() + interval '1 day')`,
        [own, member!.id, key.prefix, key.tokenHash],
      );
      return key.token;
    },
    async othersRows() {
      const { rows } = await owner.query<{ name: string }>(
        `select table_name as name from information_schema.columns where table_schema = 'gatehouse' and column_name = 'workspace_id' order by 1`,
      );
      await owner.query(`select set_config('gatehouse.workspace_id', $1, false)`, [away]);
      const texts: string[] = [];
      for (const { name } of rows.filter((each) => !Object.hasOwn(platformTables, each.name))) {
        const found = await owner.query(
          `select coalesce(string_agg(t::text, e'\\n' order by t::text), '') as rows from "${name}" t where workspace_id = $1`,
          [away],
        );
        texts.push(`${name}: ${found.rows[0].rows as string}`);
      }
      return texts.join('\n');
    },
    async owned(sql) {
      await owner.query(sql);
    },
    async close() {
      await database.close();
      await owner.end();
      await created.drop();
    },
  };
}

function withCanaries(world: World): World {
  const away = world.workspace!.find(({ slug }) => slug === elsewhere)!.id;
  for (const [table, rows] of Object.entries(world)) {
    if (table === 'role') continue;
    for (const row of rows.filter((each) => each.workspace_id === away)) {
      for (const column of Object.keys(row)) {
        if (freeText.has(column) && typeof row[column] === 'string')
          row[column] = `${canary} ${row[column] as string}`.slice(0, 32);
      }
    }
  }
  return world;
}

/** Takes away every policy of every tenant table, and that they bind. */
export const withoutPolicies = `do $$
  declare t text;
  begin
    for t in select relname from pg_class where relnamespace = 'gatehouse'::regnamespace and relrowsecurity loop
      execute format('alter table gatehouse.%I no force row level security', t);
      execute format('alter table gatehouse.%I disable row level security', t);
    end loop;
  end $$`;
