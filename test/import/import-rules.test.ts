import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorldMember } from '../support/world.ts';
import { type EmptyWorkspace, type ImportWorld, openImportWorld } from './import-world.ts';

let world: ImportWorld;
let workspace: EmptyWorkspace;
beforeAll(async () => {
  world = await openImportWorld();
  workspace = await world.anEmptyWorkspace();
});
afterAll(() => world.world.close());

const deals = {
  source: 'rules',
  files: [{
    file: 'deals.csv', noun: 'deal', key: 'Id', fields: { title: 'Title', createdAt: 'Since' },
    links: { stage: 'Stage', owner: 'Owner' },
  }],
};
const file = (...lines: string[]) => ({ 'deals.csv': ['Id,Title,Since,Stage,Owner', ...lines].join('\n') });
const asMember = (member: WorldMember) => ({ slug: world.world.slug, email: member.email });
const told = (imported: { reported: { line: number; code: string; reason: string }[] }) => imported.reported
  .map(({ line, code, reason }) => `${line} ${code} ${reason}`);

describe('whoever imports does what he may do, and nothing else', () => {
  test('a rep may not import: every row is refused, naming the permission', async () => {
    const imported = await world.importFiles(asMember(world.world.rep), deals, file('1,Mine,,,', '2,Too,,,'));
    expect(imported.counts).toMatchObject({ created: 0, refused: 2 });
    expect(told(imported)).toEqual([
      '2 NOT_PERMITTED That needs the permission deal.import.',
      '3 NOT_PERMITTED That needs the permission deal.import.',
    ]);
  });

  test('a rep whom a role lets import keeps to his own records, open stages and the present', async () => {
    const { rep, colleague } = world.world;
    await world.world.grant(rep, [{ noun: 'deal', verb: 'import', reach: 'OWN', fieldGroups: ['core'] }]);
    const imported = await world.importFiles(asMember(rep), deals, file(
      `1,Mine,,,${rep.name}`, `2,Hers,,,${colleague.name}`, '3,Nobody\'s,,,', `4,Won,,Won,${rep.name}`,
      `5,Old,2020-01-01,,${rep.name}`,
    ));
    expect(imported.counts).toMatchObject({ created: 1, refused: 4 });
    expect(told(imported)).toEqual([
      expect.stringMatching(/^3 NOT_PERMITTED .* needs the permission deal\.assign\.$/),
      expect.stringMatching(/^4 NOT_PERMITTED .* needs the permission deal\.assign\.$/),
      expect.stringMatching(/^5 NOT_PERMITTED .* needs the permission deal\.createClosed\.$/),
      expect.stringMatching(/^6 NOT_PERMITTED .* need the permission deal\.backdate\.$/),
    ]);
    expect(imported.reported.map(({ column }) => column)).toEqual(['Owner', null, 'Stage', 'Since']);
    const [mine] = await world.world.rows<{ owner: string; door: string }>(
      `select d.owner_id as owner, c.door from deal d join stage_change c on c.deal_id = d.id where d.title = 'Mine'`);
    expect(mine).toEqual({ owner: rep.id, door: 'IMPORT' });
  });

  test('a record that is not his he can neither change nor link to', async () => {
    const { owner, rep, southRep } = world.world;
    const first = await world.importFiles(asMember(owner), deals, file(`8,South,,,${southRep.name}`));
    expect(first.counts).toMatchObject({ created: 1 });
    const imported = await world.importFiles(asMember(rep), deals, file(`8,Taken over,,,${rep.name}`));
    expect(told(imported)).toEqual([
      expect.stringMatching(/^2 NOT_FOUND The deal with this key is in the bin, or it is not yours to change/),
    ]);
    const activities = { source: 'rules', files: [{
      file: 'a.csv', noun: 'activity', key: 'Id', fields: { kind: { constant: 'NOTE' }, subject: 'S' },
      links: { deal: { column: 'D', by: 'key' } },
    }] };
    await world.world.grant(rep, [{ noun: 'activity', verb: 'import', reach: 'OWN', fieldGroups: ['core'] }]);
    const notes = await world.importFiles(asMember(rep), activities, { 'a.csv': 'Id,S,D\n1,Mine,1\n2,Not mine,8\n' });
    expect(told(notes)).toEqual(['3 NOT_FOUND There is no deal with the key (of rules) "8".']);
    expect(notes.counts).toMatchObject({ created: 1, refused: 1 });
  });

  test('whether a value he may write and not read was there already, he is not told', async () => {
    const clerk = await world.world.aMember({ roles: [] });
    const contact = (verb: string, ...fieldGroups: string[]) => ({
      noun: 'contact', verb, reach: 'ANY' as const, fieldGroups,
    });
    await world.world.grant(clerk, [
      contact('read'), contact('import'), contact('create', 'contactDetails'),
      contact('update', 'contactDetails', 'internal'),
    ]);
    const mapping = { source: 'rules', files: [{
      file: 'c.csv', noun: 'contact', key: 'Id', fields: { lastName: 'Name', notes: 'Notes' },
      children: {
        emails: [{ fields: { address: 'Mail' } }], phones: [{ fields: { number: 'Phone' } }],
        addresses: [{ fields: { street: 'Street' } }],
      },
    }] };
    const contacts = (line: string) => ({ 'c.csv': `Id,Name,Notes,Mail,Phone,Street\n${line}\n` });
    await world.importFiles(
      asMember(world.world.owner), mapping, contacts('9,Hidden,secret,a@hidden.example,+49 30 9,Way 1'));
    const lines = [
      '9,Hidden,,a@hidden.example,,', '9,Hidden,,b@hidden.example,,', '9,Hidden,,,+49 30 9,', '9,Hidden,,,+49 30 8,',
      '9,Hidden,secret,,,', '9,Hidden,guess,,,', '9,Hidden,,,,Way 1', '9,Hidden,,,,Way 2',
    ];
    for (const line of lines) {
      const { counts } = await world.importFiles(asMember(clerk), mapping, contacts(line));
      expect(counts, line).toMatchObject({ updated: 1, unchanged: 0 });
    }
    const { counts } = await world.importFiles(asMember(clerk), mapping, contacts('9,Hidden,,,,'));
    expect(counts).toMatchObject({ updated: 0, unchanged: 1 });
    const emails = await world.world.rows(
      'select address from contact_email where address like \'%hidden.example\' order by 1');
    expect(emails).toEqual([{ address: 'a@hidden.example' }, { address: 'b@hidden.example' }]);
  });

  test('people of a deal whom he cannot see stay on it, and he is not told of them', async () => {
    const { owner, aMember, grant, aContact, aDeal, aProduct, rows, database, workspaceId, services } = world.world;
    const clerk = await aMember({ roles: [] });
    await grant(clerk, [
      ...['read', 'import', 'update'].map((verb) => ({
        noun: 'deal', verb, reach: 'ANY' as const, fieldGroups: ['financial'],
      })),
      { noun: 'contact', verb: 'read', reach: 'OWN' },
    ]);
    const hidden = await aContact({ owner, lastName: 'Hidden' });
    await aContact({ owner: clerk, lastName: 'Known' });
    const deal = await aDeal({ owner, title: 'With people' });
    const product = await aProduct();
    const of = { workspaceId, dealId: deal.id, position: 0 };
    await database.transaction(workspaceId, async (tx) => {
      await tx.dealContact.create({ data: { ...of, id: services.newId(), contactId: hidden.id } });
      await tx.dealLine.create({
        data: { ...of, id: services.newId(), productId: product.id, description: 'Box', unitPriceMinor: 1n },
      });
    });
    const mapping = { files: [{
      file: 'd.csv', noun: 'deal', matchBy: 'title', fields: { title: 'Title' },
      children: {
        contacts: [{ links: { contact: { column: 'Who', by: 'name' } } }],
        lines: [{ fields: { description: 'What', unitPrice: 'Price' } }],
      },
    }] };
    const imported = await world.importFiles(asMember(clerk), mapping, {
      'd.csv': 'Title,Who,What,Price\nWith people,A Known,Bag,2\n',
    });
    expect(told(imported)).toEqual([]);
    expect(imported.counts).toMatchObject({ updated: 1 });
    expect(await rows(`select c.last_name as name from deal_contact d join contact c on c.id = d.contact_id
      where d.deal_id = $1 order by 1`, [deal.id])).toEqual([{ name: 'Hidden' }, { name: 'Known' }]);
    expect(await rows('select description from deal_line where deal_id = $1 order by 1', [deal.id]))
      .toEqual([{ description: 'Bag' }, { description: 'Box' }]);
  });

  test('a manager imports for his team, and finds nobody by an address he cannot read', async () => {
    const { manager, rep } = world.world;
    const mapping = { ...deals, files: [{ ...deals.files[0], links: { owner: { column: 'Owner', by: 'email' } } }] };
    const imported = await world.importFiles(
      asMember(manager), mapping, file(`20,Team,,,${manager.email}`, `21,Team,,,${rep.email}`));
    expect(told(imported)).toEqual([`3 NOT_FOUND There is no member with the email "${rep.email}".`]);
    const products = { files: [{ file: 'p.csv', noun: 'product', matchBy: 'name', fields: { name: 'N' } }] };
    expect(told(await world.importFiles(asMember(manager), products, { 'p.csv': 'N\nThing\n' })))
      .toEqual(['2 NOT_PERMITTED That needs the permission product.import.']);
  });

  test('nobody and nowhere is told in a sentence', async () => {
    await expect(world.importFiles({ slug: 'nowhere', email: 'a@b.example' }, deals, file())).rejects
      .toThrow('check --workspace and --as');
    await expect(world.importFiles({ slug: workspace.slug, email: world.world.rep.email }, deals, file())).rejects
      .toThrow('no active member');
  });

  test('pipelines that a mapping needs are made where they are missing, and checked where they are not', async () => {
    const setup = { pipelines: [{ name: 'Renewals', stages: [
      { name: 'Due', probability: 50 }, { name: 'Renewed', status: 'WON' }, { name: 'Left', status: 'LOST' },
    ] }] };
    const mapping = {
      ...deals, setup, files: [{ ...deals.files[0], links: { stage: { column: 'Stage', pipeline: 'Renewals' } } }],
    };
    await expect(world.importFiles(asMember(world.world.manager), mapping, file())).rejects.toThrow(
      'needs the permission pipeline.create');
    const { counts, told: said } = await world.importFiles(workspace, mapping, file('30,R,,due,', '31,S,,Renewed,'));
    expect(counts).toMatchObject({ created: 2 });
    expect(said).toContain('pipeline Renewals: created');
    const { told: again } = await world.importFiles(workspace, mapping, file('30,R,,due,'));
    expect(again).not.toContain('pipeline Renewals');
    const other = { pipelines: [{ name: 'renewals', stages: [{ name: 'Dues' }, { name: 'Left', status: 'WON' }] }] };
    await expect(world.importFiles(workspace, { ...mapping, setup: other }, file())).rejects.toThrow(
      'it has no stage "Dues". Did you mean "Due"? its stage "Left" is LOST, not WON.');
  });

  test('a column names the pipeline of each row, and the stage is looked up in it', async () => {
    const pipeline = { column: 'Pipeline', values: { Upsell: 'Growth' } };
    const mapping = {
      source: 'several',
      setup: { pipelines: [{ name: 'Growth', stages: [
        { name: 'Idea' }, { name: 'Proposal' }, { name: 'Won', status: 'WON' }, { name: 'Lost', status: 'LOST' },
      ] }] },
      files: [{
        file: 'd.csv', noun: 'deal', key: 'Id', fields: { title: 'Id' },
        links: { stage: { column: 'Stage', pipeline } },
      }],
    };
    const rows = (...lines: string[]) => ({ 'd.csv': ['Id,Pipeline,Stage', ...lines].join('\n') });
    const good = rows('p1,growth,won', 'p2,Sales,Won', 'p3,Upsell,', 'p4,,Idea', 'p5,,', 'p6,Growth,Proposal');
    const imported = await world.importFiles(workspace, mapping, good);
    expect(imported.reported).toEqual([]);
    const { deals: { nodes } } = await workspace.api.data<{ deals: { nodes: { title: string; stage: {
      name: string; pipeline: { name: string };
    } }[] } }>(`{ deals(where: { title: { startsWith: "p" } }, orderBy: { field: TITLE }) {
      nodes { title stage { name pipeline { name } } } } }`);
    expect(nodes.map(({ title, stage }) => `${title} ${stage.pipeline.name}: ${stage.name}`)).toEqual([
      'p1 Growth: Won', 'p2 Sales: Won', 'p3 Growth: Idea', 'p4 Growth: Idea', 'p5 Sales: Prospecting',
      'p6 Growth: Proposal',
    ]);
    expect((await world.importFiles(workspace, mapping, good)).counts).toMatchObject({ unchanged: 6 });

    const bad = await world.importFiles(workspace, mapping, rows(
      'q1,Groth,Won', 'q2,Partners,Won', 'q3,Sales,Idea', 'q4,Growth,Propsal', 'q5,,Won'));
    expect(bad.reported.map(({ line, column, reason, suggestion }) => [line, column, reason, suggestion])).toEqual([
      [2, 'Pipeline', expect.stringMatching(/^There is no pipeline "Groth" for deals; there is "Sales", /),
        'Did you mean "Growth"? Then, of the "pipeline": "values": {"Groth": "Growth"}.'],
      [3, 'Pipeline', expect.stringContaining('"Partners"'),
        'Make it with "setup", or correct it with "values" of the "pipeline".'],
      [4, 'Stage', 'There is no stage with the name "Idea" in the pipeline Sales. There is one in the pipeline "Growth".',
        expect.stringContaining('There are "Prospecting", "Engaging"')],
      [5, 'Stage', 'There is no stage with the name "Propsal" in the pipeline Growth.',
        'Did you mean "Proposal"? Then: "values": {"Propsal": "Proposal"}.'],
      [6, 'Stage', expect.stringMatching(/^There are 2 stages with the name "Won", in the pipelines "Sales", "Growth"/),
        expect.stringContaining('with a "default" where its cell is empty')],
    ]);
  });
});

