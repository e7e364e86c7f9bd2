import { permitted } from '../../auth/reach.ts';
import { changeRow } from '../../db/change-row.ts';
import { lockedRows } from '../../db/locked-rows.ts';
import { type StageFacts, stageFacts } from '../../db/stage-facts.ts';
import { type Command, type CommandContext, type Outcome, batchCommand, done, refused, unchanged } from '../command.ts';
import { type UserError, invalid, notFound, versionConflict } from '../errors.ts';
import { placesInLockOrder } from '../lock-order.ts';
import { modelOf } from '../noun-models.ts';
import type { InputShape } from '../owned-records.ts';
import { type Ownership, linkProblems, writeProblems } from '../records.ts';
import { textProblems } from '../validate.ts';
import { ledgerEntry } from './enter-stage.ts';
import type { StagedNoun } from './kinds.ts';
import {
  closingProblems, placeProblems, reasonProblems, rightProblems, ruleProblems, stageNamed,
} from './move-rules.ts';

export type MoveInput = {
  id: string;
  stageId: string;
  version: number;
  lossReason?: string | null;
  /** One of the stage's reasons. */
  stageReason?: string | null;
  /** When it was moved, where that is written down later; needs `backdate`. */
  stageEnteredAt?: Date | null;
  /** Why rules of the stages are set aside; needs `moveAgainstRules`. */
  reason?: string | null;
};

/** A deal or a lead, as far as moving it goes. */
export type Moved = Ownership & {
  id: string;
  version: number;
  pipelineId: string;
  stageId: string;
  stageEnteredAt: Date;
  closedAt: Date | null;
  lossReason: string | null;
  stageReason: string | null;
  amountMinor: bigint | null;
  currency: string;
  probability?: number;
  isProbabilitySetByHand?: boolean;
  expectedCloseOn?: Date | null;
  convertedAt?: Date | null;
};
type Found = Moved & { owner: { teamId: string | null } | null };

/** What moving records of a noun can do besides: a move may fill in at once what the stage asks for. */
export type MoveOptions<Fields> = {
  noun: StagedNoun;
  /** What stands against moving the record at all, whatever comes with it; nothing when absent. */
  recordProblems?: (before: Moved) => UserError[];
  /** Everything that is wrong with the fields that come with the move. */
  fieldProblems: (input: Fields) => UserError[];
  shape: InputShape<Fields>;
  /** The columns that these fields, and the stage that is entered, give the record. */
  columns: (input: Fields, before: Moved, to: StageFacts) => Partial<Moved>;
  /** Lists of the record, as far as stages ask for them and the input replaces them. */
  lists?: {
    /** For each input the lists that the record would have, by name; absent ones nobody asks for. */
    resulting(
      context: CommandContext,
      inputs: readonly (Fields & { id: string })[],
      asked: ReadonlySet<string>,
    ): Promise<Readonly<Record<string, unknown>>[]>;
    /** Whether the input replaces any of them. */
    isNamed(input: Fields): boolean;
    /** @returns before and after of what was replaced, for the audit */
    replace(context: CommandContext, input: Fields & { id: string }): Promise<{ before: object; after: object }>;
  };
};

/**
 * Moves records of a noun along their pipelines. The ledger gets a row for each move. To the stage that a record is in,
 * nothing moves; what comes with the move is taken down all the same.
 *
 * @param isBulk each record must be in reach of the right to change many at once, too
 */
export function moveCommand<Fields extends object>(
  options: MoveOptions<Fields>, { isBulk = false } = {},
): Command<MoveInput & Fields> {
  const { noun } = options;
  return batchCommand<MoveInput & Fields>(
    `${noun}.move`,
    async (context, inputs) => {
      const { tx, principal } = context;
      const ids = [...new Set(inputs.map(({ id }) => id))];
      // Both in one packet. The stages first, as everywhere: whoever changes a pipeline locks them before its records.
      const [{ stages }, found] = await Promise.all([
        stageFacts(tx, principal.workspace.id, {
          ids: [...new Set(inputs.map(({ stageId }) => stageId))],
          [noun === 'deal' ? 'ofDeals' : 'ofLeads']: ids,
        }),
        lockedRows<Found>(
          tx, modelOf[noun]!, principal.workspace.id, ids, permitted(principal.profile, noun, context.verb),
          context.parameters, notLookedAt,
        ),
      ]);
      const asked = new Set([...stages.values()].flatMap(({ requiredFields }) => requiredFields));
      const records = new Map(found.map((record) => [record.id, record]));
      const lists = (await options.lists?.resulting(context, inputs, asked)) ?? [];
      const checking = { context, updating: { ...context, verb: 'update' as const }, stages, options, isBulk };
      const outcomes: Outcome[] = [];
      for (const at of placesInLockOrder(inputs)) {
        const input = inputs[at]!;
        const before = records.get(input.id);
        records.delete(input.id);
        if (!before) {
          const isTwice = inputs.some((other, place) => place !== at && other.id === input.id);
          const problem = isTwice
            ? invalid(`This ${noun} is in the list twice, or out of reach.`, 'input', 'id')
            : notFound(noun, 'input', 'id');
          outcomes[at] = refused(problem);
          continue;
        }
        const planned = await planMove(checking, input, before, lists[at] ?? {});
        if ('errors' in planned) outcomes[at] = refused(...planned.errors);
        else outcomes[at] = await writeMove(checking, input, before, planned);
      }
      return outcomes;
    },
    isBulk ? { batchPermission: `${noun}.bulk` } : {},
  );
}

/** What moving does not look at and may be long. */
const notLookedAt = { conversion: true };

