import { type VerbPermission, isOwnedNoun } from '../../auth/nouns.ts';
import { tentatively } from '../../db/savepoint.ts';
import type { Command } from '../../services/command.ts';
import type { UserError } from '../../services/errors.ts';
import { ownershipOfNew } from '../../services/owned-records.ts';
import { type Ownership, ownershipProblemsOf } from '../../services/records.ts';
import type { CurrentRecord } from '../nouns/noun.ts';
import type { CompiledFile } from '../rows/compile-file.ts';
import type { PlannedRow } from '../rows/plan-row.ts';
import { type Problem, problemOf } from '../rows/problem.ts';
import { type Existing, changeOf, findExisting, tagIdsOf } from './existing.ts';
import type { Work } from './importer.ts';

/** What became of a row; refused rows have their problems. */
export type Fate = 'created' | 'updated' | 'unchanged' | 'kept' | 'refused';
export type Written = { row: PlannedRow; fate: Fate };

type AnyCommand = Command<Record<string, unknown>>;

/** One of the commands that a record goes through to be as its row says; a new record has its id from the first. */
type Step = { command: AnyCommand; input(recordId: string): Record<string, unknown> };
type Plan = { row: PlannedRow; steps: readonly Step[] };
/** What became of plans: why some were refused, and whether one of these had gone a part of its way. */
type Attempt = { refused: ReadonlyMap<Plan, readonly UserError[]>; isHalfway: boolean };

/** Writes rows whose links are resolved: new records are created, others are changed where the rows say otherwise. */
export async function writeBatch(work: Work, file: CompiledFile, rows: readonly PlannedRow[]): Promise<Written[]> {
  const batch = new Batch(work, file);
  const existing = await findExisting(work, file, rows);
  const absent = rows.filter(({ line }) => !existing.has(line));
  if (file.existing === 'only') batch.refuseAbsent(absent);
  else await batch.create(absent);
  await batch.change(rows.filter(({ line }) => existing.has(line)), existing);
  return batch.written;
}

class Batch {
  readonly written: Written[] = [];
  readonly #work: Work;
  readonly #file: CompiledFile;

  constructor(work: Work, file: CompiledFile) {
    this.#work = work;
    this.#file = file;
  }

  async create(rows: readonly PlannedRow[]): Promise<void> {
    const { noun } = this.#file.noun;
    const { create, tag } = this.#commands;
    const allowed = await this.#withinImport(this.#permitted(rows, `${noun}.create` as VerbPermission));
    const plans = allowed.flatMap((row): Plan[] => {
      const input = this.#inputOf(row);
      const tagIds = tagIdsOf(row);
      const creation = { command: create, input: () => input };
      if (tagIds.length === 0) return [{ row, steps: [creation] }];
      const tagging = { command: tag, input: (recordId: string) => ({ recordId, tagIds }) };
      return this.#permitted([row], tag.permission).length > 0 ? [{ row, steps: [creation, tagging] }] : [];
    });
    await this.#take(plans, 'created');
  }

