import type { ImportedNoun } from '../nouns/noun.ts';
import type { CompiledLink } from '../rows/compile-file.ts';
import { type PlannedLink, type PlannedRow, set } from '../rows/plan-row.ts';
import type { Work } from '../run/session.ts';
import { nearest } from '../suggest.ts';
import { type Search, findRecords, foldText, someTexts } from './find-records.ts';

/** What a text leads to: one record, none, or several. */
type Target = { ids: readonly string[] };

const mostRemembered = 200_000;
const mostSuggested = 5_000;

/**
 * Finds the records that rows link to, with one statement for all texts of a batch that are new. What was found is
 * remembered until records of its noun are written.
 */
export class LinkResolver {
  readonly #known = new Map<string, Map<string, Target>>();
  readonly #texts = new Map<string, string[]>();
  #count = 0;

  /** Puts the records' ids into the rows' inputs; a text that leads nowhere, or to several records, is a problem. */
  async resolve(work: Work, noun: ImportedNoun, rows: readonly PlannedRow[], links = rows.map((row) => row.links)): Promise<void> {
    const searches = new Map<string, { search: Search; texts: Set<string> }>();
    for (const { link, text } of links.flat()) {
      const { name, search } = searchOf(noun, link);
      const folded = foldText(link.by, text);
      if (this.#known.get(name)?.has(folded)) continue;
      const wanted = searches.get(name) ?? { search, texts: new Set() };
      searches.set(name, wanted);
      wanted.texts.add(folded);
    }
    for (const [name, { search, texts }] of searches) await this.#find(work, name, search, [...texts]);
    for (const [at, row] of rows.entries()) {
      for (const planned of links[at]!) await this.#settle(work, noun, row, planned);
    }
  }

  /** Records of this noun have been written. */
  forget(noun: ImportedNoun): void {
    for (const name of this.#known.keys()) {
      if (name.startsWith(`${noun} `)) this.#known.delete(name);
    }
    for (const name of this.#texts.keys()) {
      if (name.startsWith(`${noun} `)) this.#texts.delete(name);
    }
  }

  async #find(work: Work, name: string, search: Search, texts: string[]): Promise<void> {
    if (this.#count > mostRemembered) {
      this.#known.clear();
      this.#count = 0;
    }
    const known = this.#known.get(name) ?? new Map<string, Target>();
    this.#known.set(name, known);
    const found = Map.groupBy(await findRecords(work, search, texts), ({ text }) => text);
    for (const text of texts) known.set(text, { ids: [...new Set((found.get(text) ?? []).map(({ id }) => id))] });
    this.#count += texts.length;
  }

  async #settle(work: Work, noun: ImportedNoun, row: PlannedRow, { link, path, text, origin }: PlannedLink): Promise<void> {
    const { name, search } = searchOf(noun, link);
    const { ids } = this.#known.get(name)!.get(foldText(link.by, text))!;
    if (ids.length === 1) {
      set(row.input, path, ids[0]);
      return;
    }
    if (ids.length === 0 && link.ifMissing === 'empty') return;
    const what = `${link.definition.to} with the ${link.by}${link.by === 'key' ? ` (of ${link.source})` : ''} "${text}"`;
    if (ids.length > 1) {
      row.problems.push({
        ...origin, code: 'AMBIGUOUS', reason: `There are ${ids.length} records that fit a ${what}: which one is meant cannot be told.`,
        suggestion: link.definition.to === 'stage' ? 'Name the "pipeline".' : 'Link by "key", or give them different names.',
      });
      return;
    }
    const near = nearest(text, await this.#suggestions(work, name, search));
    row.problems.push({
      ...origin, code: 'NOT_FOUND', reason: `There is no ${what}${search.pipeline ? ` in the pipeline ${search.pipeline}` : ''}.`,
      suggestion: near === undefined ? 'Import it before, correct it with "values", or say "ifMissing": "empty".'
        : `Did you mean "${near}"? Then: "values": {${JSON.stringify(text)}: ${JSON.stringify(near)}}.`,
    });
  }

  async #suggestions(work: Work, name: string, search: Search): Promise<string[]> {
    const known = this.#texts.get(name) ?? await someTexts(work, search, mostSuggested);
    this.#texts.set(name, known);
    return known;
  }
}

function searchOf(noun: ImportedNoun, link: CompiledLink): { name: string; search: Search } {
  const { by, source, pipeline, definition: { to } } = link;
  const pipelineKind = to !== 'stage' ? null : noun === 'lead' ? 'LEAD' : 'DEAL';
  const search: Search = { to, by, source, pipeline, pipelineKind };
  return { name: `${to} ${by} ${by === 'key' ? source : ''} ${pipeline?.toLowerCase() ?? ''} ${pipelineKind ?? ''}`, search };
}
