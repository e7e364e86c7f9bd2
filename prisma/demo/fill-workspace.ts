import type { Prisma } from '../../src/db/generated/prisma/client.ts';
import type { Transaction } from '../../src/db/database.ts';
import { Chance } from './random.ts';
import * as words from './words.ts';

type Stage = { id: string; pipelineId: string; position: number; status: 'OPEN' | 'WON' | 'LOST'; probability: number };
/** Who owns records, and how many of each kind there are to be. */
export type Filling = {
  owners: readonly { id: string; teamId: string | null }[]; companies: number; deals: number; leads: number;
};

const day = 86_400_000;
/** The demo's year ends here, on every machine, so that everybody sees the same. */
export const demoNow = new Date('2026-11-20T09:00:00Z');

/** Writes a believable year: companies, people, leads, deals with their ledger, and what was done about them. */
export async function fillWorkspace(
  tx: Transaction, workspaceId: string, filling: Filling, seed: number,
): Promise<void> {
  const chance = new Chance(seed);
  const stamp = (createdAt: Date) => ({ workspaceId, id: chance.id(createdAt), createdAt, updatedAt: createdAt });
  const past = (least: number, most: number) => new Date(
    demoNow.getTime() - chance.between(least * 24, most * 24) * 3_600_000);
  const currency = 'EUR';

  const products = words.products.map((product) => ({ ...stamp(past(360, 365)), ...product, currency }));
  const tags = words.tags.map((tag) => ({ ...stamp(past(300, 365)), ...tag }));
  await tx.product.createMany({ data: products });
  await tx.tag.createMany({ data: tags });

  const companies: (Prisma.CompanyCreateManyInput & { id: string; createdAt: Date; ownerId: string })[] = [];
  for (const name of words.companyNames.slice(0, filling.companies)) {
    const owner = chance.pick(filling.owners);
    const host = `${name.toLowerCase().replaceAll(' ', '-')}.example`;
    companies.push({
      ...stamp(past(200, 365)), name, domain: host, websiteUrl: `https://www.${host}`,
      industry: chance.pick(words.industries),
      employeeCount: chance.between(8, 4_000), foundedYear: chance.between(1890, 2020),
      annualRevenueMinor: BigInt(chance.between(4, 900)) * 10_000_000n, currency,
      phone: `+49 40 555 ${chance.between(1000, 9999)}`,
      street: `${chance.pick(words.streets)} ${chance.between(1, 90)}`,
      postalCode: String(chance.between(10_000, 99_999)),
      ...chance.pick(words.places), ownerId: owner.id, teamId: owner.teamId,
      parentId: companies.length > 8 && chance.happens(0.15) ? chance.pick(companies.slice(0, 8)).id : null,
    });
  }
  await tx.company.createMany({ data: companies });

  const contacts: (Prisma.ContactCreateManyInput & { id: string; companyId: string })[] = [];
  const emails: Prisma.ContactEmailCreateManyInput[] = [];
  const phones: Prisma.ContactPhoneCreateManyInput[] = [];
  const addresses: Prisma.ContactAddressCreateManyInput[] = [];
  for (const company of companies) {
    for (let count = chance.between(2, 5); count > 0; count -= 1) {
      const [firstName, lastName] = [chance.pick(words.firstNames), chance.pick(words.lastNames)];
      const contact = {
        ...stamp(past(60, 200)), firstName, lastName, jobTitle: chance.pick(words.jobTitles), companyId: company.id,
        ownerId: company.ownerId,
        notes: chance.happens(0.3) ? 'Prefers to be called in the morning.' : null,
        birthOn: chance.happens(0.5)
          ? new Date(Date.UTC(chance.between(1960, 2000), chance.between(0, 11), chance.between(1, 28))) : null,
      };
      contacts.push(contact);
      const child = () => ({ workspaceId, id: chance.id(contact.createdAt), contactId: contact.id, isPrimary: true });
      const local = `${firstName}.${lastName}`.normalize('NFD').replace(/[^A-Za-z.]/g, '').toLowerCase();
      emails.push({ ...child(), address: `${local}@${company.domain}`, label: 'work' });
      if (chance.happens(0.7)) {
        phones.push({ ...child(), number: `+49 151 555 ${chance.between(1000, 9999)}`, label: 'mobile' });
      }
      if (chance.happens(0.3)) {
        const { city, country } = chance.pick(words.places);
        addresses.push({
          ...child(), street: `${chance.pick(words.streets)} ${chance.between(1, 90)}`, postalCode: '20095', city,
          country,
        });
      }
    }
  }
  await tx.contact.createMany({ data: contacts });
  await tx.contactEmail.createMany({ data: emails });
  await tx.contactPhone.createMany({ data: phones });
  await tx.contactAddress.createMany({ data: addresses });

  const stages = await tx.stage.findMany({
    where: { workspaceId }, include: { pipeline: { select: { kind: true } } }, orderBy: { position: 'asc' },
  });
  const waysOf = (kind: 'DEAL' | 'LEAD') => [
    ...Map.groupBy(stages.filter((stage) => stage.pipeline.kind === kind), (stage) => stage.pipelineId).values(),
  ];
  const ledger: Prisma.StageChangeCreateManyInput[] = [];
  const activities: Prisma.ActivityCreateManyInput[] = [];
  const taggings: Prisma.TaggingCreateManyInput[] = [];

  const dealWays = waysOf('DEAL');
  const deals: Prisma.DealCreateManyInput[] = [];
  const dealContacts: Prisma.DealContactCreateManyInput[] = [];
  const lines: Prisma.DealLineCreateManyInput[] = [];
  for (let count = 0; count < filling.deals; count += 1) {
    const company = chance.pick(companies);
    const owner = chance.happens(0.7) ? filling.owners.find(({ id }) => id === company.ownerId)!
      : chance.pick(filling.owners);
    const product = chance.pick(products);
    const quantity = chance.between(1, 20);
    const made = stamp(past(1, 360));
    const way = walk(chance, dealWays.length > 1 && chance.happens(0.25) ? dealWays[1]! : dealWays[0]!, made.createdAt);
    const last = way.at(-1)!;
    const byHand = chance.happens(0.1);
    const deal = {
      ...made, updatedAt: last.enteredAt, title: `${company.name}: ${product.name} × ${quantity}`, currency,
      amountMinor: product.priceMinor * BigInt(quantity), pipelineId: last.stage.pipelineId, stageId: last.stage.id,
      stageEnteredAt: last.enteredAt, closedAt: last.stage.status === 'OPEN' ? null : last.enteredAt,
      lossReason: last.stage.status === 'LOST' ? chance.pick(words.lossReasons) : null,
      probability: byHand && last.stage.status === 'OPEN' ? 50 : last.stage.probability,
      isProbabilitySetByHand: byHand && last.stage.status === 'OPEN', source: chance.pick(words.sources),
      expectedCloseOn: new Date(made.createdAt.getTime() + chance.between(20, 120) * day), companyId: company.id,
      ownerId: owner.id,
    };
    deals.push(deal);
    enter(way, {
      dealId: deal.id, amountMinor: deal.amountMinor, currency, movedById: owner.id,
      expectedCloseOn: deal.expectedCloseOn,
    });
    lines.push({
      workspaceId, id: chance.id(made.createdAt), dealId: deal.id, productId: product.id, description: product.name,
      quantity, unitPriceMinor: product.priceMinor,
    });
    const people = contacts.filter((contact) => contact.companyId === company.id);
    dealContacts.push({
      workspaceId, id: chance.id(made.createdAt), dealId: deal.id, contactId: chance.pick(people).id,
      role: 'decision maker',
    });
    if (chance.happens(0.2)) {
      taggings.push({ workspaceId, id: chance.id(made.createdAt), tagId: chance.pick(tags).id, dealId: deal.id });
    }
    for (let more = chance.between(1, 5); more > 0; more -= 1) {
      act(made.createdAt, {
        dealId: deal.id, companyId: company.id, contactId: chance.pick(people).id, ownerId: owner.id,
      });
    }
  }

  const leads: Prisma.LeadCreateManyInput[] = [];
  for (let count = 0; count < filling.leads; count += 1) {
    const owner = chance.pick(filling.owners);
    const made = stamp(past(1, 300));
    const way = walk(chance, waysOf('LEAD')[0]!, made.createdAt);
    const last = way.at(-1)!;
    const [firstName, lastName] = [chance.pick(words.firstNames), chance.pick(words.lastNames)];
    const lead = {
      ...made, updatedAt: last.enteredAt,
      title: `${firstName} ${lastName} asks about ${chance.pick(products).family.toLowerCase()}`,
      firstName, lastName, companyName: chance.happens(0.6) ? `${lastName} & Co` : null, ...chance.pick(words.places),
      email: `${lastName}.${count}@lead.example`.normalize('NFD').replace(/[^A-Za-z.@0-9]/g, '').toLowerCase(),
      source: chance.pick(words.sources),
      score: chance.between(5, 95), currency, amountMinor: BigInt(chance.between(5, 400)) * 10_000n,
      pipelineId: last.stage.pipelineId,
      stageId: last.stage.id, stageEnteredAt: last.enteredAt,
      closedAt: last.stage.status === 'OPEN' ? null : last.enteredAt, ownerId: owner.id,
    };
    leads.push(lead);
    enter(way, { leadId: lead.id, amountMinor: lead.amountMinor, currency, movedById: owner.id });
    act(made.createdAt, { leadId: lead.id, ownerId: owner.id });
  }
  await tx.deal.createMany({ data: deals });
  await tx.lead.createMany({ data: leads });
  await tx.dealContact.createMany({ data: dealContacts });
  await tx.dealLine.createMany({ data: lines });
  await tx.stageChange.createMany({ data: ledger });
  await tx.activity.createMany({ data: activities });
  for (const company of companies) {
    if (chance.happens(0.3)) taggings.push({
      workspaceId, id: chance.id(company.createdAt), tagId: chance.pick(tags).id, companyId: company.id,
    });
  }
  await tx.tagging.createMany({ data: taggings });

  function enter(
    way: readonly Step[],
    record: Omit<Prisma.StageChangeCreateManyInput, 'workspaceId' | 'id' | 'toStageId' | 'enteredAt' | 'door'>,
  ): void {
    way.forEach((step, at) => ledger.push({
      workspaceId, id: chance.id(step.enteredAt), fromStageId: way[at - 1]?.stage.id ?? null, toStageId: step.stage.id,
      enteredAt: step.enteredAt, recordedAt: step.enteredAt, door: 'API', probability: step.stage.probability,
      ...record,
    }));
  }

  function act(since: Date, on: Partial<Prisma.ActivityCreateManyInput>): void {
    const kind = chance.pick(['CALL', 'MEETING', 'NOTE', 'EMAIL', 'TASK'] as const);
    const at = new Date(since.getTime() + chance.next() * (demoNow.getTime() - since.getTime()));
    const isDone = kind !== 'TASK' || chance.happens(0.6);
    activities.push({
      ...stamp(at), kind, subject: chance.pick(words.subjects[kind]),
      body: chance.happens(0.5) ? 'They are interested and want to hear more.' : null,
      happensAt: kind === 'TASK' ? null : at,
      dueAt: kind === 'TASK' ? new Date(at.getTime() + chance.between(1, 20) * day) : null,
      completedAt: isDone && kind === 'TASK' ? new Date(at.getTime() + day) : null, ...on,
    });
  }
}

type Step = { stage: Stage; enteredAt: Date };

/** A record's way through its pipeline, never into the future: stage by stage, and at times to an end. */
function walk(chance: Chance, stages: readonly Stage[], from: Date): Step[] {
  const open = stages.filter(({ status }) => status === 'OPEN');
  const way: Step[] = [{ stage: open[0]!, enteredAt: from }];
  for (let at = 1; ; at += 1) {
    const enteredAt = new Date(way.at(-1)!.enteredAt.getTime() + chance.between(8, 70) * day);
    if (enteredAt >= demoNow) return way;
    const isLost = chance.happens(0.14);
    const stage = isLost ? stages.find(({ status }) => status === 'LOST')
      : open[at] ?? stages.find(({ status }) => status === 'WON');
    if (!stage) return way;
    way.push({ stage, enteredAt });
    if (stage.status !== 'OPEN') return way;
  }
}
