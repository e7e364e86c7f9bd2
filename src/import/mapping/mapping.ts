import { z } from 'zod';
import { encodings } from '../csv/encoding.ts';
import { linkTargets } from '../nouns/link-targets.ts';
import type { ImportNoun, ImportedNoun, LinkDefinition } from '../nouns/noun.ts';
import {
  type FieldSpec, type LinkSpec, type Source, type Style, childValueSchema, conditionSchema, fieldSchema, linkSchema,
  sourceSchema, styleSchema,
} from './source.ts';

/*
 * What a mapping says: which file holds which noun, and what its columns mean. Built from the nouns' definitions, so
 * that a field or link that a noun lacks is noticed here, and by every editor that knows
 * docs/import-mapping.schema.json.
 */

const csvSchema = z.strictObject({
  encoding: z.enum(encodings).optional()
    .describe(
      'How the file\'s letters are stored. A mark at its beginning goes before this; without both it must be UTF-8.'),
  delimiter: z.string().min(1).max(4).optional().describe('Stands between cells; found by the header unless said.'),
  quote: z.string().length(1).nullable().optional().describe(
    'Encloses cells; found unless said. null where nothing does.'),
  escape: z.string().length(1).optional().describe(
    'Stands before a quote within a quoted cell; the quote itself unless said.'),
  lenientQuotes: z.boolean().optional().describe(
    'Take quotes in wrong places as letters, instead of refusing the row.'),
  skipSpaces: z.boolean().optional().describe(
    'Drop spaces behind delimiters, so that a quote behind them encloses the cell.'),
  comment: z.string().min(1).optional().describe('Lines that begin with this are left out.'),
  skipLines: z.int().min(0).optional().describe('How many lines that are not blank stand before the header.'),
  columns: z.array(z.string().min(1)).min(1).optional().describe('The columns\' names, where the file has no header.'),
  shortRows: z.boolean().optional().describe('Rows may end before the header does: cells that are missing are empty.'),
}).describe('The form of the file, as far as it is not found out.');
export type CsvSpec = z.infer<typeof csvSchema>;

const keySchema = z.union([z.string().min(1), sourceSchema])
  .describe('What identifies a record in the other system: a column, or several in a template. The next import finds '
    + 'it by this.');

const stageSchema = z.strictObject({
  name: z.string().min(1),
  status: z.enum(['OPEN', 'WON', 'LOST']).optional().describe('What it means to be in it; OPEN unless said.'),
  probability: z.int().min(0).max(100).optional().describe('Per cent; 100 when won, 0 when lost.'),
}).describe('A stage.');

const setupSchema = z.strictObject({
  pipelines: z.array(z.strictObject({
    name: z.string().min(1),
    kind: z.enum(['DEAL', 'LEAD']).optional().describe('What it carries; DEAL unless said.'),
    stages: z.array(stageSchema).min(1).describe('In order.'),
  }).describe('A pipeline that must exist: where none of this name does, it is made; one that does is left as it is.'))
    .optional(),
}).describe('What must be there before the first file.');
export type PipelineSetup = {
  name: string; kind?: 'DEAL' | 'LEAD';
  stages: { name: string; status?: 'OPEN' | 'WON' | 'LOST'; probability?: number }[];
};

export type ChildSpec = { fields?: Record<string, FieldSpec>; links?: Record<string, LinkSpec | string> };

/** One file's part of the mapping. */
export type FileSpec = {
  file: string;
  noun: ImportedNoun;
  csv?: CsvSpec;
  style?: Style;
  only?: z.infer<typeof conditionSchema>[];
  key?: string | Source;
  matchBy?: string;
  distinct?: boolean;
  existing?: 'update' | 'keep' | 'only';
  rows?: 'records' | 'entries';
  fields?: Record<string, FieldSpec>;
  links?: Record<string, LinkSpec | string>;
  children?: Record<string, ChildSpec[]>;
};

export type Mapping = {
  source: string;
  csv?: CsvSpec;
  style?: Style;
  setup?: { pipelines?: PipelineSetup[] };
  files: FileSpec[];
};

/** The mapping's form, for these nouns. */
export function mappingSchema(nouns: readonly ImportNoun[]) {
  return z.strictObject({
    $schema: z.string().optional().describe('Where editors find this schema.'),
    description: z.string().optional().describe('What this mapping is for.'),
    source: z.string().min(1).max(100).describe('The other system\'s name: keys belong to it.'),
    csv: csvSchema.optional(),
    style: styleSchema.optional(),
    setup: setupSchema.optional(),
    files: z.array(z.discriminatedUnion('noun', nouns.map(fileSchema) as never)).min(1)
      .describe(
        'What is read, in this order: records come before those that link to them. A file may come more than once.'),
  });
}

function fileSchema(noun: ImportNoun) {
  return z.strictObject({
    file: z.string().min(1).describe('The file\'s name in the folder that is imported.'),
    noun: z.literal(noun.noun).describe(`Every row is a ${noun.noun}.`),
    description: z.string().optional(),
    csv: csvSchema.optional(),
    style: styleSchema.optional(),
    only: z.array(conditionSchema).optional().describe('Rows for which one of these does not hold are left out.'),
    ...(noun.hasKey ? { key: keySchema.optional() } : {}),
    ...(Object.keys(noun.matchBy).length === 0 ? {} : {
      matchBy: z.enum(Object.keys(noun.matchBy) as [string, ...string[]]).optional()
        .describe('Records that have no key yet are recognised by this field.'),
    }),
    distinct: z.boolean().optional().describe(
      'Several rows may stand for one record: the first counts, the others must agree.'),
    existing: z.enum(['update', 'keep', 'only']).optional().describe(
      'What happens to records that are here already: they are updated (unless said), kept as they are, or are the '
        + 'only ones that rows may stand for.'),
    fields: z.strictObject(fieldsOf(noun.fields, fieldSchema)).optional(),
    links: z.strictObject(linksOf(noun.links)).optional(),
    ...(Object.keys(noun.children).length === 0 ? {} : {
      rows: z.enum(['records', 'entries']).optional().describe(
        'entries: rows that follow each other with the same key are one record, each with entries of its lists. '
          + 'records unless said.'),
      children: z.strictObject(
        Object.fromEntries(Object.entries(noun.children).map(([name, child]) => [name, z.array(z.strictObject({
          fields: z.strictObject(fieldsOf(child.fields, childValueSchema)).optional(),
          links: z.strictObject(linksOf(child.links)).optional(),
        })).optional().describe(child.description)]))).optional(),
    }),
  });
}

function fieldsOf(fields: ImportNoun['fields'], schema: typeof fieldSchema | typeof childValueSchema) {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { description }]) => [name, schema.optional().describe(description)]));
}

function linksOf(links: Readonly<Record<string, LinkDefinition>>) {
  return Object.fromEntries(Object.entries(links).map(([name, { to, description }]) =>
    [name, linkSchema(linkTargets[to], to === 'tag').optional().describe(description)]));
}
