import type { Filling } from './filling.ts';
import type { PersonKey } from './people.ts';
import { bookkeeping } from './values.ts';
import type { Row, World } from './world.ts';

const recordNouns = ['company', 'contact', 'lead', 'deal', 'activity'] as const;

export function addTaggings(filling: Filling): void {
  for (const noun of recordNouns) {
    for (const row of filling.rowsOf(noun)) {
      for (const tag of filling.rowsOf('tag')) {
        if (!filling.random.chance(0.25)) continue;
        filling.add('tagging', { tag_id: tag.id, ...onRecord(noun, row.id as string) });
      }
    }
  }
}

/** One record in three has an id elsewhere. */
export function addReferences(filling: Filling): void {
  for (const noun of [...recordNouns, 'product', 'member']) {
    for (const [at, row] of filling.rowsOf(noun).entries()) {
      if (at % 3 > 0) continue;
      const id = row.id as string;
      filling.add('external_reference', {
        ...onRecord(noun, id), product_id: noun === 'product' ? id : null, member_id: noun === 'member' ? id : null,
        noun, source: 'elsewhere', key: `key-${at}`, created_at: bookkeeping.created_at!.values[0],
      });
    }
  }
}

export function addShares(filling: Filling): void {
  const over = '2026-01-01T00:00:00.000Z';
  for (const [at, noun] of recordNouns.entries()) {
    for (const member of ['gwen', 'rex', 'kim', 'bob'] as const) {
      share(filling, noun, at, 'READ', { member });
      share(filling, noun, at + 3, 'EDIT', { member });
      share(filling, noun, at + 6, 'EDIT', { member }, over);
    }
    share(filling, noun, at + 5, 'READ', { team: 'north' });
    share(filling, noun, at + 7, 'EDIT', { team: 'south' });
    share(filling, noun, at + 8, 'READ', { member: 'cole' });
  }
}

/** Shares a record that is not the receiver's own. @param index which of them */
function share(
  filling: Filling, noun: string, index: number, level: string, to: { member?: PersonKey; team?: string },
  endsAt: string | null = null,
): void {
  const memberId = to.member ? filling.members.get(to.member) : undefined;
  if (to.member && !memberId) return;
  const owned = filling.members.get(to.member ?? 'rex');
  const rows = filling.rowsOf(noun).filter((each) => each.owner_id !== owned);
  const given = {
    ...onRecord(noun, rows[index % rows.length]!.id as string), member_id: memberId ?? null,
    team_id: to.team ? filling.teams.get(to.team) : null,
  };
  if (isShared(filling.world, given)) return;
  filling.add('record_share', { ...given, level, ends_at: endsAt, created_at: bookkeeping.created_at!.values[0] });
}

/** Everybody has created a deal under a key. */
export function addIdempotencyKeys({ world, workspaceId, members }: Filling): void {
  for (const [key, id] of members) {
    world.idempotency_key!.push({
      workspace_id: workspaceId, principal: `member:${id}`, mutation: 'deal.create', key: 'key-1',
      input_hash: `of ${key}`, record_id: null, created_at: bookkeeping.created_at!.values[0],
    });
  }
}

/** Nobody has two shares of one record. */
function isShared(world: World, given: Row): boolean {
  return world.record_share!.some((share) => Object.entries(given).every(([column, value]) => share[column] === value));
}

export function onRecord(noun: string, id: string): Row {
  const columns = ['company_id', 'contact_id', 'lead_id', 'deal_id', 'activity_id'];
  return Object.fromEntries(columns.map((column) => [column, column === `${noun}_id` ? id : null]));
}
