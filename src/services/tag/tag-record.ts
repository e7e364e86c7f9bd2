import { type OwnedNoun, ownedNouns } from '../../auth/nouns.ts';
import { permitted } from '../../auth/reach.ts';
import { insertRows } from '../../db/insert-rows.ts';
import { lockedRows } from '../../db/locked-rows.ts';
import { type Command, type CommandContext, type Outcome, batchCommand, done, refused, unchanged } from '../command.ts';
import { type UserError, notFound, userError } from '../errors.ts';
import { convertedProblems } from '../lead/converted.ts';
import { modelOf, recordsOf } from '../noun-models.ts';
import { linkProblemsOf } from '../records.ts';
import { listProblems } from '../validate.ts';

type TagRecordInput = { recordId: string; tagIds: readonly string[] };

/** Tags on one record. */
const maxTags = 100;

/** Puts tags on records, which is an update of them. Those that are on stay; nobody else's change is overwritten. */
export const tagRecord = forEachNoun('tag', (before, named) => [...new Set([...before, ...named])]);

/** Takes tags off records. Those that are not on are off already. */
export const untagRecord = forEachNoun('untag', (before, named) => before.filter((id) => !named.includes(id)));

/** The tags that a record has afterwards. */
type After = (before: readonly string[], named: readonly string[]) => readonly string[];
type Changed = { recordId: string; before: readonly string[]; after: readonly string[] };

function forEachNoun(act: 'tag' | 'untag', after: After): Record<OwnedNoun, Command<TagRecordInput>> {
  const handle = (context: CommandContext, inputs: readonly TagRecordInput[]) => changeTags(context, inputs, after);
  return Object.fromEntries(ownedNouns.map((noun) => [
    noun, batchCommand<TagRecordInput>(`${noun}.update`, handle, { act }),
  ])) as Record<OwnedNoun, Command<TagRecordInput>>;
}

async function changeTags(
  context: CommandContext, inputs: readonly TagRecordInput[], after: After,
): Promise<Outcome[]> {
  const records = await taggedRecords(context, inputs.map(({ recordId }) => recordId));
  const absent = await linkProblemsOf(context, inputs.map(({ tagIds }) => tagIds.slice(0, maxTags).map((id, at) => (
    { noun: 'tag', id, path: ['input', 'tagIds', String(at)] }))));
  const changes: Changed[] = [];
  const outcomes = inputs.map(({ recordId, tagIds }, at): Outcome => {
    const record = records.get(recordId);
    const problems = [
      ...(record?.problems ?? [notFound(context.noun, 'input', 'recordId')]),
      ...listProblems(tagIds, ['input', 'tagIds'], maxTags), ...absent[at]!,
    ];
    if (!record || problems.length > 0) return refused(...problems);
    const before = record.tagIds;
    const wanted = after(before, tagIds);
    if (wanted.length === before.length) return unchanged(recordId);
    if (wanted.length > Math.max(maxTags, before.length)) {
      return refused(userError('LIMIT_REACHED', `A record has at most ${maxTags} tags.`, 'input', 'tagIds'));
    }
    changes.push({ recordId, before, after: wanted });
    // A record that comes twice is found as its first time leaves it.
    record.tagIds = wanted;
    record.version += 1;
    return done(recordId, record.version, { before: { tags: before }, after: { tags: wanted } });
  });
  await writeTags(context, changes);
  return outcomes;
}

type TaggedRecord = { version: number; tagIds: readonly string[]; problems: UserError[] };

/** Those of the records that are in reach, by their ids, with their tags in order; locked, so that both stay. */
async function taggedRecords(context: CommandContext, ids: readonly string[]): Promise<Map<string, TaggedRecord>> {
  const { tx, noun, verb, principal, parameters } = context;
  const workspaceId = principal.workspace.id;
  const records = await lockedRows<{ id: string; version: number; convertedAt?: Date | null }>(
    tx, modelOf[noun]!, workspaceId, [...new Set(ids)], permitted(principal.profile, noun, verb), parameters,
    longTexts);
  const recordKey = `${noun}Id` as 'companyId';
  const taggings = await tx.tagging.findMany({
    where: { workspaceId, [recordKey]: { in: records.map(({ id }) => id) } },
    select: { tagId: true, [recordKey]: true } as { tagId: true; companyId: true }, orderBy: { id: 'asc' },
  });
  const on = Map.groupBy(taggings, (tagging) => tagging[recordKey]!);
  return new Map(records.map(({ id, version, convertedAt }) => [id, {
    version, tagIds: (on.get(id) ?? []).map(({ tagId }) => tagId),
    problems: convertedProblems({ id, convertedAt: convertedAt ?? null }, 'recordId'),
  }]));
}

/** What tagging does not look at and may be long. */
const longTexts = { notes: true, body: true, conversion: true };

async function writeTags(context: CommandContext, changes: readonly Changed[]): Promise<void> {
  const { tx, noun, principal, services, now } = context;
  const workspaceId = principal.workspace.id;
  const recordKey = `${noun}Id`;
  const added = changes.flatMap(({ recordId, before, after }) => after.filter((id) => !before.includes(id))
    .map((tagId) => ({ workspaceId, id: services.newId(), tagId, [recordKey]: recordId })));
  if (added.length > 0) await insertRows(tx, 'Tagging', added);
  for (const { recordId, before, after } of changes.filter((each) => each.after.length < each.before.length)) {
    const removed = before.filter((id) => !after.includes(id));
    await tx.tagging.deleteMany({ where: { workspaceId, [recordKey]: recordId, tagId: { in: removed } } });
  }
  const times = Map.groupBy(Map.groupBy(changes, ({ recordId }) => recordId), ([, each]) => each.length);
  for (const [increment, records] of times) {
    await recordsOf(tx, noun).updateMany({
      where: { workspaceId, id: { in: records.map(([id]) => id) } },
      data: { version: { increment }, updatedAt: now },
    });
  }
}
