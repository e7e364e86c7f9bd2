import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmptyWorkspace, type ImportWorld, openImportWorld } from './import-world.ts';

let world: ImportWorld;
let workspace: EmptyWorkspace;
beforeAll(async () => {
  world = await openImportWorld();
  workspace = await world.anEmptyWorkspace();
});
afterAll(() => world.world.close());

type Deal = { id: string; version: number; title: string; stage: { name: string }; lossReason: string | null };
type Stage = { id: string; version: number; name: string };

async function dealNamed(title: string): Promise<Deal> {
  const { deals } = await workspace.api.data<{ deals: { nodes: Deal[] } }>(
    `query($title: String) { deals(where: { title: { eq: $title } }) { nodes { id version title stage { name } lossReason amount { amountMinor }
      notes lines { description quantity unitPriceMinor } stageChanges { toStage { name } isImported } } } }`,
      { title });
  expect(deals.nodes).toHaveLength(1);
  return deals.nodes[0]!;
}

describe('records that are here already, by their key', () => {
  const mapping = (rest: object = {}) => ({ source: 'again', files: [{
    file: 'd.csv', noun: 'deal', key: 'Id', ...rest,
    fields: {
      title: 'Title', amount: 'Amount', notes: { column: 'Notes', onEmpty: 'clear' }, lossReason: 'Why',
      createdAt: 'Since',
    },
    links: { stage: 'Stage' },
    children: { lines: [{ fields: { description: 'What', unitPrice: 'Price', quantity: 'Count' } }] },
  }] });
  const file = (...lines: string[]) => ({
    'd.csv': ['Id,Title,Amount,Notes,Why,Since,Stage,What,Price,Count', ...lines].join('\n'),
  });

  test('the same values again change nothing, however they are written', async () => {
    const first = await world.importFiles(
      workspace, mapping(), file('1,First,10,note,,2020-01-01,Engaging,Box,1.50,2'));
    expect(first.counts).toMatchObject({ created: 1 });
    const again = await world.importFiles(
      workspace, mapping(), file('1,  First ,10.00,note,,2021-05-05,engaging,Box,1.5,2.000'));
    expect(again.counts).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
    expect(await dealNamed('First')).toMatchObject({
      version: 1, stageChanges: [{ toStage: { name: 'Engaging' }, isImported: true }],
    });
  });

  test('changed values are updated, emptied cells keep or clear, lists keep what the file does not know', async () => {
    const { id } = await dealNamed('First');
    await workspace.api.done('dealUpdate', { id, version: 1, lines: [
      { description: 'Box', quantity: '2', unitPriceMinor: '150' },
      { description: 'Ours', quantity: '1', unitPriceMinor: '5' },
    ] });
    const { counts } = await world.importFiles(workspace, mapping(), file('1,First,,,,,Engaging,Box,2,2'));
    expect(counts).toMatchObject({ updated: 1, unchanged: 0 });
    expect(await dealNamed('First')).toMatchObject({
      version: 3, amount: { amountMinor: '1000' }, notes: null,
      lines: [{ description: 'Box', quantity: '2', unitPriceMinor: '200' }, {
        description: 'Ours', unitPriceMinor: '5',
      }],
    });
    const audit = await world.rowsOf<{ did: string; door: string }>(workspace,
      'select noun || \'.\' || verb as did, door::text from gatehouse.audit_entry where noun = \'deal\' order by id');
    expect(audit).toEqual([{ did: 'deal.create', door: 'IMPORT' }, { did: 'deal.update', door: 'API' }, {
      did: 'deal.update', door: 'IMPORT',
    }]);
  });

  test('another stage is a move, by the rules of moves', async () => {
    const { counts } = await world.importFiles(workspace, mapping(), file('1,First,10,,Too dear,,Lost,Box,2,2'));
    expect(counts).toMatchObject({ updated: 1 });
    expect(await dealNamed('First')).toMatchObject({
      version: 4, stage: { name: 'Lost' }, lossReason: 'Too dear',
      stageChanges: [{ toStage: { name: 'Engaging' } }, { toStage: { name: 'Lost' }, isImported: true }],
    });
    const both = await world.importFiles(workspace, mapping(), file('1,Renamed,10,,,,Engaging,Box,2,2'));
    expect(both.counts).toMatchObject({ updated: 1 });
    expect(await dealNamed('Renamed')).toMatchObject({ version: 6, stage: { name: 'Engaging' } });
  });

  test('a row whose move is refused changes nothing, whatever else it says; the rows around it are written', async () => {
    const rows = ['7,Seven,10,,,,Engaging,,,', '8,Eight,10,,,,Engaging,,,', '9,Nine,10,,,,Engaging,,,'];
    await world.importFiles(workspace, mapping(), file(...rows));
    const { pipelines } = await workspace.api.data<{ pipelines: { nodes: { stages: Stage[] }[] } }>(
      '{ pipelines(where: { kind: { eq: DEAL } }) { nodes { stages { id version name } } } }');
    const won = pipelines.nodes[0]!.stages.find(({ name }) => name === 'Won')!;
    await workspace.api.done('stageUpdate', { id: won.id, version: won.version, requiredFields: ['source'] });
    const { counts, reported } = await world.importFiles(workspace, mapping(), file(
      '7,Seven anew,20,,,,Lost,,,', '8,Eight anew,20,,,,Won,,,', '9,Nine anew,20,,,,Engaging,,,'));
    expect(counts).toMatchObject({ updated: 2, refused: 1 });
    expect(reported).toMatchObject([{ key: '8', code: 'STAGE_REQUIREMENTS_MISSING' }]);
    const { id, ...eight } = await dealNamed('Eight');
    expect(eight).toMatchObject({ version: 1, amount: { amountMinor: '1000' }, stage: { name: 'Engaging' } });
    expect(await world.rowsOf(workspace, `select verb from gatehouse.audit_entry where record_id = '${id.slice(5)}'`))
      .toEqual([{ verb: 'create' }]);
    expect(await dealNamed('Seven anew')).toMatchObject({ version: 3, stage: { name: 'Lost' } });
    expect(await dealNamed('Nine anew')).toMatchObject({ version: 2 });
    await workspace.api.done('stageUpdate', { id: won.id, version: won.version + 1, requiredFields: [] });
  });

  test('existing: keep leaves them alone', async () => {
    const { counts } = await world.importFiles(
      workspace, mapping({ existing: 'keep' }), file('1,Other,99,x,,,Won,,,', '2,New,1,,,,,,,'));
    expect(counts).toMatchObject({ kept: 1, created: 1, updated: 0 });
    expect(await dealNamed('Renamed')).toMatchObject({ version: 6 });
  });

  test('what was put into the bin stays there, and is told', async () => {
    const { id, version } = await dealNamed('New');
    await workspace.api.mutate('dealDelete', { id, version });
    const { counts, reported } = await world.importFiles(workspace, mapping(), file('2,New,1,,,,,,,'));
    expect(counts).toMatchObject({ refused: 1 });
    expect(reported).toMatchObject([{
      line: 2, key: '2', code: 'NOT_FOUND',
      reason: expect.stringContaining('in the bin, or it is not yours to change') as string,
    }]);
  });
});

