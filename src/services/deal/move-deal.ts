import { type MoveOptions, moveCommand } from '../pipeline/move-record.ts';
import { keptLists, replaceDealLists, resultingLists } from './deal-children.ts';
import { type DealFields, dealFieldProblems, dealShape, dealValues } from './deal-fields.ts';

/** What a move of a deal can fill in at once. */
type MoveFields = Omit<DealFields, 'title' | 'ownerId' | 'teamId' | 'externalReferences'>;

const options: MoveOptions<MoveFields> = {
  noun: 'deal',
  fieldProblems: (input) => dealFieldProblems(input, false),
  shape: dealShape,
  columns: (input, before, to) => {
    const { probability, ...values } = dealValues(input);
    return { ...values, ...probabilityOf(input.probability, before, to) };
  },
  lists: {
    resulting: resultingLists,
    isNamed: ({ contacts, lines }) => contacts !== undefined || lines !== undefined,
    replace: async (context, input) => {
      const lists = (await keptLists(context, [input]))[0]!;
      return { before: await replaceDealLists(context, input.id, lists), after: lists };
    },
  },
};

type Probable = { stageId: string; isProbabilitySetByHand?: boolean };

/**
 * Follows the stage that is entered, unless somebody has set it by hand, or does so now; null takes the stage's again.
 */
function probabilityOf(given: number | null | undefined, before: Probable, to: { id: string; probability: number }) {
  if (given !== null && given !== undefined) return { probability: given, isProbabilitySetByHand: true };
  if (given === null) return { probability: to.probability, isProbabilitySetByHand: false };
  const follows = before.stageId !== to.id && !before.isProbabilitySetByHand;
  return follows ? { probability: to.probability } : {};
}

/** Moves a deal along its pipeline, and fills in what the stage asks for. */
export const moveDeal = moveCommand(options);

/** The same for those who may change many deals at once. */
export const moveDeals = moveCommand(options, { isBulk: true });
