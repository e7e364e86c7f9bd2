import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

test('what is named is changed, what is absent stays, and the audit knows the fields', async () => {
  const company = await world.aCompany();
  const activity = await world.anActivity({
    owner: world.rep,
    subject: 'Before',
    body: 'Stays',
    companyId: company.id,
  });
  const after = await world.as(world.rep).done('activityUpdate', {
    id: activity.globalId, version: 1, subject: 'After', companyId: null, dueAt: '2027-02-01T00:00:00Z',
  }, 'subject body dueAt company { id } version');
  expect(after).toEqual({
    subject: 'After',
    body: 'Stays',
    dueAt: '2027-02-01T00:00:00.000Z',
    company: null,
    version: 2,
  });
  expect(await world.audited(activity.id)).toEqual([
    { by: 'Rep', did: 'activity.update', fields: ['subject', 'dueAt', 'companyId'] },
  ]);
});

test('an activity changed meanwhile is reported, not overwritten', async () => {
  const activity = await world.anActivity({ owner: world.rep });
  await world.as(world.rep).done('activityUpdate', { id: activity.globalId, version: 1, subject: 'First' });
  const { userErrors } = await world
    .as(world.rep)
    .mutate('activityUpdate', { id: activity.globalId, version: 1, subject: 'Second' });
  expect(userErrors).toMatchObject([{ code: 'VERSION_CONFLICT', path: ['input', 'version'], currentVersion: 2 }]);
});

test('of two writers at once one succeeds', async () => {
  const activity = await world.anActivity({ owner: world.rep });
  const answers = await Promise.all(['One', 'Two'].map((subject) => world.as(world.rep).mutate(
    'activityUpdate', { id: activity.globalId, version: 1, subject })));
  expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(['VERSION_CONFLICT']);
});

test('a rep reads a colleague\'s activity on a record of his own, and cannot change it', async () => {
  const deal = await world.aDeal({ owner: world.rep });
  const activity = await world.anActivity({ owner: world.southRep, dealId: deal.id });
  const { activity: read } = await world.as(world.rep).data<{ activity: { subject: string } }>(
    'query($id: ID!) { activity(id: $id) { subject viewerCan { update delete } } }', { id: activity.globalId });
  expect(read).toEqual({ subject: 'An activity', viewerCan: { update: false, delete: false } });
  const { userErrors } = await world
    .as(world.rep)
    .mutate('activityUpdate', { id: activity.globalId, version: 1, subject: 'Mine' });
  expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'id'] }]);
});

test('a viewer changes nothing', async () => {
  const activity = await world.anActivity({ owner: world.viewer });
  const { errors } = await world
    .as(world.viewer)
    .mutate('activityUpdate', { id: activity.globalId, version: 1, subject: 'Mine' });
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'activity.update' } }]);
});

test('everything that is wrong is said at once', async () => {
  const activity = await world.anActivity({ owner: world.rep, kind: 'CALL' });
  const { userErrors } = await world
    .as(world.rep)
    .mutate('activityUpdate', {
      id: activity.globalId,
      version: 1,
      subject: null,
      dueAt: '2027-02-01T00:00:00Z',
      ownerId: `member_${world.southRep.id}`,
      contactId: 'contact_01900000-0000-7000-8000-000000000000',
    });
  expect(userErrors.map(({ code, path }) => [code, path[1]])).toEqual([
    ['INVALID_INPUT', 'subject'], ['INVALID_INPUT', 'dueAt'], ['NOT_PERMITTED', 'ownerId'], ['NOT_FOUND', 'contactId'],
  ]);
});
