import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectFolder } from '../../src/project.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';
import { until } from '../support/until.ts';
import { type EmptyWorkspace, type ImportWorld, openImportWorld } from './import-world.ts';

type Total = { totalCount: number };

const known = { Won: 4_238, Lost: 2_473, Engaging: 1_589, Prospecting: 500 };

describe.skipIf(!hasSharedData)('the Maven sales pipeline (skipped where ../shared/data is absent)', () => {
  let world: ImportWorld;
  let workspace: EmptyWorkspace;
  beforeAll(async () => {
    world = await openImportWorld();
    workspace = await world.anEmptyWorkspace({ timeZone: 'America/New_York' });
  });
  afterAll(() => world.world.close());

  const start = () => world.start([
    '--workspace', workspace.slug, '--as', workspace.email,
    '--mapping', path.join(projectFolder, 'examples/imports/maven-crm-sales.json'), sharedData('maven-crm-sales'),
  ]);
  const dealCount = async () =>
    (await world.rowsOf<{ count: number }>(workspace, 'select count(*)::int from gatehouse.deal'))[0]!.count;

  test('killed in the middle, it goes on where it was', async () => {
    const { child, finished } = start();
    await until(async () => await dealCount() >= 1_500);
    child.kill('SIGKILL');
    expect((await finished).signal).toBe('SIGKILL');
    expect(await dealCount()).toBeLessThan(8_800);

    const second = await start().finished;
    expect(second).toMatchObject({ code: 0 });
    expect(second.stderr).toContain('did not end: it goes on');
    expect(second.stderr).toMatch(new RegExp(`deals from sales_pipeline\\.csv: .* created, .* unchanged`));
    expect(await dealCount()).toBe(8_800);
  }, 300_000);

  test('its known answers come out of the API', async () => {
    const answer = await workspace.api.data<Record<string, Total>>(`{
      companies { totalCount }
      daughters: companies(where: { parent: { name: { ne: "" } } }) { totalCount }
      products { totalCount }
      deals { totalCount }
      agents: members(where: { team: { name: { isNull: false } } }) { totalCount }
      noCompany: deals(where: { companyId: { isNull: true } }) { totalCount }
      gtxpro: deals(where: { title: { contains: "GTXPro" } }) { totalCount }
      gtxPro: deals(where: { title: { contains: "GTX Pro" } }) { totalCount }
      misspelt: companies(where: { industry: { eq: "technolgy" } }) { totalCount }
      technology: companies(where: { industry: { eq: "technology" } }) { totalCount }
      philippines: companies(where: { country: { eq: "PH" } }) { totalCount }
    }`);
    expect(Object.fromEntries(Object.entries(answer).map(([name, { totalCount }]) => [name, totalCount]))).toEqual({
      companies: 85, daughters: 15, products: 7, deals: 8_800, agents: 35, noCompany: 1_425, gtxpro: 0, gtxPro: 1_480,
      misspelt: 0, technology: 12, philippines: 1,
    });
  });

  test('thirty members have deals, under their managers\' teams, below the offices', async () => {
    type Page = { deals: { pageInfo: { endCursor: string; hasNextPage: boolean }; nodes: { owner: Owner }[] } };
    type Owner = { name: string; team: { name: string; parent: { name: string } } };
    const owners = new Map<string, Owner['team']>();
    for (let after: string | null = null, more = true; more;) {
      const page: Page = await workspace.api.data<Page>(`query($after: String) { deals(first: 200, after: $after) {
        pageInfo { endCursor hasNextPage } nodes { owner { name team { name parent { name } } } }
      } }`, { after });
      for (const { owner } of page.deals.nodes) owners.set(owner.name, owner.team);
      ({ endCursor: after, hasNextPage: more } = page.deals.pageInfo);
    }
    expect(owners.size).toBe(30);
    expect(owners.get('Moses Frase')).toEqual({ name: 'Dustin Brinkmann', parent: { name: 'Central' } });
    const teams = [...new Set([...owners.values()].map(({ name, parent }) => `${parent.name}: ${name}`))].sort();
    expect(teams).toEqual([
      'Central: Dustin Brinkmann', 'Central: Melvin Marxen', 'East: Cara Losch', 'East: Rocco Neubert',
      'West: Celia Rouche', 'West: Summer Sewald',
    ]);
  });

  test('stages, sums and dates are those of the file', async () => {
    const { pipelines } = await workspace.api.data<{ pipelines: { nodes: { id: string; name: string }[] } }>(
      '{ pipelines { nodes { id name } } }');
    const sales = pipelines.nodes.find(({ name }) => name === 'Sales')!;
    const { pipelineSummary } = await workspace.api.data<{
      pipelineSummary: {
        stages: { stage: { name: string }; count: number; sum: { amountMinor: string; currency: string }[] }[];
      };
    }>(
      `query($id: ID!) { pipelineSummary(pipelineId: $id) { stages { stage { name } count sum { amountMinor currency } } } }`, {
        id: sales.id,
      });
    const stages = Object.fromEntries(pipelineSummary.stages.map(({ stage, count }) => [stage.name, count]));
    expect(stages).toMatchObject(known);
    const won = pipelineSummary.stages.find(({ stage }) => stage.name === 'Won')!;
    expect(won.sum).toEqual([{ amountMinor: '1000553400', currency: 'USD' }]);

    const { deals: found } = await workspace.api.data<{ deals: { nodes: unknown[] } }>(
      `{ deals(where: { title: { eq: "Isdom: GTX Pro" }, amount: { eq: "451400" } }) { nodes {
      title createdAt closedAt stageEnteredAt owner { name team { name } } company { name } stage { name }
      lines { quantity unitPriceMinor description product { name price { amountMinor } } }
      stageChanges { isImported enteredAt toStage { name } amount { amountMinor } }
    } } }`);
    expect(found.nodes).toEqual([{
      title: 'Isdom: GTX Pro', createdAt: '2016-10-25T04:00:00.000Z', closedAt: '2017-03-11T05:00:00.000Z',
      stageEnteredAt: '2017-03-11T05:00:00.000Z',
      owner: { name: 'Darcel Schlecht', team: { name: 'Melvin Marxen' } }, company: { name: 'Isdom' },
      stage: { name: 'Won' },
      lines: [{
        quantity: '1', unitPriceMinor: '451400', description: 'GTX Pro',
        product: { name: 'GTX Pro', price: { amountMinor: '482100' } },
      }],
      stageChanges: [{
        isImported: true, enteredAt: '2017-03-11T05:00:00.000Z', toStage: { name: 'Won' },
        amount: { amountMinor: '451400' },
      }],
    }]);
  });

  test('a second time changes nothing', async () => {
    const versions = () => world.rowsOf(workspace, 'select sum(version)::int, max(updated_at) from gatehouse.deal');
    const before = await versions();
    const { code, stdout, stderr } = await start().finished;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/^Done in [\d.]+ s: 8,936 unchanged, 61 repeated\.\n$/);
    expect(await versions()).toEqual(before);
  }, 120_000);
});
