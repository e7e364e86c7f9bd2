import type { Caller } from './caller.ts';

/** How one kind of upkeep goes. */
export type UpkeepRun = {
  kind: string;
  begunAt: Date;
  doneAt: Date | null;
  /** How often it has failed since it was last done. */
  failures: number;
  /** Why the last time, in a word. */
  reason: string | null;
  /** When it was given up, until its next time. */
  deadAt: Date | null;
};

export async function upkeepBegun(caller: Caller, kind: string): Promise<void> {
  await caller.call({ text: 'select from gatehouse.upkeep_begun($1::text)', values: [kind] });
}

export async function upkeepDone(caller: Caller, kind: string): Promise<void> {
  await caller.call({ text: 'select from gatehouse.upkeep_done($1::text)', values: [kind] });
}

/** @param isLast it is not tried again before its next time */
export async function upkeepFailed(caller: Caller, kind: string, reason: string, isLast: boolean): Promise<void> {
  await caller.call({
    text: 'select from gatehouse.upkeep_failed($1::text, $2::text, $3::boolean)', values: [kind, reason, isLast],
  });
}

export async function upkeepRuns(caller: Caller): Promise<UpkeepRun[]> {
  const rows = await caller.call({
    text: `select kind, begun_at as "begunAt", done_at as "doneAt", failures, reason, dead_at as "deadAt"
      from gatehouse.upkeep_runs()`,
    values: [],
  });
  return rows as UpkeepRun[];
}

/** Forgets the kinds that there are no more. */
export async function keepUpkeepRuns(caller: Caller, kinds: readonly string[]): Promise<void> {
  await caller.call({ text: 'select from gatehouse.keep_upkeep_runs($1::text[])', values: [kinds] });
}
