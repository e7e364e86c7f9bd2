import type { GraphQLInputObjectType, GraphQLResolveInfo } from 'graphql';
import { GraphQLError, getNamedType } from 'graphql';
import { type OwnedNoun, type VerbPermission, isOwnedNoun } from '../auth/nouns.ts';
import type { Command, CommandInput, CommandResult } from '../services/command.ts';
import type { ServiceContext } from '../services/context.ts';
import { NotPermittedError, type UserError } from '../services/errors.ts';
import { typeNameOf } from '../type-name.ts';
import { type SchemaTypes, builder } from './builder.ts';
import { type GraphQLContext, serviceContextOf } from './context.ts';
import { UserErrorInterface } from './errors.ts';
import { globalId, parseGlobalId } from './global-id.ts';
import { requireWriteRights, withLocalIds } from './inputs.ts';
import { Node, findNodes } from './node.ts';
import { type ReadResult, recordAsLeft, withRecord } from './read-back.ts';
import { asRecord, badInput, signedIn, withApiErrors } from './records.ts';

/** The argument of every mutation. Of an input that comes as a parameter Pothos cannot infer the type. */
export function inputArg(type: object) {
  return { type: type as never, required: true as const, description: 'What is to be done.' };
}

/** The field of every payload that says what stands against the mutation. */
export const userErrorsField = {
  type: [UserErrorInterface] as [typeof UserErrorInterface], nullable: { list: false, items: false } as const,
  description: 'Everything that stands against it; empty when it was done.',
  resolve: ({ userErrors }: { userErrors: readonly UserError[] }) => [...userErrors],
};

export type PayloadFieldBuilder = PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, CommandResult>;

const recordDescription = 'The record as it is now; null when nothing was done, or it is out of reach now.';

/**
 * Adds the mutation of a command: its input, its payload with the record and `userErrors`, and the permission it needs.
 *
 * @param options.record the name of the payload's record field and its type, such as `{ deal: Deal }`
 * @param options.toInput turns the GraphQL input into the service's, where they differ
 */
export function commandMutation<Input, GraphQLInput extends object>(name: string, command: Command<Input>, options: {
  description: string;
  input: { $inferInput?: GraphQLInput } & object;
  /** Absent where the command is about no record of a type, such as the workspace itself. */
  record?: Record<string, unknown>;
  toInput?: (input: GraphQLInput) => Input;
  /** What the payload tells besides the record. */
  more?: (t: PayloadFieldBuilder) => Record<string, unknown>;
}): void {
  const records = Object.entries(options.record ?? {});
  const Payload = builder.objectRef<ReadResult>(payloadName(name)).implement({
    description: `What ${name} answers.`,
    access: 'parent',
    fields: (t) => ({
      ...Object.fromEntries(records.map(([recordName, recordType]) => [recordName, t.field({
        type: recordType as never, access: `${command.noun}.read` as VerbPermission, extensions: { readsRecords: true },
        description: recordDescription,
        resolve: (result, _args, context, info) => asRecord(withApiErrors(() => recordAsLeft(result, info, context))),
      })])),
      ...options.more?.(t),
      userErrors: t.field(userErrorsField),
    }),
  });
  builder.mutationField(name, (t) => t.field({
    type: Payload,
    access: command.permission,
    extensions: { event: `${command.noun}.${command.act}` },
    description: options.description,
    args: { input: t.arg(inputArg(options.input)) },
    resolve: (_root, args, context, info) => {
      const input = (args as { input: GraphQLInput }).input;
      const type = inputType(info);
      requireWriteRights(type, input, command.verb, signedIn(context).profile);
      const local = withLocalIds(type, input);
      const converted = (options.toInput ? options.toInput(local) : local) as Input & CommandInput;
      return withRecord(info, records.map(([recordName]) => recordName), context, (readBack) => (
        runAllowed(name, context, (services) => command.run(services, converted, readBack))));
    },
  }));
}

/**
 * Adds a mutation for records of any kind that has owners: the id in `recordId` says of which, and thereby which of the
 * commands runs and which permission it needs.
 */
export function recordMutation<Input extends { recordId: string }>(
  name: string, commands: Readonly<Record<OwnedNoun, Command<Input>>>, options: { description: string; input: object },
): void {
  const Payload = builder.objectRef<CommandResult & { noun: OwnedNoun }>(payloadName(name)).implement({
    description: `What ${name} answers.`,
    access: 'parent',
    fields: (t) => ({
      record: t.field({
        type: Node, extensions: { readsRecords: true }, description: recordDescription,
        resolve: async ({ noun, recordId }, _args, context, info) => (
          recordId ? (await findNodes([globalId(noun, recordId)], context, info))[0] ?? null : null),
      }),
      userErrors: t.field(userErrorsField),
    }),
  });
  builder.mutationField(name, (t) => t.field({
    type: Payload,
    access: Object.values(commands).map(({ permission }) => permission),
    description: options.description,
    args: { input: t.arg(inputArg(options.input)) },
    resolve: async (_root, args, context, info) => {
      const input = withLocalIds(inputType(info), (args as { input: Input }).input);
      const record = parseGlobalId(input.recordId);
      const noun = record?.noun as OwnedNoun;
      if (!record || !isOwnedNoun(noun)) {
        throw badInput(
          'input.recordId',
          `input.recordId is the id of a ${Object.keys(commands)
            .join(', ')
            .replace(/, (\w+)$/, ' or $1')}.`,
        );
      }
      const command = commands[noun];
      if (!signedIn(context).profile.reachOf(noun, command.verb)) {
        throw new GraphQLError(
          `You may not use ${name} on a ${noun}: that needs the permission ${command.permission}.`,
          { extensions: { code: 'FORBIDDEN', field: `Mutation.${name}`, permission: command.permission } },
        );
      }
      const own = { ...input, recordId: record.id };
      return { noun, ...await runAllowed(name, context, (services) => command.run(services, own)) };
    },
  }));
}

export function payloadName(mutation: string): string {
  return `${typeNameOf(mutation)}Payload`;
}

function inputType(info: GraphQLResolveInfo): GraphQLInputObjectType {
  return getNamedType(info.parentType.getFields()[info.fieldName]!.args[0]!.type) as GraphQLInputObjectType;
}

/** Runs a service for the principal. That it finds a permission missing which the gate did not is a bug. */
export async function runAllowed<T>(
  name: string, context: GraphQLContext, run: (services: ServiceContext) => Promise<T>,
): Promise<T> {
  try {
    return await run(serviceContextOf(context, signedIn(context)));
  } catch (error) {
    if (error instanceof NotPermittedError)
      throw new Error(`The gate let ${name} through: ${error.message}`, { cause: error });
    throw error;
  }
}
