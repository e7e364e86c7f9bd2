import { columnGroup } from '../auth/column-rights.ts';
import { type FieldGroup, type Noun, type Verb, nouns } from '../auth/nouns.ts';
import { allowed, permitted, readable } from '../auth/reach.ts';
import { type LoadedRow, evaluate } from '../db/evaluate.ts';
import { modelNamed } from '../db/models.ts';
import type { Predicate } from '../db/predicate.ts';
import { printPrisma, type PrismaWhere } from '../db/print-prisma.ts';
import type { CommandContext } from './command.ts';
import { type UserError, notFound, notPermitted } from './errors.ts';
import { modelOf, recordsOf } from './noun-models.ts';

/**
 * What commands of every noun ask of policy: which records they may touch, which they may link to, who may own them,
 * and which fields they may write. The answers come from src/auth/reach.ts alone.
 */

/** A predicate of the principal's as Prisma's `where` over a noun's records, in his workspace. */
export function whereOf(context: CommandContext, noun: Noun, predicate: Predicate): PrismaWhere {
  return {
    AND: [
      { workspaceId: context.principal.workspace.id },
      printPrisma(predicate, modelNamed(modelOf[noun]!), context.parameters),
    ],
  };
}

/**
 * Records of the command's noun that its verb may touch: in reach, and in the bin just when it restores. Only what can
 * be read can be touched: the answer to a change (a version, a stage) would tell of the record otherwise.
 */
export function reachable(context: CommandContext): PrismaWhere {
  const { noun, verb, principal: { profile } } = context;
  return whereOf(context, noun, permitted(profile, noun, verb));
}

/** Records that the principal can read: the only ones he may link to. */
export function readableWhere(context: CommandContext, noun: Noun): PrismaWhere {
  return whereOf(context, noun, readable(context.principal.profile, noun));
}

/** What a command has looked up: the inputs of a batch name the same owners, teams and companies again and again. */
const lookedUp = new WeakMap<CommandContext, { readable: Map<string, boolean>; owners: Map<string, Owner | null> }>();

function lookUpsOf(context: CommandContext) {
  let known = lookedUp.get(context);
  if (!known) lookedUp.set(context, (known = { readable: new Map(), owners: new Map() }));
  return known;
}

/**
 * Those of the ids that name records the principal can read. One statement, none for ids that the command asked before.
 */
export async function readableIds(
  context: CommandContext, noun: Noun, ids: readonly (string | null | undefined)[],
): Promise<Set<string>> {
  const { readable } = lookUpsOf(context);
  const named = [...new Set(ids.filter((id): id is string => Boolean(id)))];
  const wanted = named.filter((id) => !readable.has(`${noun} ${id}`));
  if (wanted.length > 0) {
    const found = new Set(await findReadable(context, noun, wanted));
    for (const id of wanted) readable.set(`${noun} ${id}`, found.has(id));
  }
  return new Set(named.filter((id) => readable.get(`${noun} ${id}`)));
}

async function findReadable(context: CommandContext, noun: Noun, ids: readonly string[]): Promise<string[]> {
  const where = { AND: [readableWhere(context, noun), { id: { in: [...ids] } }] };
  const found = await recordsOf<{ id: string }>(context.tx, noun).findMany({ where, select: { id: true } });
  return found.map(({ id }) => id);
}

/** A problem for each link that names no readable record: it answers as if the record were absent. */
export async function linkProblems(context: CommandContext, links: readonly Link[]): Promise<UserError[]> {
  return (await linkProblemsOf(context, [links]))[0]!;
}

export type Link = { noun: Noun; id: string | null | undefined; path: readonly string[] };

/** The same for the inputs of a batch, in their order: one statement for each noun, however many inputs there are. */
export async function linkProblemsOf(
  context: CommandContext, inputs: readonly (readonly Link[])[],
): Promise<UserError[][]> {
  const readable = new Map<Noun, Set<string>>();
  for (const [noun, links] of Map.groupBy(inputs.flat(), (link) => link.noun)) {
    readable.set(noun, await readableIds(context, noun, links.map(({ id }) => id)));
  }
  return inputs.map((links) => links
    .filter(({ noun, id }) => id && !readable.get(noun)!.has(id))
    .map(({ noun, path }) => notFound(noun, ...path)));
}

/**
 * A problem unless the principal can read every record of the noun. Commands whose answer depends on records ("it is in
 * use by so many") ask this first, so that nobody learns by them what he cannot see.
 */
export function sightProblems({ principal, noun, verb }: CommandContext, of: Noun, ...path: string[]): UserError[] {
  if (principal.profile.reachOf(of, 'read') === 'any') return [];
  return [notPermitted(
    `To ${verb} a ${noun} one must see every ${of}: that needs the permission ${of}.read with the reach ANY.`, ...path,
  )];
}

export type Ownership = { ownerId: string | null; teamId: string | null };

/**
 * Whether the principal may leave a record with this owner and team: it must be in his reach afterwards, or he may
 * assign (product rules: "handing a record to somebody outside one's own reach needs `assign`"). On an update, `before`
 * is the record as it was: it must have been in his reach too, or in that of his assigning. A share reaches neither:
 * who may edit a colleague's record cannot make it his own.
 *
 * @param given what the input names; on an update, absent means as it was
 */
