import { columnGroup } from '../../auth/column-rights.ts';
import type { Verb } from '../../auth/nouns.ts';
import { allowed, notDeleted } from '../../auth/reach.ts';
import { evaluate } from '../../db/evaluate.ts';
import { all } from '../../db/predicate.ts';
import { readableIds, whereOf } from '../../services/records.ts';
import { findRecords, foldText } from '../links/find-records.ts';
import type { ChildDefinition, CurrentRecord } from '../nouns/noun.ts';
import { tags } from '../nouns/shared-fields.ts';
import type { CompiledFile } from '../rows/compile-file.ts';
import type { PlannedRow } from '../rows/plan-row.ts';
import type { Work } from './importer.ts';

/** A record that a row stands for already; `unreachable` when it is in the bin, or not the member's to change. */
export type Existing = CurrentRecord | 'unreachable' | 'ambiguous';

/** The records that rows stand for, by line; rows that are new have none. */
export async function findExisting(
  work: Work, file: CompiledFile, rows: readonly PlannedRow[],
): Promise<Map<number, Existing>> {
  const ids = new Map<number, string>();
  const ambiguous: number[] = [];
  const keyed = rows.filter(({ key }) => key !== null);
  if (keyed.length > 0) {
    const byKey = await referencesByKey(work, file, keyed.map(({ key }) => key!));
    for (const { line, key } of keyed) if (byKey.has(key!)) ids.set(line, byKey.get(key!)!);
  }
  const { matchBy } = file;
  if (matchBy) {
    const textOf = (row: PlannedRow) => foldText(matchBy, file.noun.matchBy[matchBy]!(row.input) ?? '');
    const unknown = rows.filter((row) => !ids.has(row.line) && textOf(row) !== '');
    const search = { to: file.noun.noun, by: matchBy, source: '' };
    const texts = [...new Set(unknown.map(textOf))];
    const found = Map.groupBy(texts.length === 0 ? [] : await findRecords(work, search, texts), ({ text }) => text);
    for (const row of unknown) {
      const candidates = new Set(found.get(textOf(row))?.map(({ id }) => id));
      if (candidates.size > 1) ambiguous.push(row.line);
      else if (candidates.size === 1) ids.set(row.line, [...candidates][0]!);
    }
  }
  const records = await readRecords(work, file, [...new Set(ids.values())]);
  const existing = new Map<number, Existing>([...ids].map(([line, id]) => [line, records.get(id) ?? 'unreachable']));
  for (const line of ambiguous) existing.set(line, 'ambiguous');
  return existing;
}

async function referencesByKey(
  work: Work, { noun, keySource }: CompiledFile, keys: string[],
): Promise<Map<string, string>> {
  const found = await work.tx.externalReference.findMany({
    where: { workspaceId: work.principal.workspace.id, noun: noun.noun, source: keySource, key: { in: keys } },
  });
  return new Map(found.map((each) => [each.key, each[`${noun.noun}Id` as 'companyId']!]));
}

/** Records that the member may change by an import. */
async function readRecords(
  work: Work, { noun }: CompiledFile, ids: readonly string[],
): Promise<Map<string, CurrentRecord>> {
  if (ids.length === 0) return new Map();
  const { profile } = work.principal;
  const verbs = ['read', 'update', ...(profile.reachOf(noun.noun, 'import') ? ['import'] : [])] as Verb[];
  const reach = all(...verbs.map((verb) => allowed(profile, noun.noun, verb)), notDeleted(noun.noun));
  const where = { AND: [whereOf(work.contextFor(noun.noun, 'update'), noun.noun, reach), { id: { in: [...ids] } }] };
  const records = await noun.read(work.tx, where);
  for (const child of Object.values(noun.children)) await hideLinks(work, child, records);
  return new Map(records.map((record) => [record.id, record]));
}

/**
 * Takes out of lists what leads to records that the member cannot read, as lists of the API do: entries that consist of
 * the link, which an update leaves where they are; of others the link alone. Sent back, they would be refused by name.
 */
async function hideLinks(
  work: Work, { input: list, links }: ChildDefinition, records: readonly CurrentRecord[],
): Promise<void> {
  for (const { to, input, isRequired } of Object.values(links)) {
    const entriesOf = ({ values }: CurrentRecord) => values[list] as readonly Entry[];
    const ids = records.flatMap((record) => entriesOf(record).map((entry) => entry[input] as string | null));
    const seen = await readableIds(work.contextFor(to, 'read'), to, ids);
    const isSeen = (entry: Entry) => entry[input] === null || seen.has(entry[input] as string);
    for (const record of records) {
      const entries = isRequired ? entriesOf(record).filter(isSeen)
        : entriesOf(record).map((entry) => (isSeen(entry) ? entry : { ...entry, [input]: null }));
      record.values = { ...record.values, [list]: entries };
    }
  }
}

/**
 * What an update, a move and tags would have to say for the record to be as the row says; null when it is so already.
 */
