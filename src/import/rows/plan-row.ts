import { damage } from '../csv/encoding.ts';
import type { CsvRow } from '../csv/rows.ts';
import type { ValueContext } from '../values/read-value.ts';
import { type CompiledChild, type CompiledField, type CompiledFile, type CompiledLink } from './compile-file.ts';
import { mergeRepeated, removeEntries } from './entries.ts';
import { checkValues } from './unusable.ts';
import { type Problem, formProblem } from './problem.ts';
import type { ReadSource, SourceText } from './source-text.ts';
import { readValue } from '../values/read-value.ts';

/** Where a value of the input came from. */
export type Origin = { field: string; column: string | null; value: string | null };

/** A text that names another record, and where in the input the record's id belongs. */
export type PlannedLink = {
  path: readonly (string | number)[];
  link: CompiledLink;
  /** Empty where a row names a pipeline, and no stage of it. */
  text: string;
  origin: Origin;
  /** Of stages: the name of their pipeline, where the row says it. */
  pipeline: { text: string; origin: Origin } | null;
};

/** A row as an input for its noun's commands, but for the records that it links to. */
export type PlannedRow = {
  line: number;
  key: string | null;
  input: Record<string, unknown>;
  links: PlannedLink[];
  /** The stage of a new record whose row names no stage, but a pipeline. */
  firstStageId?: string;
  /** Names in the input that an empty cell takes away from a record that exists. */
  cleared: string[];
  /** By the input's path, dots between: what to tell about a problem there. */
  origins: Map<string, Origin>;
  /** Of these paths, those of values that the row can come without where they are unusable. */
  optional: Set<string>;
  problems: Problem[];
  /** Values that are left out because they are unusable, and why. */
  notTaken: Problem[];
  /** Links to records that are missing, and to be made before the row is written. */
  toMake: PlannedLink[];
  /** How many rows of the file it is made of. */
  size: number;
};

/** Rows that stand for nothing: blank ones, and those that the mapping leaves out. */
export type SkippedRow = 'blank' | 'leftOut';

export type RowContext = ValueContext & { now: Date };

export function planRow(row: CsvRow, file: CompiledFile, context: RowContext): PlannedRow | SkippedRow {
  const planned: PlannedRow = {
    line: row.line, key: null, input: {}, links: [], cleared: [], origins: new Map(), optional: new Set(), problems: [],
    notTaken: [], toMake: [], size: 1,
  };
  if (row.problem !== undefined) {
    const lines = row.lastLine > row.line ? ` (lines ${row.line} to ${row.lastLine})` : '';
    planned.problems.push(formProblem(row.problem + lines, row.text));
    return planned;
  }
  const { cells } = row;
  if (cells.every((cell) => cell.trim() === '')) return 'blank';
  const shape = shapeProblem(cells, file);
  if (shape) {
    planned.problems.push(shape);
    return planned;
  }
  if (!file.applies(cells)) return 'leftOut';
  const currency = currencyOf(file, cells, context);
  new RowPlanner(planned, cells, { ...context, currency }).plan(file);
  mergeRepeated(planned, file.noun);
  if (planned.problems.length === 0) checkValues(planned, file.noun, context.now);
  return planned;
}

/**
 * More or fewer cells than columns, unless nothing stands in those that are too many, or has no name that is missing.
 */
function shapeProblem(
  cells: readonly string[], { columnNames: columns, hasShortRows }: CompiledFile,
): Problem | null {
  const isFine = cells.length >= columns.length
    ? cells.slice(columns.length).every((cell) => cell.trim() === '')
    : hasShortRows || columns.slice(cells.length).every((name) => name === '');
  if (isFine) return null;
  const problem = formProblem(
    `The row has ${cells.length} cell${cells.length === 1 ? '' : 's'} where the header has ${columns.length}.`,
    cells.slice(0, 5).join(' | '));
  return {
    ...problem,
    suggestion: cells.length > columns.length
      ? 'A cell that holds the delimiter must be quoted.'
      : 'Look for a line break within a cell that is not quoted; where rows just end early: "csv": { "shortRows": true }.',
  };
}

