import { recordsOf } from '../../services/noun-models.ts';
import type { Work } from '../run/importer.ts';
import { readableRecords } from './find-records.ts';

/** What a pipeline carries. */
export type Kind = 'DEAL' | 'LEAD';

/** A stage as a row can name it. */
export type KnownStage = {
  id: string; name: string; /** Its pipeline's name; null where the member cannot read that. */ pipeline: string | null;
  /** Whether records can begin in it. */
  isOpen: boolean;
};

type StageRow = { id: string; name: string; pipelineId: string; status: string; retiredAt: Date | null };

/** All stages of a kind that the member can read, in the order of pipelines and of stages within them. */
export async function stagesOf(work: Work, kind: Kind): Promise<KnownStage[]> {
  const { tx } = work;
  const isLive = { kind, deletedAt: null };
  const pipelines = await recordsOf<{ id: string; name: string }>(tx, 'pipeline').findMany({
    where: { AND: [readableRecords(work, 'pipeline'), isLive] }, select: { id: true, name: true },
  });
  const names = new Map(pipelines.map(({ id, name }) => [id, name]));
  const stages = await recordsOf<StageRow>(tx, 'stage').findMany({
    where: { AND: [readableRecords(work, 'stage'), { pipeline: { is: isLive } }] },
    select: { id: true, name: true, pipelineId: true, status: true, retiredAt: true },
    orderBy: [{ pipeline: { position: 'asc' } }, { pipelineId: 'asc' }, { position: 'asc' }, { id: 'asc' }],
  });
  return stages.map(({ id, name, pipelineId, status, retiredAt }) => ({
    id, name, pipeline: names.get(pipelineId) ?? null, isOpen: status === 'OPEN' && retiredAt === null,
  }));
}
