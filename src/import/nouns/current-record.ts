import type { CurrentRecord } from './noun.ts';

type Row = {
  id: string; version: number; ownerId?: string | null; teamId?: string | null;
  owner?: { teamId: string | null } | null;
  taggings?: readonly { tagId: string }[];
};

/** A row of the database with its lists as a record that an import can compare. */
export function currentRecord(
  row: Row & object, references: readonly { source: string; key: string }[],
  lists: Readonly<Record<string, readonly object[]>> = {},
): CurrentRecord {
  return {
    id: row.id, version: row.version, ownerId: row.ownerId ?? null, teamId: row.teamId ?? null,
    owner: row.owner ?? null,
    values: { ...row, tags: row.taggings ?? [], ...lists },
    externalReferences: references.map(({ source, key }) => ({ source, key })),
  };
}
