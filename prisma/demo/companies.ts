import type { Prisma } from '../../src/db/generated/prisma/client.ts';
import type { Transaction } from '../../src/db/database.ts';
import { type Demo, currency, mailName } from './demo.ts';
import type { Chance } from './random.ts';
import * as words from './words.ts';

export type DemoCompany = Prisma.CompanyCreateManyInput & { id: string; createdAt: Date; ownerId: string };
export type DemoContact = Prisma.ContactCreateManyInput & { id: string; companyId: string };

export async function fillCompanies(tx: Transaction, demo: Demo): Promise<DemoCompany[]> {
  const { chance, filling } = demo;
  const companies: DemoCompany[] = [];
  for (const name of words.companyNames.slice(0, filling.companies)) {
    const owner = chance.pick(filling.owners);
    const host = `${name.toLowerCase().replaceAll(' ', '-')}.example`;
    companies.push({
      ...demo.stamp(demo.past(200, 365)), name, domain: host, websiteUrl: `https://www.${host}`,
      industry: chance.pick(words.industries),
      employeeCount: chance.between(8, 4_000), foundedYear: chance.between(1890, 2020),
      annualRevenueMinor: BigInt(chance.between(4, 900)) * 10_000_000n, currency,
      phone: `+49 40 555 ${chance.between(1000, 9999)}`,
      street: streetOf(chance),
      postalCode: String(chance.between(10_000, 99_999)),
      ...chance.pick(words.places), ownerId: owner.id, teamId: owner.teamId,
      parentId: companies.length > 8 && chance.happens(0.15) ? chance.pick(companies.slice(0, 8)).id : null,
    });
  }
  await tx.company.createMany({ data: companies });
  return companies;
}

/** Two to five people of each company, with their addresses and numbers. */
export async function fillContacts(
  tx: Transaction, demo: Demo, companies: readonly DemoCompany[],
): Promise<DemoContact[]> {
  const { chance } = demo;
  const contacts: DemoContact[] = [];
  const emails: Prisma.ContactEmailCreateManyInput[] = [];
  const phones: Prisma.ContactPhoneCreateManyInput[] = [];
  const addresses: Prisma.ContactAddressCreateManyInput[] = [];
  for (const company of companies) {
    for (let count = chance.between(2, 5); count > 0; count -= 1) {
      const contact = contactOf(demo, company);
      contacts.push(contact);
      const child = () => ({ ...demo.key(contact.createdAt), contactId: contact.id, isPrimary: true });
      const local = mailName(`${contact.firstName}.${contact.lastName}`);
      emails.push({ ...child(), address: `${local}@${company.domain}`, label: 'work' });
      if (chance.happens(0.7)) {
        phones.push({ ...child(), number: `+49 151 555 ${chance.between(1000, 9999)}`, label: 'mobile' });
      }
      if (chance.happens(0.3)) {
        const { city, country } = chance.pick(words.places);
        addresses.push({ ...child(), street: streetOf(chance), postalCode: '20095', city, country });
      }
    }
  }
  await tx.contact.createMany({ data: contacts });
  await tx.contactEmail.createMany({ data: emails });
  await tx.contactPhone.createMany({ data: phones });
  await tx.contactAddress.createMany({ data: addresses });
  return contacts;
}

function contactOf(demo: Demo, company: DemoCompany) {
  const { chance } = demo;
  const [firstName, lastName] = [chance.pick(words.firstNames), chance.pick(words.lastNames)];
  return {
    ...demo.stamp(demo.past(60, 200)), firstName, lastName, jobTitle: chance.pick(words.jobTitles),
    companyId: company.id, ownerId: company.ownerId,
    notes: chance.happens(0.3) ? 'Prefers to be called in the morning.' : null,
    birthOn: chance.happens(0.5)
      ? new Date(Date.UTC(chance.between(1960, 2000), chance.between(0, 11), chance.between(1, 28))) : null,
  };
}

function streetOf(chance: Chance): string {
  return `${chance.pick(words.streets)} ${chance.between(1, 90)}`;
}
