import { type VerbPermission, isOwnedNoun } from '../../auth/nouns.ts';
import { tentatively } from '../../db/savepoint.ts';
import type { Command } from '../../services/command.ts';
import type { UserError } from '../../services/errors.ts';
import { ownershipOfNew } from '../../services/owned-records.ts';
import { type Ownership, ownershipProblemsOf } from '../../services/records.ts';
import type { CurrentRecord } from '../nouns/noun.ts';
import type { CompiledFile } from '../rows/compile-file.ts';
import type { PlannedRow } from '../rows/plan-row.ts';
import type { Problem } from '../rows/problem.ts';
import { type Existing, changeOf, findExisting, tagIdsOf } from './existing.ts';
import type { Work } from './importer.ts';

/** What became of a row; refused rows have their problems. */
export type Fate = 'created' | 'updated' | 'unchanged' | 'kept' | 'refused';
export type Written = { row: PlannedRow; fate: Fate };

type AnyCommand = Command<Record<string, unknown>>;

/** One of the commands that a record goes through which is here already. */
type Step = { command: AnyCommand; input: Record<string, unknown> };

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
    const inputOf = ({ key, firstStageId, input: { tags: _, ...input } }: PlannedRow) => ({
      ...(firstStageId ? { stageId: firstStageId } : {}), ...input,
      ...(key === null ? {} : { externalReferences: [{ source: keySource, key }] }),
    });
    const [create, tag] = [noun.create, noun.tag] as unknown as [AnyCommand, AnyCommand];
    const plain = allowed.filter((row) => tagIdsOf(row).length === 0);
    await this.#run(create, plain, plain.map(inputOf), 'created');
    const tagged = allowed.filter((row) => tagIdsOf(row).length > 0);
    if (tagged.length > 0) await this.#createTagged(create, tag, this.#permitted(tagged, tag.permission), inputOf);
  }

  /** Creates records and puts their tags on. Where tags are refused all is undone and done again without these rows. */
  async #createTagged(
    create: AnyCommand, tag: AnyCommand, rows: readonly PlannedRow[],
    inputOf: (row: PlannedRow) => Record<string, unknown>,
  ): Promise<void> {
    if (rows.length === 0) return;
    const { services, tx } = this.#work;
    const { made, refused } = await tentatively(tx, async () => {
      const results = await create.runBatch(services, rows.map(inputOf));
      const there = rows.flatMap((row, at) => results[at]!.recordId === null ? [] : [
        { row, recordId: results[at]!.recordId },
      ]);
      const tagged = await tag.runBatch(
        services, there.map(({ row, recordId }) => ({ recordId, tagIds: tagIdsOf(row) })));
      const problems = there.flatMap(({ row }, at) => tagged[at]!.userErrors.length === 0 ? [] : [{
        row, ...tagged[at]!,
      }]);
      return { made: results, refused: problems };
    }, (outcome) => outcome.refused.length === 0);
    if (refused.length === 0) {
      for (const [at, row] of rows.entries()) this.#conclude(row, made[at]!.userErrors, 'created');
      return;
    }
    for (const { row, userErrors } of refused) this.#conclude(row, userErrors, 'refused');
    const without = new Set(refused.map(({ row }) => row));
    await this.#createTagged(create, tag, rows.filter((row) => !without.has(row)), inputOf);
  }

  refuseAbsent(rows: readonly PlannedRow[]): void {
    for (const row of rows) this.#refuse(row, absent(this.#file));
  }

  async change(rows: readonly PlannedRow[], existing: ReadonlyMap<number, Existing>): Promise<void> {
    const updates = this.#file.existing !== 'keep';
    const changes: { row: PlannedRow; steps: Step[] }[] = [];
    for (const row of rows) {
      const current = existing.get(row.line)!;
      if (typeof current === 'string') {
        if (current === 'ambiguous') this.#refuse(row, ambiguous(this.#file));
        else if (updates) this.#refuse(row, unreachable(this.#file));
        else this.#settle(row, 'kept');
        continue;
      }
      const steps = updates ? this.#stepsOf(row, current) : [];
      if (steps.length > 0) changes.push({ row, steps });
      else this.#settle(row, updates ? 'unchanged' : 'kept');
    }
    const left = changes.filter(({ row, steps }) =>
      steps.every(({ command: { permission } }) => this.#permitted([row], permission).length > 0));
    for (const command of new Set(left.flatMap(({ steps }) => steps.map((step) => step.command)))) {
      const alone = left.filter(({ steps }) => steps.length === 1 && steps[0]!.command === command);
      await this.#run(command, alone.map(({ row }) => row), alone.map(({ steps }) => steps[0]!.input), 'updated');
    }
    for (const { row, steps } of left) if (steps.length > 1) await this.#runAll(row, steps, 'updated');
  }

  /** What a record that is here goes through to be as its row says. */
  #stepsOf(row: PlannedRow, current: CurrentRecord): Step[] {
    const { id, version } = current;
    const { update, stageId, tagIds } = changeOf(this.#work, this.#file, row, current);
    const { lossReason, stageReason } = row.input;
    const commands = this.#file.noun as unknown as Record<'update' | 'move' | 'tag', AnyCommand>;
    const steps: Step[] = [];
    if (update) steps.push({ command: commands.update, input: { id, version, ...update } });
    if (stageId !== null) {
      steps.push({ command: commands.move, input: {
        id, version: version + steps.length, stageId,
        ...(lossReason === undefined ? {} : { lossReason }), ...(stageReason === undefined ? {} : { stageReason }),
      } });
    }
    if (tagIds) steps.push({ command: commands.tag, input: { recordId: id, tagIds } });
    return steps;
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
  async #runAll(row: PlannedRow, steps: readonly Step[], fate: Fate): Promise<void> {
    const userErrors = await tentatively(this.#work.tx, async () => {
      for (const { command, input } of steps) {
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

/** What a service says about an input, in terms of the file: the column that the value came from. */
function problemOf(row: PlannedRow, { code, message, path }: UserError): Problem {
  const steps = path.filter((step, at) => at > 0 || step !== 'input')
    .map((step) => (step === 'tagIds' ? 'tags' : step));
  // A problem with `lines.0.unitPriceMinor` may be told as one with `lines.0` or `lines`.
  for (let length = steps.length; length > 0; length -= 1) {
    const place = steps.slice(0, length).join('.');
    const origin = row.origins.get(place)
      ?? [...row.origins].find(([at, { field }]) => at.startsWith(`${place}.`) || field === place)?.[1];
    if (origin) {
      return { ...origin, code, reason: message, suggestion: suggestions[code] ?? suggestionFor(code, origin.value) };
    }
  }
  const field = steps.join('.') || null;
  return {
    column: null, field, value: null, code, reason: message, suggestion: suggestions[code] ?? suggestionFor(code, null),
  };
}

function suggestionFor(code: UserError['code'], value: string | null): string | undefined {
  if (code !== 'INVALID_INPUT') return undefined;
  if (value === null) return 'Give the record the value that is missing; in the mapping with "else" or "default".';
  return value.length > 100 ? 'Shorten or correct it in the file.'
    : `Correct it in the file; without it the row comes in by "values": {${JSON.stringify(value)}: null}.`;
}

const suggestions: Partial<Record<UserError['code'], string>> = {
  VERSION_CONFLICT: 'Somebody has changed the record meanwhile: run the import again.',
  NOT_PERMITTED: 'Import as a member who has the permission, or ask for it.',
  STAGE_REQUIREMENTS_MISSING: 'Give the record what its stage asks for, or import it into another stage.',
  STAGE_ROLE_MISSING: 'Import as a member who has such a role, or into another stage.',
  STAGE_NOT_ALLOWED: 'Allow the step in the pipeline, or leave the stage of records that exist alone.',
};

