import { lock } from '../../db/lock.ts';
import { command, done, refused } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { reachable } from '../records.ts';
import { takenProblems } from '../taken-names.ts';
import { type PipelineFields, pipelineFieldProblems, pipelineNameTaken } from './pipeline-fields.ts';
import { pipelinesInOrder, placePipeline } from './places.ts';

export type UpdatePipelineInput = PipelineFields & { id: string; version: number };

/** Renames a pipeline or gives it another place. What it carries stays. */
export const updatePipeline = command<UpdatePipelineInput>('pipeline.update', async (context, input) => {
  const { tx, principal, now } = context;
  await lock(tx, principal.workspace.id, 'pipelines');
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const before = await tx.pipeline.findFirst({ where: mayUpdate });
  if (!before) return refused(notFound('pipeline', 'input', 'id'));
  const name = input.name?.trim() || before.name;
  const claim = { value: name, scope: before.kind, id: input.id };
  const problems = [
    ...pipelineFieldProblems(input, false, (await pipelinesInOrder(context)).length - 1),
    ...(await takenProblems(context, 'pipeline', claim, pipelineNameTaken, 'input', 'name')),
  ];
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const position = input.position ?? before.position;
  const [after] = await tx.pipeline.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: { name, position, version: { increment: 1 }, updatedAt: now },
  });
  if (!after) return refused(versionConflict(before.version + 1));
  await placePipeline(context, input.id, position);
  return done(input.id, after.version, { before, after });
});
