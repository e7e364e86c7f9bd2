import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pg from 'pg';
import { Database } from '../../../src/db/database.ts';
import { uuidv7 } from '../../../src/db/uuid.ts';
import { type TestDatabase, createTestDatabase } from '../../support/database.ts';
import { randomFrom } from '../worlds/world.ts';
import { noPgBouncer, openPgBouncer } from './pgbouncer.ts';

/*
 * Fifty tenants on a pool of five, with clients that leave, statements that fail, transactions that throw or take too
 * long, and backends that are killed: no read ever answers with another tenant's row. No statement here names a
 * workspace, so the rows are bounded by the connection's setting alone. `npm run test:bleed` sends 20,000 requests.
 */
const requests = Number(process.env.BLEED_REQUESTS ?? 1_500);
const tenants = Array.from({ length: 50 }, () => uuidv7());
const companiesEach = 12;
const random = randomFrom(30);

let created: TestDatabase;
beforeAll(async () => {
  created = await createTestDatabase();
  const owner = new pg.Client({ connectionString: created.adminUrl });
  await owner.connect();
  await owner.query('set role gatehouse_owner; set search_path = gatehouse');
  for (const [at, id] of tenants.entries()) {
    await owner.query(`begin; set local gatehouse.workspace_id = '${id}'`);
    await owner.query(
      `insert into workspace (id, slug, name, time_zone, locale, default_currency) values ($1, $2, $2, 'UTC', 'en', 'EUR')`,
      [id, `tenant-${at}`],
    );
    await owner.query(
      `insert into company (workspace_id, id, name, currency)
         select $1, gen_random_uuid(), 'Company ' || i, 'EUR' from generate_series(1, ${companiesEach}) i`,
      [id],
    );
    await owner.query('commit');
  }
  await owner.end();
});
afterAll(() => created.drop());

type Counts = { answered: number; failed: Map<string, number>; foreign: number; empty: number };

async function storm(url: string, pooling: 'session' | 'transaction'): Promise<Counts> {
  const database = new Database({ url, pooling, poolSize: 5, onConnectionError: () => {} });
  // Kills backends as the server's own role may: directly, past any pooler.
  const killer = new pg.Client({ connectionString: created.url });
  await killer.connect();
  const counts: Counts = { answered: 0, failed: new Map(), foreign: 0, empty: 0 };
  let sent = 0;
  const caller = async () => {
    while (sent < requests) {
      sent += 1;
      if (sent % 150 === 0) await kill(killer);
      const tenant = random.pick(tenants);
      try {
        const rows = await oneRequest(database, tenant);
        if (!rows) continue;
        counts.answered += 1;
        counts.foreign += rows.filter((row) => row.workspace !== tenant).length;
        if (rows.length < companiesEach) counts.empty += 1;
      } catch (error) {
        const name = (error as Error).name;
        counts.failed.set(name, (counts.failed.get(name) ?? 0) + 1);
      }
    }
  };
  await Promise.all(Array.from({ length: 20 }, caller));
  await killer.end();
  await database.close();
  return counts;
}

const everyCompany = { text: 'select workspace_id as workspace, name from gatehouse.company', values: [] };

/** Rows that were answered, whosever they are; null for what is meant to fail. */
async function oneRequest(database: Database, tenant: string): Promise<{ workspace: string }[] | null> {
  const kind = random.number(100);
  if (kind < 66) return (await database.read(tenant, everyCompany)) as { workspace: string }[];
  if (kind < 74) {
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(new Error('the client has left')), random.number(4));
    return (await database.read(tenant, everyCompany, leaving.signal)) as { workspace: string }[];
  }
  if (kind < 80) {
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(new Error('the client has left')), 5 + random.number(10));
    await database.read(tenant, { text: 'select pg_sleep(20)', values: [] }, leaving.signal);
    return null;
  }
  if (kind < 84) {
    await database.read(tenant, { text: 'select 1 / (length(name) * 0) from gatehouse.company', values: [] });
    return null;
  }
  if (kind < 92) {
    return database.transaction(tenant, async (tx) => {
      const rows = await tx.company.findMany({ select: { workspaceId: true } });
      return rows.map(({ workspaceId }) => ({ workspace: workspaceId }));
    });
  }
  if (kind < 97) {
    return database.transaction(tenant, async (tx) => {
      await tx.company.create({ data: { workspaceId: tenant, id: uuidv7(), name: 'thrown away', currency: 'EUR' } });
      throw new RangeError('a rule of the house');
    });
  }
  return database.transaction(
    tenant,
    async (tx) => {
      await tx.company.create({ data: { workspaceId: tenant, id: uuidv7(), name: 'thrown away', currency: 'EUR' } });
      await new Promise((resolve) => {
        setTimeout(resolve, 120);
      });
      await tx.company.findMany({ select: { id: true } });
      return null;
    },
    { timeoutMilliseconds: 60 },
  );
}

