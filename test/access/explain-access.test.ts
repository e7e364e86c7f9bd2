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
  southDeal = (await world.as(world.southRep)
    .done('dealCreate', { title: 'A southern deal', amount: { amountMinor: '100' } })).id;
});
afterAll(() => world.close());

async function explained(
  asker: keyof World & ('owner' | 'rep' | 'viewer' | 'southRep'), variables: object,
): Promise<Explanation | null> {
  const data = await world.as(world[asker]).data<{ accessExplain: Explanation | null }>(
    explain, variables as Record<string, unknown>);
  return data.accessExplain;
}

describe('accessExplain', () => {
  it('names the role, its reach and the owner\'s team where a manager does not reach', async () => {
    const answer = await explained('owner', {
      field: 'Deal.amount', id: southDeal, principal: `member_${world.manager.id}`,
    });
    expect(answer).toMatchObject({ isAllowed: false, permission: 'deal.financial' });
    const [record, grant] = answer!.reasons;
    expect(record).toMatchObject({ kind: 'RECORD', holds: true });
    expect(grant).toMatchObject({ kind: 'GRANT', holds: false, role: 'Manager', reach: 'team' });
    expect(grant!.text).toContain(world.southRep.name);
    expect(answer!.sql).toContain('r.owner_id');
  });

  it('says that no role gives it, and which roles there are', async () => {
    const answer = await explained('owner', {
      permission: 'deal.move', id: southDeal, principal: `member_${world.viewer.id}`,
    });
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
    expect(await explained('rep', { permission: 'deal.read', id: 'deal_00000000-0000-7000-8000-000000000000' }))
      .toBeNull();
  });

  it('tells nobody but those with access.explain about others, and names what they lack', async () => {
    const own = (await world.as(world.rep).done('dealCreate', { title: 'A northern deal' })).id;
    const { errors } = await world.as(world.rep).ask(explain, {
      permission: 'deal.read', id: own, principal: `member_${world.owner.id}`,
    });
    expect(errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN', field: 'Query.accessExplain', permission: 'access.explain' } },
    ]);
  });

  it('refuses a permission that does not exist with a sentence', async () => {
    const { errors } = await world.as(world.owner).ask(explain, { permission: 'deal.fly', id: southDeal });
    expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });

  it('decides as the API does, for every member, verb and group of fields', async () => {
    const deals = [
      southDeal,
      (await world.as(world.manager).done('dealCreate', { title: 'By the manager', amount: { amountMinor: '5' } })).id,
    ];
    for (const member of [world.owner, world.manager, world.rep, world.southManager, world.southRep, world.viewer]) {
      for (const id of deals) {
        const seen = await world.as(member).ask<{
          deal: { amount: unknown; viewerCan: Record<string, boolean> } | null;
        }>(
          'query($id: ID!) { deal(id: $id) { amount { amountMinor } viewerCan { update move delete share assign } } }',
          { id });
        const decision = async (permission: string) =>
          (await explained('owner', { permission, id, principal: `member_${member.id}` }))!.isAllowed;
        const where = `${member.name} ${id}`;
        expect(await decision('deal.read'), where).toBe(seen.data!.deal !== null);
        expect(await decision('deal.financial'), where).toBe(Boolean(seen.data!.deal?.amount));
        for (const verb of ['update', 'move', 'delete', 'share', 'assign'] as const) {
          if (seen.data!.deal) {
            expect(await decision(`deal.${verb}`), `${where} ${verb}`).toBe(seen.data!.deal.viewerCan[verb]);
          }
        }
      }
    }
  });
});

const any = (...nouns: string[]) => nouns.map((noun) => ({ noun, verb: 'read', reach: 'ANY' as const }));
const mayExplain = { noun: 'access', verb: 'explain', reach: 'ANY' as const };

describe('who does not see all that a right follows from', () => {
  const who = 'query($id: ID!) { whoCanAccess(id: $id) { verbs member { id } } }';
  const preview = `query($ids: [ID!]) {
    policyPreview(grants: [{ noun: "deal", verb: "read", reach: ANY }], memberIds: $ids) { member { id } records { before after } } }`;

  it.each([
    ['roles', ['member', 'team'], 'role.read'],
    ['members', ['role', 'team'], 'member.read'],
    ['teams', ['role', 'member'], 'team.read'],
  ])('is told nothing of others\' rights without %s, at any door, and hears what is lacking', async (_what, nouns, permission) => {
    const clerk = await world.aMember({ roles: [], teamId: world.teams.north.id });
    const some = permission === 'member.read' ? [{ noun: 'member', verb: 'read', reach: 'TEAM' as const }] : [];
    await world.grant(clerk, [mayExplain, ...any('deal', ...nouns), ...some]);
    const northern = (await world.as(world.rep).done('dealCreate', { title: 'A northern deal' })).id;
    const absent = 'deal_00000000-0000-7000-8000-000000000000';
    for (const id of [northern, absent]) {
      for (const [query, variables] of [
        [explain, { permission: 'deal.read', id, principal: `member_${world.colleague.id}` }], [who, { id }],
        [preview, { ids: [`member_${world.rep.id}`] }],
      ] as const) {
        const { data, errors } = await world.as(clerk).ask(query, variables);
        expect(Object.values(data!), query).toEqual([null]);
        expect(errors, query).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission } }]);
      }
    }
    const about = await world.as(clerk).data<{ accessExplain: Explanation }>(explain, {
      permission: 'deal.read', id: northern,
    });
    expect(about.accessExplain).toMatchObject({ isAllowed: true, sql: null });
  });

  it('is told who reads an activity only where he reads every record that it can be on', async () => {
    const clerk = await world.aMember({ roles: [] });
    await world.grant(clerk, [mayExplain, ...any('role', 'member', 'team', 'activity', 'company', 'contact', 'lead')]);
    const deal = await world.aDeal({ owner: world.southRep });
    const activity = await world.anActivity({ owner: world.rep, dealId: deal.id });
    const id = `activity_${activity.id}`;
    for (const [query, variables] of [
      [explain, { permission: 'activity.read', id, principal: `member_${world.southRep.id}` }], [who, { id }],
    ] as const) {
      const { errors } = await world.as(clerk).ask(query, variables);
      expect(errors, query).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'deal.read' } }]);
    }
    await world.grant(clerk, any('deal'));
    const told = await world.as(clerk).data<{ accessExplain: Explanation }>(
      explain, { permission: 'activity.read', id, principal: `member_${world.southRep.id}` });
    expect(told.accessExplain.isAllowed).toBe(true);
    expect(told.accessExplain.reasons).toContainEqual(expect.objectContaining({ kind: 'LINKED_RECORD', holds: true }));
  });
});

