import { type UserError, invalid } from '../errors.ts';
import { listProblems, rangeProblems, requiredProblems, textProblems } from '../validate.ts';

export type StageStatus = 'OPEN' | 'WON' | 'LOST';

/** What creating and updating have in common. Absent means: as it is. */
export type StageFields = {
  name?: string | null;
  status?: StageStatus | null;
  /** Per cent; follows from the status where that is closed. */
  probability?: number | null;
  /** From 0; the others make room. */
  position?: number | null;
  /** Where records may go from here; empty means to any stage of the pipeline. */
  nextStageIds?: readonly string[] | null;
};

/** Stages of one pipeline. */
export const maxStages = 100;

/** Everything that is wrong with the values themselves. @param path of the stage in the input */
export function stageFieldProblems(input: StageFields, isNew: boolean, path: string[] = ['input']): UserError[] {
  const { name, status, nextStageIds } = input;
  return [
    ...requiredProblems(name, [...path, 'name'], isNew || name === null),
    ...textProblems(name, [...path, 'name'], { min: 1, max: 200 }),
    ...requiredProblems(status, [...path, 'status'], status === null),
    ...listProblems(nextStageIds, [...path, 'nextStageIds'], maxStages),
  ];
}

/** What a closed stage is worth is sure; an open one says it itself. */
const certainty: Record<StageStatus, number | null> = { OPEN: null, WON: 100, LOST: 0 };

/**
 * The probability of a stage in this status.
 *
 * @param given what the input says; absent means as before, or as the status has it
 * @param before the stage's, if it is open already
 */
export function probabilityOf(
  status: StageStatus, given: number | null | undefined, before: number | null, path: string[] = ['input'],
): { probability: number; problems: UserError[] } {
  const certain = certainty[status];
  const probability = given ?? certain ?? before ?? 0;
  const problems = certain !== null && probability !== certain
    ? [invalid(`A stage that means ${status} has the probability ${certain}.`, ...path, 'probability')]
    : rangeProblems(probability, [...path, 'probability'], 0, 100);
  return { probability, problems };
}

/**
 * The place of a stage among the others of its pipeline: stages that close a record stand behind those that do not.
 *
 * @param others the others in their order
 * @param wanted as given; absent means last among its like
 */
export function placeAmong(
  others: readonly { status: StageStatus }[], status: StageStatus, wanted: number | null | undefined,
): { place: number; problems: UserError[] } {
  const open = others.filter((each) => each.status === 'OPEN').length;
  const [first, last] = status === 'OPEN' ? [0, open] : [open, others.length];
  const place = wanted ?? last;
  if (place >= first && place <= last) return { place, problems: [] };
  return {
    place: Math.min(Math.max(place, first), last),
    problems: [
      invalid(
        `Stages that close a record stand behind open ones: the position of this one is between ${first} and ${last}.`,
        'input',
        'position',
      ),
    ],
  };
}

export const stageNameTaken = 'Another stage of this pipeline has this name.';
