import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmptyWorkspace, type ImportWorld, openImportWorld } from './import-world.ts';

let world: ImportWorld;
let workspace: EmptyWorkspace;
beforeAll(async () => {
  world = await openImportWorld();
  workspace = await world.anEmptyWorkspace();
});
afterAll(() => world.world.close());

const companies = (tag: object) => ({ source: 'tags', files: [{
  file: 'c.csv', noun: 'company', key: 'Id', fields: { name: 'Name' },
  children: { tags: [{ links: { tag: { column: 'Tags', split: ';', ...tag } } }] },
}] });
const making = companies({ ifMissing: 'create' });
const file = (...lines: string[]) => ({ 'c.csv': ['Id,Name,Tags', ...lines].join('\n') });
const taggedCompanies = async () => (await workspace.api.data<{ companies: { nodes: unknown[] } }>(
  '{ companies(orderBy: { field: NAME }) { nodes { name version tags { name } } } }')).companies.nodes;

test('tags of a cell are put on the record, and those that are missing are made where the mapping says so', async () => {
  const files = file('1,Adler,VIP; Partner;vip', '2,Brandt,', '3,Conti,partner');
  const refused = await world.importFiles(workspace, companies({}), files);
  expect(refused.reported.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
    '2: There is no tag with the name "VIP".', '2: There is no tag with the name "Partner".',
    '2: There is no tag with the name "vip".',
    '4: There is no tag with the name "partner".',
  ]);
  expect((await world.importFiles(workspace, making, files, { isDryRun: true })).counts).toMatchObject({
    created: 2, unchanged: 1,
  });
  const first = await world.importFiles(workspace, making, files);
  expect(first.counts).toMatchObject({ created: 2, unchanged: 1, refused: 0 });
  expect(first.told).toContain('tags: 2 created');
  expect(await taggedCompanies()).toMatchObject([
    { name: 'Adler', tags: [{ name: 'Partner' }, { name: 'VIP' }] }, { name: 'Brandt', tags: [] },
    { name: 'Conti', tags: [{ name: 'Partner' }] },
  ]);
  expect((await world.importFiles(workspace, making, files)).counts).toMatchObject({
    created: 0, updated: 0, unchanged: 3,
  });
});

test('a record that is here gets tags that are new to it, and keeps those that it has', async () => {
  const { counts } = await world.importFiles(workspace, making, file('1,Adler,', '2,Brandt,New', '3,Conti & Co,New'));
  expect(counts).toMatchObject({ updated: 2, unchanged: 1 });
  expect(await taggedCompanies()).toMatchObject([
    { name: 'Adler', tags: [{}, {}] }, { name: 'Brandt', version: 2, tags: [{ name: 'New' }] },
    { name: 'Conti & Co', version: 4, tags: [{ name: 'New' }, { name: 'Partner' }] },
  ]);
});

test('of a row whose tags are refused nothing stays, and the others are written', async () => {
  const many = Array.from({ length: 101 }, (_, at) => `t${at}`).join(';');
  const imported = await world.importFiles(
    workspace, making, file('7,Too many,' + many, '8,Fine,VIP', `9,Too long,${'x'.repeat(101)}`, '10,,VIP'));
  expect(imported.counts).toMatchObject({ created: 1, refused: 3 });
  expect(imported.reported.map(({ line, column }) => [line, column])).toEqual([[4, 'Tags'], [5, 'Name'], [2, 'Tags']]);
  expect(await taggedCompanies()).toContainEqual({ name: 'Fine', version: 2, tags: [{ name: 'VIP' }] });
  expect(await taggedCompanies()).toHaveLength(4);
});

test('whoever may make no tags is told so, and those that are there he can use', async () => {
  const { aMember, grant, owner, slug } = world.world;
  const clerk = await aMember({ roles: [] });
  await grant(clerk, [
    ...['read', 'import', 'create', 'update'].map((verb) => ({
      noun: 'company', verb, reach: 'ANY' as const, fieldGroups: ['core'],
    })),
    { noun: 'tag', verb: 'read', reach: 'ANY' },
  ]);
  await world.importFiles({ slug, email: owner.email }, making, file('20,First,Known'));
  const imported = await world.importFiles(
    { slug, email: clerk.email }, making, file('21,Second,known', '22,Third,Unknown'));
  expect(imported.counts).toMatchObject({ created: 1, refused: 1 });
  expect(imported.reported).toMatchObject([
    { line: 3, column: 'Tags', value: 'Unknown', reason: 'That needs the permission tag.create.' },
  ]);
});

test('entries that are nothing without a record that is missing are left out where the mapping says so', async () => {
  const mapping = { source: 'tags', files: [
    { file: 'p.csv', noun: 'contact', key: 'Id', fields: { lastName: 'Name' } },
    { file: 'd.csv', noun: 'deal', key: 'Id', fields: { title: 'Title' },
      children: { contacts: [
        { links: { contact: { column: 'People', by: 'key', split: ';', ifMissing: 'empty' } } },
      ] } },
  ] };
  const imported = await world.importFiles(workspace, mapping, {
    'p.csv': 'Id,Name\np1,Ada\n', 'd.csv': 'Id,Title,People\nd1,One,gone;p1\nd2,None,gone\n',
  });
  expect(imported.reported).toEqual([]);
  const { deals } = await workspace.api.data<{ deals: { nodes: unknown[] } }>(
    '{ deals(orderBy: { field: TITLE }) { nodes { title contacts { contact { fullName } } } } }');
  expect(deals.nodes).toEqual([
    { title: 'None', contacts: [] }, { title: 'One', contacts: [{ contact: { fullName: 'Ada' } }] },
  ]);
});

test('however many rows have tags, they take the same statements', async () => {
  const rows = (from: number, count: number, tag: string) => file(
    ...Array.from({ length: count }, (_, at) => `s${from + at},Same ${from + at},Statements;${tag}`));
  await world.importFiles(workspace, making, rows(0, 1, 'Statements'));
  const statements = async (from: number, count: number, tag = 'Statements') => world.world.statementsOf(
    async () => { await world.importFiles(workspace, making, rows(from, count, tag)); });
  const one = await statements(100, 1);
  expect(await statements(200, 50)).toBe(one);
  // The same for records that are here and get one more.
  const oneMore = await statements(100, 1, 'vip');
  expect(await statements(200, 50, 'vip')).toBe(oneMore);
});
