import { addIdempotencyKeys, addReferences, addShares, addTaggings } from './fill-around.ts';
import { addPeople, addTeams } from './fill-people.ts';
import {
  addActivities, addCatalogue, addCompanies, addContacts, addDeals, addLeads, addPipelines, convertLeads,
} from './fill-records.ts';
import { Filling, elsewhere, home } from './filling.ts';
import { type PersonKey, personKeys } from './people.ts';
import { type World, idSource, randomFrom, tables } from './world.ts';

/** Two workspaces full of records of every kind: owned by everybody and nobody, shared, linked, tagged, deleted. */
export function baseWorld(seed: number): World {
  const world: World = Object.fromEntries(tables.map((table) => [table, []]));
  const ids = idSource();
  const random = randomFrom(seed);
  fillWorkspace(new Filling(world, ids, random, home), personKeys);
  fillWorkspace(new Filling(world, ids, random, elsewhere), ['owen', 'rex']);
  return world;
}

function fillWorkspace(filling: Filling, members: readonly PersonKey[]): void {
  addTeams(filling);
  addPeople(filling, members);
  addPipelines(filling);
  addCatalogue(filling);
  addCompanies(filling);
  addContacts(filling);
  addLeads(filling);
  addDeals(filling);
  convertLeads(filling);
  addActivities(filling);
  addTaggings(filling);
  addReferences(filling);
  addShares(filling);
  addIdempotencyKeys(filling);
}

/** What the database asks of leads: converted whole or not at all, and then closed, won, and not in the bin. */
export function areLeadsWhole(world: World): boolean {
  const won = new Set(world.stage!.filter(({ status }) => status === 'WON').map(({ id }) => id));
  const has = (value: unknown) => (value ?? null) !== null;
  return world.lead!.every((lead) => {
    const targets = [lead.converted_company_id, lead.converted_contact_id];
    if (!has(lead.converted_at)) return ![...targets, lead.converted_deal_id, lead.converted_by_id].some(has);
    return targets.some(has) && has(lead.converted_by_id) && has(lead.closed_at) && !has(lead.deleted_at)
      && won.has(lead.stage_id);
  });
}
