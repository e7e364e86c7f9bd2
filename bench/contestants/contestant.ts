import type { BenchDatabase, Person } from '../database.ts';

/** `noPolicy` is Gatehouse with the same statements, told that everything may be read. */
export type ContestantName = 'floor' | 'gatehouse' | 'noPolicy' | 'postgraphile' | 'keystone';

/** What all of them are given alike. */
export type Setting = {
  database: BenchDatabase;
  person: Person;
  /** Connections to PostgreSQL that a pool may open. */
  poolSize: number;
};

/** A server that runs and can be asked. */
export type Running = {
  name: ContestantName;
  pid: number;
  url: string;
  headers: Record<string, string>;
  /** The role it signs in to PostgreSQL with: whose backends are its own. */
  role: string;
  databaseName: string;
  stop(): Promise<void>;
};

export type Contestant = {
  name: ContestantName;
  start(setting: Setting): Promise<Running>;
};
