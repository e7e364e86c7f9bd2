import { allQuoted, nearest } from '../suggest.ts';
import type { ImportedNoun } from '../nouns/noun.ts';
import type { PlannedLink, PlannedRow } from '../rows/plan-row.ts';
import type { Problem } from '../rows/problem.ts';
import type { Work } from '../run/importer.ts';
import { type Kind, type KnownStage, stagesOf } from './find-stages.ts';
import { foldText } from './find-records.ts';

/** Puts stages into rows: by their name, and by that of their pipeline where the row says it. */
export class StageLinks {
  /** A workspace has few stages: all of a kind are read at once, and remembered for the whole import. */
  readonly #known = new Map<Kind, readonly KnownStage[]>();

  async settle(work: Work, noun: ImportedNoun, row: PlannedRow, planned: PlannedLink): Promise<void> {
    const kind = noun === 'lead' ? 'LEAD' : 'DEAL';
    const stages = this.#known.get(kind) ?? await stagesOf(work, kind);
    this.#known.set(kind, stages);
    const found = stageFor(stages, noun, planned);
    if ('code' in found) {
      if (found.code !== 'NOT_FOUND' || planned.link.ifMissing === 'refuse') row.problems.push(found);
    } else if (planned.text === '') row.firstStageId = found.id;
    else row.input.stageId = found.id;
  }
}

/** The stage that a row names; of a pipeline alone, the one in which its records begin. */
function stageFor(
  stages: readonly KnownStage[], noun: ImportedNoun, { text, pipeline, origin }: PlannedLink,
): KnownStage | Problem {
  const isCalled = (name: string | null, wanted: string) => name !== null && same(name) === same(wanted);
  const inPipeline = pipeline ? stages.filter((stage) => isCalled(stage.pipeline, pipeline.text)) : stages;
  if (pipeline && inPipeline.length === 0) return noPipeline(stages, noun, pipeline);
  if (text === '') {
    return inPipeline.find(({ isOpen }) => isOpen) ?? {
      ...pipeline!.origin, code: 'NOT_FOUND', reason: `The pipeline ${pipeline!.text} has no open stage to begin in.`,
      suggestion: 'Name a stage, or add one to the pipeline.',
    };
  }
  const found = inPipeline.filter(({ name }) => isCalled(name, text));
  if (found.length === 1) return found[0]!;
  if (found.length === 0) {
    const elsewhere = stages.filter(({ name }) => isCalled(name, text)).flatMap((stage) => stage.pipeline ?? []);
    return noStage(inPipeline, elsewhere, { text, pipeline, origin });
  }
  return {
    ...origin, code: 'AMBIGUOUS',
    reason: `There are ${found.length} stages with the name "${text}", in the pipelines ${
      allQuoted(found.flatMap((stage) => stage.pipeline ?? []))}: which one is meant cannot be told.`,
    suggestion: 'Name the pipeline within the link "stage": "pipeline": { "column": "…" }, with a "default" where its '
      + 'cell is empty; or "pipeline": "…", the same for all rows.',
  };
}

function noPipeline(
  stages: readonly KnownStage[], noun: ImportedNoun, { text, origin }: NonNullable<PlannedLink['pipeline']>,
): Problem {
  const there = [...new Set(stages.flatMap(({ pipeline }) => pipeline ?? []))];
  const near = nearest(text, there);
  const asColumn = origin.column === null
    ? ` If ${JSON.stringify(text)} is a column: "pipeline": { "column": ${JSON.stringify(text)} }.` : '';
  return {
    ...origin, code: 'NOT_FOUND', reason: `There is no pipeline "${text}" for ${noun}s; there is ${allQuoted(there)}.`,
    suggestion: near === undefined ? `Make it with "setup", or correct it with "values" of the "pipeline".${asColumn}`
      : `Did you mean "${near}"? Then, of the "pipeline": ${valuesFor(text, near)}.`,
  };
}

function noStage(
  there: readonly KnownStage[], elsewhere: readonly string[],
  { text, pipeline, origin }: Pick<PlannedLink, 'text' | 'pipeline' | 'origin'>,
): Problem {
  const names = [...new Set(there.map(({ name }) => name))];
  const near = nearest(text, names);
  const other = elsewhere.length === 0 ? '' : ` There is one in the pipeline ${allQuoted(elsewhere)}.`;
  return {
    ...origin, code: 'NOT_FOUND',
    reason: `There is no stage with the name "${text}"${pipeline ? ` in the pipeline ${pipeline.text}` : ''}.${other}`,
    suggestion: near === undefined
      ? `There are ${allQuoted(names)}: say with "values" which of them it is, or "ifMissing": "empty".`
      : `Did you mean "${near}"? Then: ${valuesFor(text, near)}.`,
  };
}

const same = (text: string) => foldText('name', text);
const valuesFor = (from: string, to: string) => `"values": {${JSON.stringify(from)}: ${JSON.stringify(to)}}`;
