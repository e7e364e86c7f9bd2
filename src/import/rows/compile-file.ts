import type { ChildSpec, FileSpec, Mapping } from '../mapping/mapping.ts';
import type { FieldSpec, LinkSpec, Source, Style } from '../mapping/source.ts';
import { type LookUp, linkTargets } from '../nouns/link-targets.ts';
import type { ChildDefinition, FieldDefinition, ImportNoun, LinkDefinition } from '../nouns/noun.ts';
import {
  type Columns, type ReadSource, columnsOf, columnsRead, compileConditions, compileSource,
} from './source-text.ts';

export type CompiledField = {
  /** As the report calls it: `amount`, `lines.unitPrice`. */
  name: string;
  key: string;
  definition: FieldDefinition;
  read: ReadSource;
  /** The column to name when its cell is empty. */
  column: string | null;
  path: readonly string[];
  isRequired: boolean;
  /** Whether the row, or a list without the entry, makes sense without it: amounts do not without their currency. */
  canBeLeftOut: boolean;
  onEmpty: 'keep' | 'clear';
};
export type CompiledLink = {
  name: string;
  key: string;
  definition: LinkDefinition;
  read: ReadSource;
  column: string | null;
  by: LookUp;
  /** The system of the key. */
  source: string;
  /** Of stages: what names their pipeline. */
  pipeline: ReadSource | null;
  isRequired: boolean;
  ifMissing: 'refuse' | 'empty' | 'create';
  onEmpty: 'keep' | 'clear';
};
export type CompiledChild = {
  definition: ChildDefinition;
  fields: readonly CompiledField[];
  links: readonly CompiledLink[];
  split: { key: string; name: string; read: ReadSource; separator: string } | null;
};

/** Of a stage's link, what names its pipeline: a text is the name itself. */
function pipelineOf(spec: FieldSpec | LinkSpec | string): Source | undefined {
  const pipeline = typeof spec === 'object' && 'pipeline' in spec ? spec.pipeline : undefined;
  return typeof pipeline === 'string' ? { constant: pipeline } : pipeline;
}

/** A file's part of the mapping, fitted to the file's header. */
export type CompiledFile = {
  noun: ImportNoun;
  columnNames: readonly string[];
  /** Whether rows may end before the header does. */
  hasShortRows: boolean;
  applies: (cells: readonly string[]) => boolean;
  key: ReadSource | null;
  keyColumn: string | null;
  keySource: string;
  fields: readonly CompiledField[];
  links: readonly CompiledLink[];
  children: readonly CompiledChild[];
  /** Whether the noun's records say what their amounts are in. */
  hasCurrency: boolean;
  matchBy: LookUp | null;
  isDistinct: boolean;
  existing: 'update' | 'keep' | 'only';
  /** Rows that follow each other with the same key are one record. */
  isByEntries: boolean;
};

/** All columns that a file's part of the mapping reads. */
export function columnsOfFile({ key, only, fields, links, children }: FileSpec): (string | number)[] {
  const ofValues = (values: Record<string, FieldSpec | LinkSpec | string> = {}) => Object.values(values)
    .flatMap((spec) => [...columnsRead(spec), ...columnsRead(pipelineOf(spec))]);
  return [...new Set([
    ...columnsRead(key), ...(only ?? []).map(({ column }) => column), ...ofValues(fields), ...ofValues(links),
    ...Object.values(children ?? {}).flat().flatMap((child) => [...ofValues(child.fields), ...ofValues(child.links)]),
  ])];
}

/**
 * Fits a file's part of the mapping to the file's header.
 *
 * @param tell  gets everything about the mapping that does not fit
 */
export function compileFile(
  spec: FileSpec, mapping: Mapping, noun: ImportNoun, columnNames: readonly string[], tell: (problem: string) => void,
): CompiledFile {
  const style = { ...mapping.style, ...spec.style };
  const told = new Set<string>();
  const compiler = new Compiler(columnsOf(columnNames, (problem) => {
    if (!told.has(problem)) tell(problem);
    told.add(problem);
  }), style, mapping.source, tell);
  if (!spec.key && !spec.matchBy) {
    const needed = noun.hasKey ? '"key" (or "matchBy")' : '"matchBy"';
    tell(`needs ${needed}, so that running the import again finds its records.`);
  }
  const isNew = spec.existing !== 'only';
  return {
    noun, columnNames, hasShortRows: spec.csv?.shortRows ?? mapping.csv?.shortRows ?? false,
    applies: compileConditions(spec.only ?? [], compiler.columns),
    key: spec.key === undefined ? null : compileSource(spec.key, compiler.columns, style),
    keyColumn: spec.key === undefined ? null : compiler.columnOf(spec.key),
    keySource: mapping.source,
    fields: compiler.fields(spec.fields, noun.fields, '', isNew),
    links: compiler.links(spec.links, noun.links, 'links.', isNew),
    children: Object.entries(spec.children ?? {}).flatMap(([name, list]) =>
      list.map((child) => compiler.child(child, noun.children[name]!, `${name}.`))),
    hasCurrency: 'currency' in noun.fields,
    matchBy: (spec.matchBy as LookUp | undefined) ?? null,
    isDistinct: spec.distinct ?? false,
    existing: spec.existing ?? 'update',
    isByEntries: spec.rows === 'entries',
  };
}

