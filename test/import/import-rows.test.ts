import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmptyWorkspace, type ImportWorld, openImportWorld } from './import-world.ts';

let world: ImportWorld;
let workspace: EmptyWorkspace;
beforeAll(async () => {
  world = await openImportWorld();
  workspace = await world.anEmptyWorkspace({ timeZone: 'Europe/Vienna', currency: 'EUR' });
});
afterAll(() => world.world.close());

const reasons = (imported: { reported: { line: number; reason: string }[] }) => imported.reported
  .map(({ line, reason }) => `${line}: ${reason}`);

test('companies come with everything that a file says of them, written as other programs write it', async () => {
  const { counts, reported } = await world.importFiles(workspace, {
    style: { decimal: ',', thousands: '.', format: 'dd.MM.yyyy', empty: ['k. A.'] },
    files: [{
      file: 'firmen.csv', noun: 'company', key: 'Nr',
      fields: {
        name: 'Firma', websiteUrl: 'Internet',
        industry: { column: 'Branche', values: { IT: 'Software', Sonstige: null } },
        employeeCount: 'Mitarbeiter', annualRevenue: { column: 'Umsatz (Tsd.)', factor: 1000, strip: ['€'] },
        city: { template: '{PLZ} {Ort}', else: 'Ort' }, country: { column: 'Land', default: 'AT' }, createdAt: 'Seit',
        notes: { column: 'Notiz', when: { column: 'Branche', isNot: 'IT' } },
      },
    }],
  }, {
    'firmen.csv': Buffer.from('\uFEFFNr;Firma;Internet;Branche;Mitarbeiter;Umsatz (Tsd.);PLZ;Ort;Land;Seit;Notiz\r\n'
      + '007;"Müller; Söhne";WWW.Mueller.example/de;it;1.200;"1.234,5 €";1010;Wien;Österreich;31.12.2019;a\r\n'
      + '8;=1+1;;Sonstige;k. A.;;;Graz;;;"b\nc"\r\n;;;;;;;;;;\r\n', 'utf16le'),
  });
  expect(reported).toEqual([]);
  expect(counts).toMatchObject({ created: 2, refused: 0 });
  const { companies } = await workspace.api.data<{
    companies: { nodes: unknown[] };
  }>(`{ companies(orderBy: { field: NAME }) { nodes {
    name domain websiteUrl industry employeeCount annualRevenue { amountMinor currency } city country notes createdAt owner { name }
  } } }`);
  expect(companies.nodes).toEqual([
    {
      name: '=1+1', domain: null, websiteUrl: null, industry: null, employeeCount: null, annualRevenue: null,
      city: 'Graz', country: 'AT',
      notes: 'b\nc', createdAt: expect.any(String) as string, owner: { name: 'owner' },
    },
    {
      name: 'Müller; Söhne', domain: 'mueller.example', websiteUrl: 'https://www.mueller.example/de',
      industry: 'Software', employeeCount: 1200,
      annualRevenue: { amountMinor: '123450000', currency: 'EUR' }, city: '1010 Wien', country: 'AT', notes: null,
      createdAt: '2019-12-30T23:00:00.000Z', owner: { name: 'owner' },
    },
  ]);
});

