import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newApiKey } from '../../src/auth/api-key.ts';
import { type SecondServer, secondServer } from '../support/second-server.ts';
import { type World, type WorldGrant, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
let other: SecondServer;
beforeAll(async () => {
  world = await openWorld();
  other = await secondServer(world);
});
afterAll(async () => {
  await other.close();
  await world.close();
});

type Key = { id: string; version: number; token: string };

async function aKey(member: Pick<WorldMember, 'token'>, input: Record<string, unknown> = {}): Promise<Key> {
  const document = `mutation($input: ApiKeyCreateInput!) {
    apiKeyCreate(input: $input) { token apiKey { id version } userErrors { code message path } } }`;
  const { apiKeyCreate } = await world.as(member).data<{
    apiKeyCreate: { token: string; apiKey: { id: string; version: number } | null; userErrors: unknown[] };
  }>(document, { input: { name: 'A key', ...input } });
  if (!apiKeyCreate.apiKey) throw new Error(JSON.stringify(apiKeyCreate.userErrors));
  return { ...apiKeyCreate.apiKey, token: apiKeyCreate.token };
}

const read = (noun: string, reach: WorldGrant['reach'], fieldGroups: string[] = []): WorldGrant => (
  { noun, verb: 'read', reach, fieldGroups });
const who = '{ viewer { roles { name } } }';
const viewer = `{ viewer { member { name } apiKey { name } } }`;

/** A rep who may make keys, which no built-in role but the administrators' lets anybody. */
async function keyedRep(name: string): Promise<WorldMember> {
  const rep = await world.aMember({ name, teamId: world.teams.north.id });
  await world.grant(rep, [
    { noun: 'apiKey', verb: 'create', reach: 'ANY' }, { noun: 'apiKey', verb: 'read', reach: 'ANY' },
    { noun: 'apiKey', verb: 'delete', reach: 'ANY' },
  ]);
  return rep;
}

describe('a key', () => {
  test('is shown once, and kept as a hash', async () => {
    const key = await aKey(world.admin, { name: ' Warehouse ', idempotencyKey: 'once' });
    expect(key.token).toMatch(/^gatehouse_[a-z2-7]{47}$/);
    const again = await world.as(world.admin).data<{ apiKeyCreate: object }>(
      'mutation($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { token apiKey { id name prefix } } }',
      { input: { name: ' Warehouse ', idempotencyKey: 'once' } });
    expect(again.apiKeyCreate).toEqual(
      { token: null, apiKey: { id: key.id, name: 'Warehouse', prefix: key.token.slice(0, 18) } });
    const secret = key.token.slice(18);
    const tables = [
      'api_key', 'audit_entry', 'audit_change', 'security_event', 'outbox_event', 'idempotency_key', 'mail',
    ];
    for (const table of tables) {
      const found = await world.rows(`select from ${table} t where t::text like '%' || $1 || '%'`, [secret]);
      expect(found, table).toEqual([]);
    }
    expect(await world.as(key).data(viewer)).toEqual(
      { viewer: { member: { name: 'Admin' }, apiKey: { name: 'Warehouse' } } });
  });

  test('its owner is told by mail', async () => {
    await aKey(world.admin, { name: 'Told' });
    const mails = await world.rows<{ to_address: string; template: string }>(
      `select to_address, template from mail where variables ->> 'key' = 'Told'`);
    expect(mails).toEqual([{ to_address: world.admin.email, template: 'api-key-created' }]);
  });

  test('does all that its owner may when it has no grants of its own', async () => {
    const key = await aKey(world.admin);
    const company = await world.as(key).done('companyCreate', { name: 'By key' });
    expect(await world.audited(company.id)).toMatchObject([{ by: 'Admin', did: 'company.create' }]);
    const [entry] = await world.rows(
      'select principal, door from audit_entry where record_id = $1', [company.id.replace('company_', '')]);
    expect(entry).toEqual({ principal: key.id.replace('_', ':'), door: 'API_KEY' });
    const deal = await world.as(key).done('dealCreate', { title: 'By key' });
    const [entered] = await world.rows(
      'select door, api_key_id from stage_change where deal_id = $1', [deal.id.replace('deal_', '')]);
    expect(entered).toEqual({ door: 'API_KEY', api_key_id: key.id.replace('apiKey_', '') });
  });

  test('is refused without a statement when its checksum is wrong', async () => {
    const { token } = newApiKey();
    const forged = `${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`;
    const statements = await world.statementsOf(async () => {
      for (const made of [forged, `gatehouse_${'a'.repeat(47)}`, 'gatehouse_', token.toUpperCase()]) {
        expect(await world.as({ token: made }).data(viewer)).toEqual({ viewer: null });
      }
    });
    expect(statements).toBe(0);
    expect(await world.statementsOf(() => world.as({ token }).data(who))).toBe(1);
  });

  test('is found in one statement, as a session is', async () => {
    const key = await aKey(world.admin);
    const ask = (token: string) => world.statementsOf(() => world.as({ token }).data(who));
    expect(await ask(key.token)).toBe(1);
    expect(await ask(key.token)).toBe(await ask(world.admin.token));
  });

  test('is taken in a header only', async () => {
    const { token } = await aKey(world.admin);
    for (const name of ['key', 'access_token', 'api_key', 'authorization']) {
      const response = await fetch(`${world.url}/graphql?${name}=${token}`, {
        method: 'POST', body: JSON.stringify({ query: who }), headers: { 'content-type': 'application/json' },
      });
      expect(response.status).toBe(400);
      expect(await response.text()).not.toContain('ADMIN');
    }
    const cookie = await fetch(`${world.url}/graphql`, {
      method: 'POST', body: JSON.stringify({ query: who }),
      headers: {
        'content-type': 'application/json', cookie: `gatehouse=${token}`, 'sec-fetch-site': 'same-origin',
        'x-gatehouse-csrf': '1',
      },
    });
    expect(await cookie.json()).toMatchObject({ data: { viewer: null } });
  });

  test('says when and from where it was last used, to the minute', async () => {
    const key = await aKey(world.admin);
    type Used = { apiKey: { lastUsedAt: string | null; lastUsedFrom: string | null } };
    const used = () => world.as(world.admin).data<Used>(
      'query($id: ID!) { apiKey(id: $id) { lastUsedAt lastUsedFrom } }', { id: key.id });
    expect(await used()).toEqual({ apiKey: { lastUsedAt: null, lastUsedFrom: null } });
    await world.as(key).data(viewer);
    const { apiKey: first } = await used();
    expect(first.lastUsedFrom).toBe('127.0.0.1');
    expect(Date.now() - new Date(first.lastUsedAt!).getTime()).toBeLessThan(60_000);
    await world.as(key).data(viewer);
    expect((await used()).apiKey).toEqual(first);
  });
});

describe('what a key may do', () => {
  test('is what both its own grants and its owner\'s allow', async () => {
    const rep = await keyedRep('Rita');
    const mine = await world.aDeal({ owner: rep, title: 'Mine', amountMinor: 100n, currency: 'EUR' });
    const theirs = await world.aDeal({ owner: world.colleague, title: 'Theirs' });
    const key = await aKey(rep, { grants: [read('deal', 'OWN')] });
    const deals = await world.as(key).ask(
      '{ deals { totalCount nodes { title amount { amountMinor } } } companies { totalCount } }');
    expect(deals.data).toEqual({ deals: { totalCount: 1, nodes: [{ title: 'Mine', amount: null }] }, companies: null });
    expect(deals.errors.map(({ extensions }) => extensions!.permission).sort()).toEqual(
      ['company.read', 'deal.financial']);
    const hidden = await world.as(key).data('query($id: ID!) { node(id: $id) { id } }', { id: theirs.globalId });
    expect(hidden).toEqual({ node: null });
    const change = await world.as(key).mutate('dealUpdate', { id: mine.globalId, version: 1, title: 'No' });
    expect(change.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'deal.update' } }]);
    const filter = await world.as(key).ask('{ deals(where: { amount: { gt: "1" } }) { totalCount } }');
    expect(filter.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'deal.financial' } }]);
  });

  test('shrinks with its owner\'s roles in the very next request, on every server, and grows no further', async () => {
    const owner = await world.aMember({ name: 'Demoted', roles: ['ADMIN'], teamId: world.teams.south.id });
    const full = await aKey(owner);
    const narrow = await aKey(owner, { grants: [read('deal', 'ANY', ['financial']), read('role', 'ANY')] });
    const deal = await world.aDeal({ owner: world.southRep, title: 'South', amountMinor: 5n, currency: 'EUR' });
    const seen = async (key: Key, as = world.as(key)) => (await as.ask(
      'query($id: ID!) { node(id: $id) { ... on Deal { title amount { amountMinor } } } roles { totalCount } }',
      { id: deal.globalId })).data;
    const everything = {
      node: { title: 'South', amount: { amountMinor: '5' } }, roles: { totalCount: expect.any(Number) },
    };
    for (const key of [full, narrow]) {
      expect(await seen(key)).toEqual(everything);
      expect(await seen(key, other.as(key))).toEqual(everything);
    }
    const give = async (name: string, version: number) => {
      const [role] = await world.rows<{ id: string }>('select id from role where built_in = $1::built_in_role', [name]);
      await world.as(world.owner).done(
        'memberUpdate', { id: `member_${owner.id}`, version, roleIds: [`role_${role!.id}`] });
    };
    await give('VIEWER', 1);
    for (const key of [full, narrow]) {
      for (const as of [world.as(key), other.as(key)]) {
        expect(await seen(key, as)).toEqual({ node: { title: 'South', amount: null }, roles: null });
      }
    }
    await give('REP', 2);
    expect(await seen(narrow)).toEqual({ node: null, roles: null });
    await give('ADMIN', 3);
    expect(await seen(narrow, other.as(narrow))).toEqual(everything);
    expect((await world.as(narrow).ask('{ companies { totalCount } }')).errors).toHaveLength(1);
  });

  test('is no more than who makes it holds, and no more than the key that makes it', async () => {
    const rep = await keyedRep('Karl');
    const make = (as: Pick<WorldMember, 'token'>, input: object) => world.as(as).mutate(
      'apiKeyCreate', { name: 'Broader', ...input }, 'id');
    const broader = await make(rep, { grants: [read('deal', 'ANY'), read('role', 'ANY')] });
    expect(broader.userErrors).toMatchObject([{ code: 'NOT_PERMITTED', path: ['input', 'grants'] }]);

    const grants = [read('deal', 'OWN'), { noun: 'apiKey', verb: 'create', reach: 'ANY' }, read('apiKey', 'ANY')];
    const key = await aKey(rep, { grants });
    for (const input of [{}, { grants: [read('deal', 'OWN', ['financial'])] }, { grants: [read('contact', 'OWN')] }]) {
      expect((await make(key, input)).userErrors).toMatchObject([{ code: 'NOT_PERMITTED', path: ['input', 'grants'] }]);
    }
    expect((await make(key, { grants: [read('deal', 'OWN')] })).userErrors).toEqual([]);
  });

  test('is nobody who has signed in: of its owner it reads what its grants give, and not his address', async () => {
    const whose = '{ viewer { user { email } member { name email } } }';
    const narrow = await aKey(world.admin, { grants: [read('member', 'ANY')] });
    expect((await world.as(narrow).ask(whose)).data).toEqual({
      viewer: { user: null, member: { name: world.admin.name, email: null } } });
    const wider = await aKey(world.admin, { grants: [read('member', 'ANY', ['account'])] });
    expect(await world.as(wider).data(whose)).toEqual({
      viewer: { user: null, member: { name: world.admin.name, email: world.admin.email } } });
  });

  test('extends to what is shared with its owner, over the key\'s own field groups', async () => {
    const rep = await keyedRep('Shared');
    const deal = await world.aDeal({ owner: world.southRep, title: 'Given', amountMinor: 7n, currency: 'EUR' });
    await world.as(world.admin).data(
      'mutation($input: RecordShareInput!) { recordShare(input: $input) { userErrors { code } } }',
      { input: { recordId: deal.globalId, memberId: `member_${rep.id}`, level: 'READ' } });
    const without = await aKey(rep, { grants: [read('deal', 'OWN')] });
    const none = await aKey(rep, { grants: [read('company', 'OWN')] });
    const ask = (key: Key) => world.as(key).ask<{ node: object | null }>(
      'query($id: ID!) { node(id: $id) { ... on Deal { title amount { amountMinor } } } }', { id: deal.globalId });
    expect((await ask(without)).data).toEqual({ node: { title: 'Given', amount: null } });
    expect((await ask(none)).data).toEqual({ node: null });
  });

  test('is explained as the key\'s, not as its owner\'s', async () => {
    const grants = [read('deal', 'OWN'), { noun: 'access', verb: 'explain', reach: 'ANY' }];
    const key = await aKey(world.admin, { name: 'Narrow', grants });
    const deal = await world.aDeal({ owner: world.admin });
    type Explained = { accessExplain: { isAllowed: boolean; reasons: { text: string }[] } };
    const { accessExplain } = await world.as(key).data<Explained>(
      'query($id: ID!) { accessExplain(field: "Deal.amount", id: $id) { isAllowed reasons { text } } }',
      { id: deal.globalId });
    expect(accessExplain.isAllowed).toBe(false);
    expect(accessExplain.reasons.at(-1)!.text).toBe(
      'The key Narrow and the roles of its owner (Admin) do not both give deal.financial.');
  });
});

