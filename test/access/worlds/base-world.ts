import { type Person, type PersonKey, type RoleGrantRow, people, personKeys } from './people.ts';
import { type Random, type Row, type World, idSource, randomFrom, tables } from './world.ts';
import { bookkeeping, columnValues, valueOf } from './values.ts';

export const home = 'acme';
export const elsewhere = 'other';

/** Two workspaces full of records of every kind: owned by everybody and nobody, shared, linked, tagged, deleted. */
export function baseWorld(seed: number): World {
  const world: World = Object.fromEntries(tables.map((table) => [table, []]));
  const ids = idSource();
  const random = randomFrom(seed);
  fillWorkspace(world, ids, random, home, personKeys);
  fillWorkspace(world, ids, random, elsewhere, ['owen', 'rex']);
  return world;
}

const teamNames = ['north', 'northEast', 'south', 'gone'] as const;
const ownerKeys: readonly (PersonKey | null)[] = [
  'rex', 'cole', 'sue', 'mia', 'kim', 'tom', 'odd', 'lee', 'bob', null, null, null,
];
/** Of the workspace where people are looked at; the other has a third. */
const counts = { company: 14, contact: 16, lead: 12, deal: 16, activity: 18, product: 4, tag: 4 };

function fillWorkspace(
  world: World, newId: (table: string) => string, random: Random, slug: string, members: readonly PersonKey[],
): void {
  const workspaceId = newId('workspace');
  world.workspace!.push({ id: workspaceId, slug, name: slug, time_zone: 'UTC', locale: 'en', default_currency: 'USD' });
  const add = (table: string, row: Row): string => {
    const id = (row.id as string | undefined) ?? newId(table);
    world[table]!.push({ workspace_id: workspaceId, id, ...row });
    return id;
  };
  const upTo = (table: keyof typeof counts) => (slug === home ? counts[table] : Math.ceil(counts[table] / 3));
  const pick = (table: string, orNull = 0.2): string | null =>
    (random.chance(orNull) ? null
      : (random.pick(world[table]!.filter((row) => row.workspace_id === workspaceId)).id as string));

  const teams = new Map<string, string>();
  for (const name of teamNames) {
    teams.set(name, add('team', {
      name, parent_id: name === 'northEast' ? teams.get('north') : null,
      deleted_at: name === 'gone' ? bookkeeping.deleted_at!.values[0] : null,
      ...kept(), version: 1,
    }));
  }
  const memberIds = addPeople();

  for (const kind of ['DEAL', 'DEAL', 'LEAD'] as const) {
    const pipelineId = add('pipeline', {
      name: `Pipeline ${world.pipeline!.length}`, kind, position: world.pipeline!.length, ...kept(), version: 1,
    });
    const stageIds = (['OPEN', 'OPEN', 'WON', 'LOST'] as const).map((status, position) => add('stage', {
      pipeline_id: pipelineId, name: `${status} ${position}`, position, status, ...kept(), version: 1,
      probability: status === 'WON' ? 100 : status === 'LOST' ? 0 : 10 + position * 20,
      ...(status === 'OPEN' ? {
        rot_after_days: 10, forecast_category: position === 0 ? null : 'COMMIT',
      } : {}),
      rot_clock: status !== 'OPEN' ? 'STAGE_CHANGE' : position === 0 ? 'OWNER_ACTIVITY' : 'TWO_WAY_CONTACT',
    }));
    // The second pipeline lets no deal jump from its first stage to its last.
    if (world.pipeline!.length % 3 === 2) {
      world.stage_transition!.push({
        workspace_id: workspaceId, pipeline_id: pipelineId, from_stage_id: stageIds[0], to_stage_id: stageIds[1],
      });
    }
  }
  add('exchange_rate', {
    currency: 'EUR', to_currency: 'USD', valid_on: '2026-01-01', rate: '1.1', ...kept(), version: 1,
  });
  for (let at = 0; at < upTo('product'); at += 1) {
    add('product', { ...values('product'), sku: `SKU-${at}`, ...kept(), version: 1 });
  }
  for (let at = 0; at < upTo('tag'); at += 1) {
    add('tag', { ...values('tag'), name: `tag ${at}`, ...kept(), version: 1 });
  }

  for (let at = 0; at < upTo('company'); at += 1) {
    add('company', {
      ...values('company'), ...record(at), parent_id: at > 3 ? pick('company', 0.5) : null,
      merged_into_id: at % 7 === 6 ? pick('company') : null,
    });
  }
  for (let at = 0; at < upTo('contact'); at += 1) {
    const contactId = add('contact', {
      ...values('contact'), ...record(at), company_id: pick('company'), merged_into_id: null,
    });
    const addresses = [...columnValues.contact_email!.address!.values].slice(0, random.number(3));
    addresses.forEach((address, position) => add('contact_email', {
      ...values('contact_email'), contact_id: contactId, address, position, is_primary: position === 0,
    }));
    if (random.chance(0.5)) {
      add('contact_phone', { ...values('contact_phone'), contact_id: contactId, position: 0, is_primary: true });
    }
    if (random.chance(0.6)) {
      add('contact_address', { ...values('contact_address'), contact_id: contactId, position: 0, is_primary: true });
    }
  }
  for (let at = 0; at < upTo('lead'); at += 1) {
    add('lead', {
      ...values('lead'), ...record(at), ...stage('LEAD'), company_id: pick('company'), merged_into_id: null,
    });
    addEntry('lead');
  }
  for (let at = 0; at < upTo('deal'); at += 1) addDeal(at);
  convertLeads();
  for (let at = 0; at < upTo('activity'); at += 1) {
    const kind = random.pick(['CALL', 'MEETING', 'NOTE', 'EMAIL', 'TASK', 'TASK', 'TASK']);
    const dates = kind === 'TASK'
      ? [bookkeeping.created_at!, bookkeeping.deleted_at!].map((each) => valueOf(random, each)) : [null, null];
    add('activity', {
      ...values('activity'), ...record(at), kind, due_at: dates[0], completed_at: dates[1],
      company_id: pick('company', 0.7), contact_id: pick('contact', 0.7), lead_id: pick('lead', 0.7),
      deal_id: pick('deal', 0.5),
    });
  }
  for (const noun of ['company', 'contact', 'lead', 'deal', 'activity']) {
    for (const row of world[noun]!.filter((each) => each.workspace_id === workspaceId)) {
      for (const tag of world.tag!.filter((each) => each.workspace_id === workspaceId)) {
        if (random.chance(0.25)) add('tagging', { tag_id: tag.id, ...onRecord(noun, row.id as string) });
      }
    }
  }
  for (const noun of ['company', 'contact', 'lead', 'deal', 'activity', 'product', 'member']) {
    for (const [at, row] of world[noun]!.filter((each) => each.workspace_id === workspaceId).entries()) {
      if (at % 3 === 0) addReference(noun, row.id as string, `key-${at}`);
    }
  }
  addShares();
  for (const [key, id] of memberIds) {
    world.idempotency_key!.push({
      workspace_id: workspaceId, principal: `member:${id}`, mutation: 'deal.create', key: 'key-1',
      input_hash: `of ${key}`, record_id: null,
      created_at: bookkeeping.created_at!.values[0],
    });
  }

  function addPeople(): Map<PersonKey, string> {
    const builtIn = new Map(['OWNER', 'ADMIN', 'MANAGER', 'REP', 'VIEWER'].map((role) => (
      [role, add('role', { name: role, built_in: role, ...stamped(), version: 1 })])));
    const found = new Map<PersonKey, string>();
    for (const key of members) {
      const person: Person = people[key];
      const email = `${key}@${slug}.example`;
      const userId = newId('"user"');
      world['"user"']!.push({ id: userId, email, name: person.name, password_hash: null });
      const memberId = add('member', {
        user_id: userId, name: person.name, email, team_id: person.team ? teams.get(person.team) : null,
        is_active: person.isActive ?? true, ...values('member'), ...stamped(), version: 1,
      });
      found.set(key, memberId);
      for (const role of person.roles) {
        world.member_role!.push({ workspace_id: workspaceId, member_id: memberId, role_id: builtIn.get(role) });
      }
      if (person.grants) addRole(key, memberId, person.grants);
    }
    return found;
  }

  function addRole(key: string, memberId: string, grants: readonly RoleGrantRow[]): void {
    const roleId = add('role', { name: `role of ${key}`, built_in: null, ...stamped(), version: 1 });
    for (const { noun, verb, reach, groups } of grants) {
      add('role_grant', { role_id: roleId, noun, verb, reach: reach.toUpperCase(), field_groups: groups });
    }
    world.member_role!.push({ workspace_id: workspaceId, member_id: memberId, role_id: roleId });
  }

  /**
   * Those that came to something became records, half of them new ones; what that did is kept by names and versions.
   */
  function convertLeads(): void {
    const won = world.stage!.filter((each) => each.workspace_id === workspaceId && each.status === 'WON');
    const leads = world.lead!.filter((each) => each.workspace_id === workspaceId && each.deleted_at === null);
    for (const [at, lead] of leads.entries()) {
      const stageOfLead = won.find(({ pipeline_id }) => pipeline_id === lead.pipeline_id);
      if (!stageOfLead || at % 2 === 0) continue;
      const ids = { company: pick('company', 0.3), contact: pick('contact', 0.1), deal: pick('deal', 0.5) };
      if (!ids.company && !ids.contact) continue;
      const became = Object.entries(ids).filter((each): each is [string, string] => each[1] !== null);
      const creates = became.filter(() => random.chance(0.5)).map(([noun]) => noun);
      Object.assign(lead, {
        stage_id: stageOfLead.id, closed_at: bookkeeping.created_at!.values[0],
        converted_at: bookkeeping.created_at!.values[1],
        converted_by_id: random.pick([...memberIds.values()]), converted_company_id: ids.company,
        converted_contact_id: ids.contact, converted_deal_id: ids.deal,
        conversion: {
          creates, conflicts: [{ target: 'contact', field: 'phones', from: 'phone' }],
          fills: [{ target: 'contact', field: 'emails', from: 'email' }, {
            target: 'deal', field: 'amount', from: 'amount',
          }],
          left: [{ target: 'deal', field: 'notes', from: 'notes', permission: 'lead.internal' }], moves: [], stays: [],
          undoing: {
            from: { stageId: stageOfLead.id, stageReason: null, lossReason: null, closedAt: null }, activities: [],
            targets: Object.fromEntries(became.filter(() => random.chance(0.7)).map(([noun, id]) => (
              [noun, { version: world[noun]!.find((row) => row.id === id)!.version, was: {} }]))),
          },
        },
      });
    }
  }

  function addDeal(at: number): void {
    const dealId = add('deal', {
      ...values('deal'), ...record(at), ...stage('DEAL'), company_id: pick('company'), merged_into_id: null,
    });
    const contacts = new Set([pick('contact', 0.3), pick('contact', 0.5)].filter((each) => each !== null));
    [...contacts].forEach((contactId, position) => add('deal_contact', {
      ...values('deal_contact'), deal_id: dealId, contact_id: contactId, position,
    }));
    for (let position = 0; position < random.number(3); position += 1) {
      add('deal_line', { ...values('deal_line'), deal_id: dealId, product_id: pick('product', 0.4), position });
    }
    addEntry('deal');
  }

  /** The ledger's row of the last record. */
  function addEntry(noun: 'deal' | 'lead'): void {
    const { id, pipeline_id: pipelineId, stage_id: toStageId } = world[noun]!.at(-1)!;
    const from = world.stage!.filter((each) => each.pipeline_id === pipelineId && each.id !== toStageId);
    add('stage_change', {
      ...values('stage_change'), deal_id: noun === 'deal' ? id : null, lead_id: noun === 'lead' ? id : null,
      from_stage_id: random.chance(0.5) ? null : random.pick(from).id, to_stage_id: toStageId,
      moved_by_id: pick('member'), door: 'API',
    });
  }

  function addReference(noun: string, id: string, key: string): void {
    add('external_reference', {
      ...onRecord(noun, id), product_id: noun === 'product' ? id : null, member_id: noun === 'member' ? id : null, noun,
      source: 'elsewhere', key,
      created_at: bookkeeping.created_at!.values[0],
    });
  }

  function addShares(): void {
    const share = (
      noun: string, index: number, level: string, to: { member?: PersonKey; team?: string },
      endsAt: string | null = null,
    ) => {
      const rows = world[noun]!
        .filter((each) => each.workspace_id === workspaceId && each.owner_id !== memberIds.get(to.member ?? 'rex'));
      const memberId = to.member ? memberIds.get(to.member) : undefined;
      if (to.member && !memberId) return;
      const given = {
        ...onRecord(noun, rows[index % rows.length]!.id as string), member_id: memberId ?? null,
        team_id: to.team ? teams.get(to.team) : null,
      };
      if (isShared(world, given)) return;
      add('record_share', { ...given, level, ends_at: endsAt, created_at: bookkeeping.created_at!.values[0] });
    };
    const over = '2026-01-01T00:00:00.000Z';
    for (const [at, noun] of ['company', 'contact', 'lead', 'deal', 'activity'].entries()) {
      for (const member of ['gwen', 'rex', 'kim', 'bob'] as const) {
        share(noun, at, 'READ', { member });
        share(noun, at + 3, 'EDIT', { member });
        share(noun, at + 6, 'EDIT', { member }, over);
      }
      share(noun, at + 5, 'READ', { team: 'north' });
      share(noun, at + 7, 'EDIT', { team: 'south' });
      share(noun, at + 8, 'READ', { member: 'cole' });
    }
  }

  function values(table: string): Row {
    return Object.fromEntries(
      Object.entries(columnValues[table]!).map(([column, each]) => [column, valueOf(random, each)]));
  }

  function stamped(): Row {
    return {
      created_at: random.pick(bookkeeping.created_at!.values), updated_at: random.pick(bookkeeping.updated_at!.values),
    };
  }

  function kept(): Row {
    return { deleted_at: null, ...stamped(), deleted_in_batch_id: null };
  }

  /** Every kind of owner in turn, then at random; one in six is deleted. */
  function record(at: number): Row {
    const owner = at < ownerKeys.length ? ownerKeys[at]! : random.pick(ownerKeys);
    const ownerId = owner && memberIds.get(owner);
    const team = ownerId ? random.pick([null, 'north', 'south'] as const) : random.pick(
      [null, 'north', 'northEast', 'south'] as const);
    return {
      owner_id: ownerId ?? null, team_id: team ? teams.get(team) : null, ...stamped(),
      version: random.pick(bookkeeping.version!.values),
      deleted_at: at % 6 === 5 ? random.pick(bookkeeping.deleted_at!.values) : null, deleted_in_batch_id: null,
    };
  }

  function stage(kind: 'DEAL' | 'LEAD'): Row {
    const pipelines = world.pipeline!.filter((each) => each.workspace_id === workspaceId && each.kind === kind)
      .map(({ id }) => id);
    const { pipeline_id, id } = random.pick(world.stage!.filter((each) => pipelines.includes(each.pipeline_id)));
    return { pipeline_id, stage_id: id };
  }
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

/** Nobody has two shares of one record. */
export function isShared(world: World, given: Row): boolean {
  return world.record_share!.some((share) => Object.entries(given).every(([column, value]) => share[column] === value));
}

export function onRecord(noun: string, id: string): Row {
  const columns = ['company_id', 'contact_id', 'lead_id', 'deal_id', 'activity_id'];
  return Object.fromEntries(columns.map((column) => [column, column === `${noun}_id` ? id : null]));
}
