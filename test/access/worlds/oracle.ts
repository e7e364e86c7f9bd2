import type { FieldGroup, Noun } from '../../../src/auth/nouns.ts';
import { type Person, readRightsOf } from './people.ts';
import { columnValues } from './values.ts';
import type { Row, World } from './world.ts';

/**
 * What a person may see of a world, worked out from the product rules alone, by looking at rows one by one. Two worlds
 * of which this is the same must answer that person the same; the API has no part in it.
 *
 * Besides cells it holds what is told by other ways to who may see a record at all: his rights on it (`viewerCan`), and
 * what is unique (product rules, "told in spite of all that").
 */
export type Seer = { person: Person; workspaceId: string; memberId: string; now: string };

const records: readonly Noun[] = [
  'company', 'contact', 'lead', 'deal', 'activity', 'product', 'pipeline', 'stage', 'tag', 'team', 'member', 'role',
];

/** Columns by field group; what is not named here is core. */
const groupsOf: Record<string, Partial<Record<string, FieldGroup>>> = {
  company: {
    annual_revenue_minor: 'financial', phone: 'contactDetails', street: 'contactDetails', postal_code: 'contactDetails',
    notes: 'internal',
  },
  contact: { birth_on: 'contactDetails', notes: 'internal' },
  lead: {
    email: 'contactDetails', phone: 'contactDetails', source: 'internal', notes: 'internal', score: 'internal',
    loss_reason: 'internal', amount_minor: 'financial',
  },
  deal: {
    amount_minor: 'financial', probability: 'financial', is_probability_set_by_hand: 'financial',
    forecast_category: 'financial',
    source: 'internal',
    notes: 'internal', loss_reason: 'internal',
  },
  activity: { body: 'internal' },
  member: { email: 'account', last_seen_at: 'account' },
  contact_address: { street: 'contactDetails', postal_code: 'contactDetails' },
  stage_change: { amount_minor: 'financial', probability: 'financial' },
};

/** Core columns besides those of values.ts. */
const common = ['id', 'version', 'created_at', 'updated_at', 'deleted_at', 'deleted_in_batch_id'];
const ownColumns: Partial<Record<Noun, readonly string[]>> = {
  lead: ['converted_at'],
  activity: ['kind', 'due_at', 'completed_at'], product: ['sku'], tag: ['name'], pipeline: ['name', 'kind', 'position'],
  stage: ['name', 'position', 'status', 'probability', 'forecast_category', 'rot_after_days', 'rot_clock'],
  team: ['name'], member: ['name', 'is_active', 'email'],
  role: ['name', 'built_in'],
};

const linksOf: Partial<Record<Noun, Partial<Record<string, Noun>>>> = {
  company: { parent_id: 'company', merged_into_id: 'company', owner_id: 'member', team_id: 'team' },
  contact: { company_id: 'company', merged_into_id: 'contact', owner_id: 'member', team_id: 'team' },
  lead: {
    company_id: 'company', merged_into_id: 'lead', owner_id: 'member', team_id: 'team', pipeline_id: 'pipeline',
    stage_id: 'stage',
    converted_by_id: 'member', converted_company_id: 'company', converted_contact_id: 'contact',
    converted_deal_id: 'deal',
  },
  deal: {
    company_id: 'company', merged_into_id: 'deal', owner_id: 'member', team_id: 'team', pipeline_id: 'pipeline',
    stage_id: 'stage',
  },
  activity: {
    company_id: 'company', contact_id: 'contact', lead_id: 'lead', deal_id: 'deal', owner_id: 'member', team_id: 'team',
  },
  stage: { pipeline_id: 'pipeline' },
  team: { parent_id: 'team' },
  member: { team_id: 'team' },
};

/** Children: their table, the group they come with, and what they lead to; `only` those that lead to what is seen. */
type Child = {
  table: string; group: FieldGroup; columns?: readonly string[]; links?: Record<string, Noun>; only?: [string, Noun];
};