describe('a key ends', () => {
  const isRefused = async (key: Key) => {
    for (const as of [world.as(key), other.as(key)]) expect(await as.data(viewer)).toEqual({ viewer: null });
  };

  test('when it is revoked, for every server at once, and its use afterwards is logged', async () => {
    const key = await aKey(world.admin, { name: 'Ended' });
    expect(await other.as(key).data(viewer)).toMatchObject({ viewer: { apiKey: { name: 'Ended' } } });
    const revoked = await world.as(world.owner).done<{ revokedAt: string }>(
      'apiKeyRevoke', { id: key.id, version: key.version }, 'revokedAt');
    expect(revoked.revokedAt).not.toBeNull();
    await isRefused(key);
    await isRefused(key);
    const again = await world.as(world.owner).mutate('apiKeyRevoke', { id: key.id, version: 1 });
    expect(again).toMatchObject({ userErrors: [], record: { version: 2 } });
    type Log = { securityEvents: { nodes: { type: string; recordId: string }[] } };
    const { securityEvents } = await world.as(world.owner).data<Log>(
      `query($where: SecurityEventWhere) {
        securityEvents(where: $where, orderBy: [{ field: AT }], first: 200) { nodes { type recordId } } }`,
      { where: { noun: { eq: 'apiKey' }, subjectId: { eq: `member_${world.admin.id}` } } });
    const ofKey = securityEvents.nodes.filter(({ recordId }) => recordId === key.id).map(({ type }) => type);
    expect(ofKey).toEqual(['AUTHN_TOKEN_CREATED', 'AUTHN_TOKEN_REVOKED', 'AUTHN_TOKEN_REUSE']);
  });

  test('when it expires', async () => {
    const key = await aKey(world.admin, { expiresAt: new Date(Date.now() + 60_000).toISOString() });
    expect(await world.as(key).data(viewer)).toMatchObject({ viewer: { apiKey: { name: 'A key' } } });
    await world.rows(
      `update api_key set expires_at = now() - interval '1 second' where id = $1`, [key.id.replace('apiKey_', '')]);
    await isRefused(key);
    for (const days of [-1, 800]) {
      const wrong = await world.as(world.admin).mutate(
        'apiKeyCreate', { name: 'X', expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() }, 'id');
      expect(wrong.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'expiresAt'] }]);
    }
  });

  test('with its owner\'s membership', async () => {
    const owner = await world.aMember({ name: 'Leaving', roles: ['ADMIN'] });
    const key = await aKey(owner);
    expect(await other.as(key).data(viewer)).toMatchObject({ viewer: { apiKey: { name: 'A key' } } });
    await world.as(world.owner).done('memberUpdate', { id: `member_${owner.id}`, version: 1, isActive: false });
    await isRefused(key);
  });
});

test('only administrators keep keys, and only their own workspace\'s', async () => {
  const key = await aKey(world.admin);
  for (const member of [world.manager, world.rep, world.viewer]) {
    const { errors } = await world.as(member).mutate('apiKeyRevoke', { id: key.id, version: 1 });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'apiKey.delete' } }]);
  }
  const rival = await world.another();
  expect((await rival.as(rival.owner).mutate('apiKeyRevoke', { id: key.id, version: 1 })).userErrors).toMatchObject([
    { code: 'NOT_FOUND' }]);
  expect(await rival.as(rival.owner).data('{ apiKeys { totalCount } }')).toEqual({ apiKeys: { totalCount: 0 } });
  expect(await world.as(key).data(viewer)).toMatchObject({ viewer: { apiKey: { name: 'A key' } } });
});