test('contacts, leads, products, members, tags and activities come with their links and lists', async () => {
  const { counts, reported } = await world.importFiles(workspace, {
    files: [
      { file: 'teams.csv', noun: 'team', matchBy: 'name', distinct: true, fields: { name: 'Team' } },
      {
        file: 'teams.csv', noun: 'member', key: 'Mail', fields: { name: 'Name', email: 'Mail' },
        links: { team: 'Team', role: { constant: 'Rep' } },
      },
      { file: 'tags.csv', noun: 'tag', matchBy: 'name', fields: { name: 'Tag', color: 'Color' } },
      {
        file: 'products.csv', noun: 'product', matchBy: 'sku',
        fields: { name: 'Name', sku: 'Sku', price: 'Price', isActive: 'Sold' },
      },
      { file: 'companies.csv', noun: 'company', key: 'Id', fields: { name: 'Name' } },
      {
        file: 'contacts.csv', noun: 'contact', key: 'Id',
        fields: { firstName: 'First', lastName: 'Last' },
        links: { company: { column: 'Company Id', by: 'key' }, owner: { column: 'Owner', by: 'email' } },
        children: {
          emails: [{ fields: { address: { column: 'Mails', split: ';' }, label: { constant: 'work' } } }, {
            fields: { address: 'Private' },
          }],
          phones: [{ fields: { number: 'Phone' } }],
          addresses: [{ fields: { street: 'Street', country: 'Country' } }],
        },
      },
      {
        file: 'leads.csv', noun: 'lead', key: 'Id', fields: { title: 'Title', amount: 'Worth', score: 'Score' },
        links: { stage: 'Stage' },
      },
      {
        file: 'deals.csv', noun: 'deal', key: 'Id', fields: { title: 'Title', expectedCloseOn: 'Close' },
        links: { company: { column: 'Company', by: 'name', ifMissing: 'empty' }, owner: 'Owner' },
        children: { contacts: [{ links: { contact: { column: 'People', by: 'key', split: ',' } } }] },
      },
      {
        file: 'calls.csv', noun: 'activity', key: 'Id',
        fields: { kind: { column: 'Kind', values: { Phone: 'CALL' } }, subject: 'Subject', happensAt: 'When' },
        links: { deal: { column: 'Deal', by: 'key' }, contact: { column: 'Mail', by: 'email' } },
      },
    ],
  }, {
    'teams.csv': 'Team,Name,Mail\nNorth,Ann,ann@example.com\nNorth,Ben,ben@example.com\n',
    'tags.csv': 'Tag,Color\nhot,#ff0000\n',
    'products.csv': 'Name,Sku,Price,Sold\nThing,T-1,12.50,yes\nOld,T-0,,no\n',
    'companies.csv': 'Id,Name\nc1,Acme\nc2,Beta\n',
    'contacts.csv': 'Id,First,Last,Company Id,Owner,Mails,Private,Phone,Street,Country\n'
      + 'p1,Ada,Adams,c1,ANN@example.com,ada@acme.example; a.adams@acme.example,ada@home.example,+43 1 234,Main St 1,Austria\n'
      + 'p2,,Brown,c2,,,,,,\n',
    'leads.csv': 'Id,Title,Worth,Score,Stage\nl1,Fair,100,80,qualified\n',
    'deals.csv': 'Id,Title,Close,Company,Owner,People\nd1,Big,2030-01-31,acme,Ben,"p1, p2"\nd2,Small,,Gone,,\n',
    'calls.csv': 'Id,Kind,Subject,When,Deal,Mail\na1,Phone,Hello,2026-05-01 10:00,d1,a.adams@ACME.example\n',
  });
  expect(reported).toEqual([]);
  expect(counts).toMatchObject({ created: 14, repeated: 1, refused: 0 });
  const answer = await workspace.api.data<Record<string, { nodes: unknown[] }>>(`{
    contacts(orderBy: { field: FULL_NAME }) { nodes { fullName company { name } owner { name team { name } roles { name } }
      emails { address label isPrimary } phones { number } addresses { street country } } }
    products(orderBy: { field: NAME }) { nodes { name sku isActive price { amountMinor currency } } }
    tags { nodes { name color } }
    leads { nodes { title stage { name } score amount { amountMinor } stageChanges { isImported } } }
    deals(orderBy: { field: TITLE }) { nodes { title expectedCloseOn company { name } owner { name } contacts { contact { fullName } } stage { name } } }
    activities { nodes { kind subject happensAt deal { title } contact { fullName } } }
  }`);
  expect(answer).toEqual({
    contacts: { nodes: [
      {
        fullName: 'Ada Adams', company: { name: 'Acme' },
        owner: { name: 'Ann', team: { name: 'North' }, roles: [{ name: 'Rep' }] },
        emails: [
          { address: 'ada@acme.example', label: 'work', isPrimary: true },
          { address: 'a.adams@acme.example', label: 'work', isPrimary: false },
          { address: 'ada@home.example', label: null, isPrimary: false },
        ],
        phones: [{ number: '+43 1 234' }], addresses: [{ street: 'Main St 1', country: 'AT' }],
      },
      { fullName: 'Brown', company: { name: 'Beta' }, owner: null, emails: [], phones: [], addresses: [] },
    ] },
    products: { nodes: [
      { name: 'Old', sku: 'T-0', isActive: false, price: null },
      { name: 'Thing', sku: 'T-1', isActive: true, price: { amountMinor: '1250', currency: 'EUR' } },
    ] },
    tags: { nodes: [{ name: 'hot', color: '#ff0000' }] },
    leads: { nodes: [{ title: 'Fair', stage: {
      name: 'Qualified',
    }, score: 80, amount: { amountMinor: '10000' }, stageChanges: [{ isImported: true }] }] },
    deals: { nodes: [
      {
        title: 'Big', expectedCloseOn: '2030-01-31', company: { name: 'Acme' }, owner: { name: 'Ben' },
        contacts: [{ contact: { fullName: 'Ada Adams' } }, { contact: { fullName: 'Brown' } }],
        stage: { name: 'Prospecting' },
      },
      {
        title: 'Small', expectedCloseOn: null, company: null, owner: null, contacts: [], stage: { name: 'Prospecting' },
      },
    ] },
    activities: { nodes: [{ kind: 'CALL', subject: 'Hello', happensAt: '2026-05-01T08:00:00.000Z', deal: {
      title: 'Big',
    }, contact: { fullName: 'Ada Adams' } }] },
  });
});