const ledger: Child = {
  table: 'stage_change', group: 'core', columns: ['door'],
  links: { from_stage_id: 'stage', to_stage_id: 'stage', moved_by_id: 'member' },
};
const children: Partial<Record<Noun, readonly Child[]>> = {
  contact: [
    { table: 'contact_email', group: 'contactDetails', columns: ['position', 'is_primary'] },
    { table: 'contact_phone', group: 'contactDetails', columns: ['position', 'is_primary'] },
    { table: 'contact_address', group: 'core', columns: ['position', 'is_primary'] },
  ],
  deal: [
    { table: 'deal_contact', group: 'core', only: ['contact_id', 'contact'] },
    { table: 'deal_line', group: 'financial', columns: ['position'], links: { product_id: 'product' } },
    ledger,
  ],
  lead: [ledger],
};

/** One text for each noun. */
export function whatIsSeen(world: World, seer: Seer | null): string[] {
  if (!seer) return [];
  const look = new Look(world, seer);
  return records.map((noun) => look.seen(noun));
}

/**
 * Whether this is what is seen of a world; stops at the first noun that differs.
 *
 * @param table where only values of its rows can have changed, no links and no owners: then nothing else needs a look
 */
export function isSeenAs(world: World, seer: Seer | null, seen: readonly string[], table?: string): boolean {
  if (!seer) return true;
  const look = new Look(world, seer);
  return records.every((noun, at) => {
    const isConcerned = !table || noun === table || children[noun]?.some((child) => child.table === table);
    return !isConcerned || look.seen(noun) === seen[at];
  });
}

/** Under any reach: whose the record is does not matter here. */
function canShare({ roles, grants = [] }: Person, noun: Noun): boolean {
  return roles.some((role) => role !== 'VIEWER') || grants.some((each) => each.noun === noun && each.verb === 'share');
}

class Look {
  readonly #world: World;
  readonly #seer: Seer;
  readonly #restores: boolean;
  readonly #explains: boolean;
  readonly #byId = new Map<string, Row>();
  readonly #groups = new Map<Row, Set<FieldGroup>>();
  readonly #indexes = new Map<string, Map<unknown, Row[]>>();
  readonly #myTeams: ReadonlySet<string>;
  readonly #teamsAboveMe: ReadonlySet<string>;

  constructor(world: World, seer: Seer) {
    this.#world = world;
    this.#seer = seer;
    this.#restores = seer.person.roles.some((role) => ['OWNER', 'ADMIN', 'MANAGER'].includes(role))
      || (seer.person.grants ?? []).some(({ verb }) => verb === 'restore');
    this.#explains = seer.person.roles.some((role) => ['OWNER', 'ADMIN'].includes(role))
      || (seer.person.grants ?? []).some(({ noun }) => noun === 'access');
    for (const noun of records) for (const row of world[noun]!) this.#byId.set(`${noun} ${row.id as string}`, row);
    const mine = this.#byId.get(`member ${seer.memberId}`)?.team_id as string | null | undefined;
    const living = world.team!.filter((team) => team.deleted_at === null);
    const above = (start: string | null | undefined): string[] => {
      const team = living.find(({ id }) => id === start);
      return team ? [team.id as string, ...above(team.parent_id as string | null)] : [];
    };
    this.#teamsAboveMe = new Set(above(mine));
    this.#myTeams = new Set(living.map(({ id }) => id as string).filter((id) => mine && above(id).includes(mine)));
  }

