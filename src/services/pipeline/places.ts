import { arrange } from '../../db/arrange.ts';
import type { CommandContext } from '../command.ts';

/** Ids of the pipelines that are not in the bin, in their order. Hold the lock `pipelines` before. */
export async function pipelinesInOrder({ tx, principal }: CommandContext): Promise<string[]> {
  const pipelines = await tx.pipeline.findMany({
    where: { workspaceId: principal.workspace.id, deletedAt: null },
    select: { id: true },
    orderBy: [{ position: 'asc' }, { id: 'asc' }],
  });
  return pipelines.map(({ id }) => id);
}

/** Makes the places of the pipelines 0, 1, 2 … again, with this one at its new place. */
export async function placePipeline(context: CommandContext, id: string, position: number): Promise<void> {
  const others = (await pipelinesInOrder(context)).filter((each) => each !== id);
  await arrange(context.tx, context.principal.workspace.id, 'pipeline', others.toSpliced(position, 0, id), context.now);
}

/** Makes the places of the pipelines 0, 1, 2 … again. */
export async function closeGaps(context: CommandContext): Promise<void> {
  await arrange(context.tx, context.principal.workspace.id, 'pipeline', await pipelinesInOrder(context), context.now);
}
