import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

type Explanation = {
  isAllowed: boolean; permission: string; sql: string | null;
  reasons: { kind: string; holds: boolean; text: string; role: string | null; reach: string | null }[];
};

const explain = `query($permission: String, $field: String, $id: ID!, $principal: ID) {
  accessExplain(permission: $permission, field: $field, id: $id, principal: $principal) {
    isAllowed permission sql reasons { kind holds text role reach }
  }
}`;

let world: World;
let southDeal: string;

beforeAll(async () => {
  world = await openWorld();
  southDeal = (await world.as(world.southRep).done('dealCreate', { title: 'A southern deal', amount: { amountMinor: '100' } })).id;
});
afterAll(() => world.close());

async function explained(asker: keyof World & ('owner' | 'rep' | 'viewer' | 'southRep'), variables: object): Promise<Explanation | null> {
  const data = await world.as(world[asker]).data<{ accessExplain: Explanation | null }>(explain, variables as Record<string, unknown>);
  return data.accessExplain;
}

describe('accessExplain', () => {
  it('names the role, its reach and the owner\'s team where a manager does not reach', async () => {
    const answer = await explained('owner', { field: 'Deal.amount', id: southDeal, principal: `member_${world.manager.id}` });
    expect(answer).toMatchObject({ isAllowed: false, permission: 'deal.financial' });
    const [record, grant] = answer!.reasons;
    expect(record).toMatchObject({ kind: 'RECORD', holds: true });
    expect(grant).toMatchObject({ kind: 'GRANT', holds: false, role: 'Manager', reach: 'team' });
    expect(grant!.text).toContain(world.southRep.name);
    expect(answer!.sql).toContain('r.owner_id');
  });

  it('says that no role gives it, and which roles there are', async () => {
    const answer = await explained('owner', { permission: 'deal.move', id: southDeal, principal: `member_${world.viewer.id}` });
    expect(answer).toMatchObject({ isAllowed: false });
    expect(answer!.reasons[1]).toMatchObject({ kind: 'NO_GRANT', holds: false });
    expect(answer!.reasons[1]!.text).toContain('Viewer');
  });

  it('tells a rep about his own deal, without the condition in SQL', async () => {
    const answer = await explained('southRep', { permission: 'deal.move', id: southDeal });
    expect(answer).toMatchObject({ isAllowed: true, sql: null });
    expect(answer!.reasons.some(({ kind, holds }) => kind === 'GRANT' && holds)).toBe(true);
  });

  it('answers a record out of reach like an absent one', async () => {
    expect(await explained('rep', { permission: 'deal.read', id: southDeal })).toBeNull();
    expect(await explained('rep', { permission: 'deal.read', id: 'deal_00000000-0000-7000-8000-000000000000' })).toBeNull();
  });

  it('tells nobody but those with access.explain about others', async () => {
    const own = (await world.as(world.rep).done('dealCreate', { title: 'A northern deal' })).id;
    expect(await explained('rep', { permission: 'deal.read', id: own, principal: `member_${world.owner.id}` })).toBeNull();
  });

  it('refuses a permission that does not exist with a sentence', async () => {
    const { errors } = await world.as(world.owner).ask(explain, { permission: 'deal.fly', id: southDeal });
    expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });

  it('decides as the API does, for every member, verb and group of fields', async () => {
    const deals = [southDeal, (await world.as(world.manager).done('dealCreate', { title: 'By the manager', amount: { amountMinor: '5' } })).id];
    for (const member of [world.owner, world.manager, world.rep, world.southManager, world.southRep, world.viewer]) {
      for (const id of deals) {
        const seen = await world.as(member).ask<{ deal: { amount: unknown; viewerCan: Record<string, boolean> } | null }>(
          'query($id: ID!) { deal(id: $id) { amount { amountMinor } viewerCan { update move delete share assign } } }', { id });
        const decision = async (permission: string) =>
          (await explained('owner', { permission, id, principal: `member_${member.id}` }))!.isAllowed;
        const where = `${member.name} ${id}`;
        expect(await decision('deal.read'), where).toBe(seen.data!.deal !== null);
        expect(await decision('deal.financial'), where).toBe(Boolean(seen.data!.deal?.amount));
        for (const verb of ['update', 'move', 'delete', 'share', 'assign'] as const) {
          if (seen.data!.deal) expect(await decision(`deal.${verb}`), `${where} ${verb}`).toBe(seen.data!.deal.viewerCan[verb]);
        }
      }
    }
  });
});

