import { type StageFacts, stageFacts } from '../../../db/stage-facts.ts';
import type { CommandContext } from '../../command.ts';
import { type UserError, invalid, notFound } from '../../errors.ts';
import { placeProblems, ruleProblems, stageNamed } from '../../pipeline/stages.ts';

/**
 * Where a lead stands, and where a conversion takes it: a stage of its pipeline that means won. The stages' rules are those
 * of any move; the right to convert is the right to close by converting.
 */
export async function closingStage(
  context: CommandContext, lead: { pipelineId: string; stageId: string }, stageId: string | null | undefined,
): Promise<{ stage: StageFacts | undefined; problems: UserError[] }> {
  const path = ['input', 'stageId'];
  const { tx, principal } = context;
  const { stages } = await stageFacts(tx, principal.workspace.id, {
    ids: stageId ? [stageId] : [], ofPipeline: lead.pipelineId,
  });
  const from = stages.get(lead.stageId)!;
  if (!stageId && from.status === 'WON') return { stage: from, problems: [] };
  const won = [...stages.values()].filter((each) => each.status === 'WON' && each.isOpenForEntry)
    .sort((one, other) => one.position - other.position)[0];
  const stage = stageId ? stageNamed(principal, stages, stageId) : won;
  if (!stage) {
    const problem = stageId ? notFound('stage', ...path)
      : invalid('The lead\'s pipeline has no stage that means won, which a converted lead is in.', ...path);
    return { stage, problems: [problem] };
  }
  const isWon = stage.status === 'WON';
  const misplaced = placeProblems(lead, from, stage);
  return {
    stage,
    problems: [
      ...(isWon ? [] : [invalid(`A converted lead is in a stage that means won, and ${stage.name} does not.`, ...path)]),
      ...(misplaced.length > 0 ? misplaced : ruleProblems({ ...context, noun: 'lead' }, lead, from, stage, { ...lead, stageReason: null })),
    ],
  };
}
