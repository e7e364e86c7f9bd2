import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type GraphQLField, type GraphQLInputObjectType, type GraphQLNamedType, type GraphQLObjectType, type GraphQLSchema,
  getNamedType, isInputObjectType, isInterfaceType, isNonNullType, isObjectType,
} from 'graphql';
import type { Noun } from '../auth/nouns.ts';
import { permissionSection } from '../auth/permissions-page.ts';
import { projectFolder } from '../project.ts';
import type { UserErrorCode } from '../services/errors.ts';
import { typeNameOf } from '../type-name.ts';
import { type Access, permissionsIn } from './access.ts';
import { fieldPermissions } from './print.ts';
import { userErrorCodes } from './user-error-codes.ts';

/** A page of docs/domain: the nouns that it is about, and the root fields that it tells of besides theirs. */
type DomainPage = { nouns: Noun[]; also?: string[] };

/** Who adds a noun adds its page here, and its words by hand in docs/domain/by-hand/<name>.md. */
export const domainPages: Record<string, DomainPage> = {
  activity: { nouns: ['activity'], also: ['activities'] },
  company: { nouns: ['company'], also: ['companies'] },
  contact: { nouns: ['contact'] },
  deal: { nouns: ['deal'], also: ['forecast'] },
  exchangeRate: { nouns: ['exchangeRate'] },
  lead: { nouns: ['lead'] },
  pipeline: { nouns: ['pipeline', 'stage'] },
};

/** Codes that any command may answer with. */
const everywhere: UserErrorCode[] = [
  'NOT_FOUND',
  'INVALID_INPUT',
  'VERSION_CONFLICT',
  'NOT_PERMITTED',
  'IDEMPOTENCY_KEY_REUSED',
];

/**
 * docs/domain/<name>.md: all that a front end needs of a noun. Rules are written by hand; fields, commands, errors with
 * their data, events and permissions come from the schema and the policies, so that they are never out of date.
 */
export function domainPage(schema: GraphQLSchema, name: string): string {
  const { nouns, also = [] } = domainPages[name]!;
  const isOurs = (field: string) =>
    also.includes(field) || nouns.some((noun) => new RegExp(`^${noun}(s|[A-Z]\\w*)?$`).test(field));
  const byHand = handWritten(name);
  const queries = Object.values(schema.getQueryType()!.getFields()).filter((field) => isOurs(field.name));
  const commands = Object.values(schema.getMutationType()!.getFields()).filter((field) => isOurs(field.name));
  const types = nouns.map((noun) => schema.getType(typeNameOf(noun)) as GraphQLObjectType);
  const permissions = fieldPermissions(schema).filter(({ field }) =>
    types.some((type) => field.startsWith(`${type.name}.`)),
  );
  return [
    `# ${typeNameOf(name)}`,
    '',
    `Rules by hand (\`docs/domain/by-hand/${name}.md\`), all else from schema and policies: `
      + '`npm run generate` writes it anew.',
    'What the columns say, `schema.graphql` says as well; [permissions](../permissions.md) has the words for reaches.',
    '',
    byHand,
    '',
    '## Asking',
    '',
    '| query | answer | needs | |',
    '| --- | --- | --- | --- |',
    ...queries.map((field) => row(code(field.name), code(String(field.type)), needs(field), words(field.description))),
    '',
    ...types.flatMap((type) => fieldsOf(type)),
    '## Commands',
    '',
    'Every command answers with its record and with `userErrors`, all of them at once. Inputs that change a record '
      + 'name its `version`; `idempotencyKey` makes sending one again harmless.',
    '',
    ...commands.flatMap((field) => commandSection(field)),
    ...errorSection(schema, byHand),
    '## Events',
    '',
    "Each command that did something leaves an event of its type in the outbox, with the record's id, the names of the "
      + 'fields that changed and the version, never values; and an audit entry.',
    '',
    ...eventsOf(commands).map((event) => `- \`${event}\``),
    '',
    '## Permissions',
    '',
    ...nouns.flatMap((noun) => permissionSection(noun, permissions, '###')),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

function handWritten(name: string): string {
  const file = path.join(projectFolder, 'docs', 'domain', 'by-hand', `${name}.md`);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}

function code(text: string): string {
  return `\`${text}\``;
}

function words(description: string | null | undefined): string {
  return (description ?? '').replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();
}

function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function needs(field: GraphQLField<unknown, unknown>): string {
  return (permissionsIn(field.extensions.access as Access | undefined).map(code).join(', ') || '–');
}

function fieldsOf(type: GraphQLObjectType): string[] {
  return [
    `## Fields of ${type.name}`,
    '',
    '| field | type | needs | |',
    '| --- | --- | --- | --- |',
    ...Object.values(type.getFields()).map((field) =>
      row(code(field.name), code(String(field.type)), needs(field), words(field.description)),
    ),
    '',
  ];
}

function commandSection(field: GraphQLField<unknown, unknown>): string[] {
  const input = getNamedType(field.args[0]!.type) as GraphQLInputObjectType;
  return [
    `### ${field.name}`,
    '',
    words(field.description),
    '',
    `Needs ${needs(field)}. Answers with ${code(String(field.type))}.`,
    '',
    ...inputTable(input),
    '',
  ];
}

function inputTable(input: GraphQLInputObjectType): string[] {
  const fields = Object.values(input.getFields());
  const items = fields.flatMap(({ name, type }) => {
    const item = getNamedType(type);
    const isPart = isInputObjectType(item) && /Item|Changed|NewStage/.test(item.name);
    return isPart ? ['', `Each of \`${name}\`:`, '', ...inputTable(item)] : [];
  });
  return [
    '| input | type | |',
    '| --- | --- | --- |',
    ...fields.map(({ name, type, description }) =>
      row(isNonNullType(type) ? `**${code(name)}**` : code(name), code(String(type)), words(description)),
    ),
    ...items,
  ];
}

function errorSection(schema: GraphQLSchema, byHand: string): string[] {
  const codes = (Object.keys(userErrorCodes) as UserErrorCode[]).filter(
    (each) => everywhere.includes(each) || byHand.includes(`\`${each}\``),
  );
  return [
    '## Errors',
    '',
    '| code | meaning | what to do | data |',
    '| --- | --- | --- | --- |',
    ...codes.map((each) => {
      const type = schema.getType(
        each.toLowerCase().replace(/(^|_)([a-z])/g, (_all, _gap, letter: string) => letter.toUpperCase()),
      );
      return row(
        code(each), words(userErrorCodes[each].meaning), words(userErrorCodes[each].remedy), dataOf(schema, type),
      );
    }),
    '',
  ];
}

/** What an error's own type carries besides what all have. */
function dataOf(schema: GraphQLSchema, type: GraphQLNamedType | undefined): string {
  const common = schema.getType('UserError');
  if (!isObjectType(type) || !isInterfaceType(common)) return '';
  const fields = Object.values(type.getFields()).filter(({ name }) => !(name in common.getFields()));
  return `${code(type.name)}: ${fields.map((field) => `${code(field.name)} ${words(field.description)}`).join(' ')}`;
}

function eventsOf(commands: readonly GraphQLField<unknown, unknown>[]): string[] {
  return [...new Set(commands.flatMap(({ extensions }) => (extensions.event as string | undefined) ?? []))].sort();
}