/** The record's currency decides what its amounts mean. */
function currencyOf({ fields }: CompiledFile, cells: readonly string[], context: ValueContext): string {
  const found = fields.find(({ name }) => name === 'currency')?.read(cells);
  if (!found || !('style' in found)) return context.currency;
  const read = readValue('currency', found.text, found.style, context);
  return read.ok ? read.value as string : context.currency;
}

const isMissing = [
  'is empty, and the mapping or the field requires it', 'Say a "default", or leave such rows out with "only".',
] as const;

class RowPlanner {
  readonly #row: PlannedRow;
  readonly #cells: readonly string[];
  readonly #context: RowContext;

  constructor(row: PlannedRow, cells: readonly string[], context: RowContext) {
    this.#row = row;
    this.#cells = cells;
    this.#context = context;
  }

  plan({ key, keyColumn, fields, links, children, hasCurrency }: CompiledFile): void {
    const { input, cleared } = this.#row;
    if (key) this.#row.key = this.#key(key, keyColumn);
    let hasMoney = false;
    for (const field of fields) {
      const value = this.#value(field, field.name, [...field.path]);
      if (value !== undefined) {
        set(input, field.path, value);
        hasMoney ||= field.definition.type === 'money';
      } else if (field.onEmpty === 'clear') cleared.push(field.path.join('.'));
    }
    for (const link of links) this.#link(link, stepsOf(link.definition.input));
    for (const child of children) this.#entries(child);
    // An amount in the workspace's currency says so, or an update would take it for one in the record's.
    if (hasMoney && hasCurrency) input.currency ??= this.#context.currency;
    const history = input.history as { createdAt?: Date; stageEnteredAt?: Date } | undefined;
    if (history) history.createdAt ??= history.stageEnteredAt;
  }

