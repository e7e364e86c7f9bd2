import type { CommandContext } from '../../command.ts';
import { type UserError, invalid, notFound } from '../../errors.ts';
import { type StageFacts, moveProblems, stageNamed, stagesOfKind } from '../../pipeline/stages.ts';

/** Where a lead stands, and where a conversion takes it: a stage of its pipeline that means won. */
export async function closingStage(
  { tx, principal }: CommandContext, lead: { pipelineId: string; stageId: string }, stageId: string | null | undefined,
): Promise<{ stage: StageFacts | undefined; problems: UserError[] }> {
  const path = ['input', 'stageId'];
  const { stages } = await stagesOfKind(tx, principal.workspace.id, 'LEAD');
  const from = stages.get(lead.stageId);
  if (!stageId && from?.status === 'WON') return { stage: from, problems: [] };
  const won = [...stages.values()].find((each) => each.pipelineId === lead.pipelineId && each.status === 'WON');
  const stage = stageId ? stageNamed(principal, stages, stageId) : won;
  if (!stage) {
    const problem = stageId ? notFound('stage', ...path)
      : invalid('The lead\'s pipeline has no stage that means won, which a converted lead is in.', ...path);
    return { stage, problems: [problem] };
  }
  const isWon = stage.status === 'WON';
  return {
    stage,
    problems: [
      ...(isWon ? [] : [invalid(`A converted lead is in a stage that means won, and ${stage.name} does not.`, ...path)]),
      ...moveProblems(lead, from, stage),
    ],
  };
}
