import type { Transaction } from '../../src/db/database.ts';
import { fillCompanies, fillContacts } from './companies.ts';
import { Demo, type Filling, currency } from './demo.ts';
import { History } from './history.ts';
import { fillDeals, fillLeads } from './sales.ts';
import * as words from './words.ts';

/** Writes a believable year: companies, people, leads, deals with their ledger, and what was done about them. */
export async function fillWorkspace(
  tx: Transaction, workspaceId: string, filling: Filling, seed: number,
): Promise<void> {
  const demo = new Demo(workspaceId, filling, seed);
  const { chance } = demo;
  const products = words.products.map((product) => ({ ...demo.stamp(demo.past(360, 365)), ...product, currency }));
  const tags = words.tags.map((tag) => ({ ...demo.stamp(demo.past(300, 365)), ...tag }));
  await tx.product.createMany({ data: products });
  await tx.tag.createMany({ data: tags });

  const companies = await fillCompanies(tx, demo);
  const contacts = await fillContacts(tx, demo, companies);
  const stages = await tx.stage.findMany({
    where: { workspaceId }, include: { pipeline: { select: { kind: true } } }, orderBy: { position: 'asc' },
  });
  const history = new History(demo);
  const stock = { companies, contacts, products, tags, stages };
  const { taggings } = await fillDeals(tx, demo, stock, history);
  await fillLeads(tx, demo, stock, history);
  await history.write(tx);
  for (const company of companies) {
    if (chance.happens(0.3)) {
      taggings.push({ ...demo.key(company.createdAt), tagId: chance.pick(tags).id, companyId: company.id });
    }
  }
  await tx.tagging.createMany({ data: taggings });
}
