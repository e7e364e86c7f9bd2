import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
let company: string;
let other: string;
beforeAll(async () => {
  world = await openWorld();
  company = (await world.aCompany()).id;
  other = (await world.aCompany()).id;
  await world.aLead();
  const deal = await world.aDeal();
  await world.rows(`insert into deal_line (workspace_id, id, deal_id, description, unit_price_minor)
    values ($1, $2, $3, 'Door', 100)`, [world.workspaceId, world.services.newId(), deal.id]);
});
afterAll(() => world.close());

test.each([
  ['deal_line', `quantity = 'NaN'`], ['deal', `expected_close_on = 'infinity'`],
  ['deal', `expected_close_on = '0044-03-15 BC'`], ['deal', `stage_entered_at = '-infinity'`], ['deal', `title = '  '`],
  ['deal', 'version = 0'], ['lead', `closed_at = '10000-01-01'`], ['lead', `deleted_in_batch_id = id`],
  ['company', 'merged_into_id = id'], ['company', 'annual_revenue_minor = -1'], ['company', `name = ' '`],
])('no script writes a %s with %s', async (table, change) => {
  await expect(world.rows(`update ${table} set ${change}`)).rejects.toThrow('violates check constraint');
});

test.each([
  ['Date', 'expectedCloseOn: { lt: "0000-12-31" }'], ['DateTime', 'createdAt: { lt: "0001-01-01T00:00:00+01:00" }'],
  ['DateTime', 'createdAt: { lt: "9999-12-31T23:59:59-01:00" }'],
])('a %s that the database cannot keep is refused by its name: %s', async (type, where) => {
  const { errors } = await world.as(world.owner).ask(`{ deals(where: { ${where} }) { totalCount } }`);
  expect(errors).toMatchObject([{ message: expect.stringContaining(`A ${type} is `) }]);
});

test('of two companies that are put below each other at the same time, one is refused', async () => {
  const put = (below: string, above: string, meanwhile?: () => Promise<void>) =>
    world.database.transaction(world.workspaceId, async (tx) => {
      await tx.company.updateMany({ where: { id: below }, data: { parentId: above } });
      await meanwhile?.();
    });
  let second: Promise<void> | undefined;
  await put(company, other, async () => {
    second = put(other, company);
    second.catch(() => {});
    await world.someoneWaits();
  });
  await expect(second).rejects.toThrow(/stand below itself|company_tree_check/);
});
