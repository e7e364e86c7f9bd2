import type { PoolClient } from 'pg';
import type { Person } from '../database.ts';

/** Ids that requests ask for, found in the data; several, so that no request is always the same. */
export type Samples = { stageIds: string[]; dealIds: string[] };
export type Variables = Record<string, string | number | null>;

/** A GraphQL server's document. `variables` says the sample's in its words. */
export type Asking = { query: string; variables?: (variables: Variables) => object };

/** The same by hand: one statement that answers with the JSON text in its column `answer`. */
export type Floor =
  | { sql: string; values: (person: Person, variables: Variables) => unknown[] }
  | { run: (client: PoolClient, variables: Variables, person: Person, setting: string) => Promise<string> }
  | { constant: string };

export type Workload = {
  name: string;
  title: string;
  /** What to vary from request to request. */
  samples: (samples: Samples) => Variables[];
  floor: Floor;
  gatehouse: Asking;
  postgraphile?: Asking;
  keystone?: Asking;
  /** Writes change what they find, and some ask for things of their own: these answers are not held against each other. */
  isIncomparable?: true;
};

/** The manager's reach over deals, in the floor's words: $1 workspace, $2 member, $3 teams. */
export const reachOf = (alias: string) => `${alias}.deleted_at is null and (${alias}.owner_id = $2::uuid
  or exists (select from gatehouse.member m where m.workspace_id = ${alias}.workspace_id and m.id = ${alias}.owner_id and m.team_id = any ($3::uuid[]))
  or (${alias}.owner_id is null and ${alias}.team_id = any ($3::uuid[])))`;

export const personValues = ({ workspaceId, memberId, teamIds }: Person): unknown[] => [workspaceId, memberId, teamIds];
