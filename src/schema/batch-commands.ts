import { type GraphQLInputObjectType, getNamedType } from 'graphql';
import type { VerbPermission } from '../auth/nouns.ts';
import { type Command, type CommandResult, type ManyResults, maxBatch } from '../services/command.ts';
import { type UserError, invalid } from '../services/errors.ts';
import { builder } from './builder.ts';
import { runAllowed, userErrorsField } from './commands.ts';
import { globalId } from './global-id.ts';
import { requireWriteRights, withLocalIds } from './inputs.ts';
import { loadRecord } from './record-loader.ts';
import { asRecord, signedIn } from './records.ts';
import { keyField } from './write-inputs.ts';

/**
 * Adds the mutation of a command's batch form: many inputs in one transaction, each done or refused by itself. It needs
 * the right to change many at once (`deal.bulk`) besides the command's own.
 *
 * @param options.item the input of one of them, and `list` the name of the list in the mutation's input
 * @param options.toInput turns an item into the service's input, where they differ
 */
export function batchMutation<Input, Item extends object>(
  name: string,
  command: Command<Input>,
  options: {
    description: string;
    item: { $inferInput?: Item } & object;
    list: string;
    record: Record<string, unknown>;
    toInput?: (item: Item) => Input;
  },
): void {
  const [[recordName, recordType]] = Object.entries(options.record) as [[string, unknown]];
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const BatchInput = builder.inputType(`${title}Input`, {
    description: 'Many at once, in one transaction. Those that are refused change nothing; the others are done.',
    fields: (t) => ({
      ...keyField(t),
      dryRun: t.boolean({ description: 'True tells what would become of each, and changes nothing.' }),
      [options.list]: t.field({
        type: [options.item as never],
        required: true,
        description: `What is to be done: at most ${maxBatch}.`,
      }),
    }),
  });
  const Result = builder.objectRef<CommandResult>(`${title}Result`).implement({
    description: 'What became of one of them.',
    access: 'parent',
    fields: (t) => ({
      [recordName]: t.field({
        type: recordType as never,
        access: `${command.noun}.read` as VerbPermission,
        extensions: { readsRecords: true },
        description: 'The record as it is now; null when it was refused, or it is out of reach now.',
        resolve: ({ recordId }, _args, context, info) =>
          asRecord(recordId ? loadRecord(globalId(command.noun, recordId), context, info) : null),
      }),
      userErrors: t.field(userErrorsField),
    }),
  });
  const Payload = builder.objectRef<ManyResults>(`${title}Payload`).implement({
    description: `What ${name} answers.`,
    access: 'parent',
    fields: (t) => ({
      results: t.field({
        type: [Result],
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
  builder.mutationField(name, (t) =>
    t.field({
      type: Payload,
      access: `${command.noun}.bulk` as VerbPermission,
      extensions: { event: `${command.noun}.${command.act}` },
      description: options.description,
      args: { input: t.arg({ type: BatchInput, required: true, description: 'What is to be done.' }) },
      resolve: async (_root, args, context, info) => {
        const type = getNamedType(info.parentType.getFields()[name]!.args[0]!.type) as GraphQLInputObjectType;
        const itemType = getNamedType(type.getFields()[options.list]!.type) as GraphQLInputObjectType;
        const input = args.input as unknown as Record<string, Item[]> & { idempotencyKey?: string; dryRun?: boolean };
        for (const item of input[options.list]!) {
          requireWriteRights(itemType, item, command.verb, signedIn(context).profile, `input.${options.list}`);
        }
        const { [options.list]: items, idempotencyKey, dryRun } = withLocalIds(type, input) as typeof input;
        if (items!.length > maxBatch) {
          return { results: [], userErrors: [invalid(`At most ${maxBatch} at a time.`, 'input', options.list)] };
        }
        const inputs = items!.map((item) => (options.toInput ? options.toInput(item) : item) as Input);
        const answer = await runAllowed(name, context, (services) =>
          command.runMany(services, { inputs, idempotencyKey, dryRun }),
        );
        return { ...answer, results: answer.results.map((result, at) => placed(result, options.list, at)) };
      },
    }),
  );
}

/** The same result with paths that begin at the mutation's input. */
function placed({ recordId, userErrors }: CommandResult, list: string, at: number): CommandResult {
  const pathOf = ({ path }: UserError) => ['input', list, String(at), ...path.slice(1)];
  return { recordId, userErrors: userErrors.map((error) => ({ ...error, path: pathOf(error) })) };
}
