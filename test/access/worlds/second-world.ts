import { areLeadsWhole } from './base-world.ts';
import { onRecord } from './fill-around.ts';
import { type Seer, isSeenAs, whatIsSeen } from './oracle.ts';
import { bookkeeping, columnValues, valueOf } from './values.ts';
import { type Random, type Row, type World, randomFrom, tables } from './world.ts';

/**
 * Another world that the principal cannot tell from the first: hidden cells and links are changed, hidden records
 * moved, linked elsewhere, deleted and added; each change is kept only if what he sees (oracle.ts) stays the same.
 */
export function secondWorld(first: World, seer: Seer | null, seed: number): { world: World; changes: string[] } {
  const random = randomFrom(seed);
  const seen = whatIsSeen(first, seer);
  const changes: string[] = [];
  let world = first;
  for (const table of Object.keys(columnValues)) {
    for (const row of first[table]!) changeCells(table, row, cellsToChange(table, row));
  }
  for (let attempt = 0; attempt < 250; attempt += 1) {
    const proposal = { ...world };
    const what = propose(proposal, random, attempt, seer);
    if (!what || !areLeadsWhole(proposal) || !isSeenAs(proposal, seer, seen)) continue;
    world = proposal;
    changes.push(what);
  }
  return { world, changes };

  /** Half of the cells, so that some stay alike. */
  function cellsToChange(table: string, row: Row): [string, unknown][] {
    return Object.entries(columnValues[table]!).filter(() => random.chance(0.5))
      .map(([column, values]): [string, unknown] => [column, valueOf(random, values)])
      .filter(([column, value]) => value !== row[column] && column !== 'address');
  }

  /** All of them if that is not seen, else by halves. */
  function changeCells(table: string, row: Row, cells: readonly [string, unknown][]): void {
    if (cells.length === 0) return;
    const proposal = { ...world };
    const current = world[table]!.find(({ id }) => id === row.id)!;
    change(proposal, table, current, Object.fromEntries(cells));
    if (areLeadsWhole(proposal) && isSeenAs(proposal, seer, seen, table)) {
      world = proposal;
      changes.push(...cells.map(([column]) => `${table}.${column}`));
    } else if (cells.length > 1) {
      const half = Math.ceil(cells.length / 2);
      changeCells(table, row, cells.slice(0, half));
      changeCells(table, row, cells.slice(half));
    }
  }
}

const links: Record<string, Record<string, { table: string; nullable: boolean }>> = {
  company: { parent_id: to('company'), merged_into_id: to('company'), owner_id: to('member'), team_id: to('team') },
  contact: { company_id: to('company'), owner_id: to('member'), team_id: to('team') },
  lead: {
    company_id: to('company'), owner_id: to('member'), team_id: to('team'), converted_by_id: to('member'),
    converted_company_id: to('company'), converted_contact_id: to('contact'), converted_deal_id: to('deal'),
  },
  deal: { company_id: to('company'), owner_id: to('member'), team_id: to('team') },
  activity: {
    company_id: to('company'), contact_id: to('contact'), lead_id: to('lead'), deal_id: to('deal'),
    owner_id: to('member'),
  },
  deal_line: { product_id: to('product') },
  stage_change: { moved_by_id: to('member') },
  contact_email: { contact_id: to('contact', false) },
};
const childrenOf: Record<string, readonly string[]> = {
  company: ['tagging', 'record_share'],
  contact: ['contact_email', 'contact_phone', 'contact_address', 'deal_contact', 'tagging', 'record_share'],
  lead: ['tagging', 'record_share', 'stage_change'],
  deal: ['deal_contact', 'deal_line', 'stage_change', 'tagging', 'record_share'],
  activity: ['tagging', 'record_share'],
};
const nouns = Object.keys(childrenOf);

function to(table: string, nullable = true) {
  return { table, nullable };
}

/** Rows are shared between a world and its successors, so a change is another row in its place. */
function change(world: World, table: string, row: Row, columns: Row): void {
  world[table] = world[table]!.map((each) => (each === row ? { ...row, ...columns } : each));
}

/** Rows of the same workspace: keys lead nowhere else. */
function near(world: World, table: string, row: Row): Row[] {
  return world[table]!.filter((each) => each.workspace_id === row.workspace_id);
}

type Proposal = (world: World, random: Random, attempt: number, seer: Seer | null) => string | null;
const proposals: readonly Proposal[] = [
  changeAddress, changeLink, changeLink, changeStage, changeStamp, remove, add, addChild, changeRights,
];

