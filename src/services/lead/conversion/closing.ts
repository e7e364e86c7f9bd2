import { type StageFacts, stageFacts } from '../../../db/stage-facts.ts';
import type { CommandContext } from '../../command.ts';
import { type UserError, invalid, notFound } from '../../errors.ts';
import { placeProblems, reasonProblems, rightProblems, ruleProblems, stageNamed } from '../../pipeline/move-rules.ts';
import { textProblems } from '../../validate.ts';
import type { SourceLead } from './source-lead.ts';

export type Closing = { stageId?: string | null; stageReason?: string | null; reason?: string | null };
type Closed = { stage: StageFacts | undefined; againstRulesReason: string | null; problems: UserError[] };

/**
 * Where a lead stands, and where a conversion takes it: a stage of its pipeline that means won. The stages' rules are
 * those of any move; the right to convert is the right to close by converting. What was lost is reopened first, as it
 * were.
 */
export async function closingStage(context: CommandContext, lead: SourceLead, input: Closing): Promise<Closed> {
  const { tx, principal } = context;
  const { stages } = await stageFacts(tx, principal.workspace.id, {
    ids: input.stageId ? [input.stageId] : [], ofPipeline: lead.pipelineId,
  });
  const from = stages.get(lead.stageId)!;
  const stage = wonStage(context, from, [...stages.values()], input.stageId);
  const problems = [
    ...reasonProblems({ stageReason: input.stageReason }, stage),
    ...textProblems(input.reason, ['input', 'reason'], { max: 500 }),
    ...(from.status === 'LOST' ? rightProblems(context, 'reopen', lead, 'input', 'stageId') : []),
  ];
  if (!stage || stage.status !== 'WON') {
    return { stage, againstRulesReason: null, problems: [stageProblem(stage, input.stageId), ...problems] };
  }
  const misplaced = placeProblems(lead, from, stage);
  if (misplaced.length > 0) return { stage, againstRulesReason: null, problems: [...misplaced, ...problems] };
  const stageReason = input.stageReason?.trim() || null;
  const broken = ruleProblems(context, lead, from, stage, { ...lead, stageReason });
  const reason = broken.length > 0 ? input.reason?.trim() || null : null;
  const mayBypass = reason ? rightProblems(context, 'moveAgainstRules', lead, 'input', 'reason') : [];
  const isBypassed = reason !== null && mayBypass.length === 0;
  return {
    stage, againstRulesReason: isBypassed ? reason : null,
    problems: [...(isBypassed ? [] : broken), ...mayBypass, ...problems],
  };
}

/** The stage that the input names; otherwise the one that it is in, or the first of its pipeline that means won. */
function wonStage(
  { principal }: CommandContext, from: StageFacts, stages: readonly StageFacts[], stageId: string | null | undefined,
): StageFacts | undefined {
  if (stageId) return stageNamed(principal, new Map(stages.map((each) => [each.id, each])), stageId);
  if (from.status === 'WON') return from;
  return stages.filter((each) => each.status === 'WON' && each.isOpenForEntry)
    .sort((one, other) => one.position - other.position)[0];
}

function stageProblem(stage: StageFacts | undefined, stageId: string | null | undefined): UserError {
  const path = ['input', 'stageId'];
  if (stage) return invalid(`A converted lead is in a stage that means won, and ${stage.name} does not.`, ...path);
  if (stageId) return notFound('stage', ...path);
  return invalid('The lead\'s pipeline has no stage that means won, which a converted lead is in.', ...path);
}
