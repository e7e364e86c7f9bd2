import type { Condition, Part, Source, Style } from '../mapping/source.ts';
import { didYouMean } from '../suggest.ts';
import type { ValueStyle } from '../values/read-value.ts';

/** A text that a row has for something, and where it stood. */
export type SourceText = { text: string; column: string | null; style: ValueStyle };
/** A text that the mapping does not allow. */
export type SourceProblem = { problem: string; suggestion?: string; text: string; column: string | null };
/** Null: there is nothing. */
export type ReadSource = (cells: readonly string[]) => SourceText | SourceProblem | null;

/** The columns of a file by name and by place; what is asked for and absent is told to `missing`. */
export type Columns = {
  /** Index of a column; -1, and told, where it is absent or where the name stands twice. */
  indexOf(column: string | number): number;
  nameOf(column: string | number): string;
};

export function columnsOf(names: readonly string[], tell: (problem: string) => void): Columns {
  const places = Map.groupBy(names.keys(), (at) => names[at]!);
  return {
    nameOf: (column) => (typeof column === 'string' ? column : names[column - 1] || `column ${column}`),
    indexOf(column) {
      if (typeof column === 'number') {
        if (column > names.length) tell(`there is no column ${column}: the file has ${names.length}.`);
        return column > names.length ? -1 : column - 1;
      }
      const found = places.get(column.normalize('NFC').trim());
      if (!found) {
        tell(`there is no column "${column}".${didYouMean(column, names)}`);
        return -1;
      }
      if (found.length > 1) {
        const told = found.map((at) => at + 1);
        tell(`the column "${column}" stands ${found.length} times, at ${told.join(', ')}: `
          + `name it by its place, "column": ${told[0]}.`);
        return -1;
      }
      return found[0]!;
    },
  };
}

/** Every column that a source reads, its alternatives and conditions included. */
export function columnsRead(source: string | Source | undefined): (string | number)[] {
  if (source === undefined) return [];
  if (typeof source === 'string') return [source];
  const { column, template, when, else: other } = source;
  return [
    ...(column === undefined ? [] : [column]), ...(template === undefined ? [] : columnsOfTemplate(template)),
    ...[when ?? []].flat().map((condition) => condition.column), ...columnsRead(other),
  ];
}

function columnsOfTemplate(template: string): string[] {
  return [...template.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1]!);
}

/**
 * Prepares a source for the rows of one file.
 *
 * @param keepsAll  whether a cell that holds several values comes as a whole, instead of the first of them
 */
export function compileSource(spec: string | Source, columns: Columns, inherited: Style, keepsAll = false): ReadSource {
  const source: Source = typeof spec === 'string' ? { column: spec } : spec;
  const style: Style = { ...inherited, ...definedOnly(source) };
  const isEmpty = emptiness(style.empty);
  const { split, take, replace } = source;
  const cell = compileText(source, columns, style.trim ?? true);
  const whole = replace ? replacedIn(cell, Object.entries(replace), style.trim ?? true) : cell;
  // In a list every part is an entry, unless one is named.
  const isList = keepsAll && split !== undefined && take === undefined;
  const read = split === undefined || isList ? whole : partOf(whole, split, take ?? 'first');
  const applies = compileConditions([source.when ?? []].flat(), columns);
  const translateOne = source.values && compileValues(source.values, source.otherwise ?? 'keep');
  const translate = isList ? forEachPart(translateOne ?? ((text) => text), split, isEmpty) : translateOne;
  const other = source.else === undefined ? null : compileSource(source.else, columns, inherited, keepsAll);
  const fallback = source.default === undefined ? null : { text: String(source.default), column: null, style };

  return (cells) => {
    const found = applies(cells) ? read(cells) : null;
    if (found && !isEmpty(found.text)) {
      const meant = translate ? translate(found.text) : found.text;
      if (typeof meant === 'string' && meant !== '') return { text: meant, column: found.column, style };
      if (typeof meant === 'object' && meant !== null) return { ...meant, ...found };
    }
    return other?.(cells) ?? fallback;
  };
}

/** What stands in a row before its meaning is asked for. */
type ReadText = (cells: readonly string[]) => { text: string; column: string | null } | null;