export type Change = {
  update: Record<string, unknown> | null; stageId: string | null; tagIds: readonly string[] | null;
};

export function changeOf(work: Work, file: CompiledFile, row: PlannedRow, current: CurrentRecord): Change {
  const { noun } = file;
  const input = updatableInput(file, row);
  const kept = noun.kept(input);
  const update: Record<string, unknown> = {};
  for (const name of Object.keys(input)) {
    const child = Object.values(noun.children).find((each) => each.input === name);
    if (child === tags) continue;
    if (child) {
      const entries = input[name] as readonly Entry[];
      const before = current.values[name] as readonly Entry[];
      const merged = mergeEntries(child, before, entries);
      if (merged || !mayCompare(work, file, current, name, child.group)) update[name] = merged ?? before;
    } else if (!mayCompare(work, file, current, name) || !isEqual(kept[name] ?? null, current.values[name] ?? null)) {
      update[name] = input[name];
    }
  }
  if (row.key !== null
    && !current.externalReferences.some(({ source, key }) => source === file.keySource && key === row.key)) {
    update.externalReferences = [...current.externalReferences, { source: file.keySource, key: row.key }];
  }
  const stageId = (row.input.stageId as string | undefined) ?? null;
  const before = new Set((current.values.tags as readonly Entry[]).map(({ tagId }) => tagId));
  const tagIds = tagIdsOf(row).filter((id) => !before.has(id));
  return {
    tagIds: tagIds.length === 0 ? null : tagIds,
    update: Object.keys(update).length === 0 ? null : update,
    stageId: stageId === null || stageId === current.values.stageId ? null : stageId,
  };
}

/** The tags that a row puts on its record. */
export function tagIdsOf({ input }: PlannedRow): string[] {
  return [...new Set(((input.tags ?? []) as readonly { tagId: string }[]).map(({ tagId }) => tagId))];
}

/** What of a row an update can say: not what is settled by the record's creation, nor its stage. */
function updatableInput({ fields, links, noun }: CompiledFile, row: PlannedRow): Record<string, unknown> {
  const settled = new Set([
    ...fields.filter(({ definition }) => definition.onCreation).map(({ path }) => path[0]!),
    ...links.filter(({ definition }) => definition.onCreation).map(({ definition }) => definition.input.split('.')[0]!),
  ]);
  const atEntry = noun.move ? ['stageId', 'lossReason', 'stageReason'] : [];
  // A cell that was empty says "nobody's" of a new record only.
  const isUnsaid = (name: string) => name === 'ownerId' && row.input.ownerId === null
    && !row.cleared.includes('ownerId');
  return {
    ...Object.fromEntries(row.cleared.map((name) => [name, null])),
    ...Object.fromEntries(Object.entries(row.input).filter(([name]) =>
      !settled.has(name) && !atEntry.includes(name) && !isUnsaid(name))),
  };
}

/** Whether the member can read what he would write; if not, nothing may tell him that it is the same. */
function mayCompare(
  work: Work, { noun }: CompiledFile, current: CurrentRecord, column: string, group = columnGroup(noun.noun, column),
): boolean {
  const { profile } = work.principal;
  if (profile.readVerdict(noun.noun, group) === 'always') return true;
  const row = { ownerId: current.ownerId, teamId: current.teamId, owner: current.owner, shares: [] };
  return evaluate(allowed(profile, noun.noun, 'read', group), row, work.contextFor(noun.noun, 'read').parameters);
}

type Entry = Readonly<Record<string, unknown>>;

/** The list with the row's entries in it; null when they are there already. */
function mergeEntries(
  { identity }: ChildDefinition, current: readonly Entry[], wanted: readonly Entry[],
): Entry[] | null {
  const merged = [...current];
  const used = new Set<number>();
  let isChanged = false;
  for (const entry of wanted) {
    const at = merged.findIndex((each, place) => !used.has(place) && identity(each) === identity(entry));
    if (at === -1) {
      used.add(merged.length);
      merged.push(entry);
      isChanged = true;
      continue;
    }
    used.add(at);
    if (Object.entries(entry).every(([name, value]) => isEqual(value, merged[at]![name]))) continue;
    merged[at] = { ...merged[at], ...entry };
    isChanged = true;
  }
  return isChanged ? merged : null;
}

/** Whether two values are the same in the database: `1` is `1.00`, nothing is null. */
function isEqual(left: unknown, right: unknown): boolean {
  const comparable = (value: unknown) => {
    if (value instanceof Date) return value.getTime();
    if (value === undefined || value === '') return null;
    return typeof value === 'object' && value !== null ? String(value) : value;
  };
  const [one, other] = [comparable(left), comparable(right)];
  if (one === other) return true;
  const isNumeric = (value: unknown) => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
  return isNumeric(one) && isNumeric(other) && plain(one as string) === plain(other as string);
}

function plain(number: string): string {
  return number.includes('.') ? number.replace(/\.?0+$/, '') : number;
}
