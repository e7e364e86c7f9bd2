import type { PoolClient } from 'pg';
import type { Person } from '../database.ts';

/** What requests ask for, found in the data; several, so that no request is always the same. */
export type Samples = {
  stageIds: string[];
  dealIds: string[];
  pipelineIds: string[];
  /** The last contact before page 50, as cursors of a hand-written list have it. */
  contactBeforePage50: { fullName: string; id: string };
  movable: { dealId: string; version: number; pipelineId: string; fromId: string; toId: string }[];
};
export type Variables = Record<string, string | number | null>;
export type Ask = (body: object) => Promise<unknown>;

/** A GraphQL server's document. */
export type Asking = {
  query: string;
  /** The sample's variables in its words. @param turn how often the sample was sent before */
  variables?: (variables: Variables, turn: number) => object;
  /** Asks the server for what is needed besides, such as a cursor of its own; it comes to the variables. */
  prepare?: (ask: Ask) => Promise<Variables>;
};

/** The same by hand: one statement that answers with the JSON text in its column `answer`. */
export type Floor =
  | { sql: string; values: (person: Person, variables: Variables) => unknown[] }
  | { run: (client: PoolClient, variables: Variables, person: Person, setting: string) => Promise<string> }
  | { constant: string };

/** Gatehouse once more, in the same rounds: asked in another way, by somebody else, or without its policy. */
export type Variation = { label: string; of: 'documentId' | 'sharer' | 'noPolicy' };

export type Workload = {
  name: string;
  title: string;
  /**
   * What to vary from request to request. @param share which part of the samples, for those that change what they find
   */
  samples: (samples: Samples, share: { at: number; of: number }) => Variables[];
  floor?: Floor;
  gatehouse: Asking;
  postgraphile?: Asking;
  keystone?: Asking;
  also?: Variation[];
  /**
   * Writes change what they find, and some ask for things of their own: these answers are not held against each other.
   */
  isIncomparable?: true;
  /** Stands in each answer of Gatehouse that is one. */
  expects?: string;
};

/** The manager's reach over deals, in the floor's words: $1 workspace, $2 member, $3 teams. */
export const reachOf = (alias: string) => `${alias}.deleted_at is null and (${alias}.owner_id = $2::uuid
  or exists (select from gatehouse.member m where m.workspace_id = ${alias}.workspace_id and m.id = ${alias}.owner_id and m.team_id = any ($3::uuid[]))
  or (${alias}.owner_id is null and ${alias}.team_id = any ($3::uuid[])))`;

export const personValues = ({ workspaceId, memberId, teamIds }: Person): unknown[] => [workspaceId, memberId, teamIds];
