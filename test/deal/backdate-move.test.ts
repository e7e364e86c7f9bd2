import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Built } from '../support/builders.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

function move(deal: Built, member: WorldMember, stageEnteredAt: Date, stage = 'Won') {
  return world.as(member).mutate<Record<string, never>>(
    'dealMove',
    { id: deal.globalId, version: 1, stageId: `stage_${world.pipelines.deal.stages[stage]}`, stageEnteredAt },
    'stageEnteredAt closedAt stageChanges { enteredAt recordedAt isBackdated isImported toStage { name } }');
}

test('a move can be written down later by who may, and the ledger marks it', async () => {
  const deal = await world.aDeal({ owner: world.rep, stageEnteredAt: hoursAgo(48) });
  const then = hoursAgo(24);
  const { record } = await move(deal, world.admin, then);
  expect(record).toMatchObject({
    stageEnteredAt: then.toISOString(), closedAt: then.toISOString(),
    stageChanges: [{ enteredAt: then.toISOString(), isBackdated: true, isImported: false }],
  });
});

test('whoever may move and not backdate is refused, with the permission named', async () => {
  const deal = await world.aDeal({ owner: world.rep, stageEnteredAt: hoursAgo(48) });
  const { record, userErrors } = await move(deal, world.rep, hoursAgo(24));
  expect(record).toBeNull();
  expect(userErrors).toMatchObject([{ code: 'NOT_PERMITTED', path: ['input', 'stageEnteredAt'] }]);
  expect(userErrors[0]!.message).toContain('deal.backdate');
});

test('a move lies behind the one before it, and in the past', async () => {
  const deal = await world.aDeal({ owner: world.rep, stageEnteredAt: hoursAgo(48) });
  for (const hours of [49, -1]) {
    expect((await move(deal, world.admin, hoursAgo(hours))).userErrors)
      .toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'stageEnteredAt'] }]);
  }
});

test('a move of now is not marked', async () => {
  const rep = world.as(world.rep);
  const deal = await rep.done('dealCreate', { title: 'A deal' });
  const moved = await rep.done<{ stageChanges: { isBackdated: boolean }[] }>(
    'dealMove', { id: deal.id, version: 1, stageId: `stage_${world.pipelines.deal.stages.Engaging}` },
    'stageChanges { isBackdated }');
  expect(moved.stageChanges).toEqual([{ isBackdated: false }, { isBackdated: false }]);
});
