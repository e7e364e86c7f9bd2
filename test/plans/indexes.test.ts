import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ColumnType, columnNamed, modelNamed } from '../../src/db/models.ts';
import { type Noun, ownedNouns } from '../../src/auth/nouns.ts';
import { filteredColumns, ordersBelow, ordersWithin, ownersBelow } from '../../src/db/reader/indexes.ts';
import { searchedTexts } from '../../src/db/searched-texts.ts';
import { filterOf } from '../../src/schema/filters.ts';
import '../../src/schema/index.ts';
import { fill } from '../support/fill.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';
import { indexScans } from './rows-read.ts';

// Every index of the records that lists are made of has a query that needs it: it is named here with the document that
// PostgreSQL answers by it, or, where the world has too few such rows for that, with the query in words.

let world: World;
let busy: { bigCompanyId: string; busyDealId: string };
const people: Record<string, WorldMember> = {};

beforeAll(async () => {
  world = await openWorld();
  busy = await fill(world, { deals: 6_000 });
  Object.assign(people, { owner: world.owner, manager: world.manager, rep: world.rep });
});
afterAll(() => world.close());

const list = (field: string, order: string, rest = '') =>
  `{ ${field}(first: 20, orderBy: [{ field: ${order}, direction: DESC }]${rest}) { nodes { id } } }`;

/** Lists in their orders: index, who asks, list, order. */
const orders: [index: string, who: string, list: string, order: string][] = [
  ['activity_created_order', 'owner', 'activities', 'CREATED_AT'],
  ['activity_updated_order', 'owner', 'activities', 'UPDATED_AT'],
  ['activity_due_order', 'owner', 'activities', 'DUE_AT'],
  ['activity_happens_order', 'owner', 'activities', 'HAPPENS_AT'],
  ['company_created_order', 'owner', 'companies', 'CREATED_AT'],
  ['company_updated_order', 'owner', 'companies', 'UPDATED_AT'],
  ['company_name_order', 'owner', 'companies', 'NAME'],
  ['company_employees_order', 'owner', 'companies', 'EMPLOYEE_COUNT'],
  ['company_revenue_order', 'owner', 'companies', 'ANNUAL_REVENUE'],
  ['contact_created_order', 'owner', 'contacts', 'CREATED_AT'],
  ['contact_updated_order', 'owner', 'contacts', 'UPDATED_AT'],
  ['contact_full_name_order', 'owner', 'contacts', 'FULL_NAME'],
  ['contact_birth_order', 'owner', 'contacts', 'BIRTH_ON'],
  ['deal_created_order', 'owner', 'deals', 'CREATED_AT'], ['deal_updated_order', 'owner', 'deals', 'UPDATED_AT'],
  ['deal_title_order', 'owner', 'deals', 'TITLE'], ['deal_amount_order', 'owner', 'deals', 'AMOUNT'],
  ['deal_expected_close_order', 'owner', 'deals', 'EXPECTED_CLOSE_ON'],
  ['deal_closed_order', 'owner', 'deals', 'CLOSED_AT'],
  ['deal_stage_entered_order', 'owner', 'deals', 'STAGE_ENTERED_AT'],
  ['lead_created_order', 'owner', 'leads', 'CREATED_AT'], ['lead_updated_order', 'owner', 'leads', 'UPDATED_AT'],
  ['lead_title_order', 'owner', 'leads', 'TITLE'], ['lead_stage_entered_order', 'owner', 'leads', 'STAGE_ENTERED_AT'],
  ['lead_score_order', 'owner', 'leads', 'SCORE'],
  // What somebody has himself, and what a team has without an owner.
  ['deal_owner_updated_order', 'rep', 'deals', 'UPDATED_AT'],
  ['deal_owner_title_order', 'rep', 'deals', 'TITLE'], ['deal_owner_amount_order', 'rep', 'deals', 'AMOUNT'],
  ['deal_owner_expected_close_order', 'rep', 'deals', 'EXPECTED_CLOSE_ON'],
  ['deal_owner_closed_order', 'rep', 'deals', 'CLOSED_AT'],
  ['deal_owner_stage_entered_order', 'rep', 'deals', 'STAGE_ENTERED_AT'],
  ['deal_unowned_created_order', 'manager', 'deals', 'CREATED_AT'],
];

