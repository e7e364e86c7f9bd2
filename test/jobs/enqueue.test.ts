import { afterAll, beforeAll, expect, test } from 'vitest';
import { to } from '../../src/auth/policies/system.ts';
import { grant } from '../../src/auth/grants.ts';
import { defineJob } from '../../src/jobs/define-job.ts';
import { enqueue, enqueueAll } from '../../src/jobs/enqueue.ts';
import type { RunningWorker } from '../../src/jobs/worker.ts';
import { createTag } from '../../src/services/tag/create-tag.ts';
import { until } from '../support/until.ts';
import { type World, openWorld } from '../support/world.ts';
import { type Line, aWorker } from './working.ts';

const makeTag = defineJob({
  kind: 'tag.make', ids: ['nameId'], as: 'system', grants: to('tag', grant(['create', 'read'], 'any', [])),
  async run(context, { nameId }) {
    const { userErrors } = await createTag.run(context, { name: nameId });
    if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  },
});
const makeMyTag = defineJob({
  kind: 'tag.makeMine', ids: ['nameId'], as: 'member', async run(context, { nameId }) {
    await createTag.run(context, { name: nameId });
  },
});

let world: World;
let worker: RunningWorker & { lines: Line[] };
beforeAll(async () => {
  world = await openWorld();
  worker = await aWorker(world, { jobs: [makeTag, makeMyTag], upkeep: [] });
});
afterAll(async () => {
  await worker?.stop();
  await world.close();
});

const id = () => world.services.newId();
const tagNamed = (name: string) => world.rows<{ id: string }>('select id from tag where name = $1', [name]);
const ended = (kind: string) => worker.lines.filter((line) => line.msg === 'job' && line.kind === kind);

test('a job runs when the transaction that enqueued it has committed, as the workspace itself', async () => {
  const nameId = id();
  await world.database.transaction(world.workspaceId, (tx) => enqueue(tx, world.services, makeTag, { nameId }));
  await until(async () => (await tagNamed(nameId)).length > 0);
  const [tag] = await tagNamed(nameId);
  const audit = await world.rows(
    'select principal, member_id, door::text from audit_entry where record_id = $1', [tag!.id]);
  expect(audit).toEqual([{ principal: 'system:tag.make', member_id: null, door: 'JOB' }]);
});

test('a job on behalf of a member has the rights of that member when it runs', async () => {
  const [mine, theirs] = [id(), id()];
  await world.database.transaction(world.workspaceId, async (tx) => {
    await enqueue(tx, world.services, makeMyTag, { nameId: mine }, { onBehalfOf: world.manager.id });
    await enqueue(tx, world.services, makeMyTag, { nameId: theirs }, { onBehalfOf: world.viewer.id });
  });
  await until(async () => ended('tag.makeMine').length >= 2);
  const [tag] = await tagNamed(mine);
  const audit = await world.rows('select principal, door::text from audit_entry where record_id = $1', [tag!.id]);
  expect(audit).toEqual([{ principal: `member:${world.manager.id}`, door: 'JOB' }]);
  expect(await tagNamed(theirs)).toEqual([]);
  expect(ended('tag.makeMine').find(({ memberId }) => memberId === world.viewer.id))
    .toMatchObject({ outcome: 'dead', reason: 'NOT_PERMITTED' });
});

test('a transaction that is undone leaves no job', async () => {
  const names = Array.from({ length: 60 }, id);
  const isUndone = (at: number) => at % 3 === 0;
  await Promise.all(names.map((nameId, at) => world.database.transaction(world.workspaceId, async (tx) => {
    await enqueue(tx, world.services, makeTag, { nameId });
    if (isUndone(at)) throw new Error('undone');
  }).catch((error: Error) => { if (error.message !== 'undone') throw error; })));
  const made = names.filter((_, at) => !isUndone(at));
  const count = async () => (await world.rows<{ name: string }>('select name from tag where name = any($1)', [names]))
    .map(({ name }) => name).sort();
  await until(async () => (await count()).length >= made.length);
  expect(await count()).toEqual([...made].sort());
});

test('rows of the queue hold ids, and nothing but ids is taken', async () => {
  const enqueuing = world.database.transaction(
    world.workspaceId, (tx) => enqueue(tx, world.services, makeTag, { nameId: 'Jane Doe' }));
  await expect(enqueuing).rejects.toThrow('no id');
});

test('many jobs are enqueued in one statement', async () => {
  const names = Array.from({ length: 200 }, (_, at) => ({ nameId: id(), at }));
  const statements = await world.statementsOf(() => world.database.transaction(
    world.workspaceId, (tx) => enqueueAll(tx, world.services, makeTag, names)));
  expect(statements).toBeLessThanOrEqual(4);
  await until(async () => (await tagNamed(names.at(-1)!.nameId)).length > 0);
});