type Checking<Fields> = {
  context: CommandContext;
  /** Fields that come with a move are an update of the record. */
  updating: CommandContext;
  stages: ReadonlyMap<string, StageFacts>;
  options: MoveOptions<Fields>;
  isBulk: boolean;
};
type Planned = { to: StageFacts; data: Partial<Moved>; againstRulesReason: string | null };

/** What the move would make of the record, or all that stands against it. */
async function planMove<Fields extends object>(
  { context, updating, stages, options, isBulk }: Checking<Fields>, input: MoveInput & Fields, before: Found,
  lists: Readonly<Record<string, unknown>>,
): Promise<Planned | { errors: UserError[] }> {
  const unmovable = options.recordProblems?.(before) ?? [];
  if (unmovable.length > 0) return { errors: unmovable };
  const from = stages.get(before.stageId);
  const to = stageNamed(context.principal, stages, input.stageId);
  const reasons = (['lossReason', 'stageReason'] as const).filter((name) => input[name] !== undefined);
  const written = options.shape.written(input).filter((column) => !(reasons as readonly unknown[]).includes(column));
  const problems = [
    ...(to ? [] : [notFound('stage', 'input', 'stageId')]),
    ...(isBulk ? rightProblems(context, 'bulk', before, 'input', 'id') : []),
    ...reasonProblems(input, to),
    ...backdatingProblems(context, input, before),
    ...writeProblems(context, reasons, before),
    ...textProblems(input.reason, ['input', 'reason'], { max: 500 }),
    ...options.fieldProblems(input),
    ...written.slice(0, 1).flatMap(() => rightProblems(updating, 'update', before, 'input', String(written[0]))),
    ...writeProblems(updating, written, before),
    ...(await linkProblems(updating, options.shape.links(input))),
  ];
  if (!to) return { errors: problems };
  // It has left the stage that it was in a moment ago.
  if (!from) return { errors: [...problems, versionConflict(before.version)] };
  const data = columnsOf(context, options, input, before, to);
  const broken = ruleProblems(context, before, from, to, { ...before, ...data, ...lists });
  const misplaced = placeProblems(before, from, to);
  const reason = input.reason?.trim() || null;
  const isBypassed = broken.length > 0 && reason !== null;
  const mayBypass = isBypassed ? rightProblems(context, 'moveAgainstRules', before, 'input', 'reason') : [];
  problems.unshift(
    // A stage of another pipeline, or one that has gone, has no rules for this record.
    ...(misplaced.length > 0 ? misplaced : [...(isBypassed && mayBypass.length === 0 ? [] : broken), ...mayBypass]),
    ...closingProblems(context, before, from, to),
  );
  if (problems.length > 0) return { errors: problems };
  if (before.version !== input.version) return { errors: [versionConflict(before.version)] };
  return { to, data, againstRulesReason: isBypassed ? reason : null };
}

/** A move that was made earlier: in the past, and no earlier than the one before it. */
function backdatingProblems(
  context: CommandContext, { stageEnteredAt: enteredAt }: MoveInput, before: Found,
): UserError[] {
  if (!enteredAt) return [];
  const path = ['input', 'stageEnteredAt'];
  const isBetween = enteredAt >= before.stageEnteredAt && enteredAt <= context.now;
  return [
    ...rightProblems(context, 'backdate', before, ...path),
    ...(isBetween
      ? []
      : [invalid('It was moved after it had entered the stage it is in, and not in the future.', ...path)]),
  ];
}

function columnsOf<Fields>(
  { now }: CommandContext, options: MoveOptions<Fields>, input: MoveInput & Fields, before: Moved, to: StageFacts,
): Partial<Moved> {
  const isMoved = before.stageId !== to.id;
  const enteredAt = input.stageEnteredAt ?? now;
  return {
    ...options.columns(input, before, to),
    ...(isMoved
      ? { stageId: to.id, stageEnteredAt: enteredAt, closedAt: to.status === 'OPEN' ? null : enteredAt }
      : {}),
    // Where nothing is moved nothing is cleared: that there was a change would tell of a reason that was left behind.
    lossReason: (to.status === 'LOST' && input.lossReason?.trim())
      || (to.status === 'LOST' || !isMoved ? before.lossReason : null),
    stageReason: input.stageReason?.trim() || (isMoved ? null : before.stageReason),
  };
}

/** Writes the record, and says what the ledger is to keep of it. */
async function writeMove<Fields extends object>(
  { context, options }: Checking<Fields>, input: MoveInput & Fields, before: Found,
  { to, data, againstRulesReason }: Planned,
): Promise<Outcome> {
  const { owner: _, ...kept } = before;
  const differs = Object.entries(data).some(([name, value]) => !isSame(value, before[name as keyof Moved]));
  if (!differs && !options.lists?.isNamed(input)) return unchanged(before.id);
  const after = { ...kept, ...data, version: before.version + 1 };
  const changed = { ...data, updatedAt: context.now };
  changeRow(context.tx, modelOf[options.noun]!, context.principal.workspace.id, before.id, changed);
  const replaced = (await options.lists?.replace(context, input)) ?? { before: {}, after: {} };
  const entry = before.stageId !== to.id
    && ledgerEntry(context, after, { fromStageId: before.stageId, probability: to.probability, againstRulesReason });
  return done(before.id, after.version, {
    before: { ...kept, ...replaced.before },
    after: { ...after, ...replaced.after },
    ...(againstRulesReason ? { reason: againstRulesReason } : {}),
    ...(entry ? { entry } : {}),
  });
}

function isSame(one: unknown, other: unknown): boolean {
  return one instanceof Date && other instanceof Date ? one.getTime() === other.getTime() : one === other;
}
