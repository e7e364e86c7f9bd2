import type { FieldPermission } from '../../../auth/nouns.ts';
import type { TargetNoun } from './ways.ts';

/** A field of a target that a field of the lead, or a link to another target, has to do with. */
export type Line = { target: TargetNoun; field: string; from: string };
/** What stayed behind because a permission is lacking: to read it on the lead, or to read or write it on the target. */
export type Left = Line & { permission: FieldPermission };

/** What a conversion does, or would do: names of fields and ids of records, never values of them. */
export type ConversionReport = {
  creates: TargetNoun[];
  fills: Line[];
  /** Fields that had another value already, which stands. */
  conflicts: Line[];
  left: Left[];
  /** Open activities that go on with the targets, and those that the converter may not change. */
  moves: string[];
  stays: string[];
};

/** What taking a conversion back needs to know besides. */
export type Undoing = {
  /** Where the lead was, and what it said of that. */
  from: { stageId: string; stageReason: string | null; lossReason: string | null; closedAt: string | null };
  /** Targets that were made or filled: their version afterwards, and the keys that stood where links were filled in. */
  targets: Partial<Record<TargetNoun, { version: number; was: Record<string, string | null> }>>;
  activities: MovedActivity[];
};
export type MovedActivity = { id: string; version: number; was: Record<string, string | null> };

/** As it is kept with the lead. */
export type Conversion = ConversionReport & { undoing: Undoing };

export function emptyReport(): ConversionReport {
  return { creates: [], fills: [], conflicts: [], left: [], moves: [], stays: [] };
}