class Compiler {
  readonly columns: Columns;
  readonly #style: Style;
  readonly #source: string;
  readonly #tell: (problem: string) => void;

  constructor(columns: Columns, style: Style, source: string, tell: (problem: string) => void) {
    this.columns = columns;
    this.#style = style;
    this.#source = source;
    this.#tell = tell;
  }

  fields(
    specs: Record<string, FieldSpec> = {}, definitions: Readonly<Record<string, FieldDefinition>>, prefix: string,
    isNew = true,
  ): CompiledField[] {
    const isTop = prefix === '';
    for (const [key, { isRequired }] of Object.entries(definitions)) {
      if (isNew && isRequired && specs[key] === undefined) {
        this.#tell(`the field "${prefix}${key}" is required and not mapped.`);
      }
    }
    return Object.entries(specs).map(([key, spec]) => {
      const definition = definitions[key]!;
      const options = typeof spec === 'string' ? {} : spec;
      return {
        key, name: prefix + key, definition, read: this.#read(spec, prefix + key, !isTop), column: this.columnOf(spec),
        path: (definition.input ?? key).split('.'), isRequired: options.required ?? definition.isRequired ?? false,
        canBeLeftOut: !options.required && !(isTop && definition.isRequired) && definition.type !== 'currency',
        onEmpty: options.onEmpty ?? 'keep',
      };
    });
  }

  links(
    specs: Record<string, LinkSpec | string> = {}, definitions: Readonly<Record<string, LinkDefinition>>,
    prefix: string, isNew = true,
  ): CompiledLink[] {
    const isTop = prefix === 'links.';
    for (const [key, { isRequired }] of Object.entries(definitions)) {
      if (isNew && isRequired && specs[key] === undefined) {
        this.#tell(`the link "${prefix}${key}" is required and not mapped.`);
      }
    }
    return Object.entries(specs).map(([key, spec]) => {
      const definition = definitions[key]!;
      const options = typeof spec === 'string' ? {} : spec;
      const lookUps: readonly LookUp[] = linkTargets[definition.to];
      const pipeline = pipelineOf(spec);
      if (pipeline !== undefined && definition.to !== 'stage') {
        this.#tell(`"${prefix}${key}" is no stage and has no pipeline.`);
      }
      return {
        key, name: prefix + key, definition, read: this.#read(spec, prefix + key, !isTop), column: this.columnOf(spec),
        by: (options.by as LookUp | undefined) ?? lookUps.find((each) => each !== 'key')!,
        source: options.source ?? this.#source,
        pipeline: pipeline === undefined ? null : this.#read(pipeline, `${prefix + key}.pipeline`, false),
        isRequired: options.required ?? definition.isRequired ?? false, ifMissing: options.ifMissing ?? 'refuse',
        onEmpty: options.onEmpty ?? 'keep',
      };
    });
  }

  child({ fields, links }: ChildSpec, definition: ChildDefinition, prefix: string): CompiledChild {
    const splits = Object.entries({ ...fields, ...links })
      .filter(([, spec]) => typeof spec === 'object' && spec.split !== undefined && spec.take === undefined);
    if (splits.length > 1) {
      this.#tell(`"${prefix.slice(0, -1)}" splits more than one cell; only one can hold several entries.`);
    }
    const compiled = {
      definition, fields: this.fields(fields, definition.fields, prefix),
      links: this.links(links, definition.links, prefix),
    };
    const key = splits[0]?.[0];
    const source = [...compiled.fields, ...compiled.links].find((each) => each.key === key);
    return { ...compiled, split: source
      ? { key: source.key, name: source.name, read: source.read, separator: (splits[0]![1] as Source).split! } : null };
  }

  #read(spec: string | Source, name: string, keepsAll: boolean): ReadSource {
    if (typeof spec === 'object') {
      const given = (['column', 'template', 'constant'] as const).filter((each) => spec[each] !== undefined);
      if (given.length > 1) this.#tell(`"${name}" has ${given.join(' and ')}; one of them is enough.`);
      if (given.length === 0 && spec.default === undefined && spec.else === undefined) {
        this.#tell(`"${name}" says neither column nor template nor constant.`);
      }
      if (spec.take && spec.split === undefined) this.#tell(`"${name}" takes a part, and no "split" says of what.`);
    }
    return compileSource(spec, this.columns, this.#style, keepsAll);
  }

  /** The column to name where there is nothing. */
  columnOf(spec: string | Source): string | null {
    const [first] = columnsRead(spec);
    return first === undefined ? null : this.columns.nameOf(first);
  }
}