function propose(world: World, random: Random, attempt: number, seer: Seer | null): string | null {
  const workspaceId = seer?.workspaceId ?? null;
  // One in ten touches the other workspace; what happens there is nobody's business here.
  const inside = random.chance(0.9);
  const away = workspaceId ? world.workspace!.filter(({ id }) => (id === workspaceId) !== inside).map(({ id }) => id)
    : [];
  const set = new Map<string, Row[]>();
  for (const table of tables) {
    const others = world[table]!.filter((row) => away.includes((row.workspace_id ?? null) as never));
    if (others.length > 0) {
      set.set(table, others);
      world[table] = world[table]!.filter((row) => !others.includes(row));
    }
  }
  const what = random.pick(proposals)(world, random, attempt, seer);
  for (const [table, rows] of set) world[table] = [...world[table]!, ...rows];
  return what;
}

function changeAddress(world: World, random: Random): string | null {
  const row = random.pick(world.contact_email!);
  const address = valueOf(random, columnValues.contact_email!.address!);
  if (!row || isTakenAddress(world, row, address)) return null;
  change(world, 'contact_email', row, { address });
  return 'contact_email.address';
}

function changeStamp(world: World, random: Random): string | null {
  const noun = random.pick(nouns);
  if (world[noun]!.length === 0) return null;
  const column = random.pick(Object.keys(bookkeeping));
  const row = random.pick(world[noun]!);
  change(world, noun, row, { [column]: valueOf(random, bookkeeping[column]!) });
  return `${noun}.${column}`;
}

function changeLink(world: World, random: Random): string | null {
  const table = random.pick(Object.keys(links));
  if (world[table]!.length === 0) return null;
  const row = random.pick(world[table]!);
  const column = random.pick(Object.keys(links[table]!));
  const { table: target, nullable } = links[table]![column]!;
  const id = nullable && random.chance(0.25) ? null : random.pick(near(world, target, row)).id as string;
  if (id === row[column] || id === row.id) return null;
  if (column === 'parent_id' && isAbove(world, row.id as string, id)) return null;
  if (table === 'contact_email' && (row.is_primary || isTakenAddress(world, { ...row, contact_id: id }, row.address))) {
    return null;
  }
  change(world, table, row, { [column]: id });
  return `${table}.${column}`;
}

function changeStage(world: World, random: Random): string | null {
  const noun = random.pick(['deal', 'lead']);
  if (world[noun]!.length === 0) return null;
  const row = random.pick(world[noun]!);
  const kind = world.pipeline!.find(({ id }) => id === row.pipeline_id)?.kind;
  const pipelines = world.pipeline!.filter((each) => each.kind === kind).map(({ id }) => id);
  const stage = random.pick(world.stage!.filter((each) => pipelines.includes(each.pipeline_id)));
  if (!stage || stage.workspace_id !== row.workspace_id) return null;
  change(world, noun, row, { pipeline_id: stage.pipeline_id, stage_id: stage.id });
  return `${noun}.stage_id`;
}

function isTakenAddress(world: World, row: Row, address: unknown): boolean {
  return world.contact_email!.some((each) => each !== row && each.id !== row.id && each.contact_id === row.contact_id
    && each.address === address);
}

/** Whether making `id` the parent would close a circle. */
function isAbove(world: World, child: string, id: string | null): boolean {
  for (let at = id; at; at = (world.company!.find((row) => row.id === at)?.parent_id ?? null) as string | null) {
    if (at === child) return true;
  }
  return false;
}

function remove(world: World, random: Random): string | null {
  const noun = random.pick(nouns);
  if (world[noun]!.length === 0) return null;
  const row = random.pick(world[noun]!);
  for (const child of childrenOf[noun]!) world[child] = world[child]!.filter((each) => each[`${noun}_id`] !== row.id);
  for (const [table, columns] of Object.entries(links)) {
    for (const [column, { table: target }] of Object.entries(columns)) {
      if (target !== noun) continue;
      for (const each of world[table]!) if (each[column] === row.id) change(world, table, each, { [column]: null });
    }
  }
  world[noun] = world[noun]!.filter((each) => each !== row);
  // That an external id is taken is told, so somebody else has it then.
  for (const each of world.external_reference!.filter((reference) => reference[`${noun}_id`] === row.id)) {
    const heir = world[noun]!.find((other) => other.workspace_id === row.workspace_id);
    if (!heir) return null;
    change(world, 'external_reference', each, { [`${noun}_id`]: heir.id });
  }
  return `less ${noun}`;
}