test('of a cell texts are replaced, and a part is taken; what means nothing in a list goes', async () => {
  const { counts, reported } = await world.importFiles(workspace, { source: 'parts', csv: { shortRows: true }, files: [{
    file: 'c.csv', noun: 'contact', key: 'Id',
    fields: {
      birthOn: { column: 'Born', replace: { Mär: 'Mar' }, format: 'd. MMM yyyy' },
      lastName: { column: 'Name', split: ',' }, firstName: { column: 'Name', split: ',', take: 'rest' },
      jobTitle: { column: 'Title', replace: { '^': '', Mgr: 'Manager' } },
    },
    children: {
      emails: [{ fields: { address: { column: 'Mail', split: ';', empty: ['n/a'] } } }],
      phones: [{ fields: {
        number: { column: 'Phone', replace: { '="': '', '"': '' } },
        label: { column: 'Kind', split: '/', take: 'last' },
      } }],
      addresses: [{ fields: {
        street: { column: 'Place', split: '/', take: 'first' },
        region: { column: 'Place', split: '/', take: 2 },
        city: { column: 'Place', split: '/', take: 3 },
      } }],
    },
  }] }, { 'c.csv': [
    'sep=,', 'Id,Name,Title,Mail,Phone,Kind,Place,Born',
    '1,"van der Berg, Mara, Dr.",^Sales Mgr^,n/a; m@x.example;N/A,"=""0043 1""",phone/work,Ring 1//Wien,3. Mär 1970',
    '2,Cher',
  ].join('\n') });
  expect(reported).toEqual([]);
  expect(counts).toMatchObject({ created: 2 });
  const { contacts } = await workspace.api.data<{ contacts: { nodes: object[] } }>(`{ contacts(where: { fullName: {
    in: ["Mara,Dr. van der Berg", "Cher"] } }, orderBy: { field: FULL_NAME }) { nodes {
    firstName lastName jobTitle birthOn emails { address } phones { number label }
    addresses { street region city } } } }`);
  expect(contacts.nodes).toEqual([
    { firstName: null, lastName: 'Cher', jobTitle: null, birthOn: null, emails: [], phones: [], addresses: [] },
    {
      firstName: 'Mara,Dr.', lastName: 'van der Berg', jobTitle: 'Sales Manager', emails: [{ address: 'm@x.example' }],
      phones: [{ number: '0043 1', label: 'work' }], birthOn: '1970-03-03',
      addresses: [{ street: 'Ring 1', region: null, city: 'Wien' }],
    },
  ]);
});

describe('rows that cannot be taken are refused with line, column, value, reason and suggestion, and all others are written', () => {
  const mapping = { files: [
    { file: 'companies.csv', noun: 'company', key: 'Id', fields: { name: 'Name' } },
    {
      file: 'deals.csv', noun: 'deal', key: 'Id',
      fields: { title: 'Title', amount: 'Amount', expectedCloseOn: 'Close', notes: 'Notes' },
      links: { company: 'Company', stage: { column: 'Stage', pipeline: 'Sales' } },
    },
  ] };
  const companies = 'Id,Name\nx1,Twin Ltd\nx2,twin ltd\nx3,Solo Ltd\n';
  const rows = (...lines: string[]) => ({
    'companies.csv': companies, 'deals.csv': ['Id,Title,Amount,Close,Company,Stage,Notes', ...lines].join('\n'),
  });

  test('each in its own words', async () => {
    const imported = await world.importFiles(workspace, mapping, rows(
      'r1,Fine,10,2026-01-01,Solo Ltd,Won,ok',
      'r2,,10,,,Won,',
      'r3,A,ten,,,,',
      'r4,A,1.005,,,,',
      'r5,A,,31/12/2026,,,',
      'r6,A,,,Twin Ltd,,',
      'r7,A,,,Sole Ltd,,',
      'r8,A,,,,Wonn,',
      ',A,,,,,',
      'r1,Again,,,,,',
      'r11,A,1',
      'r12,A,,,,,ok,surplus',
      'r13,"A" b,,,,,',
      'r14,A\0B,,,,,',
      'r15,A,,,,,' + 'x'.repeat(50_000),
      'r16,Last,5,,solo ltd,,"multi\nline"',
      'r17,"never closed,,,,,',
      'r18,swallowed,,,,,',
    ));
    expect(imported.counts).toMatchObject({ created: 2 + 3, refused: 15 });
    expect(reasons(imported)).toEqual([
      '3: Title is empty, and the mapping or the field requires it.',
      '4: Amount is no number with "." before the fraction.',
      '5: Amount has more than the 2 decimals that EUR has.',
      '6: Close is not a date by ISO 8601, such as 2026-01-31.',
      '7: There are 2 records that fit a company with the name "Twin Ltd": which one is meant cannot be told.',
      '8: There is no company with the name "Sole Ltd".',
      '9: There is no stage with the name "Wonn" in the pipeline Sales.',
      '10: Id is empty: the record could not be found again.',
      '11: The key "r1" stands in line 2 already.',
      '12: The row has 3 cells where the header has 7.',
      '13: The row has 8 cells where the header has 7.',
      '14: The quote before " b,,,,," neither ends its cell nor is it doubled.',
      '15: Title holds a NUL character, which no text can have.',
      '16: notes has at most 20000 characters; this has 50000.',
      '19: A quote that opens here is never closed: everything behind it belongs to one cell. (lines 19 to 20)',
    ]);
    expect(imported.reported.find(({ line }) => line === 8)).toEqual({
      file: 'deals.csv', line: 8, key: 'r7', outcome: 'REFUSED', column: 'Company', field: 'links.company',
      value: 'Sole Ltd', code: 'NOT_FOUND',
      reason: 'There is no company with the name "Sole Ltd".',
      suggestion: 'Did you mean "Solo Ltd"? Then: "values": {"Sole Ltd": "Solo Ltd"}.',
    });
    expect(imported.reported.find(({ line }) => line === 16)).toMatchObject({
      column: 'Notes', field: 'notes', key: 'r15', code: 'INVALID_INPUT',
    });
  });
});

