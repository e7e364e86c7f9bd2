import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseFailure } from '../../src/db/database-failure.ts';
import type { Transaction } from '../../src/db/database.ts';
import { uuidv7 } from '../../src/db/uuid.ts';
import { type World, openWorld } from '../support/world.ts';

// Models are Prisma's, statements in SQL are our own, on one connection: all of it stands or nothing.

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

const transact = <T>(run: (tx: Transaction) => Promise<T>, options = {}, of = world) =>
  world.database.transaction(of.workspaceId, run, options);
const aTag = (tx: Transaction, name: string, of = world) => (
  tx.tag.create({ data: { workspaceId: of.workspaceId, id: uuidv7(), name, color: '#123456' } }));
const send = (tx: Transaction, name: string, color = '#123456') => tx.$send`
  insert into gatehouse.tag (workspace_id, id, name, color) values (${world.workspaceId}::uuid, ${uuidv7()}::uuid, ${name}, ${color})`;
const tags = async (name: string) => (await world.rows('select from tag where name = $1', [name])).length;

test('it begins with its first statement, in one round trip, and one that asks nothing sends nothing', async () => {
  expect(await world.statementsOf(() => transact(async () => 1))).toBe(0);
  expect(await world.statementsOf(() => transact((tx) => tx.$queryRaw`select 1`))).toBe(3);
  expect(await world.statementsOf(() => transact((tx) => tx.tag.findMany()))).toBe(3);
});

test('what Prisma writes and what is sent without waiting stand or fall together', async () => {
  await transact(async (tx) => {
    await aTag(tx, 'both');
    send(tx, 'of them');
    expect(await tx.tag.count({ where: { name: { in: ['both', 'of them'] } } })).toBe(2);
  });
  expect([await tags('both'), await tags('of them')]).toEqual([1, 1]);
  await expect(transact(async (tx) => {
    await aTag(tx, 'neither');
    send(tx, 'nor this');
    throw new Error('Changed my mind.');
  })).rejects.toThrow('Changed my mind.');
  expect([await tags('neither'), await tags('nor this')]).toEqual([0, 0]);
});

test('an error that nobody waited for comes out of the next statement, or of the end', async () => {
  const broken = { code: '23514', constraint: 'tag_color_check' };
  await expect(transact(async (tx) => send(tx, 'colourless', 'grey'))).rejects.toMatchObject(broken);
  await expect(transact(async (tx) => {
    send(tx, 'colourless', 'grey');
    await tx.$queryRaw`select 1`;
  })).rejects.toMatchObject(broken);
  await expect(transact(async (tx) => {
    await aTag(tx, 'before it');
    send(tx, 'colourless', 'grey');
  })).rejects.toMatchObject(broken);
  expect([await tags('colourless'), await tags('before it')]).toEqual([0, 0]);
});

test('an error inside that is passed over is no success', async () => {
  await expect(transact(async (tx) => {
    await aTag(tx, 'passed over');
    await tx.$queryRaw`select 1 / 0`.catch(() => undefined);
  })).rejects.toThrow('Nothing was written');
  expect(await tags('passed over')).toBe(0);
});

test('what is read afterwards has been committed; what cannot be read stands all the same', async () => {
  const statement = (text: string) => ({ text, values: ['read behind it'] });
  const { rows } = await transact(async (tx) => {
    send(tx, 'read behind it');
    return { rows: tx.$afterwards(statement('select name from gatehouse.tag where name = $1')) };
  });
  expect(await rows).toEqual([{ name: 'read behind it' }]);
  const { failed } = await transact(async (tx) => {
    send(tx, 'written before it');
    return { failed: tx.$afterwards(statement('select $1::int')) };
  });
  await expect(failed).rejects.toMatchObject({ code: '22P02' });
  expect(await tags('written before it')).toBe(1);
});

test('what takes longer than it may is undone, and is no bug', async () => {
  const late = transact(async (tx) => {
    await aTag(tx, 'too late');
    await new Promise((resolve) => { setTimeout(resolve, 60); });
  }, { timeoutMilliseconds: 50 });
  expect(await late.catch(databaseFailure)).toBe('cancelled');
  expect(await tags('too late')).toBe(0);
});

test('nothing is written once it is over', async () => {
  let kept: Transaction | undefined;
  await transact(async (tx) => { kept = tx; await aTag(tx, 'in time'); });
  await expect(kept!.$queryRaw`select 1`).rejects.toThrow('over');
  await expect(aTag(kept!, 'behind it')).rejects.toThrow();
  expect(await tags('behind it')).toBe(0);
});

test('fifty at once, of two workspaces, write each into its own', async () => {
  const other = await world.another();
  await Promise.all(Array.from({ length: 50 }, (_each, at) => {
    const own = at % 2 ? world : other;
    return transact(async (tx) => {
      await aTag(tx, `at once ${at}`, own);
      expect(await tx.tag.findMany({
        where: { name: { startsWith: 'at once' } }, select: { workspaceId: true }, distinct: ['workspaceId'],
      }))
        .toEqual([{ workspaceId: own.workspaceId }]);
    }, {}, own);
  }));
  expect(await other.rows(`select from tag where name like 'at once%'`)).toHaveLength(25);
});