/** What others may do, and where they stand; whoever looks keeps his own roles and team. */
function changeRights(world: World, random: Random, _attempt: number, seer: Seer | null): string | null {
  // The owner stays one: the cursors of both worlds are taken by him.
  const others = world.member!
    .filter(({ id, email }) => id !== seer?.memberId && !(email as string).startsWith('owen@'));
  if (others.length === 0) return null;
  const member = random.pick(others);
  switch (random.number(4)) {
    case 0: {
      const own = world.member_role!.filter(({ member_id }) => member_id === seer?.memberId)
        .map(({ role_id }) => role_id);
      const grants = world.role_grant!.filter(({ role_id }) => !own.includes(role_id));
      if (grants.length === 0) return null;
      const row = random.pick(grants);
      const ofRecords = ['company', 'contact', 'lead', 'deal', 'activity'].includes(row.noun as string);
      change(world, 'role_grant', row, ofRecords ? { reach: random.pick(['OWN', 'TEAM', 'ANY']) } : { verb: 'update' });
      return 'role_grant.reach';
    }
    case 1: {
      const row = world.member_role!.find(({ member_id }) => member_id === member.id);
      if (!row) return null;
      world.member_role = world.member_role!.filter((each) => each !== row);
      return 'less member_role';
    }
    case 2: {
      const role = random.pick(near(world, 'role', member));
      if (world.member_role!.some(({ member_id, role_id }) => member_id === member.id && role_id === role.id)) {
        return null;
      }
      push(world, 'member_role', { workspace_id: member.workspace_id, member_id: member.id, role_id: role.id });
      return 'more member_role';
    }
    default:
      change(world, 'member', member, {
        team_id: random.chance(0.3) ? null : random.pick(near(world, 'team', member)).id,
      });
      return 'member.team_id';
  }
}

/** A record much like another, with one of its links or cells its own. */
function add(world: World, random: Random, attempt: number): string | null {
  const noun = random.pick(nouns);
  if (world[noun]!.length === 0) return null;
  const id = newId(attempt);
  const row: Row = { ...random.pick(world[noun]!), id, owner_id: null };
  row.owner_id = random.pick(near(world, 'member', row)).id;
  for (const [column, values] of Object.entries(columnValues[noun]!)) {
    if (random.chance(0.5)) row[column] = valueOf(random, values);
  }
  world[noun] = [...world[noun]!, row];
  if (noun === 'deal') {
    world.stage_change = [...world.stage_change!, {
      ...near(world, 'stage_change', row).find((each) => each.deal_id !== null), id: newId(attempt, 'b'),
      deal_id: id, from_stage_id: null, to_stage_id: row.stage_id,
    }];
  }
  return `more ${noun}`;
}

/** A tag, a part in a deal, a line, a share. */
function addChild(world: World, random: Random, attempt: number): string | null {
  const id = newId(attempt, 'c');
  const noun = random.pick(nouns);
  if (world[noun]!.length === 0) return null;
  const record = random.pick(world[noun]!);
  const base = { workspace_id: record.workspace_id, id };
  switch (random.number(3)) {
    case 0: {
      const tag = random.pick(near(world, 'tag', record));
      if (world.tagging!.some((each) => each.tag_id === tag.id && each[`${noun}_id`] === record.id)) return null;
      push(world, 'tagging', { ...base, tag_id: tag.id, ...onRecord(noun, record.id as string) });
      return 'more tagging';
    }
    case 1: {
      const contact = random.pick(near(world, 'contact', record));
      const deal = random.pick(near(world, 'deal', record));
      if (!contact || !deal
        || world.deal_contact!.some((each) => each.deal_id === deal.id && each.contact_id === contact.id)) return null;
      push(world, 'deal_contact', { ...base, deal_id: deal.id, contact_id: contact.id, role: 'user', position: 9 });
      return 'more deal_contact';
    }
    default: {
      const member = random.pick(near(world, 'member', record));
      if (world.record_share!.some((each) => each.member_id === member.id && each[`${noun}_id`] === record.id)) {
        return null;
      }
      push(world, 'record_share', {
        ...base, ...onRecord(noun, record.id as string), member_id: member.id, team_id: null, level: 'EDIT',
        ends_at: null,
        created_at: bookkeeping.created_at!.values[0],
      });
      return 'more record_share';
    }
  }
}

function push(world: World, table: string, row: Row): void {
  world[table] = [...world[table]!, row];
}

function newId(attempt: number, kind = 'a'): string {
  return `019b0000-0000-7000-8000-${kind}${attempt.toString(16).padStart(11, '0')}`;
}