  #inputOf({ key, firstStageId, input: { tags: _, ...input } }: PlannedRow): Record<string, unknown> {
    return {
      ...(firstStageId ? { stageId: firstStageId } : {}), ...input,
      ...(key === null ? {} : { externalReferences: [{ source: this.#file.keySource, key }] }),
    };
  }

  refuseAbsent(rows: readonly PlannedRow[]): void {
    for (const row of rows) this.#refuse(row, absent(this.#file));
  }

  async change(rows: readonly PlannedRow[], existing: ReadonlyMap<number, Existing>): Promise<void> {
    const updates = this.#file.existing !== 'keep';
    const plans: Plan[] = [];
    for (const row of rows) {
      const current = existing.get(row.line)!;
      if (typeof current === 'string') {
        if (current === 'ambiguous') this.#refuse(row, ambiguous(this.#file));
        else if (updates) this.#refuse(row, unreachable(this.#file));
        else this.#settle(row, 'kept');
        continue;
      }
      const steps = updates ? this.#stepsOf(row, current) : [];
      if (steps.length > 0) plans.push({ row, steps });
      else this.#settle(row, updates ? 'unchanged' : 'kept');
    }
    await this.#take(plans.filter(({ row, steps }) =>
      steps.every(({ command: { permission } }) => this.#permitted([row], permission).length > 0)), 'updated');
  }

  /** What a record that is here goes through to be as its row says. */
  #stepsOf(row: PlannedRow, current: CurrentRecord): Step[] {
    const { id, version } = current;
    const { update, stageId, tagIds } = changeOf(this.#work, this.#file, row, current);
    const { lossReason, stageReason } = row.input;
    const reasons = {
      ...(lossReason === undefined ? {} : { lossReason }), ...(stageReason === undefined ? {} : { stageReason }),
    };
    const commands = this.#commands;
    return [
      ...(update ? [{ command: commands.update, input: () => ({ id, version, ...update }) }] : []),
      ...(stageId === null ? [] : [{
        command: commands.move, input: () => ({ id, version: version + (update ? 1 : 0), stageId, ...reasons }),
      }]),
      ...(tagIds ? [{ command: commands.tag, input: () => ({ recordId: id, tagIds }) }] : []),
    ];
  }

  /**
   * Takes records through their steps, and says what became of their rows. Of a row that is refused nothing stays:
   * where one had gone a part of its way, all is undone and done again without those that are refused.
   */
  async #take(plans: readonly Plan[], fate: Fate): Promise<void> {
    if (plans.length === 0) return;
    const attempt = () => this.#attempt(plans);
    const { refused, isHalfway } = plans.every(({ steps }) => steps.length === 1) ? await attempt()
      : await tentatively(this.#work.tx, attempt, (done) => !done.isHalfway);
    for (const [{ row }, errors] of refused) this.#refuse(row, ...errors.map((error) => problemOf(row, error)));
    const others = plans.filter((plan) => !refused.has(plan));
    if (isHalfway) await this.#take(others, fate);
    else for (const { row } of others) this.#settle(row, fate);
  }

  /** One command after the other, each for all records that have it among their steps. */
  async #attempt(plans: readonly Plan[]): Promise<Attempt> {
    const refused = new Map<Plan, readonly UserError[]>();
    const ids = new Map<Plan, string>();
    let isHalfway = false;
    const { create, update, move, tag } = this.#commands;
    for (const command of [create, update, move, tag]) {
      const taken = plans.filter((plan) => !refused.has(plan)).flatMap((plan) => (
        plan.steps.filter((step) => step.command === command).map((step) => ({ plan, step }))));
      if (taken.length === 0) continue;
      const inputs = taken.map(({ plan, step }) => step.input(ids.get(plan)!));
      for (const [at, { recordId, userErrors }] of (await command.runBatch(this.#work.services, inputs)).entries()) {
        const { plan, step } = taken[at]!;
        if (recordId !== null) ids.set(plan, recordId);
        if (userErrors.length === 0) continue;
        refused.set(plan, userErrors);
        isHalfway ||= step !== plan.steps[0];
      }
    }
    return { refused, isHalfway };
  }

  /** The noun's commands: those for stages and tags are asked for only where it has them. */
  get #commands(): Record<'create' | 'update' | 'move' | 'tag', AnyCommand> {
    return this.#file.noun as unknown as Record<'create' | 'update' | 'move' | 'tag', AnyCommand>;
  }

  /** Rows for which the member has the permission at all; the others are refused, naming it. */
  #permitted(rows: readonly PlannedRow[], permission: VerbPermission): readonly PlannedRow[] {
    const [noun, verb] = permission.split('.') as [never, never];
    if (this.#work.principal.profile.reachOf(noun, verb)) return rows;
    for (const row of rows) this.#refuse(row, notPermitted(permission));
    return [];
  }

  /** Who may import within a reach only makes records within it. */
  async #withinImport(rows: readonly PlannedRow[]): Promise<readonly PlannedRow[]> {
    const { noun } = this.#file.noun;
    if (rows.length === 0 || !isOwnedNoun(noun) || this.#work.principal.profile.reachOf(noun, 'import') === 'any') {
      return rows;
    }
    const context = this.#work.contextFor(noun, 'import');
    const owners = rows.map(({ input }): Ownership => ownershipOfNew(context, input));
    const problems = await ownershipProblemsOf(context, owners);
    return rows.filter((row, at) => {
      if (problems[at]!.length > 0) this.#refuse(row, ...problems[at]!.map((error) => problemOf(row, error)));
      return problems[at]!.length === 0;
    });
  }

  #settle(row: PlannedRow, fate: Fate): void {
    this.written.push({ row, fate });
  }

  #refuse(row: PlannedRow, ...problems: Problem[]): void {
    row.problems.push(...problems);
    this.#settle(row, 'refused');
  }
}

export function notPermitted(permission: string): Problem {
  return {
    column: null, field: null, value: null, code: 'NOT_PERMITTED', reason: `That needs the permission ${permission}.`,
    suggestion: 'Import as a member who has it, or ask for it.',
  };
}

function unreachable({ noun: { noun } }: CompiledFile): Problem {
  return {
    column: null, field: 'key', value: null, code: 'NOT_FOUND',
    reason:
      `The ${noun} with this key is in the bin, or it is not yours to change: that needs ${noun}.update and `
      + `${noun}.import over it.`,
    suggestion: 'Restore it, or leave what is here alone with "existing": "keep".',
  };
}

function absent({ noun: { noun }, matchBy }: CompiledFile): Problem {
  return {
    column: null, field: 'key', value: null, code: 'NOT_FOUND',
    reason: `There is no ${noun} with this ${matchBy ?? 'key'} here, and the mapping makes no new ones.`,
    suggestion: 'Import it before.',
  };
}

function ambiguous({ noun: { noun }, matchBy }: CompiledFile): Problem {
  return {
    column: null, field: matchBy, value: null, code: 'AMBIGUOUS',
    reason: `There are several records that fit: which ${noun} is meant cannot be told by its ${matchBy}.`,
    suggestion: 'Give records a "key", or different names.',
  };
}
