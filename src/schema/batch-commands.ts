import { type GraphQLInputObjectType, type GraphQLResolveInfo, getNamedType } from 'graphql';
import type { Noun, VerbPermission } from '../auth/nouns.ts';
import { type Command, type CommandResult, type ManyResults, maxBatch } from '../services/command.ts';
import { type UserError, invalid } from '../services/errors.ts';
import { typeNameOf } from '../type-name.ts';
import { builder } from './builder.ts';
import { runAllowed, userErrorsField } from './commands.ts';
import type { GraphQLContext } from './context.ts';
import { globalId } from './global-id.ts';
import { requireWriteRights, withLocalIds } from './inputs.ts';
import { loadRecord } from './record-loader.ts';
import { asRecord, signedIn } from './records.ts';
import { keyField } from './write-inputs.ts';

type BatchOptions<Input, Item> = {
  description: string;
  /** The input of one of them. */
  item: { $inferInput?: Item } & object;
  /** The name of the list of them in the mutation's input. */
  list: string;
  record: Record<string, unknown>;
  /** Turns an item into the service's input, where they differ. */
  toInput?: (item: Item) => Input;
};

/**
 * Adds the mutation of a command's batch form: many inputs in one transaction, each done or refused by itself. It needs
 * the right to change many at once (`deal.bulk`) besides the command's own.
 */
export function batchMutation<Input, Item extends object>(
  name: string, command: Command<Input>, options: BatchOptions<Input, Item>,
): void {
  const title = typeNameOf(name);
  const input = batchInput(title, options);
  const payload = batchPayload(name, title, batchResult(title, command.noun, options.record));
  builder.mutationField(name, (t) =>
    t.field({
      type: payload,
      access: `${command.noun}.bulk` as VerbPermission,
      extensions: { event: `${command.noun}.${command.act}` },
      description: options.description,
      args: { input: t.arg({ type: input, required: true, description: 'What is to be done.' }) },
      resolve: (_root, args, context, info) => runItems(name, command, options, { args, context, info }),
    }),
  );
}

function batchInput(title: string, { item, list }: { item: object; list: string }) {
  return builder.inputType(`${title}Input`, {
    description: 'Many at once, in one transaction. Those that are refused change nothing; the others are done.',
    fields: (t) => ({
      ...keyField(t),
      dryRun: t.boolean({ description: 'True tells what would become of each, and changes nothing.' }),
      [list]: t.field({
        type: [item as never],
        required: true,
        description: `What is to be done: at most ${maxBatch}.`,
      }),
    }),
  });
}

function batchResult(title: string, noun: Noun, record: Record<string, unknown>) {
  const [[recordName, recordType]] = Object.entries(record) as [[string, unknown]];
  return builder.objectRef<CommandResult>(`${title}Result`).implement({
    description: 'What became of one of them.',
    access: 'parent',
    fields: (t) => ({
      [recordName]: t.field({
        type: recordType as never,
        access: `${noun}.read` as VerbPermission,
        extensions: { readsRecords: true },
        description: 'The record as it is now; null when it was refused, or it is out of reach now.',
        resolve: ({ recordId }, _args, context, info) =>
          asRecord(recordId ? loadRecord(globalId(noun, recordId), context, info) : null),
      }),
      userErrors: t.field(userErrorsField),
    }),
  });
}

function batchPayload(name: string, title: string, result: ReturnType<typeof batchResult>) {
  return builder.objectRef<ManyResults>(`${title}Payload`).implement({
    description: `What ${name} answers.`,
    access: 'parent',
    fields: (t) => ({
      results: t.field({
        type: [result],
        nullable: { list: false, items: false },
        description: 'For each, in their order.',
        resolve: ({ results }) => results,
      }),
      doneCount: t.int({
        nullable: false,
        description: 'How many were done, or would be.',
        resolve: ({ results }) => results.filter(({ userErrors }) => userErrors.length === 0).length,
      }),
      refusedCount: t.int({
        nullable: false,
        description: 'How many were refused.',
        resolve: ({ results }) => results.filter(({ userErrors }) => userErrors.length > 0).length,
      }),
      userErrors: t.field({ ...userErrorsField, description: 'What stands against all of it; then nothing was done.' }),
    }),
  });
}

type Asked = { args: { input: unknown }; context: GraphQLContext; info: GraphQLResolveInfo };

/** Checks the right to write what each item names, then runs all of them at once. */
async function runItems<Input, Item extends object>(
  name: string, command: Command<Input>, { list, toInput }: BatchOptions<Input, Item>, { args, context, info }: Asked,
): Promise<ManyResults> {
  const type = getNamedType(info.parentType.getFields()[name]!.args[0]!.type) as GraphQLInputObjectType;
  const itemType = getNamedType(type.getFields()[list]!.type) as GraphQLInputObjectType;
  const input = args.input as Record<string, Item[]> & { idempotencyKey?: string; dryRun?: boolean };
  for (const item of input[list]!) {
    requireWriteRights(itemType, item, command.verb, signedIn(context).profile, `input.${list}`);
  }
  const { [list]: items, idempotencyKey, dryRun } = withLocalIds(type, input) as typeof input;
  if (items!.length > maxBatch) {
    return { results: [], userErrors: [invalid(`At most ${maxBatch} at a time.`, 'input', list)] };
  }
  const inputs = items!.map((item) => (toInput ? toInput(item) : item) as Input);
  const answer = await runAllowed(name, context, (services) =>
    command.runMany(services, { inputs, idempotencyKey, dryRun }),
  );
  return { ...answer, results: answer.results.map((result, at) => placed(result, list, at)) };
}

/** The same result with paths that begin at the mutation's input. */
function placed({ recordId, userErrors }: CommandResult, list: string, at: number): CommandResult {
  const pathOf = ({ path }: UserError) => ['input', list, String(at), ...path.slice(1)];
  return { recordId, userErrors: userErrors.map((error) => ({ ...error, path: pathOf(error) })) };
}
