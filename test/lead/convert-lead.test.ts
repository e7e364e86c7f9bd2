import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

const plan = `plan { creates fills { target field from } conflicts { target field from } left { target field permission }
  moves { subject } stays { subject } }`;

test('smoke', async () => {
  const lead = await world.aLead({
    owner: world.rep, title: 'Pumps', firstName: 'Ana', lastName: 'Costa', companyName: 'Acme', email: 'ana@acme.example',
    phone: '+49 1', city: 'Bonn', country: 'DE', amountMinor: 100n, notes: 'n', source: 'web', jobTitle: 'CTO',
  });
  await world.anActivity({ owner: world.rep, leadId: lead.id, subject: 'open' });
  const answer = await world.as(world.rep).ask(`mutation($input: LeadConvertInput!) { leadConvert(input: $input) {
    lead { version stage { name } convertedAt convertedBy { name } convertedCompany { name city convertedLeads { nodes { id } } }
      convertedContact { fullName emails { address } phones { number } company { name } }
      convertedDeal { title amount { amountMinor } source notes company { name } contacts { contact { fullName } } }
      stageChanges { toStage { name } } }
    ${plan} suggestions { companies { name } contacts { fullName } } userErrors { code message path } } }`,
  { input: { id: lead.globalId, version: 1, deal: { create: {} } } });
  console.log(JSON.stringify(answer, null, 1));
  const un = await world.as(world.rep).ask(`mutation($input: LeadUnconvertInput!) { leadUnconvert(input: $input) {
    lead { version stage { name } convertedAt activities { nodes { subject } } } userErrors { code message path } } }`,
  { input: { id: lead.globalId, version: 2 } });
  console.log(JSON.stringify(un, null, 1));
});
