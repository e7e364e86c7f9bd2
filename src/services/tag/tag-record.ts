import { type OwnedNoun, ownedNouns } from '../../auth/nouns.ts';
import { type Command, type CommandContext, type Outcome, command, done, refused, unchanged } from '../command.ts';
import { notFound, userError } from '../errors.ts';
import { convertedProblemsOf } from '../lead/converted.ts';
import { recordsOf } from '../noun-models.ts';
import { linkProblems, reachable } from '../records.ts';
import { listProblems } from '../validate.ts';

type TagRecordInput = { recordId: string; tagIds: readonly string[] };

/** Tags on one record. */
const maxTags = 100;

/** Puts tags on a record, which is an update of it. Those it has already stay; nobody else's change is overwritten. */
export const tagRecord = forEachNoun((noun) => command<TagRecordInput>(`${noun}.update`, async (context, input) => {
  const before = await tagsOf(context, input);
  if (!before.ok) return before.outcome;
  const added = [...new Set(input.tagIds)].filter((id) => !before.tagIds.includes(id));
  if (added.length === 0) return unchanged(input.recordId);
  const after = [...before.tagIds, ...added];
  if (after.length > maxTags) {
    return refused(userError('LIMIT_REACHED', `A record has at most ${maxTags} tags.`, 'input', 'tagIds'));
  }
  const { tx, principal, services } = context;
  const version = await raiseVersion(context, input.recordId);
  if (version === null) return refused(notFound(noun, 'input', 'recordId'));
  const on = { workspaceId: principal.workspace.id, [`${noun}Id`]: input.recordId };
  await tx.tagging.createMany({
    data: added.map((tagId) => ({ ...on, id: services.newId(), tagId })),
    skipDuplicates: true,
  });
  return done(input.recordId, version, { before: { tags: before.tagIds }, after: { tags: after } });
}, { act: 'tag' }));

/** Takes tags off a record. Those it does not have are off already. */
export const untagRecord = forEachNoun((noun) => command<TagRecordInput>(`${noun}.update`, async (context, input) => {
  const before = await tagsOf(context, input);
  if (!before.ok) return before.outcome;
  const after = before.tagIds.filter((id) => !input.tagIds.includes(id));
  if (after.length === before.tagIds.length) return unchanged(input.recordId);
  const version = await raiseVersion(context, input.recordId);
  if (version === null) return refused(notFound(noun, 'input', 'recordId'));
  await context.tx.tagging.deleteMany({
    where: {
      workspaceId: context.principal.workspace.id,
      [`${noun}Id`]: input.recordId,
      tagId: { in: [...input.tagIds] },
    },
  });
  return done(input.recordId, version, { before: { tags: before.tagIds }, after: { tags: after } });
}, { act: 'untag' }));

function forEachNoun(make: (noun: OwnedNoun) => Command<TagRecordInput>): Record<OwnedNoun, Command<TagRecordInput>> {
  return Object.fromEntries(ownedNouns.map((noun) => [noun, make(noun)])) as Record<OwnedNoun, Command<TagRecordInput>>;
}

/** The tags that the record has, in order; or why the input cannot be carried out. */
async function tagsOf(
  context: CommandContext, { recordId, tagIds }: TagRecordInput,
): Promise<{ ok: true; tagIds: string[] } | { ok: false; outcome: Outcome }> {
  const { tx, noun, principal } = context;
  const record = await recordsOf<{ id: string }>(tx, noun).findFirst({
    where: { AND: [reachable(context), { id: recordId }] },
    select: { id: true },
  });
  const problems = [
    ...(record ? [] : [notFound(noun, 'input', 'recordId')]),
    ...(noun === 'lead' && record ? await convertedProblemsOf(context, recordId, 'recordId') : []),
    ...listProblems(tagIds, ['input', 'tagIds'], maxTags),
    ...(await linkProblems(
      context, tagIds.slice(0, maxTags).map((id, at) => ({ noun: 'tag', id, path: ['input', 'tagIds', String(at)] })),
    )),
  ];
  if (problems.length > 0) return { ok: false, outcome: refused(...problems) };
  const taggings = await tx.tagging.findMany({
    where: { workspaceId: principal.workspace.id, [`${noun}Id`]: recordId },
    select: { tagId: true },
    orderBy: { id: 'asc' },
  });
  return { ok: true, tagIds: taggings.map(({ tagId }) => tagId) };
}

/** The record's new version; null when it is out of reach by now. */
async function raiseVersion(context: CommandContext, id: string): Promise<number | null> {
  const [record] = await recordsOf<{ version: number }>(context.tx, context.noun).updateManyAndReturn({
    where: { AND: [reachable(context), { id }] },
    data: { version: { increment: 1 }, updatedAt: context.now },
    select: { version: true },
  });
  return record?.version ?? null;
}
