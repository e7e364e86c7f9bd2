import type { Noun } from '../../auth/nouns.ts';
import type { Principal } from '../../auth/principal.ts';
import { type Way, allowed, canBeDeleted, parametersOf } from '../../auth/reach.ts';
import type { Transaction } from '../../db/database.ts';
import { type Model, modelNamed } from '../../db/models.ts';
import { type Predicate, all, test } from '../../db/predicate.ts';
import { Values, printSql } from '../../db/print-sql.ts';
import { modelOf } from '../noun-models.ts';

/** Whether the principal can read the record, be it in the bin. */
export async function canSee(
  tx: Transaction, principal: Principal, noun: Noun, id: string, now: Date,
): Promise<boolean> {
  const model = modelOfNoun(noun);
  const values = new Values(parametersOf(principal, now));
  const where = printSql(all(allowed(principal.profile, noun, 'read'), test('id', 'eq', id)), model, 'r', values);
  const workspace = values.add(principal.workspace.id, 'uuid');
  const rows = await tx.$queryRawUnsafe<unknown[]>(
    `select 1 from ${model.table} r where r.workspace_id = ${workspace} and ${where}`, ...values.list);
  return rows.length > 0;
}

/** What is asked of a record: each way by which it could be allowed, and what comes of all of them. */
type Asked = { noun: Noun; recordId: string; ways: readonly Way[]; decision: Predicate };

/** What a record's row answers about somebody. */
export type RecordFacts = {
  wayHolds: boolean[]; isAllowed: boolean; isReadable: boolean; isDeleted: boolean; ownerName: string | null;
  teamPath: string | null;
};

/** Asks the record's row every question in one statement. */
export async function askRecord(
  tx: Transaction, subject: Principal, { noun, recordId, ways, decision }: Asked, now: Date,
): Promise<RecordFacts | null> {
  const model = modelOfNoun(noun);
  const values = new Values(parametersOf(subject, now));
  const hasOwner = model.columns.has('ownerId');
  const columns = [
    ...ways.map((way, at) => `(${printSql(way.where, model, 'r', values)}) is true as way_${at}`),
    `(${printSql(decision, model, 'r', values)}) is true as is_allowed`,
    `(${printSql(allowed(subject.profile, noun, 'read'), model, 'r', values)}) is true as is_readable`,
    `${canBeDeleted(noun) ? 'r.deleted_at is not null' : 'false'} as is_deleted`,
    `${hasOwner ? ownerNameSql : 'null'} as owner_name`,
    `${hasOwner ? teamPathSql : 'null'} as team_path`,
  ];
  const place =
    `r.workspace_id = ${values.add(subject.workspace.id, 'uuid')} and r.id = ${values.add(recordId, 'uuid')}`;
  const [row] = await tx.$queryRawUnsafe<Record<string, unknown>[]>(
    `select ${columns.join(', ')} from ${model.table} r where ${place}`, ...values.list);
  return row ? {
    wayHolds: ways.map((_way, at) => row[`way_${at}`] === true), isAllowed: row.is_allowed === true,
    isReadable: row.is_readable === true, isDeleted: row.is_deleted === true,
    ownerName: row.owner_name as string | null, teamPath: row.team_path as string | null,
  } : null;
}

const ownerNameSql =
  '(select m.name from gatehouse.member m where m.workspace_id = r.workspace_id and m.id = r.owner_id)';
const teamPathSql = `(with recursive path as (
  select t.id, t.parent_id, t.name, 1 as step from gatehouse.team t
  join gatehouse.member m on m.workspace_id = t.workspace_id and m.team_id = t.id
  where m.workspace_id = r.workspace_id and m.id = r.owner_id
  union all
  select t.id, t.parent_id, t.name, path.step + 1 from gatehouse.team t join path on t.id = path.parent_id
  where t.workspace_id = r.workspace_id and path.step < 50
) select string_agg(name, ' in ' order by step) from path)`;

/** @throws Error for nouns that have no records of their own, such as `access` */
export function modelOfNoun(noun: Noun): Model {
  const name = modelOf[noun];
  if (!name) throw new Error(`${noun} has no records.`);
  return modelNamed(name);
}
