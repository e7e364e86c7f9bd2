import type { GraphQLInputObjectType } from 'graphql';
import { getNamedType } from 'graphql';
import { readRecord } from '../db/reader/read.ts';
import type { VerbPermission } from '../auth/nouns.ts';
import type { Command, CommandInput, CommandResult } from '../services/command.ts';
import { NotPermittedError } from '../services/errors.ts';
import { builder } from './builder.ts';
import { UserErrorInterface } from './errors.ts';
import { requireWriteRights, withLocalIds } from './inputs.ts';
import { readContextOf, reading, signedIn } from './records.ts';

/**
 * Adds the mutation of a command: its input, its payload with the record and `userErrors`, and the permission it needs.
 *
 * @param options.record the name of the payload's record field and its type, such as `{ deal: Deal }`
 * @param options.toInput turns the GraphQL input into the service's, where they differ
 */
export function commandMutation<Input, GraphQLInput extends object>(name: string, command: Command<Input>, options: {
  description: string;
  input: { $inferInput?: GraphQLInput } & object;
  record: Record<string, unknown>;
  toInput?: (input: GraphQLInput) => Input;
}): void {
  const [[recordName, recordType]] = Object.entries(options.record) as [[string, unknown]];
  const Payload = builder.objectRef<CommandResult>(`${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`).implement({
    description: `What ${name} answers.`,
    access: 'parent',
    fields: (t) => ({
      [recordName]: t.field({
        type: recordType as never, access: `${command.noun}.read` as VerbPermission, extensions: { readsRecords: true },
        description: 'The record as it is now; null when nothing was done, or it is out of reach now.',
        resolve: (result, _args, context, info) => (result.recordId
          ? reading(() => readRecord(info, result.recordId!, readContextOf(context))) : null) as never,
      }),
      userErrors: t.field({
        type: [UserErrorInterface], nullable: { list: false, items: false },
        description: 'Everything that stands against it; empty when it was done.', resolve: (result) => result.userErrors as never,
      }),
    }),
  });
  builder.mutationField(name, (t) => t.field({
    type: Payload,
    access: command.permission,
    description: options.description,
    args: { input: t.arg({ type: options.input as never, required: true, description: 'What is to be done.' }) },
    resolve: async (_root, args, context, info) => {
      const principal = signedIn(context);
      const input = (args as { input: GraphQLInput }).input;
      const type = getNamedType(info.parentType.getFields()[info.fieldName]!.args[0]!.type) as GraphQLInputObjectType;
      requireWriteRights(type, input, command.verb, principal.profile);
      const local = withLocalIds(type, input);
      const { services, requestId, signal } = context;
      try {
        return await command.run(
          { services, principal, requestId, signal }, (options.toInput ? options.toInput(local) : local) as Input & CommandInput,
        );
      } catch (error) {
        if (error instanceof NotPermittedError) throw new Error(`The gate let ${name} through: ${error.message}`, { cause: error });
        throw error;
      }
    },
  }));
}
