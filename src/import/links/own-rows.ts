import type { ImportedNoun } from '../nouns/noun.ts';
import type { CompiledFile, CompiledLink } from '../rows/compile-file.ts';
import type { PlannedLink, PlannedRow } from '../rows/plan-row.ts';
import { foldText } from './find-records.ts';

/** Links of a file to records of the same noun: they may lead to rows of the file itself, above or below. */
function selfLinksOf({ noun, links }: CompiledFile): readonly CompiledLink[] {
  return links.filter(({ definition }) => definition.to === noun.noun);
}

export type Standing = 'open' | 'written' | 'refused';

/** What a file's own rows are called, so that rows can wait for those that they link to. */
export class OwnRows {
  readonly #file: CompiledFile;
  readonly #links: readonly CompiledLink[];
  readonly #lines = new Map<string, number[]>();
  readonly #standing = new Map<number, Standing>();

  constructor(file: CompiledFile) {
    this.#file = file;
    this.#links = selfLinksOf(file);
  }

  get isNeeded(): boolean {
    return this.#links.length > 0;
  }

  add(row: PlannedRow): void {
    this.#standing.set(row.line, 'open');
    for (const { by, source } of this.#links) {
      const key = source === this.#file.keySource ? row.key : null;
      const text = by === 'key' ? key : this.#file.noun.matchBy[by]?.(row.input);
      if (!text) continue;
      const lines = this.#lines.get(nameOf(by, text)) ?? [];
      if (lines.at(-1) !== row.line) this.#lines.set(nameOf(by, text), [...lines, row.line]);
    }
  }

  settle(line: number, standing: Standing): void {
    if (this.#standing.has(line)) this.#standing.set(line, standing);
  }

  /** Lines of rows that a link leads to. */
  linesOf({ link, text }: PlannedLink): readonly number[] {
    return this.#lines.get(nameOf(link.by, text)) ?? [];
  }

  standingOf(line: number): Standing {
    return this.#standing.get(line) ?? 'refused';
  }
}

export function isSelfLink(noun: ImportedNoun, { link, path }: PlannedLink): boolean {
  return path.length === 1 && link.definition.to === noun;
}

function nameOf(by: CompiledLink['by'], text: string): string {
  return `${by} ${foldText(by, text)}`;
}