describe('all or nothing, and trying', () => {
  const mapping = { source: 'all', files: [
    {
      file: 'companies.csv', noun: 'company', key: 'Id', fields: { name: 'Name' },
      links: { parent: { column: 'Of', by: 'key' } },
    },
    {
      file: 'deals.csv', noun: 'deal', key: 'Id', fields: { title: 'Title' },
      links: { company: { column: 'Company', by: 'key' } },
    },
  ] };
  const good = { 'companies.csv': 'Id,Name,Of\nc1,One,c2\nc2,Two,\n', 'deals.csv': 'Id,Title,Company\nd1,First,c1\n' };
  const count = async () => (await world.rowsOf<{ count: number }>(workspace,
    `select count(*)::int from gatehouse.external_reference where source = 'all'`))[0]!.count;

  test('a dry run says what would happen, links to what it would make included, and leaves nothing', async () => {
    const { counts, isKept } = await world.importFiles(workspace, mapping, good, { isDryRun: true });
    expect({ counts, isKept }).toMatchObject({ counts: { created: 3, refused: 0 }, isKept: false });
    expect(await count()).toBe(0);
  });

  test('all or nothing is nothing where one row of any file is refused, and says all that is wrong', async () => {
    const bad = { ...good, 'deals.csv': 'Id,Title,Company\nd1,First,c1\nd2,,c1\nd3,Third,c9\n' };
    const imported = await world.importFiles(workspace, mapping, bad, { isAllOrNothing: true });
    expect(imported).toMatchObject({ isKept: false, counts: { created: 3, refused: 2 } });
    expect(imported.reported).toMatchObject([{ file: 'deals.csv', line: 3 }, { file: 'deals.csv', line: 4 }]);
    expect(await count()).toBe(0);
  });

  test('all or nothing is all where every row is good', async () => {
    const imported = await world.importFiles(workspace, mapping, good, { isAllOrNothing: true });
    expect(imported).toMatchObject({ isKept: true, counts: { created: 3, refused: 0 } });
    expect(await count()).toBe(3);
  });

  test('without it, the good rows stay', async () => {
    const bad = { ...good, 'deals.csv': 'Id,Title,Company\nd5,Fifth,c1\nd6,,c1\n' };
    expect((await world.importFiles(workspace, mapping, bad)).counts).toMatchObject({
      created: 1, refused: 1, unchanged: 2,
    });
    expect(await count()).toBe(4);
  });

  test('an import that is stopped says where that leaves it', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(world.importFiles(workspace, mapping, good, { signal: stop.signal })).rejects.toThrow(
      'Stopped. What was written stays; the same command goes on from there.');
    await expect(world.importFiles(workspace, mapping, good, { signal: stop.signal, isDryRun: true })).rejects.toThrow(
      'Stopped. Nothing was written.');
  });

  test('one file of a mapping can be imported alone', async () => {
    const { told: said, counts } = await world.importFiles(workspace, mapping, good, { place: 'deals.csv' });
    expect(counts).toMatchObject({ unchanged: 1 });
    expect(said).not.toContain('companies');
  });
});
