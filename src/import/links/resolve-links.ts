import type { ImportedNoun } from '../nouns/noun.ts';
import type { CompiledLink } from '../rows/compile-file.ts';
import { dropUnlinked } from '../rows/entries.ts';
import { type PlannedLink, type PlannedRow, set } from '../rows/plan-row.ts';
import type { Work } from '../run/importer.ts';
import { nearest } from '../suggest.ts';
import { StageLinks } from './stages.ts';
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
  readonly #stages = new StageLinks();

  /**
   * Puts the records' ids into the rows' inputs; a text that leads nowhere, or to several records, is a problem.
   *
   * @param links  which of the rows' links, in the order of the rows; all of them unless given
   */
  async resolve(
    work: Work, noun: ImportedNoun, rows: readonly PlannedRow[], links = rows.map((row) => row.links),
  ): Promise<void> {
    const searches = new Map<string, { search: Search; known: Map<string, Target>; wanted: Set<string> }>();
    for (const { link, text } of links.flat()) {
      if (isOfStage(link)) continue;
      const { name, search } = searchOf(link);
      const found = searches.get(name) ?? { search, known: this.#knownAs(name), wanted: new Set() };
      searches.set(name, found);
      const folded = foldText(link.by, text);
      if (!found.known.has(folded)) found.wanted.add(folded);
    }
    for (const { search, known, wanted } of searches.values()) {
      if (wanted.size === 0) continue;
      const records = Map.groupBy(await findRecords(work, search, [...wanted]), ({ text }) => text);
      for (const text of wanted) known.set(text, { ids: [...new Set((records.get(text) ?? []).map(({ id }) => id))] });
    }
    for (const [at, row] of rows.entries()) {
      for (const planned of links[at]!) {
        if (isOfStage(planned.link)) {
          await this.#stages.settle(work, noun, row, planned);
          continue;
        }
        const { known } = searches.get(searchOf(planned.link).name)!;
        await this.#settle(work, row, planned, known.get(foldText(planned.link.by, planned.text))!);
      }
      dropUnlinked(row, links[at]!);
    }
  }

  /** Records of this noun have been written. */
  forget(noun: ImportedNoun): void {
    for (const remembered of [this.#known, this.#texts]) {
      for (const name of remembered.keys()) if (name.startsWith(`${noun} `)) remembered.delete(name);
    }
  }

  /** What is remembered of one kind of search. Batches that are under way keep theirs when it is forgotten. */
  #knownAs(name: string): Map<string, Target> {
    let known = this.#known.get(name);
    if (!known || known.size > mostRemembered) this.#known.set(name, (known = new Map()));
    return known;
  }

  async #settle(
    work: Work, row: PlannedRow, planned: PlannedLink, { ids }: Target,
  ): Promise<void> {
    const { link, path, text, origin } = planned;
    const { name, search } = searchOf(link);
    if (ids.length === 1) {
      set(row.input, path, ids[0]);
      return;
    }
    if (ids.length === 0 && link.ifMissing !== 'refuse') {
      if (link.ifMissing === 'create') row.toMake.push(planned);
      return;
    }
    const what =
      `${link.definition.to} with the ${link.by}${link.by === 'key' ? ` (of ${link.source})` : ''} "${text}"`;
    if (ids.length > 1) {
      row.problems.push({
        ...origin, code: 'AMBIGUOUS',
        reason: `There are ${ids.length} records that fit a ${what}: which one is meant cannot be told.`,
        suggestion: 'Link by "key", or give them different names.',
      });
      return;
    }
    const near = nearest(text, await this.#suggestions(work, name, search));
    row.problems.push({
      ...origin, code: 'NOT_FOUND',
      reason: `There is no ${what}.`,
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

const isOfStage = ({ definition }: CompiledLink) => definition.to === 'stage';

function searchOf({ by, source, definition: { to } }: CompiledLink): { name: string; search: Search } {
  return { name: `${to} ${by} ${by === 'key' ? source : ''}`, search: { to: to as Search['to'], by, source } };
}
