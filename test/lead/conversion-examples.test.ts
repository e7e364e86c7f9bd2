import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectFolder } from '../../src/project.ts';
import { type World, openWorld } from '../support/world.ts';
import { everything } from './conversions.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

function example(name: string): string {
  return readFileSync(path.join(projectFolder, 'examples', `${name}.graphql`), 'utf8');
}

test('the examples plan a conversion, make it, and take it back', async () => {
  const lead = await world.aLead({ owner: world.rep, ...everything });
  const contact = await world.aContact({ owner: world.rep, firstName: 'Ana', lastName: 'Costa' });
  const api = world.as(world.rep);
  const planned = await api.data(example('13-convert-a-lead'), { id: lead.globalId, version: 1 });
  expect(planned.leadConvert).toMatchObject({ plan: { creates: ['COMPANY', 'CONTACT', 'DEAL'] }, userErrors: [] });
  const made = await api.data(
    example('14-convert-into-existing-records'),
    { id: lead.globalId, version: 1, contactId: contact.globalId, key: 'once' });
  expect(made.leadConvert).toMatchObject({
    lead: { version: 2, convertedContact: { id: contact.globalId } }, userErrors: [],
  });
  const back = await api.data(example('15-take-a-conversion-back'), { id: lead.globalId, version: 2 });
  expect(back.leadUnconvert).toMatchObject({ lead: { version: 3, convertedAt: null }, userErrors: [] });
});
