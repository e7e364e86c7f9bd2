import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Built } from '../support/builders.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

type Hit = {
  record: { id: string; __typename: string; title?: string; name?: string; fullName?: string }; field: string;
  score: number;
};
const document =
  `query($query: String!, $nouns: [SearchNoun!], $first: Int) { search(query: $query, nouns: $nouns, first: $first) {
  record { id __typename ... on Deal { title } ... on Company { name } ... on Contact { fullName } } field score } }`;

let world: World;
let rival: World;
beforeAll(async () => {
  world = await openWorld();
  rival = await world.another();
});
afterAll(() => world.close());

async function search(
  member: WorldMember, query: string, options: { nouns?: string[]; first?: number } = {},
): Promise<Hit[]> {
  return (await world.as(member).data<{ search: Hit[] }>(document, { query, ...options })).search;
}
const ids = (hits: Hit[]) => hits.map(({ record }) => record.id);
const only = (...built: Built[]) => built.map(({ globalId }) => globalId).sort();

async function share(deal: Built, to: { memberId?: string; teamId?: string; endsAt?: Date }): Promise<void> {
  await world.rows(`insert into record_share (workspace_id, id, deal_id, member_id, team_id, level, ends_at)
    values ($1, gen_random_uuid(), $2, $3, $4, 'READ', $5)`,
    [world.workspaceId, deal.id, to.memberId, to.teamId, to.endsAt]);
}

describe('what is found', () => {
  test('words that begin a name, as one types, in any order, without case and accents', async () => {
    const company = await world.aCompany({ name: 'Müller & Söhne Maschinenbau', domain: 'mueller-soehne.example' });
    for (const query of ['mül', 'MULLER', 'masch mull', 'sohne', 'muller & so', 'mueller-soehne.ex']) {
      expect(ids(await search(world.owner, query)), query).toEqual([company.globalId]);
    }
  });

  test('the text itself first, then what begins with it, then what has a word that does', async () => {
    for (const name of ['The new Orchid', 'Orchid House', 'Orchid']) await world.aCompany({ name });
    const hits = await search(world.owner, 'orchid');
    expect(hits.map(({ record }) => record.name)).toEqual(['Orchid', 'Orchid House', 'The new Orchid']);
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((left, right) => right - left));
    expect(hits[0]!.score).toBeLessThanOrEqual(1);
  });

  test('what is similar, when nothing fits as it was typed', async () => {
    const contact = await world.aContact({ firstName: 'Brunhilde', lastName: 'Kowalczyk' });
    const john = await world.aContact({ firstName: 'Jobst', lastName: 'Tuch' });
    for (const query of ['kowalcyk', 'brunhlide', 'kovalczyk brunhilde']) {
      expect(ids(await search(world.owner, query)), query).toContain(contact.globalId);
    }
    expect(ids(await search(world.owner, 'jbost'))).toContain(john.globalId);
    expect(ids(await search(world.owner, 'kowalczyk'))).toEqual([contact.globalId]);
  });

  test('contacts by e-mail addresses and telephone numbers, and the field that fits is named', async () => {
    const contact = await world.aContact({ firstName: 'Xaver', lastName: 'Yperman', owner: world.rep });
    await world.rows(
      'insert into contact_email (workspace_id, id, contact_id, address) values ($1, gen_random_uuid(), $2, $3)',
        [world.workspaceId, contact.id, 'x.yperman@quill.example']);
    await world.rows(
      'insert into contact_phone (workspace_id, id, contact_id, number) values ($1, gen_random_uuid(), $2, $3)',
        [world.workspaceId, contact.id, '+49 (30) 5550-1234']);
    const found = async (query: string) => (await search(world.rep, query))
      .map(({ record, field }) => [record.fullName, field]);
    expect(await found('quill.exa')).toEqual([['Xaver Yperman', 'emails']]);
    expect(await found('x.yperman@quill.example')).toEqual([['Xaver Yperman', 'emails']]);
    expect(await found('030 5550')).toEqual([['Xaver Yperman', 'phones']]);
    expect(await found('+49 30 55501234')).toEqual([['Xaver Yperman', 'phones']]);
    expect(await found('xaver')).toEqual([['Xaver Yperman', 'fullName']]);
  });

  test('leads, deals, activities, products and members, and only kinds that are asked for', async () => {
    const lead = await world.aLead({ title: 'Obsidian tiles', email: 'tiles@obsidian.example' });
    const deal = await world.aDeal({ title: 'Obsidian floor' });
    const activity = await world.anActivity({ subject: 'Call about obsidian' });
    const product = await world.aProduct({ name: 'Obsidian knife' });
    const member = await world.aMember({ name: 'Olive Obsidian' });
    const hits = await search(world.owner, 'obsidian');
    expect(ids(hits).sort()).toEqual([...only(lead, deal, activity, product), `member_${member.id}`].sort());
    expect(ids(await search(world.owner, 'obsidian', { nouns: ['DEAL', 'PRODUCT'] })).sort())
      .toEqual(only(deal, product));
    expect(await search(world.owner, 'obsidian', { nouns: [] })).toEqual([]);
  });

  test('nothing that is deleted, and nothing of another workspace', async () => {
    await world.aDeal({ title: 'Vermilion', deletedAt: new Date() });
    await rival.aDeal({ title: 'Vermilion' });
    expect(await search(world.owner, 'vermilion')).toEqual([]);
    expect(await search(world.owner, 'vermilon')).toEqual([]);
  });
});