describe('what somebody may explain who sees little himself', () => {
  it('is what he can see: no record, no member, no owner\'s name beyond that', async () => {
    const clerk = await world.aMember({ roles: [], teamId: world.teams.north.id });
    await world.grant(clerk, [
      { noun: 'access', verb: 'explain', reach: 'ANY' }, { noun: 'deal', verb: 'read', reach: 'TEAM' }, { noun: 'member', verb: 'read', reach: 'TEAM' },
    ]);
    const ask = async (variables: object) => (
      await world.as(clerk).data<{ accessExplain: Explanation | null }>(explain, variables as Record<string, unknown>)).accessExplain;
    const who = async (id: string) => (await world.as(clerk).data<{ whoCanAccess: { verbs: string[]; member: { id: string } | null }[] | null }>(
      'query($id: ID!) { whoCanAccess(id: $id) { verbs member { id } } }', { id })).whoCanAccess;
    expect(await ask({ permission: 'deal.read', id: southDeal, principal: `member_${world.manager.id}` })).toBeNull();
    expect(await who(southDeal)).toBeNull();
    const northern = (await world.as(world.rep).done('dealCreate', { title: 'A northern deal' })).id;
    expect(await ask({ permission: 'deal.read', id: northern, principal: `member_${world.southRep.id}` })).toBeNull();
    const about = await ask({ permission: 'deal.move', id: northern, principal: `member_${world.colleague.id}` });
    expect(about).toMatchObject({ isAllowed: false, sql: expect.stringContaining('owner_id') });
    const texts = about!.reasons.map(({ text }) => text).join(' ');
    expect(texts).not.toContain(world.rep.name);
    expect(texts).not.toContain('Rep');
    const seen = (await who(northern))!;
    expect(seen.every(({ member }) => member !== null)).toBe(true);
    expect(seen.map(({ member }) => member!.id).sort()).toEqual([world.manager, world.rep, clerk].map(({ id }) => `member_${id}`).sort());
  });

  it('counts in a preview no records that he cannot see', async () => {
    const clerk = await world.aMember({ roles: [], teamId: world.teams.north.id });
    await world.grant(clerk, [
      { noun: 'access', verb: 'explain', reach: 'ANY' }, { noun: 'member', verb: 'read', reach: 'TEAM' }, { noun: 'deal', verb: 'read', reach: 'OWN' },
    ]);
    const { policyPreview } = await world.as(clerk).data<{ policyPreview: { member: { id: string }; records: unknown[] }[] }>(
      `query($ids: [ID!]) { policyPreview(grants: [{ noun: "deal", verb: "read", reach: ANY }], memberIds: $ids) { member { id } records { before after } } }`,
      { ids: [world.rep, world.southRep].map(({ id }) => `member_${id}`) });
    expect(policyPreview).toEqual([{ member: { id: `member_${world.rep.id}` }, records: [] }]);
  });

  it('says that what cannot be read cannot be changed', async () => {
    const odd = await world.aMember({ roles: [] });
    await world.grant(odd, [{ noun: 'deal', verb: 'update', reach: 'ANY' }, { noun: 'deal', verb: 'read', reach: 'OWN' }]);
    const answer = await explained('owner', { permission: 'deal.update', id: southDeal, principal: `member_${odd.id}` });
    expect(answer!.isAllowed).toBe(false);
    expect(answer!.reasons.map(({ kind, holds }) => [kind, holds])).toEqual([['RECORD', true], ['GRANT', true], ['UNREADABLE', false]]);
    const data = await world.as(world.owner).data<{ whoCanAccess: { member: { id: string } }[] }>(
      'query($id: ID!) { whoCanAccess(id: $id) { member { id } } }', { id: southDeal });
    expect(data.whoCanAccess.map(({ member }) => member.id)).not.toContain(`member_${odd.id}`);
  });

  it('refuses a permission that is asked of no record', async () => {
    const { errors } = await world.as(world.owner).ask(explain, { permission: 'audit.read', id: 'audit_00000000-0000-7000-8000-000000000000' });
    expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    const misspelt = await world.as(world.owner).ask(explain, { permission: 'constructor.name', id: southDeal });
    expect(misspelt.errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' }, message: expect.stringContaining('is not a permission') });
  });

  it('knows what the bin changes: there a deal is restored and nothing else', async () => {
    const deal = (await world.as(world.manager).done('dealCreate', { title: 'To the bin' }));
    expect((await world.as(world.manager).mutate('dealDelete', { id: deal.id, version: 1 })).userErrors).toEqual([]);
    const decided = async (permission: string) => (await explained('owner', { permission, id: deal.id, principal: `member_${world.manager.id}` }))!.isAllowed;
    expect([await decided('deal.restore'), await decided('deal.update'), await decided('deal.read')]).toEqual([true, false, false]);
    expect(await explained('owner', { permission: 'deal.restore', id: southDeal })).toMatchObject({ isAllowed: false });
  });
});

describe('whoCanAccess', () => {
  it('lists every member with a right on the record, and what it is', async () => {
    const data = await world.as(world.owner).data<{ whoCanAccess: { member: { name: string }; verbs: string[] }[] }>(
      'query($id: ID!) { whoCanAccess(id: $id) { member { name } verbs } }', { id: southDeal });
    const verbs = new Map(data.whoCanAccess.map((each) => [each.member.name, each.verbs]));
    expect(verbs.get(world.southRep.name)).toEqual(['read', 'update', 'move', 'close', 'share']);
    expect(verbs.get(world.viewer.name)).toEqual(['read']);
    expect(verbs.has(world.rep.name)).toBe(false);
    expect(verbs.get(world.southManager.name)).toContain('delete');
  });

  it('is refused to those without access.explain, naming the permission', async () => {
    const { errors } = await world.as(world.manager).ask('query($id: ID!) { whoCanAccess(id: $id) { verbs } }', { id: southDeal });
    expect(errors[0]).toMatchObject({ extensions: { code: 'FORBIDDEN', permission: 'access.explain' } });
  });
});
