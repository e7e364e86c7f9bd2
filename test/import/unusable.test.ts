import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmptyWorkspace, type ImportWorld, type Reported, openImportWorld } from './import-world.ts';

let world: ImportWorld;
let workspace: EmptyWorkspace;
beforeAll(async () => {
  world = await openImportWorld();
  workspace = await world.anEmptyWorkspace();
});
afterAll(() => world.world.close());

const contacts = (style: object) => ({ source: 'unusable', style, files: [{
  file: 'c.csv', noun: 'contact', key: 'Id',
  fields: { lastName: 'Name', jobTitle: 'Title', birthOn: 'Born' },
  children: {
    emails: [
      { fields: { address: { column: 'Mail', split: ';' }, label: { constant: 'work' } } },
      { fields: { address: 'Other' } },
    ],
    phones: [{ fields: { number: 'Phone' } }],
  },
}] });
const file = {
  'c.csv': [
    'Id,Name,Title,Born,Mail,Other,Phone',
    '1,Fine,,1980-05-01,a@x.example; A@X.example,a@x.example,+43 1 23',
    '2,Some,Boss,1/5/80,no at;b@x.example;b@y,c@x.example,?',
    '3,All,' + 'x'.repeat(201) + ',2999-01-01,none,-,',
    '4,' + 'x'.repeat(201) + ',,,,,',
  ].join('\n'),
};
const told = ({ reported }: { reported: Reported[] }) => (
  reported.map(({ line, outcome, column, value }) => `${line} ${outcome} ${column} ${value?.slice(0, 10)}`));
const people = async () => {
  const { contacts: { nodes } } = await workspace.api.data<{ contacts: { nodes: object[] } }>(`{ contacts(orderBy: {
    field: FULL_NAME }) { nodes { lastName jobTitle birthOn emails { address label } phones { number } } } }`);
  return nodes;
};

test('rows with unusable values are refused, all of them told; what a row says twice in a list counts once', async () => {
  const imported = await world.importFiles(workspace, contacts({}), file);
  expect(imported.counts).toMatchObject({ created: 1, refused: 3, notTaken: 0 });
  expect(told(imported)).toEqual([
    '3 REFUSED Born 1/5/80', '4 REFUSED Title xxxxxxxxxx', '4 REFUSED Born 2999-01-01', '4 REFUSED Mail none',
    '4 REFUSED Other -', '5 REFUSED Name xxxxxxxxxx',
  ]);
  expect(imported.reported[3]!.suggestion).toBe(
    'Correct it in the file; with "ifUnusable": "empty" the row comes in without it.');
  expect(await people()).toEqual([{
    lastName: 'Fine', jobTitle: null, birthOn: '1980-05-01', emails: [{ address: 'a@x.example', label: 'work' }],
    phones: [{ number: '+43 1 23' }],
  }]);
});

test('where the mapping says so, they come in without these values, each of which is told', async () => {
  const mapping = contacts({ ifUnusable: 'empty' });
  for (const options of [{ isDryRun: true }, { isAllOrNothing: false }]) {
    const imported = await world.importFiles(workspace, mapping, file, options);
    expect(imported.counts).toMatchObject({ created: 2, unchanged: 1, refused: 1, notTaken: 8 });
    expect(told(imported)).toEqual([
      '3 NOT_TAKEN Born 1/5/80', '3 NOT_TAKEN Mail no at', '3 NOT_TAKEN Mail b@y', '3 NOT_TAKEN Phone ?',
      '4 NOT_TAKEN Title xxxxxxxxxx', '4 NOT_TAKEN Born 2999-01-01', '4 NOT_TAKEN Mail none', '4 NOT_TAKEN Other -',
      '5 REFUSED Name xxxxxxxxxx',
    ]);
  }
  expect(await people()).toMatchObject([
    { lastName: 'All', jobTitle: null, birthOn: null, emails: [], phones: [] }, { lastName: 'Fine' },
    {
      lastName: 'Some', jobTitle: 'Boss', birthOn: null, phones: [],
      emails: [{ address: 'b@x.example', label: 'work' }, { address: 'c@x.example', label: null }],
    },
  ]);
  const again = await world.importFiles(workspace, mapping, file);
  expect(again.counts).toMatchObject({ created: 0, updated: 0, unchanged: 3, refused: 1, notTaken: 8 });
});

test('a currency, a required value and a key are never left out', async () => {
  const mapping = { source: 'unusable', style: { ifUnusable: 'empty' }, files: [{
    file: 'd.csv', noun: 'deal', key: 'Id',
    fields: {
      title: 'Title', amount: 'Amount', currency: 'Currency', source: { column: 'Source', required: true },
      expectedCloseOn: { column: 'Close', ifUnusable: 'refuse' },
    },
    children: { contacts: [{ links: { contact: { column: 'People', split: ';' } } }] },
  }] };
  await world.importFiles(workspace, { source: 'unusable', files: [{
    file: 'p.csv', noun: 'contact', matchBy: 'name', fields: { lastName: 'Name' },
  }] }, { 'p.csv': 'Name\nAda\nBen\n' });
  const imported = await world.importFiles(workspace, mapping, { 'd.csv': [
    'Id,Title,Amount,Currency,Source,Close,People',
    '1,Fine,much,EUR,web,,Ada;ben; ADA', '2,Money,1,Euros,web,,', `3,Source,1,EUR,${'x'.repeat(201)},,`,
    '4,Close,1,EUR,web,soon,',
  ].join('\n') });
  expect(told(imported)).toEqual([
    '3 REFUSED Currency Euros', '4 REFUSED Source xxxxxxxxxx', '5 REFUSED Close soon', '2 NOT_TAKEN Amount much',
  ]);
  const { deals } = await workspace.api.data<{ deals: { nodes: object[] } }>(
    '{ deals { nodes { title amount { amountMinor } contacts { contact { fullName } } } } }');
  expect(deals.nodes).toEqual([{
    title: 'Fine', amount: null, contacts: [{ contact: { fullName: 'Ada' } }, { contact: { fullName: 'Ben' } }],
  }]);
});
