import type { BenchDatabase, Person } from '../database.ts';

export const contestantNames = ['floor', 'gatehouse', 'postgraphile', 'keystone'] as const;
export type ContestantName = (typeof contestantNames)[number];

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
  title: string;
  start(setting: Setting): Promise<Running>;
};
