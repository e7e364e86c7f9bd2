import type { Derivation } from './reader/reading.ts';

/*
 * What follows from the rows of one record's ledger: a stage is left when the next one is entered, and who is still in
 * one has been there until now. Entries at the same instant stand in the order of their ids.
 */

/** The column that ties an entry to its record. */
export type LedgerKey = 'deal_id' | 'lead_id';

const table = 'gatehouse.stage_change';

function sameRecord(entry: string, alias: string, key: LedgerKey): string {
  return `${entry}.workspace_id = ${alias}.workspace_id and ${entry}.${key} = ${alias}.${key}`;
}

function sameStage(entry: string, alias: string, key: LedgerKey): string {
  return `${sameRecord(entry, alias, key)} and ${entry}.to_stage_id = ${alias}.to_stage_id`;
}

function isLater(entry: string, alias: string): string {
  return `(${entry}.entered_at, ${entry}.id) > (${alias}.entered_at, ${alias}.id)`;
}

/** The same record's next entry behind one: these columns of it, or no row while the record is still there. */
export function nextEntry(key: LedgerKey, alias: string, columns: readonly string[]): string {
  return `select ${columns.map((column) => `n.${column}`).join(', ')} from ${table} n`
    + ` where ${sameRecord('n', alias, key)} and ${isLater('n', alias)} order by n.entered_at, n.id limit 1`;
}

/** The instant of the next entry; null while the record is still there. */
function leftAt(key: LedgerKey, alias: string): string {
  return `(${nextEntry(key, alias, ['entered_at'])})`;
}

const seconds = (interval: string) => `floor(extract(epoch from ${interval}))::bigint::int`;
const instant = (text: string) => `(${text} at time zone 'UTC')`;

/** Of an entry: when the record went on, and how long it stayed. */
export function entryTimes(key: LedgerKey): Record<'leftAt' | 'secondsInStage', Derivation> {
  return {
    leftAt: (alias) => instant(leftAt(key, alias)),
    secondsInStage: (alias, { values }) => (
      seconds(`greatest(coalesce(${leftAt(key, alias)}, ${values.parameter('now')}) - ${alias}.entered_at, '0')`)),
  };
}

/** The condition of an entry to be its record's last into that stage: one of them stands for the stage. */
export function isLastIntoStage(key: LedgerKey): (alias: string) => string {
  return (alias) => (
    `not exists (select from ${table} l where ${sameStage('l', alias, key)} and ${isLater('l', alias)})`);
}

/** Of the last entry into a stage: all the record's times there taken together. */
export function stageTimes(key: LedgerKey): Record<'firstEnteredAt' | 'timesEntered' | 'totalSeconds', Derivation> {
  return {
    firstEnteredAt: (alias) => (
      instant(`(select min(f.entered_at) from ${table} f where ${sameStage('f', alias, key)})`)),
    timesEntered: (alias) => `(select count(*)::int from ${table} c where ${sameStage('c', alias, key)})`,
    totalSeconds: (alias, { values }) => {
      const now = values.parameter('now');
      return `(select ${seconds(`sum(greatest(coalesce(s.left_at, ${now}) - s.entered_at, '0'))`)} from (`
        + `select e.to_stage_id, e.entered_at, lead(e.entered_at) over (order by e.entered_at, e.id) as left_at`
        + ` from ${table} e where ${sameRecord('e', alias, key)}) s where s.to_stage_id = ${alias}.to_stage_id)`;
    },
  };
}
