import type { World } from '../../support/world.ts';
import type { MatrixWorld, OwnedNoun } from './matrix-world.ts';

/** A value in every column that some role is not shown. */
export function detailColumns(noun: OwnedNoun): Record<string, unknown> {
  const notes = { notes: 'Notes' };
  switch (noun) {
    case 'company':
      return {
        ...notes,
        annualRevenueMinor: 100n,
        phone: '+49 30 1',
        street: 'Street 1',
        postalCode: '10115',
        city: 'Berlin',
        country: 'DE',
        domain: null,
        websiteUrl: 'https://a.example',
        industry: 'Steel',
        employeeCount: 5,
        foundedYear: 1990,
        region: 'Berlin',
      };
    case 'contact':
      return { ...notes, birthOn: new Date('1980-01-01'), jobTitle: 'Buyer' };
    case 'lead':
      return {
        ...notes,
        email: 'a@b.example',
        phone: '+49 30 2',
        amountMinor: 5n,
        source: 'Fair',
        score: 5,
        lossReason: 'None',
        city: 'Bonn',
        country: 'DE',
        firstName: 'A',
        lastName: 'B',
        companyName: 'C',
        jobTitle: 'D',
      };
    case 'deal':
      return {
        ...notes,
        amountMinor: 7n,
        probability: 10,
        lossReason: 'None',
        source: 'Fair',
        forecastCategory: 'BEST_CASE',
        expectedCloseOn: new Date('2026-02-01'),
      };
    case 'activity':
      return { body: 'Body', dueAt: new Date('2026-02-01') };
  }
}

/** Rows below the records: addresses, lines, the ledger. */
export async function addDetails(world: World, noun: OwnedNoun, recordIds: readonly string[]): Promise<void> {
  const { workspaceId } = world;
  const contact = await world.aContact();
  await world.database.transaction(workspaceId, async (tx) => {
    const of = (more: object) =>
      recordIds.map((id) => ({ workspaceId, id: world.services.newId(), [`${noun}Id`]: id, ...more })) as never[];
    await tx.externalReference.createMany({
      data: recordIds.map((id) => ({
        workspaceId,
        id: world.services.newId(),
        [`${noun}Id`]: id,
        noun,
        source: 'elsewhere',
        key: id,
      })),
    });
    if (noun === 'contact') {
      await tx.contactEmail.createMany({
        data: of({ address: 'a@b.example', isPrimary: true, position: 0, label: 'work' }),
      });
      await tx.contactPhone.createMany({
        data: of({ number: '+49 30 3', isPrimary: true, position: 0, label: 'work' }),
      });
      await tx.contactAddress.createMany({
        data: of({
          street: 'Street 2',
          postalCode: '10117',
          city: 'Berlin',
          country: 'DE',
          isPrimary: true,
          position: 0,
          label: 'home',
        }),
      });
    }
    if (noun === 'deal') {
      await tx.dealLine.createMany({ data: of({ description: 'A line', unitPriceMinor: 3n, position: 0 }) });
      await tx.dealContact.createMany({ data: of({ contactId: contact.id, role: 'Buyer', position: 0 }) });
    }
    if (noun === 'deal' || noun === 'lead') {
      const stageId = Object.values(world.pipelines[noun].stages)[0]!;
      await tx.stageChange.createMany({
        data: of({
          toStageId: stageId,
          enteredAt: new Date('2026-01-01'),
          door: 'API',
          currency: 'EUR',
          amountMinor: 5n,
          probability: 10,
        }),
      });
    }
  });
}

/** A value that the place of an input takes, as it is written in a document. */
export function valueFor(noun: OwnedNoun, place: string, { world, people }: MatrixWorld, role: string): string {
  const values: Record<string, string> = {
    annualRevenue: '{ amountMinor: "9", currency: "EUR" }',
    amount: '{ amountMinor: "9", currency: "EUR" }',
    employeeCount: '7',
    foundedYear: '1991',
    country: '"FR"',
    domain: `"d${world.services.newId()}.example"`,
    websiteUrl: '"https://b.example"',
    email: '"c@d.example"',
    probability: '20',
    score: '9',
    birthOn: '"1981-01-01"',
    forecastCategory: 'COMMIT',
    expectedCloseOn: '"2026-03-01"',
    dueAt: '"2026-03-01T00:00:00Z"',
    happensAt: 'null',
    completedAt: 'null',
    emails: '[{ address: "e@f.example" }]',
    phones: '[{ number: "+49 30 4" }]',
    addresses: '[{ city: "Rome", country: "IT" }]',
    lines: '[{ description: "Another", unitPriceMinor: "4" }]',
    contacts: '[]',
    externalReferences: '[]',
    ownerId: `"member_${people.get(role)!.id}"`,
    teamId: `"team_${world.teams.north.id}"`,
    stageId: `"stage_${Object.values(world.pipelines[noun === 'lead' ? 'lead' : 'deal'].stages)[0]!}"`,
  };
  return values[place] ?? (place.endsWith('Id') ? 'null' : '"Other"');
}