/** Lists of what a filter leaves, in their orders. */
const filtered: [index: string, who: string, list: string, where: string, order: string][] = [
  ['deal_owner_stage_expected_close_order', 'manager', 'deals', 'stageId: { eq: $stage }', 'EXPECTED_CLOSE_ON'],
  ['deal_owner_stage_entered_at_order', 'manager', 'deals', 'stageId: { eq: $stage }', 'STAGE_ENTERED_AT'],
  ['deal_owner_stage_amount_order', 'manager', 'deals', 'stageId: { eq: $stage }', 'AMOUNT'],
  ['deal_owner_stage_updated_order', 'manager', 'deals', 'stageId: { eq: $stage }', 'UPDATED_AT'],
  ['deal_company_expected_close_order', 'owner', 'deals', 'companyId: { eq: $company }', 'EXPECTED_CLOSE_ON'],
  ['activity_company_happens_order', 'owner', 'activities', 'companyId: { eq: $company }', 'HAPPENS_AT'],
  ['activity_company_due_order', 'owner', 'activities', 'companyId: { eq: $company }', 'DUE_AT'],
  ['contact_company_full_name_order', 'owner', 'contacts', 'companyId: { eq: $company }', 'FULL_NAME'],
  ['company_industry_name_order', 'owner', 'companies', 'industry: { eq: "Robotics" }', 'NAME'],
  ['company_industry_created_order', 'owner', 'companies', 'industry: { eq: "Robotics" }', 'CREATED_AT'],
  ['contact_job_title_full_name_order', 'owner', 'contacts', 'jobTitle: { eq: "Buyer" }', 'FULL_NAME'],
  ['lead_source_created_order', 'owner', 'leads', 'source: { eq: "Fair" }', 'CREATED_AT'],
  ['lead_email_lookup', 'owner', 'leads', 'email: { eq: "lead7@leads.example" }', 'CREATED_AT'],
  // What has an index as a range is found by it in other orders, too.
  ['deal_expected_close_order', 'owner', 'deals', 'expectedCloseOn: { gte: "2025-07-01", lt: "2025-07-08" }', 'TITLE'],
];

test.each(orders)('%s: %s reads %s by %s', async (index, who, field, order) => {
  expect(await scansOf(index, who, list(field, order))).toBeGreaterThan(0);
});

test.each(filtered)('%s: %s reads %s where %s by %s', async (index, who, field, where, order) => {
  const ids: Record<string, string> = {
    stage: `stage_${world.pipelines.deal.stages.Proposal}`, company: `company_${busy.bigCompanyId}`,
  };
  const named = where.replace(/\$(\w+)/g, (_dollar, name: string) => JSON.stringify(ids[name]));
  expect(await scansOf(index, who, list(field, order, `, where: { ${named} }`))).toBeGreaterThan(0);
});

describe('what the reader takes for indexed', () => {
  let definitions: string[];
  beforeAll(async () => {
    const rows = await world.rows<{ definition: string }>(
      'select pg_get_indexdef(indexrelid) as definition from pg_index');
    definitions = rows.map(({ definition }) => definition.replace(/ COLLATE [\w.]+/g, ''));
  });
  const column = (model: string, field: string) => columnNamed(modelNamed(model), field).column;
  const begins = (model: string, ...columns: string[]) => (definition: string) => {
    const start = `ON ${modelNamed(model).table} USING btree (${['workspace_id', ...columns].join(', ')}`;
    return definition.includes(`${start}, `) || definition.includes(`${start})`);
  };
  const each = (within: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>) => (
    Object.entries(within).flatMap(([model, fields]) => Object.entries(fields)
      .flatMap(([field, orders]) => orders.map((order): [string, string, string] => [model, field, order]))));

  test('values begin an index', () => {
    const missing = Object.entries(filteredColumns).flatMap(([model, fields]) => (
      fields.filter((field) => !definitions.some(begins(model, column(model, field))))));
    expect(missing).toEqual([]);
  });

  test('orders stand in an index behind what they are within', () => {
    expect(each(ordersWithin).filter(([model, field, order]) => (
      !definitions.some(begins(model, column(model, field), column(model, order), 'id'))))).toEqual([]);
    expect(each(ordersBelow).filter(([model, key, order]) => (
      !definitions.some(begins(model, key, column(model, order), 'id'))))).toEqual([]);
    expect(each(ownersBelow).filter(([model, key, order]) => (
      !definitions.some(begins(model, 'owner_id', key, column(model, order), 'id'))))).toEqual([]);
  });

  // Pipelines, stages, teams, kinds and those who convert have many records each.
  const notSought = ['id', 'pipelineId', 'stageId', 'teamId', 'kind', 'convertedById'];
  const absent: Partial<Record<ColumnType, string>> = {
    text: '"absent"', code: '"ZZ"', int: '999999', bigint: '"99999999999"', date: '"1990-01-01"',
    instant: '"1990-01-01T00:00:00Z"',
  };
  const lists: Record<string, string> = {
    Company: 'companies', Contact: 'contacts', Lead: 'leads', Deal: 'deals', Activity: 'activities',
  };
  test.each(Object.keys(lists))('%s: a value that no record has is looked up in its index', async (model) => {
    for (const [name, field] of Object.entries(filterOf(model.toLowerCase() as Noun).fields)) {
      if (field.kind !== 'column' || !filteredColumns[model]!.includes(field.column)) continue;
      const value = absent[columnNamed(modelNamed(model), field.column).type];
      if (!value) continue;
      const ours = definitions.filter(begins(model, column(model, field.column)))
        .map((definition) => / INDEX (\S+) /.exec(definition)![1]!);
      const scans = async () => {
        const of = await indexScans(world);
        return ours.reduce((sum, index) => sum + of.get(index)!, 0);
      };
      const before = await scans();
      await world.as(world.owner).data(`{ ${lists[model]}(where: { ${name}: { eq: ${value} } }) { nodes { id } } }`);
      expect(await scans() - before, name).toBeGreaterThan(0);
    }
  });

  test('every value that a list can be asked for is among them', () => {
    const asked = ownedNouns.flatMap((noun) => Object.values(filterOf(noun).fields).flatMap((field) => {
      const model = noun.charAt(0).toUpperCase() + noun.slice(1);
      return field.kind === 'column' && searchedTexts[model] !== field.column && !notSought.includes(field.column)
        ? [`${model}.${field.column}`] : [];
    }));
    const known = Object.entries(filteredColumns)
      .flatMap(([model, fields]) => fields.map((field) => `${model}.${field}`));
    expect(asked.toSorted()).toEqual(known.toSorted());
  });
});