function compileText(source: Source, columns: Columns, trim: boolean): ReadText {
  const tidy = (text: string) => (trim ? text.trim() : text);
  if (source.constant !== undefined) {
    const text = String(source.constant);
    return () => ({ text, column: null });
  }
  if (source.template !== undefined) {
    const names = columnsOfTemplate(source.template);
    const parts = source.template.split(/\{[^{}]+\}/);
    const places = names.map((name) => columns.indexOf(name));
    const column = names.join(', ');
    return (cells) => {
      const values = places.map((at) => (cells[at] ?? '').trim());
      if (values.some((value) => value === '')) return null;
      return { text: parts.map((part, at) => part + (values[at] ?? '')).join(''), column };
    };
  }
  if (source.column === undefined) return () => null;
  const at = columns.indexOf(source.column);
  const column = columns.nameOf(source.column);
  return (cells) => ({ text: tidy(cells[at] ?? ''), column });
}

function partOf(read: ReadText, separator: string, which: Part): ReadText {
  return (cells) => {
    const found = read(cells);
    const all = (found?.text.split(separator) ?? []).map((part) => part.trim());
    const parts = all.filter((part) => part !== '');
    const text = typeof which === 'number' ? all[which - 1]
      : which === 'rest' ? parts.slice(1).join(separator) : parts.at(which === 'last' ? -1 : 0);
    return text === undefined ? null : { text, column: found!.column };
  };
}

function replacedIn(read: ReadText, replacements: readonly [string, string][], trim: boolean): ReadText {
  return (cells) => {
    const found = read(cells);
    if (!found) return null;
    const text = replacements.reduce((all, [from, to]) => all.replaceAll(from, to), found.text);
    return { text: trim ? text.trim() : text, column: found.column };
  };
}

export function compileConditions(
  conditions: readonly Condition[], columns: Columns,
): (cells: readonly string[]) => boolean {
  const tests = conditions.map(({ column, is, isNot }) => {
    const at = columns.indexOf(column);
    const fold = (text: string) => text.trim().toLowerCase();
    const wanted = is === undefined ? null : new Set([is].flat().map(fold));
    const unwanted = new Set([isNot ?? []].flat().map(fold));
    return (cells: readonly string[]) => {
      const text = fold(cells[at] ?? '');
      return (wanted?.has(text) ?? true) && !unwanted.has(text);
    };
  });
  return (cells) => tests.every((test) => test(cells));
}

function emptiness(words: readonly string[] = []): (text: string) => boolean {
  const empty = new Set(['', ...words.map((word) => word.trim().toLowerCase())]);
  return (text) => empty.has(text.trim().toLowerCase());
}

/** What a text means by the mapping: another text, nothing (null), or a problem. */
type Translate = (text: string) => string | null | { problem: string; suggestion?: string };

/** The same for a cell that holds several values; those that mean nothing go. */
function forEachPart(translate: Translate, separator: string, isEmpty: (text: string) => boolean): Translate {
  return (text) => {
    const parts = text.split(separator).map((part) => (isEmpty(part) ? null : translate(part.trim())));
    const problem = parts.find((part) => typeof part === 'object' && part !== null);
    return problem ?? parts.filter((part) => part !== null).join(separator);
  };
}

function compileValues(
  values: Readonly<Record<string, string | null>>, otherwise: 'keep' | 'refuse' | 'empty',
): Translate {
  const meanings = new Map(Object.entries(values).map(([from, to]) => [from.trim().toLowerCase(), to]));
  return (text) => {
    const meant = meanings.get(text.trim().toLowerCase());
    if (meant !== undefined) return meant;
    if (otherwise === 'keep') return text;
    if (otherwise === 'empty') return null;
    const suggestion = didYouMean(text, Object.keys(values)).trim() || 'Add it to "values" in the mapping.';
    return { problem: 'is none of the values that the mapping names', suggestion };
  };
}

const styleKeys = [
  'trim', 'empty', 'format', 'timeZone', 'decimal', 'thousands', 'strip', 'factor', 'round', 'true', 'false',
  'ifUnusable',
] as const satisfies (keyof Style)[];

function definedOnly(source: Source): Style {
  return Object.fromEntries(styleKeys.flatMap((key) => (source[key] === undefined ? [] : [[key, source[key]]])));
}
