import type { Noun } from '../auth/nouns.ts';
import type { Transaction } from '../db/database.ts';

/** Nouns that are rights over something else; nobody reads records of them, yet. */
type Recordless = 'workspace' | 'audit' | 'mailTemplate' | 'access';

/** The Prisma model of each noun that has records. A noun that is forgotten here does not compile. */
export const modelOf: Partial<Record<Noun, string>> = {
  company: 'Company', contact: 'Contact', lead: 'Lead', deal: 'Deal', activity: 'Activity', product: 'Product',
  tag: 'Tag', team: 'Team', member: 'Member', pipeline: 'Pipeline', stage: 'Stage', role: 'Role', job: 'DeadJob',
  securityLog: 'SecurityEvent', invitation: 'Invitation', apiKey: 'ApiKey', exchangeRate: 'ExchangeRate',
  mail: 'Mail', mailSuppression: 'MailSuppression',
} satisfies Record<Exclude<Noun, Recordless>, string>;

type Selection = { select?: object; include?: object };

/** What Prisma's models have in common, as far as code for records of several kinds asks for it. */
export type Records<Row> = {
  count(query: { where: object }): Promise<number>;
  findFirst(query: Selection & { where: object }): Promise<Row | null>;
  findMany(query: Selection & { where: object; orderBy?: object; take?: number }): Promise<Row[]>;
  groupBy(query: { by: string[]; where: object; _count: object }): Promise<Row[]>;
  updateMany(query: { where: object; data: object }): Promise<{ count: number }>;
  updateManyAndReturn(query: Selection & { where: object; data: object }): Promise<Row[]>;
};

/** The records of whatever noun. `Row` is what the query selects, which Prisma's types know of one noun at a time. */
export function recordsOf<Row = never>(tx: Transaction, noun: Noun): Records<Row> {
  const model = modelOf[noun]!;
  return (tx as unknown as Record<string, Records<Row>>)[model.charAt(0).toLowerCase() + model.slice(1)]!;
}