describe('what is in reach', () => {
  test('a rep finds his own, a manager his team\'s and what it looks after, an owner all', async () => {
    const own = await world.aDeal({ title: 'Heliotrope one', owner: world.rep });
    const colleagues = await world.aDeal({ title: 'Heliotrope two', owner: world.colleague });
    const unowned = await world.aDeal({ title: 'Heliotrope three', teamId: world.teams.north.id });
    const south = await world.aDeal({ title: 'Heliotrope four', owner: world.southRep });
    const found = async (member: WorldMember, query: string) => ids(await search(member, query)).sort();
    for (const query of ['heliotrope', 'heliotrpoe']) {
      expect(await found(world.rep, query)).toEqual(only(own));
      expect(await found(world.manager, query)).toEqual(only(own, colleagues, unowned));
      expect(await found(world.owner, query)).toEqual(only(own, colleagues, unowned, south));
    }
  });

  test('what is shared with a member or his team is found until the share ends', async () => {
    const mine = await world.aDeal({ title: 'Cinnabar for me', owner: world.southRep });
    const ours = await world.aDeal({ title: 'Cinnabar for us', owner: world.southRep });
    const ended = await world.aDeal({ title: 'Cinnabar no longer', owner: world.southRep });
    await share(mine, { memberId: world.rep.id });
    await share(ours, { teamId: world.teams.north.id });
    await share(ended, { memberId: world.rep.id, endsAt: new Date(Date.now() - 1000) });
    expect(ids(await search(world.rep, 'cinnabar')).sort()).toEqual(only(mine, ours));
    expect(ids(await search(world.rep, 'cinnabra')).sort()).toEqual(only(mine, ours));
    expect(ids(await search(world.southManager, 'cinnabar'))).toHaveLength(3);
  });

  test('a contact that anybody may read is found by its name by all, by its address by those who may read that', async () => {
    const contact = await world.aContact({ firstName: 'Umber', lastName: 'Sienna', owner: world.colleague });
    await world.rows(
      'insert into contact_email (workspace_id, id, contact_id, address) values ($1, gen_random_uuid(), $2, $3)',
        [world.workspaceId, contact.id, 'burnt@pigment.example']);
    const byName = async (member: WorldMember) => ids(await search(member, 'umber'));
    const byAddress = async (member: WorldMember) => ids(await search(member, 'burnt@pigment'));
    for (const member of [world.rep, world.viewer, world.southManager, world.manager, world.owner]) {
      expect(await byName(member)).toEqual([contact.globalId]);
    }
    expect(await byAddress(world.rep)).toEqual([]);
    expect(await byAddress(world.viewer)).toEqual([]);
    expect(await byAddress(world.southManager)).toEqual([]);
    for (const member of [world.colleague, world.manager, world.owner]) {
      expect(await byAddress(member)).toEqual([contact.globalId]);
    }
  });

  test('an address and a number are found by whoever has the contact now, and not while it is in the bin', async () => {
    const contact = await world.aContact({ firstName: 'Sepia', lastName: 'Ink', owner: world.rep });
    await world.rows(`insert into contact_email (workspace_id, id, contact_id, address)
      values ($1, gen_random_uuid(), $2, 'cuttle@bone.example')`, [world.workspaceId, contact.id]);
    await world.rows(`insert into contact_phone (workspace_id, id, contact_id, number)
      values ($1, gen_random_uuid(), $2, '+44 7531 864209')`, [world.workspaceId, contact.id]);
    const becomes = (change: string) => world.rows(`update contact set ${change} where id = $1`, [contact.id]);
    const finders = async () => {
      const found = async (query: string) => {
        const { owner, rep, manager, southRep: south } = world;
        const hits = await Promise.all(Object.entries({ owner, rep, manager, south }).map(async ([who, member]) => (
          (await search(member, query)).length > 0 ? [who] : [])));
        return hits.flat().join(' ');
      };
      const [byAddress, byNumber] = await Promise.all([found('cuttle@bone'), found('7531864')]);
      expect(byNumber).toBe(byAddress);
      return byAddress;
    };
    expect(await finders()).toBe('owner rep manager');
    await becomes(`owner_id = '${world.southRep.id}'`);
    expect(await finders()).toBe('owner south');
    await becomes(`owner_id = null, team_id = '${world.teams.north.id}'`);
    expect(await finders()).toBe('owner manager');
    await becomes('team_id = null');
    expect(await finders()).toBe('owner');
    await becomes('deleted_at = now()');
    expect(await finders()).toBe('');
    await becomes(`deleted_at = null, owner_id = '${world.rep.id}'`);
    expect(await finders()).toBe('owner rep manager');
  });

  test('an address that is written while its contact changes hands is the new owner\'s', async () => {
    const contact = await world.aContact({ firstName: 'Ochre', lastName: 'Earth', owner: world.rep });
    const { database, workspaceId } = world;
    const { writing } = await database.transaction(workspaceId, async (handing) => {
      await handing.contact.updateMany({ where: { id: contact.id }, data: { ownerId: world.southRep.id } });
      const writing = database.transaction(workspaceId, (tx) => (
        tx.contactEmail.create({
          data: { workspaceId, id: contact.id, contactId: contact.id, address: 'madder@lake.example' },
        })));
      await world.someoneWaits();
      return { writing };
    });
    await writing;
    expect(ids(await search(world.southRep, 'madder@lake'))).toEqual([contact.globalId]);
    expect(ids(await search(world.rep, 'madder@lake'))).toEqual([]);
  });

  test('an activity is found by whoever can read a record it is on', async () => {
    const company = await world.aCompany({ name: 'A place' });
    const onDeal = await world.aDeal({ owner: world.southRep });
    const readable = await world.anActivity({
      subject: 'Gamboge at the place', owner: world.southRep, companyId: company.id,
    });
    await world.anActivity({ subject: 'Gamboge on their deal', owner: world.southRep, dealId: onDeal.id });
    expect(ids(await search(world.rep, 'gamboge'))).toEqual([readable.globalId]);
    expect(ids(await search(world.rep, 'gambogge'))).toEqual([readable.globalId]);
    expect(ids(await search(world.southRep, 'gamboge'))).toHaveLength(2);
  });

  test('one\'s own is found among very many of others: the limit comes after reach', async () => {
    await world.rows(`insert into deal (workspace_id, id, title, currency, pipeline_id, stage_id, owner_id)
      select $1, gen_random_uuid(), 'Amaranth ' || i, 'EUR', $2, $3, $4 from generate_series(1, 600) i`,
    [world.workspaceId, world.pipelines.deal.id, Object.values(world.pipelines.deal.stages)[0], world.southRep.id]);
    const own = await world.aDeal({ title: 'The last amaranth', owner: world.rep });
    expect(ids(await search(world.rep, 'amaranth', { first: 1 }))).toEqual([own.globalId]);
    expect(ids(await search(world.manager, 'amarnath', { first: 1 }))).toEqual([own.globalId]);
  });

  test('what a role of one\'s own reaches is found, and no more', async () => {
    const member = await world.aMember({ roles: [], teamId: world.teams.south.id });
    await world.grant(member, [
      { noun: 'deal', verb: 'read', reach: 'OWN' }, { noun: 'contact', verb: 'read', reach: 'TEAM' },
      { noun: 'contact', verb: 'read', reach: 'OWN', fieldGroups: ['contactDetails'] }]);
    const deal = await world.aDeal({ title: 'Periwinkle', owner: member });
    const own = await world.aContact({ firstName: 'Periwinkle', lastName: 'Own', owner: member });
    const teams = await world.aContact({ firstName: 'Periwinkle', lastName: 'Team', owner: world.southRep });
    await world.aContact({ firstName: 'Periwinkle', lastName: 'Other', owner: world.rep });
    await world.aCompany({ name: 'Periwinkle' });
    for (const contact of [own, teams]) {
      await world.rows(
        'insert into contact_email (workspace_id, id, contact_id, address) values ($1, gen_random_uuid(), $2, $3)',
          [world.workspaceId, contact.id, 'flower@vinca.example']);
    }
    expect(ids(await search(member, 'periwinkle')).sort()).toEqual(only(deal, own, teams));
    expect(ids(await search(member, 'vinca'))).toEqual([own.globalId]);
  });

  test('who asks for a kind that he can read nothing of is refused; otherwise it is left out', async () => {
    const member = await world.aMember({ roles: [] });
    await world.grant(member, [{ noun: 'product', verb: 'read', reach: 'ANY' }]);
    const product = await world.aProduct({ name: 'Chartreuse' });
    await world.aDeal({ title: 'Chartreuse' });
    expect(ids(await search(member, 'chartreuse'))).toEqual([product.globalId]);
    const { data, errors } = await world.as(member).ask<{ search: null }>(document, {
      query: 'chartreuse', nouns: ['DEAL'],
    });
    expect(data).toEqual({ search: null });
    expect(errors[0]!.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'deal.read' });
    expect(await search(await world.aMember({ roles: [] }), 'chartreuse')).toEqual([]);
  });
});