  #key(read: ReadSource, column: string | null): string | null {
    const found = this.#text(read, 'key');
    if (!found) {
      if (found === null) {
        this.#refuse(
          'key', column, '', 'is empty: the record could not be found again', 'Leave such rows out with "only".');
      }
      return null;
    }
    if (found.text.length > 255) {
      this.#refuse(
        'key', found.column, found.text, 'has more than the 255 characters of a key', 'Take other columns as the key.');
    }
    return found.text;
  }

  /** A field's value; undefined where there is none. `path` is where it stands in the input. */
  #value(field: CompiledField, name: string, path: (string | number)[], given?: SourceText): unknown {
    const found = given ?? this.#text(field.read, name, field.canBeLeftOut);
    if (!found) {
      if (found === null && field.isRequired) this.#refuse(name, field.column, '', ...isMissing);
      return undefined;
    }
    const { text, column, style } = found;
    const { type, choices, isPast } = field.definition;
    const context = { ...this.#context, latest: isPast ? this.#context.now : undefined };
    const read = readValue(type, text, style, context, choices);
    const isOptional = field.canBeLeftOut && style.ifUnusable === 'empty';
    if (!read.ok) {
      const problem = valueProblem(name, column, text, read.reason, read.suggestion);
      (isOptional ? this.#row.notTaken : this.#row.problems).push(problem);
      return undefined;
    }
    this.#row.origins.set(path.join('.'), { field: name, column, value: text });
    if (isOptional) this.#row.optional.add(path.join('.'));
    return read.value;
  }

  #link(link: CompiledLink, path: (string | number)[], given?: SourceText): void {
    const found = given ?? this.#text(link.read, link.name);
    const pipeline = link.pipeline && this.#originated(link.pipeline, `${link.name}.pipeline`);
    if (found) {
      const origin = { field: link.name, column: found.column, value: found.text };
      this.#row.origins.set(path.join('.'), origin);
      this.#row.links.push({ path, link, text: found.text, origin, pipeline });
      return;
    }
    if (found === null && pipeline) {
      this.#row.origins.set(path.join('.'), pipeline.origin);
      this.#row.links.push({ path, link, text: '', origin: pipeline.origin, pipeline });
    }
    if (found === null && link.isRequired) this.#refuse(link.name, link.column, '', ...isMissing);
    if (path.length > 1) return;
    if (link.onEmpty === 'clear') this.#row.cleared.push(link.definition.input);
    // Without this the record would become the importer's.
    if (found === null && link.definition.input === 'ownerId') this.#row.input.ownerId = null;
  }

  #originated(read: ReadSource, field: string): PlannedLink['pipeline'] {
    const found = this.#text(read, field);
    return found ? { text: found.text, origin: { field, column: found.column, value: found.text } } : null;
  }

  /** Entries of a list that the row holds, one after the other. */
  #entries(child: CompiledChild): void {
    const list = (this.#row.input[child.definition.input] ?? []) as Record<string, unknown>[];
    const gone = new Set<number>();
    for (const parts of this.#partsOf(child)) {
      const textOf = (name: string) => (parts?.name === name ? parts.part : undefined);
      const isThere = [...child.fields, ...child.links].some((each) =>
        child.definition.needs.includes(each.key) && (textOf(each.key) ?? this.#peek(each.read)));
      if (!isThere) continue;
      const at = list.length;
      const entry: Record<string, unknown> = {};
      list.push(entry);
      for (const field of child.fields) {
        const value = this.#value(field, field.name, [child.definition.input, at, ...field.path], textOf(field.key));
        if (value !== undefined) set(entry, field.path, value);
      }
      for (const link of child.links) {
        this.#link(link, [child.definition.input, at, link.definition.input], textOf(link.key));
      }
      // Without what it is nothing without, and that cannot be used: told already.
      const lacks = child.fields.some(({ definition, path }) => definition.isRequired && entry[path[0]!] === undefined);
      if (lacks) gone.add(at);
    }
    if (list.length === 0) return;
    this.#row.input[child.definition.input] = list;
    removeEntries(this.#row, child.definition.input, (at) => gone.has(at));
  }

  /** The parts of the cell that holds several entries; one nameless part where there is no such cell. */
  #partsOf({ split }: CompiledChild): ({ name: string; part: SourceText } | null)[] {
    if (!split) return [null];
    const found = this.#text(split.read, split.name);
    if (!found) return [];
    return found.text.split(split.separator).map((text) => text.trim()).filter((text) => text !== '')
      .map((text) => ({ name: split.key, part: { ...found, text } }));
  }

  #peek(read: ReadSource): boolean {
    return read(this.#cells) !== null;
  }

  /** Null where there is nothing; undefined where there is something that cannot be taken, which is told. */
  #text(read: ReadSource, field: string, canBeLeftOut = false): SourceText | null | undefined {
    const found = read(this.#cells);
    if (!found) return null;
    const unfit = 'problem' in found ? found.problem
      : found.text.includes('\0') ? 'holds a NUL character, which no text can have'
        : found.text.includes(damage) ? 'holds bytes that are no letters in the file\'s encoding' : null;
    if (unfit === null) return found as SourceText;
    const isOptional = canBeLeftOut && 'style' in found && found.style.ifUnusable === 'empty';
    (isOptional ? this.#row.notTaken : this.#row.problems).push(valueProblem(
      field, found.column, found.text, unfit, 'problem' in found ? found.suggestion : 'Correct it in the file.'));
    return undefined;
  }

  #refuse(field: string, column: string | null, value: string | null, reason: string, suggestion?: string): void {
    this.#row.problems.push(valueProblem(field, column, value, reason, suggestion));
  }
}

function valueProblem(
  field: string, column: string | null, value: string | null, reason: string, suggestion?: string,
): Problem {
  return {
    column, field, value, code: 'VALUE', reason: `${column ?? field} ${reason}.`,
    suggestion: suggestion ?? 'Say what it means with "values" (null is nothing), or correct it in the file.',
  };
}

/** Puts a value at its place: `history.createdAt` is inside of `history`, `roleIds.0` the first of a list. */
export function set(target: Record<string, unknown>, path: readonly (string | number)[], value: unknown): void {
  let at = target;
  for (const [place, step] of path.slice(0, -1).entries()) {
    at = (at[step] ??= typeof path[place + 1] === 'number' ? [] : {}) as Record<string, unknown>;
  }
  at[path.at(-1)!] = value;
}

function stepsOf(path: string): (string | number)[] {
  return path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
