import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectFolder } from '../../src/project.ts';
import { type EmptyWorkspace, type ImportWorld, openImportWorld } from './import-world.ts';

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world.world.close());

async function importExample(name: string) {
  const workspace = await world.anEmptyWorkspace();
  const folder = path.join(projectFolder, 'examples/imports', name);
  const run = () => world.importFolder(workspace, path.join(folder, `${name}.json`), folder);
  return { workspace, run };
}

async function dealsOf({ api }: EmptyWorkspace): Promise<unknown[]> {
  const { deals } = await api.data<{ deals: { nodes: unknown[] } }>(`{ deals(orderBy: { field: TITLE }) { nodes {
    title amount { amountMinor currency } stage { name pipeline { name } } probability expectedCloseOn createdAt closedAt lossReason
    owner { name roles { name } } company { name } contacts { role contact { fullName } } lines { quantity unitPriceMinor discountPercent description }
  } } }`);
  return deals.nodes;
}

test('the HubSpot example is imported, and a second time changes nothing', async () => {
  const { workspace, run } = await importExample('hubspot');
  const first = await run();
  expect(first.reported).toEqual([]);
  expect(first.counts).toMatchObject({ created: 9, refused: 0 });
  expect(await dealsOf(workspace)).toEqual([
    {
      title: 'Harbour Tools - licences', amount: { amountMinor: '1200050', currency: 'EUR' },
      stage: { name: 'Closed won', pipeline: { name: 'Sales Pipeline' } }, probability: 100, expectedCloseOn: null,
      createdAt: '2024-02-10T08:00:00.000Z', closedAt: '2024-05-31T16:00:00.000Z', lossReason: null,
      owner: { name: 'Ann Smith', roles: [{ name: 'Rep' }] }, company: { name: 'Harbour Tools' },
      contacts: [{ role: null, contact: { fullName: 'Mara Visser' } }], lines: [],
    },
    expect.objectContaining({
      title: 'Linden - oven, second try', lossReason: 'Too dear', owner: null, amount: null,
      closedAt: '2024-04-02T11:20:00.000Z',
    }),
    expect.objectContaining({
      title: 'Linden - till', amount: { amountMinor: '90000', currency: 'USD' }, expectedCloseOn: '2027-01-15',
      closedAt: null,
      contacts: [{ role: null, contact: { fullName: 'office@linden-bakery.example' } }, {
        role: null, contact: { fullName: 'Mara Visser' },
      }],
    }),
  ]);
  expect((await run()).counts).toMatchObject({ unchanged: 9, created: 0, updated: 0, refused: 0 });
});

test('the Salesforce example is imported, and a second time changes nothing', async () => {
  const { workspace, run } = await importExample('salesforce');
  const first = await run();
  expect(first.reported).toEqual([]);
  expect(first.counts).toMatchObject({ created: 12, updated: 3, joined: 1, leftOut: 1, refused: 0 });
  expect(await dealsOf(workspace)).toEqual([
    {
      title: 'Harbour Tools - licences', amount: { amountMinor: '1450050', currency: 'USD' },
      stage: { name: 'Closed Won', pipeline: { name: 'Opportunities' } }, probability: 100, expectedCloseOn: null,
      createdAt: '2024-02-10T08:00:00.000Z', closedAt: '2024-05-31T00:00:00.000Z', lossReason: null,
      owner: { name: 'Ann Smith', roles: [{ name: 'Rep' }] }, company: { name: 'Harbour Tools' },
      contacts: [{ role: 'Decision Maker', contact: { fullName: 'Mara Visser' } }],
      lines: [
        { quantity: '10', unitPriceMinor: '125000', discountPercent: '0', description: 'Licence, one year' },
        { quantity: '2', unitPriceMinor: '100025', discountPercent: '0', description: 'Two days on site' },
      ],
    },
    expect.objectContaining({
      title: 'Vienna - training', probability: 60, expectedCloseOn: '2027-01-15',
      owner: { name: 'Ben Okafor', roles: [] },
    }),
  ]);
  const { companies, activities } = await workspace.api.data<Record<'companies' | 'activities', {
    nodes: unknown[];
  }>>(`{
    companies(orderBy: { field: NAME }) { nodes { name street parent { name } } }
    activities(orderBy: { field: CREATED_AT }) { nodes { kind subject dueAt happensAt deal { title } company { name } contact { fullName } } }
  }`);
  expect(companies.nodes).toEqual([
    { name: 'Harbour Tools', street: 'Kade 1', parent: null },
    { name: 'Harbour Tools Austria', street: 'Kai 3\n2. Stock', parent: { name: 'Harbour Tools' } },
  ]);
  expect(activities.nodes).toEqual([
    {
      kind: 'CALL', subject: 'Call about the contract', dueAt: null, happensAt: '2024-05-20T00:00:00.000Z',
      deal: { title: 'Harbour Tools - licences' },
      company: null, contact: { fullName: 'Mara Visser' },
    },
    {
      kind: 'TASK', subject: 'Send the offer', dueAt: '2027-01-10T00:00:00.000Z', happensAt: null, deal: null,
      company: { name: 'Harbour Tools' }, contact: null,
    },
  ]);
  expect((await run()).counts).toMatchObject({ unchanged: 15, created: 0, updated: 0, refused: 0 });
});

test('the Pipedrive example is imported, and a second time changes nothing', async () => {
  const { workspace, run } = await importExample('pipedrive');
  const first = await run();
  expect(first.reported).toEqual([]);
  expect(first.counts).toMatchObject({ created: 11, refused: 0 });
  expect(await dealsOf(workspace)).toMatchObject([
    {
      title: 'Harbour Tools licences', amount: { amountMinor: '1200050', currency: 'EUR' },
      stage: { name: 'Won', pipeline: { name: 'Pipeline' } },
      closedAt: '2024-05-31T16:00:00.000Z', company: { name: 'Harbour Tools' },
      contacts: [{ contact: { fullName: 'Mara Visser' } }],
    },
    {
      title: 'Linden oven', stage: { name: 'Lost' }, lossReason: 'Too dear', closedAt: '2024-04-02T11:20:00.000Z',
      owner: { name: 'Ben Okafor' },
    },
    {
      title: 'Linden till', stage: { name: 'Demo Scheduled' }, probability: 40, expectedCloseOn: '2027-01-15',
      closedAt: null,
    },
  ]);
  const { contacts, activities, tags } = await workspace.api
    .data<Record<'contacts' | 'activities' | 'tags', { nodes: unknown[] }>>(`{
    contacts(orderBy: { field: FULL_NAME }) { nodes { fullName emails { address } phones { number } tags { name } } }
    activities(orderBy: { field: CREATED_AT }) { nodes { kind happensAt dueAt deal { title } } } tags { nodes { name } }
  }`);
  expect(contacts.nodes).toMatchObject([
    {
      fullName: 'Mara Visser', emails: [{ address: 'mara@harbourtools.example' }, { address: 'mv@old.example' }],
      phones: [{}, {}], tags: [{ name: 'Hot lead' }],
    },
    { fullName: 'Tromp', emails: [] },
  ]);
  expect(activities.nodes).toEqual([
    { kind: 'CALL', happensAt: '2024-05-20T10:00:00.000Z', dueAt: null, deal: { title: 'Harbour Tools licences' } },
    { kind: 'TASK', happensAt: null, dueAt: '2027-01-10T00:00:00.000Z', deal: { title: 'Linden till' } },
  ]);
  expect(tags.nodes).toHaveLength(5);
  expect((await run()).counts).toMatchObject({ unchanged: 11, created: 0, updated: 0, refused: 0 });
});