describe('records without a key yet', () => {
  const mapping = (noun: string, matchBy: string, rest: object) => ({
    source: 'adopt', files: [{ file: 'f.csv', noun, key: 'Id', matchBy, ...rest }],
  });

  test('are recognised by a field, and carry the key from then on', async () => {
    await workspace.api.done('companyCreate', { name: 'Known Ltd', domain: 'known.example' });
    const byDomain = mapping('company', 'domain', { fields: { name: 'Name', websiteUrl: 'Site' } });
    const first = await world.importFiles(workspace, byDomain, {
      'f.csv': 'Id,Name,Site\nk1,Known Ltd,https://www.known.example/\n',
    });
    expect(first.counts).toMatchObject({ updated: 1, created: 0 });
    const again = await world.importFiles(workspace, byDomain, {
      'f.csv': 'Id,Name,Site\nk1,Known Limited,https://www.known.example/\n',
    });
    expect(again.counts).toMatchObject({ updated: 1 });
    const third = await world.importFiles(workspace, byDomain, {
      'f.csv': 'Id,Name,Site\nk1,Known Limited,www.known.example\n',
    });
    expect(third.counts).toMatchObject({ unchanged: 1 });
  });

  test('an e-mail address finds a contact, whatever its case', async () => {
    await workspace.api.done('contactCreate', {
      lastName: 'Adams', emails: [{ address: 'a@adams.example' }, { address: 'ada@adams.example' }],
    });
    const byEmail = mapping('contact', 'email', {
      fields: { lastName: 'Name' }, children: { emails: [{ fields: { address: 'Mail' } }] },
    });
    const { counts } = await world.importFiles(workspace, byEmail, {
      'f.csv': 'Id,Name,Mail\np1,Adams,ADA@adams.example\n',
    });
    expect(counts).toMatchObject({ updated: 1, created: 0 });
  });

  test('a name that several have finds none of them', async () => {
    await workspace.api.done('companyCreate', { name: 'Twin' });
    await workspace.api.done('companyCreate', { name: 'twin' });
    const { counts, reported } = await world.importFiles(
      workspace, mapping('company', 'name', { fields: { name: 'Name' } }), { 'f.csv': 'Id,Name\nt1,TWIN\n' });
    expect(counts).toMatchObject({ refused: 1 });
    expect(reported).toMatchObject([{ code: 'AMBIGUOUS' }]);
  });

  test('a member who is here is recognised by his address, and others link to him by his key', async () => {
    const { counts, reported } = await world.importFiles(workspace, { source: 'adopt', files: [
      { file: 'm.csv', noun: 'member', key: 'Id', matchBy: 'email', fields: { name: 'Name', email: 'Mail' } },
      {
        file: 'c.csv', noun: 'company', key: 'Id', fields: { name: 'Name' },
        links: { owner: { column: 'Owner', by: 'key' } },
      },
    ] }, { 'm.csv': `Id,Name,Mail\nm1,owner,${workspace.email}\n`, 'c.csv': 'Id,Name,Owner\nc9,Owned,m1\n' });
    expect(reported).toEqual([]);
    expect(counts).toMatchObject({ updated: 1, created: 1 });
  });
});