test('bytes that are no letters refuse the row where the mapping says UTF-8, and the file where nothing does', async () => {
  const bytes = Buffer.concat([Buffer.from('Id,Name\nb1,Good\nb2,Caf'), Buffer.from([0xe9]), Buffer.from('\n')]);
  const mapping = (csv?: object) => ({
    csv, files: [{ file: 'a.csv', noun: 'company', key: 'Id', fields: { name: 'Name' } }],
  });
  await expect(world.importFiles(workspace, mapping(), { 'a.csv': bytes })).rejects.toThrow(
    'a.csv is not UTF-8. Say its encoding');
  const said = await world.importFiles(workspace, mapping({ encoding: 'utf-8' }), { 'a.csv': bytes });
  expect(said.counts).toMatchObject({ created: 1, refused: 1 });
  expect(reasons(said)).toEqual(['3: Name holds bytes that are no letters in the file\'s encoding.']);
  const latin = await world.importFiles(workspace, mapping({ encoding: 'latin1' }), { 'a.csv': bytes });
  expect(latin.counts).toMatchObject({ created: 1, unchanged: 1 });
});

describe('rows may link to rows of their own file', () => {
  const mapping = { source: 'tree', files: [{ file: 'c.csv', noun: 'company', key: 'Id', fields: {
    name: 'Name',
  }, links: { parent: { column: 'Parent', by: 'key' } } }] };

  test('above or below, at any depth', async () => {
    const { counts } = await world.importFiles(workspace, mapping, {
      'c.csv': 'Id,Name,Parent\nt1,Leaf,t2\nt2,Branch,t3\nt3,Root,\nt4,Other leaf,t2\n',
    });
    expect(counts).toMatchObject({ created: 4, refused: 0 });
    const { companies } = await workspace.api.data<{ companies: { nodes: unknown[] } }>(
      '{ companies(where: { name: { in: ["Leaf", "Branch"] } }, orderBy: { field: NAME }) { nodes { name version parent { name } } } }');
    expect(companies.nodes).toEqual([
      { name: 'Branch', version: 1, parent: { name: 'Root' } },
      { name: 'Leaf', version: 1, parent: { name: 'Branch' } },
    ]);
  });

  test('a circle, a refused row and a missing one are told', async () => {
    const imported = await world.importFiles(workspace, mapping, {
      'c.csv': 'Id,Name,Parent\nu1,A,u2\nu2,B,u1\nu3,C,u3\nu4,,\nu5,E,u4\nu6,F,nowhere\nu7,G,\n',
    });
    expect(imported.counts).toMatchObject({ created: 1, refused: 6 });
    expect(reasons(imported)).toEqual([
      '5: Name is empty, and the mapping or the field requires it.',
      '6: There is no company with the key (of tree) "u4".',
      '7: There is no company with the key (of tree) "nowhere".',
      '2: The row links to itself, over line 3.',
      '3: The row links to itself, over line 2.',
      '4: The row links to itself, over line 4.',
    ]);
  });
});
