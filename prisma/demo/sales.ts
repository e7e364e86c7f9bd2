import type { Prisma } from '../../src/db/generated/prisma/client.ts';
import type { Transaction } from '../../src/db/database.ts';
import type { DemoCompany, DemoContact } from './companies.ts';
import { type Demo, currency, day, mailName } from './demo.ts';
import { type DemoStage, type History, type Step, walk } from './history.ts';
import * as words from './words.ts';

/** What deals and leads are about. */
export type Stock = {
  companies: readonly DemoCompany[];
  contacts: readonly DemoContact[];
  products: readonly ((typeof words.products)[number] & { id: string })[];
  tags: readonly { id: string }[];
  stages: readonly (DemoStage & { pipeline: { kind: 'DEAL' | 'LEAD' } })[];
};

/** @returns the tags that they have, which are written with those of the companies */
export async function fillDeals(
  tx: Transaction, demo: Demo, stock: Stock, history: History,
): Promise<{ taggings: Prisma.TaggingCreateManyInput[] }> {
  const { chance, filling } = demo;
  const [mainPipeline, otherPipeline] = pipelinesOf(stock, 'DEAL');
  const deals: Prisma.DealCreateManyInput[] = [];
  const dealContacts: Prisma.DealContactCreateManyInput[] = [];
  const lines: Prisma.DealLineCreateManyInput[] = [];
  const taggings: Prisma.TaggingCreateManyInput[] = [];
  for (let count = 0; count < filling.deals; count += 1) {
    const company = chance.pick(stock.companies);
    const owner = chance.happens(0.7) ? filling.owners.find(({ id }) => id === company.ownerId)!
      : chance.pick(filling.owners);
    const product = chance.pick(stock.products);
    const quantity = chance.between(1, 20);
    const made = demo.stamp(demo.past(1, 360));
    const way = walk(demo, otherPipeline && chance.happens(0.25) ? otherPipeline : mainPipeline!, made.createdAt);
    const deal = {
      ...made, title: `${company.name}: ${product.name} × ${quantity}`, currency,
      amountMinor: product.priceMinor * BigInt(quantity), ...placeOf(way), ...endOf(demo, way),
      source: chance.pick(words.sources),
      expectedCloseOn: new Date(made.createdAt.getTime() + chance.between(20, 120) * day), companyId: company.id,
      ownerId: owner.id,
    };
    deals.push(deal);
    history.enter(way, {
      dealId: deal.id, amountMinor: deal.amountMinor, currency, movedById: owner.id,
      expectedCloseOn: deal.expectedCloseOn,
    });
    lines.push({
      ...demo.key(made.createdAt), dealId: deal.id, productId: product.id, description: product.name, quantity,
      unitPriceMinor: product.priceMinor,
    });
    const people = stock.contacts.filter((contact) => contact.companyId === company.id);
    dealContacts.push({
      ...demo.key(made.createdAt), dealId: deal.id, contactId: chance.pick(people).id, role: 'decision maker',
    });
    if (chance.happens(0.2)) {
      taggings.push({ ...demo.key(made.createdAt), tagId: chance.pick(stock.tags).id, dealId: deal.id });
    }
    for (let more = chance.between(1, 5); more > 0; more -= 1) {
      history.act(made.createdAt, {
        dealId: deal.id, companyId: company.id, contactId: chance.pick(people).id, ownerId: owner.id,
      });
    }
  }
  await tx.deal.createMany({ data: deals });
  await tx.dealContact.createMany({ data: dealContacts });
  await tx.dealLine.createMany({ data: lines });
  return { taggings };
}

export async function fillLeads(tx: Transaction, demo: Demo, stock: Stock, history: History): Promise<void> {
  const { chance, filling } = demo;
  const [pipeline] = pipelinesOf(stock, 'LEAD');
  const leads: Prisma.LeadCreateManyInput[] = [];
  for (let count = 0; count < filling.leads; count += 1) {
    const owner = chance.pick(filling.owners);
    const made = demo.stamp(demo.past(1, 300));
    const way = walk(demo, pipeline!, made.createdAt);
    const [firstName, lastName] = [chance.pick(words.firstNames), chance.pick(words.lastNames)];
    const lead = {
      ...made, title: `${firstName} ${lastName} asks about ${chance.pick(stock.products).family.toLowerCase()}`,
      firstName, lastName, companyName: chance.happens(0.6) ? `${lastName} & Co` : null, ...chance.pick(words.places),
      email: `${mailName(`${lastName}.${count}`)}@lead.example`, source: chance.pick(words.sources),
      score: chance.between(5, 95), currency, amountMinor: BigInt(chance.between(5, 400)) * 10_000n,
      ...placeOf(way), ownerId: owner.id,
    };
    leads.push(lead);
    history.enter(way, { leadId: lead.id, amountMinor: lead.amountMinor, currency, movedById: owner.id });
    history.act(made.createdAt, { leadId: lead.id, ownerId: owner.id });
  }
  await tx.lead.createMany({ data: leads });
}

/** The stages of each pipeline of a kind, in their order. */
function pipelinesOf({ stages }: Stock, kind: 'DEAL' | 'LEAD'): DemoStage[][] {
  const ofKind = stages.filter(({ pipeline }) => pipeline.kind === kind);
  return [...Map.groupBy(ofKind, ({ pipelineId }) => pipelineId).values()];
}

/** Where a record is at the end of its way. */
function placeOf(way: readonly Step[]) {
  const { stage, enteredAt } = way.at(-1)!;
  return {
    updatedAt: enteredAt, pipelineId: stage.pipelineId, stageId: stage.id, stageEnteredAt: enteredAt,
    closedAt: stage.status === 'OPEN' ? null : enteredAt,
  };
}

/** What a deal says of its end: why it was lost, or how likely it is. */
function endOf({ chance }: Demo, way: readonly Step[]) {
  const { stage } = way.at(-1)!;
  const isSetByHand = chance.happens(0.1) && stage.status === 'OPEN';
  return {
    lossReason: stage.status === 'LOST' ? chance.pick(words.lossReasons) : null,
    probability: isSetByHand ? 50 : stage.probability, isProbabilitySetByHand: isSetByHand,
  };
}