export async function ownershipProblems(
  context: CommandContext, given: Partial<Ownership>, before?: Ownership,
): Promise<UserError[]> {
  const { principal, noun, verb } = context;
  const after: Ownership = { ownerId: null, teamId: null, ...before, ...definedOnly(given) };
  const owners = await ownersOf(context, [after.ownerId, before?.ownerId]);
  const named = given.ownerId ? owners.get(given.ownerId) : null;
  const mayOwn = named?.isReadable && (named.isActive || given.ownerId === before?.ownerId);
  const problems = [
    ...(given.ownerId && !mayOwn ? [notFound('member', 'input', 'ownerId')] : []),
    // His own team is no secret to him, as little as he himself.
    ...await linkProblems(context, [
      { noun: 'team', id: given.teamId === principal.teamId ? null : given.teamId, path: ['input', 'teamId'] },
    ]),
  ];
  if (problems.length > 0) return problems;
  if (before && before.ownerId === after.ownerId && before.teamId === after.teamId) return [];
  const reaches = (which: Verb, { ownerId, teamId }: Ownership) => evaluate(
    allowed(principal.profile, noun, which),
    { ownerId, teamId, owner: ownerId ? owners.get(ownerId) ?? null : null, shares: [] }, context.parameters,
  );
  if (reaches(verb, after) && (!before || reaches(verb, before))) return [];
  if (before ? reaches('assign', before) : principal.profile.reachOf(noun, 'assign')) return [];
  return [notPermitted(
    `You may not hand over a ${noun} from or to somebody outside your own reach: `
    + `that needs the permission ${noun}.assign.`,
    'input', 'ownerId',
  )];
}

/** The same for new records, in their order: owners and teams are looked up once, however many records there are. */
export async function ownershipProblemsOf(
  context: CommandContext, owned: readonly Partial<Ownership>[],
): Promise<UserError[][]> {
  await ownersOf(context, owned.map(({ ownerId }) => ownerId));
  await readableIds(context, 'team', owned.map(({ teamId }) => teamId).filter((id) => id !== context.principal.teamId));
  const problems: UserError[][] = [];
  for (const given of owned) problems.push(await ownershipProblems(context, given));
  return problems;
}

function definedOnly<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

type Owner = { teamId: string | null; isActive: boolean; isReadable: boolean };

/**
 * Members by id with their teams, whoever they are: reach asks for the team of an owner that nobody may name any more.
 */
async function ownersOf(
  context: CommandContext, ids: readonly (string | null | undefined)[],
): Promise<Map<string, Owner>> {
  const { tx, principal } = context;
  const { owners } = lookUpsOf(context);
  if (principal.memberId) {
    owners.set(principal.memberId, { teamId: principal.teamId, isActive: true, isReadable: true });
  }
  const named = [...new Set(ids.filter((id): id is string => Boolean(id)))];
  const wanted = named.filter((id) => !owners.has(id));
  if (wanted.length > 0) {
    const members = await tx.member.findMany({
      where: { workspaceId: principal.workspace.id, id: { in: wanted } },
      select: { id: true, teamId: true, isActive: true },
    });
    const readables = await readableIds(context, 'member', wanted);
    for (const id of wanted) owners.set(id, null);
    for (const { id, ...member } of members) owners.set(id, { ...member, isReadable: readables.has(id) });
  }
  return new Map(named.flatMap((id) => (owners.get(id) ? [[id, owners.get(id)!]] : [])));
}

/** What a row is loaded with where it is to be asked who reaches it. */
export const withSight = {
  owner: { select: { teamId: true } },
  shares: { select: { memberId: true, teamId: true, endsAt: true, level: true } },
} as const;

/**
 * The field groups by which the principal can read a record: of a row loaded `withSight`.
 *
 * @throws Error when the row was loaded without what a reach asks for
 */
export function readableGroups({ principal, parameters }: CommandContext, noun: Noun, row: LoadedRow): Set<FieldGroup> {
  const groups = nouns[noun].fieldGroups as readonly FieldGroup[];
  return new Set(groups.filter((group) => evaluate(allowed(principal.profile, noun, 'read', group), row, parameters)));
}

/** A column that an input writes; children of a record say their field group themselves. */
export type WrittenColumn = string | { column: string; group: FieldGroup };

/**
 * A problem for each column that the principal may not write on this record. `record` is the record before an update
 * with its owner and shares, or as it would be after a create, once its ownership was checked.
 */
export function writeProblems(
  context: CommandContext, columns: readonly WrittenColumn[],
  record: Ownership & { owner?: { teamId: string | null } | null; shares?: readonly LoadedRow[] },
): UserError[] {
  const { principal, noun, verb } = context;
  const owner = record.owner ?? lookUpsOf(context).owners.get(record.ownerId ?? '') ?? null;
  return columns.flatMap((written) => {
    const { column, group } = typeof written === 'string' ? { column: written, group: columnGroup(noun, written) }
      : written;
    const reach = principal.profile.reachOf(noun, verb, group);
    // As wide as the verb itself: then whoever may touch the record may write the field.
    if (reach && reach === principal.profile.reachOf(noun, verb)) return [];
    const rule = allowed(principal.profile, noun, verb, group);
    const row = { ...record, owner, shares: record.shares ?? [] };
    if (evaluate(rule, row, context.parameters)) return [];
    return [notPermitted(
      `You may not write ${column} of this ${noun}: that needs the permission ${noun}.${group}.`, 'input', column,
    )];
  });
}