async function kill(killer: pg.Client): Promise<void> {
  await killer.query(
    `select pg_terminate_backend(pid) from (
       select pid from pg_stat_activity where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
       order by random() limit 2) victims`,
  );
}

async function leftovers(): Promise<number> {
  const database = new Database({ url: created.url, pooling: 'session', poolSize: 1, onConnectionError: () => {} });
  let found = 0;
  for (const tenant of tenants) {
    found += (
      await database.read(tenant, { text: `select from gatehouse.company where name = 'thrown away'`, values: [] })
    ).length;
  }
  await database.close();
  return found;
}

function expectNoBleed({ answered, failed, foreign, empty }: Counts): void {
  console.log(
    `${requests} requests: ${answered} answered, failed as meant: ${JSON.stringify(Object.fromEntries(failed))}; ${foreign} foreign rows.`,
  );
  expect(foreign).toBe(0);
  // Every answer had all of its own tenant's rows: nothing was read without a workspace either.
  expect(empty).toBe(0);
  expect(answered).toBeGreaterThan(requests / 2);
}

describe('fifty tenants on five connections see nothing of one another', () => {
  test('on direct connections', async () => {
    expectNoBleed(await storm(created.url, 'session'));
    expect(await leftovers()).toBe(0);
  }, 1_800_000);

  test.skipIf(noPgBouncer)(
    `behind PgBouncer in transaction mode${noPgBouncer ? `: ${noPgBouncer}` : ''}`,
    async () => {
      const bouncer = await openPgBouncer(created.url, 5);
      try {
        expectNoBleed(await storm(bouncer.url, 'transaction'));
        expect(await leftovers()).toBe(0);
      } finally {
        await bouncer.close();
      }
    },
    1_800_000,
  );
});

test('two workspaces that ask for the same id in the same tick get their own answer each', async () => {
  const database = new Database({ url: created.url, pooling: 'session', poolSize: 5, onConnectionError: () => {} });
  const [one, other] = [tenants[0]!, tenants[1]!];
  const [row] = await database.read(one, { text: 'select id from gatehouse.company limit 1', values: [] });
  const id = row!.id as string;
  const byId = { text: 'select id from gatehouse.company where id = $1', values: [id] };
  for (let tick = 0; tick < 20; tick += 1) {
    const [own, away, ownByPrisma, awayByPrisma] = await Promise.all([
      database.read(one, byId),
      database.read(other, byId),
      database.transaction(one, (tx) => tx.company.findUnique({ where: { workspaceId_id: { workspaceId: one, id } } })),
      database.transaction(other, (tx) =>
        tx.company.findUnique({ where: { workspaceId_id: { workspaceId: one, id } } }),
      ),
    ]);
    expect([own.length, away.length, ownByPrisma?.id, awayByPrisma]).toEqual([1, 0, id, null]);
  }
  await database.close();
});

test('without a workspace nothing is read, whatever is put in its place', async () => {
  const database = new Database({ url: created.url, pooling: 'session', poolSize: 2, onConnectionError: () => {} });
  for (const workspace of ['', 'null', "' or true", `${tenants[0]!}'; --`]) {
    await expect(database.read(workspace, everyCompany)).rejects.toThrow(/needs the id of its workspace/);
    await expect(database.transaction(workspace, async () => 1)).rejects.toThrow(/needs the id of its workspace/);
  }
  expect(await database.call(everyCompany)).toEqual([]);
  expect(
    await database.call({ text: `select set_config('gatehouse.workspace_id', '', false) as set`, values: [] }),
  ).toHaveLength(1);
  expect(await database.call(everyCompany)).toEqual([]);
  await database.close();
});