  seen(noun: Noun): string {
    const rows = this.#here(noun).filter((row) => this.groups(noun, row).size > 0);
    return JSON.stringify([rows.map((row) => this.#record(noun, row)), this.#told(noun)]);
  }

  /** The field groups that can be read of a record; none when it cannot be read. */
  groups(noun: Noun, row: Row): Set<FieldGroup> {
    let found = this.#groups.get(row);
    if (!found) this.#groups.set(row, (found = this.#findGroups(noun, row)));
    return found;
  }

  #findGroups(noun: Noun, row: Row): Set<FieldGroup> {
    const found = new Set<FieldGroup>();
    if (row.workspace_id !== this.#seer.workspaceId) return found;
    const rights = readRightsOf(this.#seer.person, noun);
    if (rights.length === 0) return found;
    const isShared = this.#shareOf(noun, row) !== null;
    for (const { reach, groups } of rights) {
      const inReach = reach === 'any' || (reach === 'own' && this.#isMine(noun, row))
        || (reach === 'team' && this.#isOfMyTeam(noun, row));
      if (inReach || isShared) for (const group of groups) found.add(group);
    }
    if (found.size > 0 && this.#canTakeOver(noun, row)) {
      for (const { reach, groups } of rights) if (reach === 'own') for (const group of groups) found.add(group);
    }
    if (noun === 'activity' && found.size === 0) {
      const isOnSeen = (['company', 'contact', 'lead', 'deal'] as const)
        .some((other) => this.#linked(other, row[`${other}_id`]) !== null);
      if (isOnSeen) found.add('core');
    }
    return found;
  }

  /** Who may change whose a record is may make it his own, and then reads what he reads of his own. */
  #canTakeOver(noun: Noun, row: Row): boolean {
    const updates = (this.#seer.person.grants ?? []).filter((grant) => grant.noun === noun && grant.verb === 'update');
    return row.owner_id !== undefined && updates.some(({ reach }) => (
      reach === 'any' || (reach === 'team' && this.#isOfMyTeam(noun, row))));
  }

  #isMine(noun: Noun, row: Row): boolean {
    return (noun === 'member' ? row.id : row.owner_id) === this.#seer.memberId;
  }

  #isOfMyTeam(noun: Noun, row: Row): boolean {
    if (this.#isMine(noun, row)) return true;
    if (noun === 'member') return this.#myTeams.has(row.team_id as string);
    if (row.owner_id === undefined) return false;
    const team = row.owner_id === null ? row.team_id : this.#byId.get(`member ${row.owner_id as string}`)?.team_id;
    return this.#myTeams.has(team as string);
  }

  #shareOf(noun: Noun, row: Row): string | null {
    const levels = this.#having('record_share', `${noun}_id`, row.id)
      .filter((share) => (share.member_id === this.#seer.memberId || this.#teamsAboveMe.has(share.team_id as string))
        && (share.ends_at === null || (share.ends_at as string) > this.#seer.now)).map(({ level }) => level as string);
    return levels.includes('EDIT') ? 'EDIT' : levels[0] ?? null;
  }

  /**
   * A link as it is seen from here: the id where its record can be read and is not deleted. Who can take records out of
   * the bin gets their links back with them, so that for him these count as seen.
   */
  #linked(noun: Noun, id: unknown): string | null {
    const row = id ? this.#byId.get(`${noun} ${id as string}`) : undefined;
    const isThere = row && (this.#restores || (row.deleted_at ?? null) === null);
    return isThere && this.groups(noun, row).size > 0 ? row.id as string : null;
  }

  /**
   * A link as it is seen from either end: a record in the bin still lists the others. Who can take out both sees it
   * too.
   */
  #connected(from: Row, noun: Noun, id: unknown): string | null {
    const row = id ? this.#byId.get(`${noun} ${id as string}`) : undefined;
    const isListed = this.#restores || (from.deleted_at ?? null) === null || (row?.deleted_at ?? null) === null;
    return row && isListed && this.groups(noun, row).size > 0 ? row.id as string : null;
  }

  #here(table: string): Row[] {
    return this.#world[table]!.filter((row) => row.workspace_id === this.#seer.workspaceId);
  }

  /** Rows of a table whose key is this one: looked up again and again, so sorted out once. */
  #having(table: string, column: string, id: unknown): Row[] {
    const key = `${table} ${column}`;
    let index = this.#indexes.get(key);
    if (!index) this.#indexes.set(key, (index = Map.groupBy(this.#world[table]!, (row) => row[column])));
    return index.get(id) ?? [];
  }

  #record(noun: Noun, row: Row): unknown {
    const groups = this.groups(noun, row);
    return {
      ...this.#cells(noun, row, [...common, ...ownColumns[noun] ?? []], groups),
      ...this.#links(row, linksOf[noun] ?? {}),
      // Which kinds of record a lead became is told to who would take that back
      // (docs/decisions/0024-lead-conversion.md).
      became: noun === 'lead'
        ? ['company', 'contact', 'deal'].map((each) => (row[`converted_${each}_id`] ?? null) !== null) : [],
      // What one may do with a record hangs on whose it is, and is told with it.
      rights: [this.#isMine(noun, row), this.#isOfMyTeam(noun, row), this.#shareOf(noun, row)],
      tags: this.#having('tagging', `${noun}_id`, row.id).map((each) => this.#linked('tag', each.tag_id))
        .filter(Boolean).sort(),
      references: this.#having('external_reference', `${noun}_id`, row.id),
      // Told to who might share it, and to who explains (docs/decisions/0027-explaining-others.md).
      shares: this.#explains || canShare(this.#seer.person, noun) ? this.#having('record_share', `${noun}_id`, row.id)
        : [],
      grants: noun === 'role' ? this.#having('role_grant', 'role_id', row.id) : [],
      roles: noun === 'member'
        ? this.#having('member_role', 'member_id', row.id).map((each) => this.#linked('role', each.role_id)) : [],
      next: noun === 'stage' ? this.#having('stage_transition', 'from_stage_id', row.id)
        .map((each) => this.#linked('stage', each.to_stage_id)) : [],
      children: (children[noun] ?? [])
        .filter(({ group }) => groups.has(group)).map(({ table, columns = [], links = {}, only }) => (
        this.#having(table, `${noun}_id`, row.id)
          .filter((each) => (!only || this.#connected(row, only[1], each[only[0]]) !== null)).map((each) => ({
          ...this.#cells(table, each, ['id', ...columns], groups),
          ...this.#links(each, { ...links, ...(only ? { [only[0]]: only[1] } : {}) }),
        })))),
    };
  }

  #cells(table: string, row: Row, more: readonly string[], groups: ReadonlySet<FieldGroup>): Row {
    const columns = [...Object.keys(columnValues[table] ?? {}), ...more];
    return Object.fromEntries(columns.filter((column) => groups.has(groupsOf[table]?.[column] ?? 'core'))
      .map((column) => [column, row[column]]));
  }

  #links(row: Row, links: Partial<Record<string, Noun>>): Row {
    return Object.fromEntries(
      Object.entries(links).map(([column, noun]) => [column, this.#connected(row, noun!, row[column])]));
  }

  /** What is taken is told to who would take it, seen or not. */
  #told(noun: Noun): unknown {
    const references = this.#here('external_reference').filter((row) => row.noun === noun)
      .map(({ source, key }) => `${source as string} ${key as string}`);
    return [references.sort(), this.#names(noun)];
  }

  #names(noun: Noun): unknown {
    const living = this.#here(noun).filter((row) => (row.deleted_at ?? null) === null);
    switch (noun) {
      case 'product': return living.map(({ sku }) => sku).sort();
      case 'tag': case 'pipeline': case 'role': return living.map(({ name }) => name).sort();
      case 'team': return living.map(({ parent_id, name }) => `${parent_id as string} ${name as string}`).sort();
      case 'stage': return living.map(({ pipeline_id, name }) => `${pipeline_id as string} ${name as string}`).sort();
      case 'member': return living.map(({ email }) => email).sort();
      default: return null;
    }
  }
}
