import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordContents } from '../../src/services/access/record-contents.ts';
import { addDetails, detailColumns } from './matrix/record-details.ts';
import { type MatrixWorld, type Whose, openMatrixWorld, ownedNouns } from './matrix/matrix-world.ts';
import { fieldsOf, nounTypes } from './matrix/field-groups.ts';

/*
 * What leaves by another way than the API's fields is what the API would show, for every role and whose record it is.
 */
const roles = ['OWNER', 'MANAGER', 'REP', 'VIEWER', 'NONE'];
const whose: Whose[] = ['own', 'team', 'other', 'shown', 'away'];
/** Columns that a field of another name shows. */
const fieldOf: Record<string, string> = { amountMinor: 'amount', annualRevenueMinor: 'annualRevenue' };

let matrix: MatrixWorld;
beforeAll(async () => {
  matrix = await openMatrixWorld(roles);
});
afterAll(() => matrix.world.close());

test.each(ownedNouns)('the contents of a %s', async (noun) => {
  const columns = Object.keys(detailColumns(noun))
    .filter((column) => fieldsOf(nounTypes[noun]!).has(fieldOf[column] ?? column));
  expect(columns.length).toBeGreaterThan(1);
  for (const role of roles) {
    const person = matrix.people.get(role)!;
    const ids = await matrix.add(noun, whose.map((each) => ({ role, whose: each, columns: detailColumns(noun) })));
    await addDetails(matrix.world, noun, ids.slice(0, -1));
    const contents = await recordContents(await matrix.world.contextOf(person), noun, ids);
    for (const [at, each] of whose.entries()) {
      const selection = columns.map((column) => (column in fieldOf ? `${fieldOf[column]!} { amountMinor }` : column));
      const { data } = await matrix.world.as(person).ask<Record<string, Record<string, unknown> | null>>(
        `{ ${noun}(id: "${noun}_${ids[at]!}") { id ${selection.join(' ')} } }`);
      const shown = data?.[noun] ?? null;
      const had = contents.get(ids[at]!);
      const where = `${role} ${each}`;
      expect(had !== undefined, where).toBe(shown !== null);
      if (!shown || !had) continue;
      const hidden = columns.filter((column) => shown[fieldOf[column] ?? column] === null
        && detailColumns(noun)[column] !== null);
      expect(columns.filter((column) => !(column in had)), where).toEqual(hidden);
      expect(had, where).not.toHaveProperty('workspaceId');
    }
  }
});

test('a key of a record that one cannot read is not among them', async () => {
  const { world, people } = matrix;
  const deal = await world.aDeal({ owner: world.southRep });
  const [id] = await matrix.add('activity', [{ role: 'REP', whose: 'own', columns: { dealId: deal.id } }]);
  const ofRep = (await recordContents(await world.contextOf(people.get('REP')!), 'activity', [id!])).get(id!);
  const ofOwner = (await recordContents(await world.contextOf(people.get('OWNER')!), 'activity', [id!])).get(id!);
  expect(ofRep).not.toHaveProperty('dealId');
  expect(ofOwner).toMatchObject({ dealId: deal.id });
});
