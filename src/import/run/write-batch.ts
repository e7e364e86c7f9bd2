import { type VerbPermission, isOwnedNoun } from '../../auth/nouns.ts';
import { tentatively } from '../../db/savepoint.ts';
import type { Command } from '../../services/command.ts';
import type { UserError } from '../../services/errors.ts';
import { ownershipOfNew } from '../../services/owned-records.ts';
import { type Ownership, ownershipProblemsOf } from '../../services/records.ts';
import type { CompiledFile } from '../rows/compile-file.ts';
import type { PlannedRow } from '../rows/plan-row.ts';
import type { Problem } from '../rows/problem.ts';
import { type Existing, changeOf, findExisting } from './existing.ts';
import type { Work } from './session.ts';

/** What became of a row; refused rows have their problems. */
export type Fate = 'created' | 'updated' | 'unchanged' | 'kept' | 'refused';
export type Written = { row: PlannedRow; fate: Fate };

type AnyCommand = Command<Record<string, unknown>>;

/** What a record that is here already is to go through: an update, a move, or both. */
type Change = { row: PlannedRow; updating: Record<string, unknown> | null; moving: Record<string, unknown> | null };

const rowsOf = (changes: readonly Change[]): PlannedRow[] => changes.map(({ row }) => row);

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
    const { noun, keySource } = this.#file;
    const allowed = await this.#withinImport(this.#permitted(rows, `${noun.noun}.create` as VerbPermission));
    const inputs = allowed.map(({ key, input }) => (
      { ...input, ...(key === null ? {} : { externalReferences: [{ source: keySource, key }] }) }));
    await this.#run(noun.create as unknown as AnyCommand, allowed, inputs, 'created');
  }

  refuseAbsent(rows: readonly PlannedRow[]): void {
    for (const row of rows) this.#refuse(row, absent(this.#file));
  }

  async change(rows: readonly PlannedRow[], existing: ReadonlyMap<number, Existing>): Promise<void> {
    const { noun } = this.#file;
    const updates = this.#file.existing !== 'keep';
    const [update, move] = [noun.update, noun.move] as unknown as AnyCommand[];
    const changes: Change[] = [];
    for (const row of rows) {
      const current = existing.get(row.line)!;
      if (typeof current === 'string') {
        if (current === 'ambiguous') this.#refuse(row, ambiguous(this.#file));
        else if (updates) this.#refuse(row, unreachable(this.#file));
        else this.#settle(row, 'kept');
        continue;
      }
      const change = updates ? changeOf(this.#work, this.#file, row, current) : { update: null, stageId: null };
      const { id, version } = current;
      const { lossReason, stageReason } = row.input;
      const updating = change.update && { id, version, ...change.update };
      const moving = change.stageId === null ? null : {
        id, version: version + (updating ? 1 : 0), stageId: change.stageId,
        ...(lossReason === undefined ? {} : { lossReason }), ...(stageReason === undefined ? {} : { stageReason }),
      };
      if (updating || moving) changes.push({ row, updating, moving });
      else this.#settle(row, updates ? 'unchanged' : 'kept');
    }
    const mayUpdate = new Set(this.#permitted(rowsOf(changes.filter(({ updating }) => updating)), `${noun.noun}.update` as VerbPermission));
    const updated = changes.filter(({ row, updating }) => !updating || mayUpdate.has(row));
    const mayMove = new Set(this.#permitted(rowsOf(updated.filter(({ moving }) => moving)), `${noun.noun}.move` as VerbPermission));
    const left = updated.filter(({ row, moving }) => !moving || mayMove.has(row));
    const only = (one: 'updating' | 'moving', other: 'updating' | 'moving') => left.filter((each) => each[one] && !each[other]);
    const [updatedOnly, movedOnly] = [only('updating', 'moving'), only('moving', 'updating')];
    await this.#run(update!, rowsOf(updatedOnly), updatedOnly.map(({ updating }) => updating!), 'updated');
    await this.#run(move!, rowsOf(movedOnly), movedOnly.map(({ moving }) => moving!), 'updated');
    for (const { row, updating, moving } of left) {
      if (updating && moving) await this.#runAll(row, [[update!, updating], [move!, moving]], 'updated');
    }
  }

  /** Runs a command for rows; `fate` says what they become by it. */
  async #run(
    command: AnyCommand, rows: readonly PlannedRow[], inputs: readonly Record<string, unknown>[], fate: Fate,
  ): Promise<void> {
    if (rows.length === 0) return;
    const results = await command.runBatch(this.#work.services, inputs);
    for (const [at, { userErrors }] of results.entries()) this.#conclude(rows[at]!, userErrors, fate);
  }

  /** Runs several commands for one row: where one of them is refused, nothing of the row stays. */
  async #runAll(row: PlannedRow, steps: readonly (readonly [AnyCommand, Record<string, unknown>])[], fate: Fate): Promise<void> {
    const userErrors = await tentatively(this.#work.tx, async () => {
      for (const [command, input] of steps) {
        const [result] = await command.runBatch(this.#work.services, [input]);
        if (result!.userErrors.length > 0) return result!.userErrors;
      }
      return [];
    }, (problems) => problems.length === 0);
    this.#conclude(row, userErrors, fate);
  }

  #conclude(row: PlannedRow, userErrors: readonly UserError[], fate: Fate): void {
    if (userErrors.length > 0) this.#refuse(row, ...userErrors.map((error) => problemOf(row, error)));
    else this.#settle(row, fate);
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
    if (rows.length === 0 || !isOwnedNoun(noun) || this.#work.principal.profile.reachOf(noun, 'import') === 'any') return rows;
    const context = this.#work.asking(noun, 'import');
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
    reason: `The ${noun} with this key is in the bin, or it is not yours to change: that needs ${noun}.update and ${noun}.import over it.`,
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

/** What a service says about an input, in terms of the file: the column that the value came from. */
export function problemOf(row: PlannedRow, { code, message, path }: UserError): Problem {
  const steps = path.filter((step, at) => at > 0 || step !== 'input');
  // A problem with `lines.0.unitPriceMinor` may be told as one with `lines.0` or `lines`.
  for (let length = steps.length; length > 0; length -= 1) {
    const place = steps.slice(0, length).join('.');
    const origin = row.origins.get(place) ?? [...row.origins].find(([at, { field }]) => at.startsWith(`${place}.`) || field === place)?.[1];
    if (origin) return { ...origin, code, reason: message, suggestion: suggestions[code] };
  }
  const field = steps.join('.') || null;
  return { column: null, field, value: null, code, reason: message, suggestion: suggestions[code] };
}

const suggestions: Partial<Record<UserError['code'], string>> = {
  VERSION_CONFLICT: 'Somebody has changed the record meanwhile: run the import again.',
  NOT_PERMITTED: 'Import as a member who has the permission, or ask for it.',
  STAGE_REQUIREMENTS_MISSING: 'Give the record what its stage asks for, or import it into another stage.',
  STAGE_ROLE_MISSING: 'Import as a member who has such a role, or into another stage.',
  STAGE_NOT_ALLOWED: 'Allow the step in the pipeline, or leave the stage of records that exist alone.',
};

