import { afterAll, beforeAll, expect, it } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

type Preview = {
  member: { name: string };
  changes: { permission: string; verb: string; before: string | null; after: string | null }[];
  records: { noun: string; before: number; after: number }[];
};

const preview = `query($grants: [GrantInput!]!, $memberIds: [ID!]) {
  policyPreview(grants: $grants, memberIds: $memberIds) {
    member { name } changes { permission verb before after } records { noun before after }
  }
}`;

let world: World;
beforeAll(async () => {
  world = await openWorld();
  for (const owner of [world.rep, world.southRep, world.southRep]) await world.aDeal({ owner });
});
afterAll(() => world.close());

it('tells what a role to be made would give to whom, and how many records more', async () => {
  const { policyPreview: [rep] } = await world.as(world.owner).data<{ policyPreview: Preview[] }>(preview, {
    grants: [{ noun: 'deal', verb: 'read', reach: 'ANY' }], memberIds: [`member_${world.rep.id}`],
  });
  expect(rep!.member.name).toBe(world.rep.name);
  expect(rep!.changes).toEqual([{ permission: 'deal.read', verb: 'read', before: 'own', after: 'any' }]);
  expect(rep!.records).toEqual([{ noun: 'deal', before: 1, after: 3 }]);
});

it('is empty for who would gain nothing', async () => {
  const { policyPreview } = await world.as(world.owner).data<{ policyPreview: Preview[] }>(preview, {
    grants: [{ noun: 'deal', verb: 'read', reach: 'OWN' }], memberIds: [`member_${world.owner.id}`],
  });
  expect(policyPreview).toEqual([]);
});

it('refuses grants that make no sense, all at once', async () => {
  const { errors } = await world.as(world.owner).ask(preview, {
    grants: [{ noun: 'dragon', verb: 'read', reach: 'ANY' }, { noun: 'deal', verb: 'fly', reach: 'ANY' }],
    memberIds: [],
  });
  expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  expect(errors[0]!.message).toMatch(/dragon.*fly/s);
});

it('is refused to those without access.explain', async () => {
  const { errors } = await world.as(world.manager).ask(preview, { grants: [], memberIds: [] });
  expect(errors[0]).toMatchObject({ extensions: { code: 'FORBIDDEN', permission: 'access.explain' } });
});

it('does not tell by the number of activities what is linked to records that the asker cannot see', async () => {
  const explainer = await world.aMember({ roles: [] });
  const rights = ['deal', 'company', 'contact', 'activity', 'member', 'role', 'team'].map((noun) => ({
    noun, verb: 'read', reach: 'ANY' as const,
  }));
  await world.grant(explainer, [...rights, { noun: 'access', verb: 'explain', reach: 'ANY' }]);
  const lead = await world.aLead({ owner: world.southRep });
  await world.anActivity({ owner: world.southRep, leadId: lead.id });
  const drafted = {
    grants: [{ noun: 'activity', verb: 'read', reach: 'OWN' }, { noun: 'lead', verb: 'read', reach: 'ANY' }],
    memberIds: [`member_${(await world.aMember({ roles: [] })).id}`],
  };
  const numbers = async (asker: { token: string }) => (
    (await world.as(asker).data<{ policyPreview: Preview[] }>(preview, drafted)).policyPreview[0]!.records);
  expect(await numbers(world.owner)).toContainEqual({ noun: 'activity', before: 0, after: 1 });
  expect(await numbers(explainer)).toEqual([]);
});