describe('lists and pages', () => {
  test.each([
    ['activity_bin_order', 'activities'], ['company_bin_order', 'companies'], ['contact_bin_order', 'contacts'],
    ['deal_bin_order', 'deals'], ['lead_bin_order', 'leads'],
  ])('%s: the bin of %s', async (index, field) => {
    expect(await scansOf(index, 'owner', list(field, 'CREATED_AT', ', deleted: ONLY'))).toBeGreaterThan(0);
  });

  test('deal_owner_company_created_order: a rep\'s deals of a company with very many', async () => {
    const page = `{ company(id: "company_${busy.bigCompanyId}") { deals(first: 1) { nodes { id } } } }`;
    expect(await scansOf('deal_owner_company_created_order', 'rep', page)).toBeGreaterThan(0);
  });

  test('deal_owner_stage_order: a rep\'s board', async () => {
    const [, stage] = Object.values(world.pipelines.deal.stages);
    const board = `{ deals(first: 50, where: { stageId: { eq: "stage_${stage}" } }) { nodes { id } } }`;
    expect(await scansOf('deal_owner_stage_order', 'rep', board)).toBeGreaterThan(0);
    expect(await scansOf('deal_workspace_id_stage_id_created_at_id_idx', 'owner', board)).toBeGreaterThan(0);
  });

  test.each([
    ['deal_workspace_id_company_id_created_at_id_idx', 'deals'],
    ['contact_workspace_id_company_id_created_at_id_idx', 'contacts'],
    ['activity_workspace_id_company_id_created_at_id_idx', 'activities'],
  ])('%s: %s of a company, newest first', async (index, field) => {
    const order = 'orderBy: [{ field: CREATED_AT, direction: DESC }]';
    const page = `{ company(id: "company_${busy.bigCompanyId}") { ${field}(first: 20, ${order}) { nodes { id } } } }`;
    expect(await scansOf(index, 'owner', page)).toBeGreaterThan(0);
  });

  test.each([
    ['activity_workspace_id_deal_id_created_at_id_idx', 'activities(first: 20) { nodes { id } }'],
    ['deal_line_workspace_id_deal_id_idx', 'lines { description }'],
    ['stage_change_workspace_id_deal_id_entered_at_idx', 'stageChanges { enteredAt }'],
  ])('%s: a deal\'s %s', async (index, selection) => {
    const deals = `{ deals(first: 20) { nodes { id ${selection} } } }`;
    expect(await scansOf(index, 'owner', deals)).toBeGreaterThan(0);
  });

  test.each([
    ['company_search', '{ companies(where: { name: { contains: "robotics" } }) { nodes { id } } }'],
    ['contact_search', '{ search(query: "garcia", nouns: [CONTACT]) { field } }'],
    ['contact_email_search', '{ search(query: "maria.garcia", nouns: [CONTACT]) { field } }'],
    ['contact_phone_search', '{ search(query: "+44 20 1234", nouns: [CONTACT]) { field } }'],
    ['lead_search', '{ search(query: "warehouse", nouns: [LEAD]) { field } }'],
    ['deal_search', '{ search(query: "onboarding", nouns: [DEAL]) { field } }'],
    ['activity_search', '{ search(query: "onboarding", nouns: [ACTIVITY]) { field } }'],
    ['member_search', '{ search(query: "maria", nouns: [MEMBER]) { field } }'],
  ])('%s', async (index, document) => {
    expect(await scansOf(index, 'owner', document)).toBeGreaterThan(0);
  });
});

