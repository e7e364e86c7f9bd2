import { Chance } from './random.ts';

/** Who owns records, and how many of each kind there are to be. */
export type Filling = {
  owners: readonly { id: string; teamId: string | null }[]; companies: number; deals: number; leads: number;
};

export const day = 86_400_000;
/** The demo's year ends here, on every machine, so that everybody sees the same. */
export const demoNow = new Date('2026-11-20T09:00:00Z');
export const currency = 'EUR';

/** A workspace that is filled. Its chance is drawn in one order: one draw more, and all later records are others. */
export class Demo {
  readonly workspaceId: string;
  readonly filling: Filling;
  readonly chance: Chance;

  constructor(workspaceId: string, filling: Filling, seed: number) {
    this.workspaceId = workspaceId;
    this.filling = filling;
    this.chance = new Chance(seed);
  }

  /** An instant between so many days ago. */
  past(least: number, most: number): Date {
    return new Date(demoNow.getTime() - this.chance.between(least * 24, most * 24) * 3_600_000);
  }

  /** What every record begins with. */
  stamp(createdAt: Date) {
    return { ...this.key(createdAt), createdAt, updatedAt: createdAt };
  }

  /** The key of a row that has no times of its own. */
  key(at: Date) {
    return { workspaceId: this.workspaceId, id: this.chance.id(at) };
  }
}

/** A person's name as an e-mail address has it. */
export function mailName(text: string): string {
  return text.normalize('NFD').replace(/[^A-Za-z.0-9]/g, '').toLowerCase();
}
