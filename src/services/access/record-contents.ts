import { shownColumns } from '../../auth/column-rights.ts';
import type { Noun } from '../../auth/nouns.ts';
import { allowed, parametersOf, readable } from '../../auth/reach.ts';
import { type Model, modelNamed, snakeCase } from '../../db/models.ts';
import { type Predicate, all, always, related } from '../../db/predicate.ts';
import { readColumns } from '../../db/read-columns.ts';
import type { ServiceContext } from '../context.ts';
import { modelOf } from '../noun-models.ts';

/** Columns by their names in prisma/schema.prisma, as JSON has them. What the principal may not have is absent. */
export type RecordContents = Readonly<Record<string, unknown>>;

/**
 * What of these records a principal may have, as of now: the one gate for whatever leaves by another way than the
 * fields of the API, be it an export, an event, a mail or a history. It answers with what the API would show him:
 * records in reach, columns of field groups that he reads on that record, keys of other records that he can read. One
 * statement.
 *
 * @returns by id; records that are absent, out of reach or in the bin are absent
 */
export async function recordContents(
  { services, principal, signal }: ServiceContext, noun: Noun, ids: readonly string[],
): Promise<Map<string, RecordContents>> {
  const where = readable(principal.profile, noun);
  if (where.kind === 'never' || ids.length === 0) return new Map();
  const model = modelNamed(modelOf[noun]!);
  const columns = new Map([...shownColumns(noun)]
    .filter(([name]) => model.columns.has(name)).map(([name, group]): [string, Predicate] => (
    [name, all(allowed(principal.profile, noun, 'read', group), linkIsSeen(principal.profile, model, name))])));
  return readColumns(
    services.database, principal.workspace.id, model, ids, where, columns, parametersOf(principal, services.now()),
    signal);
}

/** A key of another record is had by who can read that record. */
function linkIsSeen(profile: Parameters<typeof readable>[0], model: Model, column: string): Predicate {
  const relation = [...model.relations.values()].find(({ isList, on }) => (
    !isList && on.some(({ from }) => from === snakeCase(column) && from !== 'workspace_id')));
  const target = relation && (Object.keys(modelOf) as Noun[]).find((noun) => modelOf[noun] === relation.model);
  return relation && target ? related(relation.name, readable(profile, target)) : always;
}
