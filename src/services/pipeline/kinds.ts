import type { PipelineKind } from '../../db/generated/prisma/enums.ts';

/** Nouns whose records go through a pipeline. */
export type StagedNoun = 'deal' | 'lead';

export function nounOfKind(kind: PipelineKind): StagedNoun {
  return kind === 'DEAL' ? 'deal' : 'lead';
}

export function kindOfNoun(noun: StagedNoun): PipelineKind {
  return noun === 'deal' ? 'DEAL' : 'LEAD';
}
