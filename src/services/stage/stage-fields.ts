import type { ForecastCategory, RotClock } from '../../db/generated/prisma/enums.ts';
import { type UserError, invalid, userError } from '../errors.ts';
import { namedValues } from '../named-values.ts';
import { listProblems, rangeProblems, requiredProblems, textProblems } from '../validate.ts';
import type { EntryRules } from './entry-rules.ts';

export type StageStatus = 'OPEN' | 'WON' | 'LOST';

/** What creating and updating have in common. Absent means: as it is. */
export type StageFields = EntryRules & {
  name?: string | null;
  status?: StageStatus | null;
  /** Per cent; follows from the status where that is closed. */
  probability?: number | null;
  /** Of an open stage; null means PIPELINE. */
  forecastCategory?: ForecastCategory | null;
  /** Of an open stage; null means never. */
  rotAfterDays?: number | null;
  rotClock?: RotClock | null;
  /** From 0; the others make room. */
  position?: number | null;
  /** Where records may go from here; empty means to any stage of the pipeline. */
  nextStageIds?: readonly string[] | null;
};

/** Stages of one pipeline. */
export const maxStages = 100;

/** A problem when the pipeline has no place for one more. */
export function roomProblems(others: readonly unknown[], path: string): UserError[] {
  if (others.length < maxStages) return [];
  return [userError('LIMIT_REACHED', `A pipeline has at most ${maxStages} stages.`, 'input', path)];
}

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

/** What an open stage says of forecasts and rot, and a closed one does not. */
export function openStageValues(
  status: StageStatus, { forecastCategory, rotAfterDays, rotClock }: StageFields,
): { forecastCategory?: ForecastCategory | null; rotAfterDays?: number | null; rotClock?: RotClock } {
  const isOpen = status === 'OPEN';
  return {
    ...(isOpen ? namedValues({ forecastCategory, rotAfterDays }, ['forecastCategory', 'rotAfterDays'])
      : { forecastCategory: null, rotAfterDays: null }),
    ...(rotClock ? { rotClock } : {}),
  };
}

/** What is wrong with them. @param path of the stage in the input */
export function openStageProblems(
  status: StageStatus, { forecastCategory, rotAfterDays, rotClock }: StageFields, path: string[] = ['input'],
): UserError[] {
  return [
    ...(status === 'OPEN' ? [] : (['forecastCategory', 'rotAfterDays'] as const)
      .filter((name) => ({ forecastCategory, rotAfterDays })[name] != null)
      .map((name) => invalid(`Only an open stage has ${name}.`, ...path, name))),
    ...(forecastCategory === 'CLOSED'
      ? [invalid('Deals are CLOSED in a stage that means WON: name another category.', ...path, 'forecastCategory')]
      : []),
    ...rangeProblems(rotAfterDays, [...path, 'rotAfterDays'], 1, 3650),
    ...requiredProblems(rotClock, [...path, 'rotClock'], rotClock === null),
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
        'input', 'position',
      ),
    ],
  };
}

export const stageNameTaken = 'Another stage of this pipeline has this name.';