test('rows for the same record agree, or are told', async () => {
  const mapping = { files: [
    { file: 'p.csv', noun: 'product', matchBy: 'name', distinct: true, fields: { name: 'Name', family: 'Family' } },
  ] };
  const { counts, reported } = await world.importFiles(workspace, mapping, {
    'p.csv': 'Name,Family\nA,x\na,x\nA,y\nB,x\nB,x\n',
  });
  expect(counts).toMatchObject({ created: 2, repeated: 1, refused: 2 });
  expect(reported.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
    '3: The row has the name "a" of line 2, and other values.',
    '4: The row has the name "a" of line 2, and other values.',
  ]);
});

describe('files whose rows are entries of a record\'s lists', () => {
  const mapping = { source: 'entries', files: [
    { file: 'deals.csv', noun: 'deal', key: 'Id', fields: { title: 'Title' } },
    {
      file: 'items.csv', noun: 'deal', key: 'Deal', existing: 'only', rows: 'entries',
      children: { lines: [{ fields: { description: 'What', unitPrice: 'Price' } }] },
    },
  ] };
  const items = (...lines: string[]) => ({
    'deals.csv': 'Id,Title\ne1,Entries\ne2,None\n', 'items.csv': ['Deal,What,Price', ...lines].join('\n'),
  });

  test('come together, and a second time change nothing', async () => {
    const files = items('e1,Box,1', 'e1,Bag,2', 'e1,Box,3', 'e2,Pen,4', 'e9,Gone,5', 'e1,Late,6');
    const first = await world.importFiles(workspace, mapping, files);
    expect(first.counts).toMatchObject({ created: 2, updated: 2, joined: 2, refused: 2 });
    expect(first.reported.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      '7: The key "e1" stands in line 2 already, with others between.',
      '6: There is no deal with this key here, and the mapping makes no new ones.',
    ]);
    expect(await dealNamed('Entries')).toMatchObject({ version: 2, lines: [
      { description: 'Box', unitPriceMinor: '100' }, { description: 'Bag', unitPriceMinor: '200' },
      { description: 'Box', unitPriceMinor: '300' },
    ] });
    const again = await world.importFiles(workspace, mapping, files);
    expect(again.counts).toMatchObject({ unchanged: 4, joined: 2, refused: 2 });
    const changed = await world.importFiles(workspace, mapping, items('e1,Box,1', 'e1,Bag,9', 'e1,Box,3', 'e2,Pen,4'));
    expect(changed.counts).toMatchObject({ updated: 1, unchanged: 3, joined: 2 });
  });

  test('a refused entry is told by its own line', async () => {
    const { reported } = await world.importFiles(workspace, mapping, items('e1,Box,1', 'e1,Bag,dear', 'e1,Box,3'));
    expect(reported).toMatchObject([{ line: 3, column: 'Price', key: 'e1' }]);
  });
});
