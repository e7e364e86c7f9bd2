import { insertRows } from '../db/insert-rows.ts';
import type { Noun, OwnedNoun } from '../auth/nouns.ts';
import type { CommandContext } from './command.ts';
import { type UserError, alreadyTaken } from './errors.ts';
import { isStorableText, listProblems, repetitionProblems, textProblems } from './validate.ts';

/** The id that a record has in another system. Unique per workspace and noun; the list is replaced as a whole. */
export type ExternalReferenceFields = { source: string; key: string };

/** Nouns whose records have them. */
type ReferencedNoun = OwnedNoun | 'product' | 'member';

const most = 20;

type ReferenceList = readonly ExternalReferenceFields[] | null | undefined;

/** What stands against replacing the list of a record; what it has itself is not taken. */
export async function referenceProblems(
  context: CommandContext, list: ReferenceList, recordId: string,
): Promise<UserError[]> {
  return (await referenceProblemsOf(context, [list], recordId))[0]!;
}

/**
 * What stands against these lists, one for each new record of the command, in their order. That an external id is taken
 * may be told, whoever has it (product rules); nothing else about that record is. One statement for all.
 */
export async function referenceProblemsOf(
  context: CommandContext, lists: readonly ReferenceList[], recordId?: string,
): Promise<UserError[][]> {
  const taken = await takenReferences(context, lists.flatMap((list) => list ?? []), recordId);
  return lists.map((list) => {
    const path = (at: number, name: string) => ['input', 'externalReferences', String(at), name];
    const problems = [
      ...listProblems(list, ['input', 'externalReferences'], most),
      ...repetitionProblems(list, nameOf, (at) => path(Number(at), 'key'), 'This external id is in the list already.'),
      ...(list ?? []).flatMap((reference, at) => [
        ...textProblems(reference.source, path(at, 'source'), { min: 1, max: 100 }),
        ...textProblems(reference.key, path(at, 'key'), { min: 1, max: 255 }),
        ...(taken.has(nameOf(reference))
          ? [alreadyTaken(`Another ${context.noun} has this external id.`, ...path(at, 'key'))] : []),
      ]),
    ];
    // Of several new records that name the same id, the first gets it.
    for (const reference of list ?? []) taken.add(nameOf(reference));
    return problems;
  });
}

async function takenReferences(
  { tx, principal, noun }: CommandContext, references: readonly ExternalReferenceFields[], recordId: string | undefined,
): Promise<Set<string>> {
  // A text that PostgreSQL cannot keep, it cannot look for either.
  const possible = references.map(trimmed).filter(({ source, key }) => isStorableText(source) && isStorableText(key));
  if (possible.length === 0) return new Set();
  const bySource = Map.groupBy(possible, ({ source }) => source);
  const found = await tx.externalReference.findMany({
    where: {
      workspaceId: principal.workspace.id, noun, ...(recordId ? { NOT: { [keyOf(noun)]: recordId } } : {}),
      OR: [...bySource].map(([source, list]) => ({ source, key: { in: list.map(({ key }) => key) } })),
    },
    select: { source: true, key: true },
  });
  return new Set(found.map(nameOf));
}

/** External ids as they are kept; absent where an input does not name them. */
export function keptReferences(list: readonly ExternalReferenceFields[] | null | undefined) {
  return list === undefined ? {} : { externalReferences: (list ?? []).map(trimmed) };
}

type KeptReferences = { externalReferences?: readonly ExternalReferenceFields[] };

/** Writes the external ids of new records of the command's noun. */
export async function writeReferences(
  { tx, principal, services, noun, now }: CommandContext, records: readonly (KeptReferences & { recordId: string })[],
): Promise<void> {
  const rows = records.flatMap(({ recordId, externalReferences }) => (externalReferences ?? []).map((reference) => ({
    workspaceId: principal.workspace.id, id: services.newId(), noun, ...reference,
    [keyOf(noun)]: recordId, createdAt: now,
  })));
  if (rows.length > 0) await insertRows(tx, 'ExternalReference', rows);
}

/**
 * Writes the external ids, if any list is given, in place of those that the record has.
 *
 * @returns what was there before, if it is replaced
 */
export async function replaceReferences(
  context: CommandContext, recordId: string, { externalReferences }: KeptReferences,
): Promise<KeptReferences> {
  if (!externalReferences) return {};
  const where = { workspaceId: context.principal.workspace.id, [keyOf(context.noun)]: recordId };
  const before = await context.tx.externalReference.findMany({
    where, orderBy: [{ source: 'asc' }, { key: 'asc' }], select: { source: true, key: true },
  });
  await context.tx.externalReference.deleteMany({ where });
  await writeReferences(context, [{ recordId, externalReferences }]);
  return { externalReferences: before };
}

/** The column that says whose external id it is. */
function keyOf(noun: Noun): `${ReferencedNoun}Id` {
  return `${noun as ReferencedNoun}Id`;
}

function trimmed({ source, key }: ExternalReferenceFields): ExternalReferenceFields {
  return { source: source.trim(), key: key.trim() };
}

function nameOf(reference: ExternalReferenceFields): string {
  const { source, key } = trimmed(reference);
  return JSON.stringify([source, key]);
}
