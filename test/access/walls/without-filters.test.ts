import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  Database, type DatabaseOptions, type Row, type Statement, type Transaction,
} from '../../../src/db/database.ts';
import { home } from '../worlds/filling.ts';
import { tokenOf } from '../worlds/load-world.ts';
import { type Crossing, canary, openCrossing, withoutPolicies } from './crossing.ts';
import { tryForeignIds, walk } from './crossing-tries.ts';

/*
 * The application has forgotten its filters, all of them: every reach is "always", and no statement names its
 * workspace. The walls have to hold alone. Injected here, by a Database that takes the conditions out and a module in
 * the place of src/auth/reach.ts; the product has no switch for it.
 */
vi.mock('../../../src/auth/reach.ts', async (importOriginal) => {
  const always = { kind: 'always' as const };
  return {
    ...(await importOriginal<object>()),
    allowed: () => always,
    readable: () => always,
    permitted: () => always,
  };
});

class ForgetfulDatabase extends Database {
  override read(workspaceId: string, { text, values }: Statement, signal?: AbortSignal): Promise<Row[]> {
    const forgotten = text
      .replace(/\b\w+\.workspace_id = (\$\d+)::uuid/g, '($1::uuid is not null)')
      .replace(/\b\w+\.workspace_id = \w+\.workspace_id/g, 'true');
    return super.read(workspaceId, { text: forgotten, values }, signal);
  }

  override transaction<T>(
    workspaceId: string, run: (tx: Transaction) => Promise<T>, options?: { timeoutMilliseconds?: number },
  ): Promise<T> {
    return super.transaction(workspaceId, (tx) => run(forgetful(tx)), options);
  }
}

/** The client whose conditions name no workspace. */
function forgetful(tx: Transaction): Transaction {
  return new Proxy(tx, {
    get(target, name) {
      const model = Reflect.get(target, name) as unknown;
      if (typeof model !== 'object' || model === null)
        return typeof model === 'function' ? (model as () => unknown).bind(target) : model;
      return new Proxy(model, {
        get(of, act) {
          const run = Reflect.get(of, act) as unknown;
          if (typeof run !== 'function') return run;
          return (query?: { where?: unknown }) =>
            (run as (query?: object) => unknown).call(
              of, query?.where ? { ...query, where: withoutWorkspace(query.where) } : query,
            );
        },
      });
    },
  });
}

function withoutWorkspace(where: unknown): unknown {
  if (Array.isArray(where)) return where.map(withoutWorkspace);
  if (typeof where !== 'object' || where === null || where instanceof Date) return where;
  return Object.fromEntries(
    Object.entries(where)
      .filter(([name]) => name !== 'workspaceId')
      .map(([name, value]) => [name, withoutWorkspace(value)]),
  );
}

let crossing: Crossing;
beforeAll(async () => {
  crossing = await openCrossing((options: DatabaseOptions) => new ForgetfulDatabase(options));
});
afterAll(() => crossing.close());

test('nothing is read of another workspace, and nothing in it is changed', async () => {
  const before = await crossing.othersRows();
  const { places } = await tryForeignIds(crossing, tokenOf(home, 'owen'));
  expect(places).toBeGreaterThan(100);
  expect((await walk(crossing, 'owen')).records).toBeGreaterThan(300);
  expect(await crossing.othersRows()).toBe(before);
});

test('without the policies as well the other workspace shows: this test can fail', async () => {
  await crossing.owned(withoutPolicies);
  const shown = await walk(crossing, 'owen').then(() => 'nothing', (error: Error) => error.message);
  expect(shown).toContain(canary);
});
