import { type FieldNode, type GraphQLObjectType, type GraphQLResolveInfo, getNamedType } from 'graphql';
import { fieldRule } from '../auth/field-rules.ts';
import type { Row } from '../db/database.ts';
import { selectedBelow } from '../db/reader/plan.ts';
import { readRecord, recordIn, recordStatement } from '../db/reader/read.ts';
import type { CommandResult, ReadBack } from '../services/command.ts';
import type { GraphQLContext } from './context.ts';
import { readContextOf, signedIn } from './records.ts';

/** A command's answer, and the fields of the document that its rows were read for. */
export type ReadResult = CommandResult & { readFor?: readonly FieldNode[] };

/**
 * Runs a command with what the document asks of its record, so that this is read in the packet that ends the change.
 * Where that is not one plain selection of one record, it is read when it is asked for, as everywhere.
 *
 * @param recordNames the payload's fields that answer with the record
 */
export async function withRecord(
  info: GraphQLResolveInfo, recordNames: readonly string[], context: GraphQLContext,
  run: (readBack?: ReadBack) => Promise<CommandResult>,
): Promise<ReadResult> {
  const below = infoBelow(info, recordNames);
  if (!below) return run();
  const field = below.parentType.getFields()[below.fieldName]!;
  if (fieldRule(field, signedIn(context).profile).verdict === 'never') return run();
  const result = await run((id) => {
    try {
      return recordStatement(below, id, readContextOf(context));
    } catch {
      // An argument in it makes no sense, which its own resolver says: nothing of this stands against the change.
      return null;
    }
  });
  return { ...result, readFor: below.fieldNodes };
}

/** The record as the command has left it. */
export async function recordAsLeft(
  { recordId, rows, readFor }: ReadResult, info: GraphQLResolveInfo, context: GraphQLContext,
): Promise<Row | null> {
  if (!recordId) return null;
  const isRead = rows && readFor!.length === info.fieldNodes.length
    && readFor!.every((node, at) => node === info.fieldNodes[at]);
  return isRead ? recordIn(await rows) : readRecord(info, recordId, readContextOf(context));
}

/** What the resolver of the payload's record would be told, when the document asks for one record in one place. */
function infoBelow(info: GraphQLResolveInfo, recordNames: readonly string[]): GraphQLResolveInfo | null {
  const payload = getNamedType(info.returnType) as GraphQLObjectType;
  const selected = selectedBelow(info, info.fieldNodes, payload);
  const asked = recordNames.filter((name) => selected.has(name));
  if (asked.length !== 1) return null;
  const [fieldName] = asked as [string];
  const fieldNodes = selected.get(fieldName)!;
  if (new Set(fieldNodes.map(({ alias }) => alias?.value)).size > 1) return null;
  const returnType = payload.getFields()[fieldName]!.type as GraphQLResolveInfo['returnType'];
  return { ...info, fieldName, fieldNodes, parentType: payload, returnType };
}
