import { type CommandContext, type Outcome, batchCommand, done, refused } from '../command.ts';
import { type UserError, invalid, notFound, userError } from '../errors.ts';
import { ownershipProblems, writeProblems } from '../records.ts';
import { writeDealChildren } from './deal-children.ts';
import { type DealFields, dealColumns, dealFieldProblems, dealLinkProblems, writtenColumns } from './deal-fields.ts';
import { type StageFacts, stageNamed, stagesById } from './stages.ts';

export type CreateDealInput = DealFields & {
  title: string;
  /** The first open stage of the first pipeline when absent. */
  stageId?: string | null;
  lossReason?: string | null;
  /** Instants in the past, for what happened before the deal came here: needs `deal.backdate`, marked as imported. */
  history?: { createdAt: Date; stageEnteredAt?: Date | null } | null;
};

/** Creates deals in a stage; a closed one needs `deal.createClosed`. */
export const createDeal = batchCommand<CreateDealInput>('deal.create', async (context, inputs) => {
  const { tx, principal, services, now } = context;
  const workspaceId = principal.workspace.id;
  const stages = await stagesById(tx, workspaceId, { pipeline: { is: { kind: 'DEAL', deletedAt: null } } });
  const fallback = await firstStage(context, stages);
  const outcomes: Outcome[] = [];
  const rows = [];
  const entries = [];
  const children = [];
  for (const input of inputs) {
    const stage = input.stageId ? stageNamed(principal, stages, input.stageId) : fallback;
    const ownership = {
      ownerId: input.ownerId === undefined ? principal.memberId : input.ownerId,
      teamId: input.teamId ?? (input.ownerId === undefined ? principal.teamId : null),
    };
    const problems = [
      ...dealFieldProblems(input, true),
      ...(stage ? stageProblems(context, input, stage) : [notFound('stage', 'input', 'stageId')]),
      ...historyProblems(context, input),
      ...await ownershipProblems(context, ownership),
      ...await dealLinkProblems(context, input),
      ...writeProblems(context, writtenColumns(input), ownership),
    ];
    if (problems.length > 0 || !stage) {
      outcomes.push(refused(...problems));
      continue;
    }
    const enteredAt = input.history?.stageEnteredAt ?? input.history?.createdAt ?? now;
    const row = {
      ...Object.fromEntries(dealColumns.filter((column) => input[column] !== undefined).map((column) => [column, input[column]])),
      ...ownership,
      workspaceId, id: services.newId(), pipelineId: stage.pipelineId, stageId: stage.id,
      title: input.title.trim(), currency: input.currency ?? principal.workspace.defaultCurrency,
      probability: input.probability ?? stage.probability,
      isProbabilitySetByHand: input.probability !== undefined && input.probability !== null,
      lossReason: input.lossReason ?? null,
      closedAt: stage.status === 'OPEN' ? null : enteredAt,
      stageEnteredAt: enteredAt, createdAt: input.history?.createdAt ?? now, updatedAt: now,
    };
    rows.push(row);
    entries.push({
      workspaceId, id: services.newId(), dealId: row.id, toStageId: stage.id, enteredAt, recordedAt: now,
      movedById: principal.memberId, door: principal.door, isImported: Boolean(input.history),
      amountMinor: input.amountMinor ?? null, currency: row.currency, probability: row.probability,
      expectedCloseOn: input.expectedCloseOn ?? null,
    });
    children.push({ dealId: row.id, contacts: input.contacts, lines: input.lines });
    outcomes.push(done(row.id, 1, { after: row }));
  }
  if (rows.length > 0) {
    await tx.deal.createMany({ data: rows });
    await tx.stageChange.createMany({ data: entries });
    await writeDealChildren(context, children, { replace: false });
  }
  return outcomes;
});

/** The first open stage of the first pipeline that carries deals. */
async function firstStage({ tx, principal }: CommandContext, stages: Map<string, StageFacts>): Promise<StageFacts | undefined> {
  const pipeline = await tx.pipeline.findFirst({
    where: { workspaceId: principal.workspace.id, kind: 'DEAL', deletedAt: null }, orderBy: [{ position: 'asc' }, { id: 'asc' }],
    select: { id: true },
  });
  return [...stages.values()].filter((stage) => stage.pipelineId === pipeline?.id && stage.status === 'OPEN')
    .sort((left, right) => left.position - right.position)[0];
}

function stageProblems({ principal }: CommandContext, input: CreateDealInput, stage: StageFacts): UserError[] {
  const problems: UserError[] = [];
  if (stage.status !== 'OPEN' && !principal.profile.reachOf('deal', 'createClosed')) {
    problems.push(userError(
      'NOT_PERMITTED', `A deal begins in an open stage, and ${stage.name} is closed: that needs the permission deal.createClosed.`,
      'input', 'stageId',
    ));
  }
  if (input.lossReason && stage.status !== 'LOST') {
    problems.push(invalid('A loss reason goes with a stage that means lost.', 'input', 'lossReason'));
  }
  return problems;
}

function historyProblems({ principal, now }: CommandContext, { history }: CreateDealInput): UserError[] {
  if (!history) return [];
  if (!principal.profile.reachOf('deal', 'backdate')) {
    return [userError('NOT_PERMITTED', 'Dates in the past need the permission deal.backdate.', 'input', 'history')];
  }
  const dates = [history.createdAt, history.stageEnteredAt].filter((date): date is Date => Boolean(date));
  return dates.some((date) => date > now) ? [invalid('The history lies in the future.', 'input', 'history')] : [];
}