describe('who sees all that rights follow from, and some records', () => {
  it('is told about records that he reads himself, with the condition in SQL; others are absent', async () => {
    const clerk = await world.aMember({ roles: [], teamId: world.teams.north.id });
    await world.grant(clerk, [
      mayExplain, ...any('role', 'member', 'team'), { noun: 'deal', verb: 'read', reach: 'TEAM' },
    ]);
    const about = async (id: string) => (await world.as(clerk).data<{
      accessExplain: Explanation | null; whoCanAccess: { member: { id: string } }[] | null;
    }>(
      `query($id: ID!, $member: ID) {
        accessExplain(permission: "deal.move", id: $id, principal: $member) { isAllowed sql reasons { kind holds text role reach } }
        whoCanAccess(id: $id) { member { id } } }`, { id, member: `member_${world.manager.id}` }));
    expect(await about(southDeal)).toEqual({ accessExplain: null, whoCanAccess: null });
    const northern = (await world.as(world.rep).done('dealCreate', { title: 'A northern deal' })).id;
    const { accessExplain, whoCanAccess } = await about(northern);
    expect(accessExplain).toMatchObject({ isAllowed: true, sql: expect.stringContaining('owner_id') });
    expect(accessExplain!.reasons[1]).toMatchObject({
      role: 'Manager', reach: 'team', text: expect.stringContaining(world.rep.name),
    });
    const seen = whoCanAccess!.map(({ member }) => member.id);
    expect(seen).toEqual(
      expect.arrayContaining([world.owner, world.manager, world.rep, clerk].map(({ id }) => `member_${id}`)));
    expect(seen).not.toContain(`member_${world.southRep.id}`);
  });

  it('counts in a preview no records that he cannot see', async () => {
    const clerk = await world.aMember({ roles: [] });
    await world.grant(clerk, [
      mayExplain, ...any('role', 'member', 'team'), { noun: 'deal', verb: 'read', reach: 'OWN' },
    ]);
    const { policyPreview } = await world.as(clerk).data<{
      policyPreview: { member: { id: string }; records: unknown[] }[];
    }>(
      `query($ids: [ID!]) { policyPreview(grants: [{ noun: "deal", verb: "read", reach: ANY }], memberIds: $ids) { member { id } records { before after } } }`,
      { ids: [`member_${world.rep.id}`] });
    expect(policyPreview).toEqual([{ member: { id: `member_${world.rep.id}` }, records: [] }]);
  });
});

describe('accessExplain, besides', () => {
  it('says that what cannot be read cannot be changed', async () => {
    const odd = await world.aMember({ roles: [] });
    await world.grant(odd, [
      { noun: 'deal', verb: 'update', reach: 'ANY' }, { noun: 'deal', verb: 'read', reach: 'OWN' },
    ]);
    const answer = await explained('owner', {
      permission: 'deal.update', id: southDeal, principal: `member_${odd.id}`,
    });
    expect(answer!.isAllowed).toBe(false);
    expect(answer!.reasons.map(({ kind, holds }) => [kind, holds])).toEqual([
      ['RECORD', true], ['GRANT', true], ['UNREADABLE', false],
    ]);
    const data = await world.as(world.owner).data<{ whoCanAccess: { member: { id: string } }[] }>(
      'query($id: ID!) { whoCanAccess(id: $id) { member { id } } }', { id: southDeal });
    expect(data.whoCanAccess.map(({ member }) => member.id)).not.toContain(`member_${odd.id}`);
  });

  it('refuses a permission that is asked of no record', async () => {
    const { errors } = await world.as(world.owner).ask(explain, {
      permission: 'audit.read', id: 'audit_00000000-0000-7000-8000-000000000000',
    });
    expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    const misspelt = await world.as(world.owner).ask(explain, { permission: 'constructor.name', id: southDeal });
    expect(misspelt.errors[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' }, message: expect.stringContaining('is not a permission'),
    });
  });

  it('knows what the bin changes: there a deal is restored and nothing else', async () => {
    const deal = (await world.as(world.manager).done('dealCreate', { title: 'To the bin' }));
    expect((await world.as(world.manager).mutate('dealDelete', { id: deal.id, version: 1 })).userErrors).toEqual([]);
    const decided = async (permission: string) =>
      (await explained('owner', { permission, id: deal.id, principal: `member_${world.manager.id}` }))!.isAllowed;
    expect([await decided('deal.restore'), await decided('deal.update'), await decided('deal.read')])
      .toEqual([true, false, false]);
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
    const { errors } = await world.as(world.manager).ask('query($id: ID!) { whoCanAccess(id: $id) { verbs } }', {
      id: southDeal,
    });
    expect(errors[0]).toMatchObject({ extensions: { code: 'FORBIDDEN', permission: 'access.explain' } });
  });
});
