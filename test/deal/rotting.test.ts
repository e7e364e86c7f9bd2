import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Built } from '../support/builders.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

const days = (ago: number) => new Date(Date.now() - ago * 86_400_000);
type Rotting = { clock: string; since: string; rotsAt: string; isRotting: boolean } | null;

async function clockOf(stage: string, rotClock: string, rotAfterDays: number | null): Promise<void> {
  await world.rows('update stage set rot_clock = $2::rot_clock, rot_after_days = $3 where id = $1',
    [world.pipelines.deal.stages[stage], rotClock, rotAfterDays]);
}

async function rottingOf(deal: Built, member: WorldMember): Promise<Rotting> {
  const answer = await world.as(member).data<{ deal: { rotting: Rotting } }>(
    'query($id: ID!) { deal(id: $id) { rotting { clock since rotsAt isRotting } } }', { id: deal.globalId });
  return answer.deal.rotting;
}

test('by the clock of moves a deal rots when it has stood in its stage for too long, whatever was done', async () => {
  await clockOf('Engaging', 'STAGE_CHANGE', 10);
  const old = await world.aDeal({ owner: world.rep, stage: 'Engaging', stageEnteredAt: days(11) });
  await world.anActivity({ owner: world.rep, dealId: old.id, kind: 'CALL', happensAt: days(1) });
  expect(await rottingOf(old, world.rep)).toMatchObject({
    clock: 'STAGE_CHANGE', since: expect.stringContaining(days(11).toISOString().slice(0, 10)), isRotting: true,
  });
  const young = await world.aDeal({ owner: world.rep, stage: 'Engaging', stageEnteredAt: days(9) });
  expect(await rottingOf(young, world.rep)).toMatchObject({ isRotting: false });
});

test('by the owner\'s clock his own activities keep it fresh: what has happened, tasks when they are completed', async () => {
  await clockOf('Proposal', 'OWNER_ACTIVITY', 5);
  const deal = await world.aDeal({ owner: world.rep, stage: 'Proposal', stageEnteredAt: days(30) });
  await world.anActivity({ owner: world.colleague, dealId: deal.id, kind: 'CALL', happensAt: days(1) });
  await world.anActivity({ owner: world.rep, dealId: deal.id, kind: 'MEETING', happensAt: days(-2) });
  await world.anActivity({ owner: world.rep, dealId: deal.id, kind: 'TASK', dueAt: days(1) });
  expect(await rottingOf(deal, world.rep)).toMatchObject({ isRotting: true });
  await world.anActivity({ owner: world.rep, dealId: deal.id, kind: 'TASK', completedAt: days(2) });
  expect(await rottingOf(deal, world.rep)).toMatchObject({
    clock: 'OWNER_ACTIVITY', since: expect.stringContaining(days(2).toISOString().slice(0, 10)), isRotting: false,
  });
});

test('by the clock of contact a call or a meeting counts, whoever had it, and a note does not', async () => {
  await clockOf('Negotiation', 'TWO_WAY_CONTACT', 5);
  const deal = await world.aDeal({ owner: world.rep, stage: 'Negotiation', stageEnteredAt: days(30) });
  await world.anActivity({ owner: world.rep, dealId: deal.id, kind: 'NOTE', happensAt: days(1) });
  expect(await rottingOf(deal, world.rep)).toMatchObject({ isRotting: true });
  await world.anActivity({ owner: world.colleague, dealId: deal.id, kind: 'MEETING', happensAt: days(3) });
  expect(await rottingOf(deal, world.rep)).toMatchObject({ isRotting: false });
});

test('what somebody cannot see moves no clock that he sees', async () => {
  await clockOf('Proposal', 'OWNER_ACTIVITY', 5);
  const deal = await world.aDeal({ owner: world.southRep, stage: 'Proposal', stageEnteredAt: days(30) });
  const call = await world.anActivity({ owner: world.southRep, dealId: deal.id, kind: 'CALL', happensAt: days(1) });
  const blind = await world.aMember({ roles: [], name: 'Blind' });
  await world.grant(blind, [
    { noun: 'deal', verb: 'read', reach: 'ANY' }, { noun: 'stage', verb: 'read', reach: 'ANY' },
  ]);
  expect(await rottingOf(deal, blind)).toMatchObject({ isRotting: true });
  expect(await rottingOf(deal, world.southRep)).toMatchObject({ isRotting: false });
  await world.rows('update activity set deleted_at = now() where id = $1', [call.id]);
  expect(await rottingOf(deal, world.southRep)).toMatchObject({ isRotting: true });
});

test('nothing rots in a stage without days, in a closed one, or for whoever cannot read stages', async () => {
  await clockOf('Prospecting', 'STAGE_CHANGE', null);
  const deal = await world.aDeal({ owner: world.rep, stage: 'Prospecting', stageEnteredAt: days(300) });
  expect(await rottingOf(deal, world.rep)).toBeNull();
  await clockOf('Prospecting', 'STAGE_CHANGE', 3);
  expect(await rottingOf(deal, world.rep)).toMatchObject({ isRotting: true });
  const won = await world.aDeal({ owner: world.rep, stage: 'Won', stageEnteredAt: days(300) });
  expect(await rottingOf(won, world.rep)).toBeNull();
  const unaware = await world.aMember({ roles: [], name: 'Unaware' });
  await world.grant(unaware, [{ noun: 'deal', verb: 'read', reach: 'ANY' }]);
  expect(await rottingOf(deal, unaware)).toBeNull();
});

test('an administrator sets a stage\'s clock; a closed stage has none', async () => {
  const admin = world.as(world.admin);
  const { stages } = world.pipelines.lead;
  const read = async (id: string) => (await admin.data<{ stage: { version: number } }>(
    'query($id: ID!) { stage(id: $id) { version } }', { id })).stage.version;
  const [open, closed] = [`stage_${stages.New}`, `stage_${stages.Converted}`];
  const changed = await admin.done(
    'stageUpdate',
    { id: open, version: await read(open), rotAfterDays: 7, rotClock: 'TWO_WAY_CONTACT', forecastCategory: 'OMITTED' },
    'rotAfterDays rotClock forecastCategory');
  expect(changed).toEqual({ rotAfterDays: 7, rotClock: 'TWO_WAY_CONTACT', forecastCategory: 'OMITTED' });
  const refused = await admin.mutate(
    'stageUpdate', { id: closed, version: await read(closed), rotAfterDays: 0, forecastCategory: 'COMMIT' });
  expect(refused.userErrors.map(({ path }) => path.at(-1))).toEqual([
    'forecastCategory', 'rotAfterDays', 'rotAfterDays',
  ]);
});
