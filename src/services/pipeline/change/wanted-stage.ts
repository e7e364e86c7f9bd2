import type { PipelineKind } from '../../../db/generated/prisma/enums.ts';
import type { StageFacts } from '../../../db/stage-facts.ts';
import type { CommandContext } from '../../command.ts';
import { type UserError, alreadyTaken, invalid, notFound } from '../../errors.ts';
import { entryRuleInputProblems, entryRuleLists } from '../../stage/entry-rules.ts';
import { type StageStatus, probabilityOf, stageFieldProblems, stageNameTaken } from '../../stage/stage-fields.ts';
import { nounOfKind } from '../kinds.ts';
import type { ChangePipelineInput, ChangedStage } from './plan-change.ts';

/** A stage as it will be. */
export type WantedStage = {
  input: ChangedStage;
  /** The stage as it is; absent for a new one. */
  before?: StageFacts;
  name: string;
  status: StageStatus;
  probability: number;
  requiredFields: readonly string[];
  isReasonRequired: boolean;
  action: 'CREATE' | 'KEEP' | 'CHANGE';
  problems: UserError[];
};

/** The stage that stands at this place of the input, and what is wrong with it by itself. */
export async function wantedStage(
  context: CommandContext, { stages }: ChangePipelineInput, at: number,
  { pipeline, live }: { pipeline: { kind: PipelineKind }; live: ReadonlyMap<string, StageFacts> },
): Promise<WantedStage> {
  const input = stages[at]!;
  const path = ['input', 'stages', String(at)];
  const before = input.id ? live.get(input.id) : undefined;
  const status = input.status ?? before?.status ?? 'OPEN';
  const name = input.name?.trim() || before?.name || '';
  const hasOldStatus = before?.status === status;
  const { probability, problems } = probabilityOf(
    status, input.probability, hasOldStatus ? before.probability : null, path,
  );
  const isNamed = (other: ChangedStage) => (other.name?.trim() || live.get(other.id ?? '')?.name || '').toLowerCase();
  const earlier = stages.slice(0, at);
  return {
    input,
    ...(before ? { before } : {}),
    name,
    status,
    probability,
    requiredFields: input.requiredFields === undefined ? (before?.requiredFields ?? []) : (input.requiredFields ?? []),
    isReasonRequired: input.isReasonRequired ?? before?.isReasonRequired ?? false,
    action: !before ? 'CREATE' : isChanged(input, before, { name, status, probability }) ? 'CHANGE' : 'KEEP',
    problems: [
      ...(input.id && !before ? [notFound('stage', ...path, 'id')] : []),
      ...(input.id && earlier.some(({ id }) => id === input.id)
        ? [invalid('This stage is in the list already.', ...path, 'id')]
        : []),
      ...stageFieldProblems(input, !input.id, path),
      ...problems,
      ...(name !== '' && earlier.some((other) => isNamed(other) === name.toLowerCase())
        ? [alreadyTaken(stageNameTaken, ...path, 'name')]
        : []),
      ...(await entryRuleInputProblems(
        context,
        input,
        {
          noun: nounOfKind(pipeline.kind),
          status,
          ...(before ? { before: { ...before, reasons: before.reasons.length } } : {}),
        },
        path,
      )),
    ],
  };
}

function isChanged(
  input: ChangedStage, before: StageFacts, now: { name: string; status: string; probability: number },
): boolean {
  return (
    now.name !== before.name || now.status !== before.status || now.probability !== before.probability ||
    input.requiredFields !== undefined ||
    typeof input.isReasonRequired === 'boolean' ||
    Object.keys(entryRuleLists(input)).length > 0
  );
}
