import type { PersonKey } from './people.ts';
import { bookkeeping, columnValues, valueOf } from './values.ts';
import type { Random, Row, World } from './world.ts';

export const home = 'acme';
export const elsewhere = 'other';

const ownerKeys: readonly (PersonKey | null)[] = [
  'rex', 'cole', 'sue', 'mia', 'kim', 'tom', 'odd', 'lee', 'bob', null, null, null,
];
/** Of the workspace where people are looked at; the other has a third. */
const counts = { company: 14, contact: 16, lead: 12, deal: 16, activity: 18, product: 4, tag: 4 };

/**
 * A workspace of a world while it is filled. Every value is drawn from one source: what is drawn earlier decides what
 * comes later.
 */
export class Filling {
  readonly world: World;
  readonly newId: (table: string) => string;
  readonly random: Random;
  readonly slug: string;
  readonly workspaceId: string;
  /** Ids by name. */
  readonly teams = new Map<string, string>();
  readonly members = new Map<PersonKey, string>();

  constructor(world: World, newId: (table: string) => string, random: Random, slug: string) {
    this.world = world;
    this.newId = newId;
    this.random = random;
    this.slug = slug;
    this.workspaceId = newId('workspace');
    world.workspace!.push({
      id: this.workspaceId, slug, name: slug, time_zone: 'UTC', locale: 'en', default_currency: 'USD',
    });
  }

  /** How many records of a table there are to be. */
  upTo(table: keyof typeof counts): number {
    return this.slug === home ? counts[table] : Math.ceil(counts[table] / 3);
  }

  rowsOf(table: string): Row[] {
    return this.world[table]!.filter((row) => row.workspace_id === this.workspaceId);
  }

  /** @returns the row's id */
  add(table: string, row: Row): string {
    const id = (row.id as string | undefined) ?? this.newId(table);
    this.world[table]!.push({ workspace_id: this.workspaceId, id, ...row });
    return id;
  }

  /** The id of a row that is there, or at times none. */
  pick(table: string, orNull = 0.2): string | null {
    return this.random.chance(orNull) ? null : (this.random.pick(this.rowsOf(table)).id as string);
  }

  values(table: string): Row {
    return Object.fromEntries(
      Object.entries(columnValues[table]!).map(([column, each]) => [column, valueOf(this.random, each)]));
  }

  stamped(): Row {
    const { created_at: createdAt, updated_at: updatedAt } = bookkeeping;
    return { created_at: this.random.pick(createdAt!.values), updated_at: this.random.pick(updatedAt!.values) };
  }

  kept(): Row {
    return { deleted_at: null, ...this.stamped(), deleted_in_batch_id: null };
  }

  /** Every kind of owner in turn, then at random; one in six is deleted. */
  record(at: number): Row {
    const owner = at < ownerKeys.length ? ownerKeys[at]! : this.random.pick(ownerKeys);
    const ownerId = owner && this.members.get(owner);
    const team = ownerId ? this.random.pick([null, 'north', 'south'] as const)
      : this.random.pick([null, 'north', 'northEast', 'south'] as const);
    return {
      owner_id: ownerId ?? null, team_id: team ? this.teams.get(team) : null, ...this.stamped(),
      version: this.random.pick(bookkeeping.version!.values),
      deleted_at: at % 6 === 5 ? this.random.pick(bookkeeping.deleted_at!.values) : null, deleted_in_batch_id: null,
    };
  }

  /** A stage of any pipeline of the kind. */
  stage(kind: 'DEAL' | 'LEAD'): Row {
    const pipelines = this.rowsOf('pipeline').filter((each) => each.kind === kind).map(({ id }) => id);
    const stages = this.world.stage!.filter((each) => pipelines.includes(each.pipeline_id));
    const { pipeline_id, id } = this.random.pick(stages);
    return { pipeline_id, stage_id: id };
  }
}
