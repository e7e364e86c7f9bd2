import { Refusal } from '../../refusal.ts';
import { createPipeline } from '../../services/pipeline/create-pipeline.ts';
import type { PipelineSetup } from '../mapping/mapping.ts';
import { didYouMean } from '../suggest.ts';
import type { Work } from './importer.ts';

/**
 * Sees to the pipelines that a mapping needs. One that exists is left as it is, and must have the stages: an import
 * does not change how people work.
 *
 * @returns names of pipelines that were made
 * @throws Refusal when a stage is missing, or the member may not make pipelines
 */
export async function setUpPipelines(work: Work, pipelines: readonly PipelineSetup[]): Promise<string[]> {
  const made: string[] = [];
  const { profile, workspace } = work.principal;
  for (const { name, kind = 'DEAL', stages } of pipelines) {
    const found = await work.tx.pipeline.findFirst({
      where: { workspaceId: workspace.id, kind, deletedAt: null, name: { equals: name, mode: 'insensitive' } },
      select: { stages: { where: { deletedAt: null }, select: { name: true, status: true } } },
    });
    if (found) {
      checkStages(name, stages, found.stages);
      continue;
    }
    if (!profile.reachOf('pipeline', 'create')) {
      throw new Refusal(`There is no pipeline "${name}", and making it needs the permission pipeline.create.`);
    }
    const [result] = await createPipeline.runBatch(work.services, [{ name, kind, stages }]);
    if (result!.userErrors.length > 0) {
      throw new Refusal(
        `The pipeline "${name}" cannot be made: ${result!.userErrors.map(({ message }) => message).join(' ')}`);
    }
    made.push(name);
  }
  return made;
}

function checkStages(
  pipeline: string, wanted: PipelineSetup['stages'], found: readonly { name: string; status: string }[],
): void {
  const problems = wanted.flatMap(({ name, status = 'OPEN' }) => {
    const stage = found.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (!stage) return [`it has no stage "${name}".${didYouMean(name, found.map((each) => each.name))}`];
    return stage.status === status ? [] : [`its stage "${name}" is ${stage.status}, not ${status}.`];
  });
  if (problems.length === 0) return;
  throw new Refusal(`The pipeline "${pipeline}" is here already and does not fit: ${problems.join(' ')} `
    + 'Add the stage to it; or give the mapping\'s pipeline another name, and say it where stages are linked: '
    + `"pipeline": "Old ${pipeline}", or of a column "values": { "${pipeline}": "Old ${pipeline}" }.`);
}