const inWords: Record<string, string> = {
  activity_owner_due_order: 'a rep\'s tasks by when they are due',
  activity_owner_happens_order: 'a rep\'s calls and meetings by when they happen',
  activity_workspace_id_contact_id_created_at_id_idx: 'activities of a contact',
  activity_workspace_id_lead_id_created_at_id_idx: 'activities of a lead',
  activity_workspace_id_owner_id_created_at_id_idx: 'a rep\'s activities, newest first',
  activity_workspace_id_team_id_idx: 'activities of a team without owner; whether a team that goes has any',
  company_domain_lookup: 'companies with the domain that a lead\'s address has',
  company_owner_name_order: 'companies that a member looks after, by name',
  company_workspace_id_owner_id_created_at_id_idx: 'companies that a member looks after: where: { ownerId }',
  company_workspace_id_parent_id_idx: 'companies below a company',
  company_workspace_id_team_id_idx: 'companies of a team without owner; whether a team that goes has any',
  contact_owner_company_full_name_order: 'a rep\'s contacts of a company with very many',
  contact_owner_full_name_order: 'contacts that a member looks after, by name',
  contact_workspace_id_owner_id_created_at_id_idx: 'contacts that a member looks after: where: { ownerId }',
  contact_workspace_id_team_id_idx: 'contacts of a team without owner; whether a team that goes has any',
  deal_workspace_id_owner_id_created_at_id_idx: 'a rep\'s deals, newest first',
  deal_workspace_id_team_id_idx: 'whether a team that goes has deals, those in the bin included',
  lead_converted_company_lookup: 'the leads that a company came from',
  lead_converted_contact_lookup: 'the leads that a contact came from',
  lead_converted_deal_lookup: 'the leads that a deal came from',
  lead_owner_score_order: 'a rep\'s leads by score',
  lead_owner_stage_entered_order: 'a rep\'s leads by how long they are in their stage',
  lead_owner_stage_order: 'a rep\'s leads in a stage',
  lead_owner_title_order: 'a rep\'s leads by title',
  lead_owner_updated_order: 'a rep\'s leads by their last change',
  lead_unowned_created_order: 'leads of a team that nobody has taken, newest first',
  lead_unowned_score_order: 'leads of a team that nobody has taken, by score',
  lead_unowned_stage_entered_order: 'leads of a team that nobody has taken, by how long they are in their stage',
  lead_unowned_title_order: 'leads of a team that nobody has taken, by title',
  lead_unowned_updated_order: 'leads of a team that nobody has taken, by their last change',
  lead_workspace_id_company_id_idx: 'leads of a company',
  lead_workspace_id_owner_id_created_at_id_idx: 'a rep\'s leads, newest first',
  lead_workspace_id_stage_id_created_at_id_idx: 'leads in a stage',
  lead_workspace_id_team_id_idx: 'whether a team that goes has leads, those in the bin included',
};

test('an index that is named with no query is needed by none', async () => {
  const named = readFileSync(import.meta.filename, 'utf8');
  const found = await world.rows<{ name: string; definition: string }>(
    `select i.relname as name, pg_get_indexdef(indexrelid) as definition from pg_index x join pg_class i on i.oid = x.indexrelid
       where not x.indisunique and x.indrelid = any (array['company', 'contact', 'lead', 'deal', 'activity']::regclass[])`);
  const isOfValues = (definition: string) => Object.entries(filteredColumns).some(([name, fields]) => {
    const model = modelNamed(name);
    return fields.some((field) => definition.includes(
      `ON ${model.table} USING btree (workspace_id, ${columnNamed(model, field).column}, `));
  });
  expect(found.filter(({ name, definition }) => !named.includes(name) && !isOfValues(definition))).toEqual([]);
  expect(Object.keys(inWords).filter((name) => !found.some((each) => each.name === name))).toEqual([]);
});

async function scansOf(index: string, who: string, document: string): Promise<number> {
  const before = (await indexScans(world)).get(index);
  expect(before, `${index} is in the catalogue`).toBeDefined();
  await world.as(people[who]!).data(document);
  return (await indexScans(world)).get(index)! - before!;
}