describe('what it costs', () => {
  test('one statement for the hits, and one for the records, of whatever kinds', async () => {
    for (let at = 0; at < 12; at += 1) {
      await world.aDeal({ title: `Fuchsia ${at}` });
      await world.aCompany({ name: `Fuchsia ${at}` });
    }
    // Each travels behind the statement that sets the workspace, the first with the look-up of who asks.
    await search(world.owner, 'fuchsia');
    expect(await world.statementsOf(() => search(world.owner, 'fuchsia 11', { nouns: ['DEAL'] }))).toBe(4);
    expect(await world.statementsOf(() => search(world.owner, 'fuchsia', { first: 50 }))).toBe(4);
    expect(await world.statementsOf(() => search(world.owner, 'nothing like it at all'))).toBe(2);
  });

  test('what is far too long, or more hits than a page shows, is refused', async () => {
    for (const [variables, path] of [[{ query: 'x'
      .repeat(201) }, 'query'], [{ query: 'x', first: 51 }, 'first'], [{ query: 'x', first: -1 }, 'first']] as const) {
      const { errors } = await world.as(world.owner).ask(document, variables);
      expect(errors[0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path });
    }
  });

  test('signs that stand for nothing find nothing', async () => {
    for (const query of ['', '   ', '%', '%_%', '\\', '🦊🦊🦊', '( )', '\'; drop table deal; --', '\u{FFFF}', 'q'
      .repeat(200), 'qx '.repeat(66)]) {
      expect(await search(world.owner, query), query).toEqual([]);
    }
  });
});
