import type { Origin } from '../auth/origin.ts';
import type { Principal } from '../auth/principal.ts';
import type { RequestDatabase, Transaction } from '../db/database.ts';

export type { Origin } from '../auth/origin.ts';

/** What the whole process shares. Clock and ids are parameters, so that two runs can be made to agree. */
export type Services = {
  database: RequestDatabase;
  now: () => Date;
  /** UUIDv7, ascending within a process. */
  newId: () => string;
  /** Signs cursors. */
  cursorSecret: string;
  /** How many failed sign-ins a network may have in a quarter of an hour; 300 when absent. */
  attemptsPerNetwork?: number;
  /** Whether anybody may make a workspace by signing up; so it is when absent. */
  isSignUpOpen?: boolean;
};

/** What one request brings to services: who acts, and until when anybody waits for the answer. */
export type ServiceContext = {
  services: Services;
  principal: Principal;
  requestId: string;
  /** From where the request came; absent in programs and jobs. */
  origin?: Origin;
  /** Fires when the client is gone or the time is up. */
  signal?: AbortSignal;
  /** Commands become part of this transaction, whose workspace is set, instead of each being one of its own. */
  transaction?: Transaction;
};
