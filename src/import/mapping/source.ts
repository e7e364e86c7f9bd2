import { z } from 'zod';
import { isDateFormat } from '../values/dates.ts';
import { countedFormats } from '../values/counted-dates.ts';
import { isTimeZone } from '../values/time-zone.ts';

/*
 * Where a value comes from and how it is written. The descriptions become docs/import-mapping.schema.json, which
 * editors show while a mapping is written.
 */

const text = z.string().min(1);
const texts = z.array(z.string());
const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]);

/** A column by its name, or by its place from 1 where names are missing or come twice. */
const columnSchema = z.union([text, z.int().min(1)]).describe(
  'A column: its name in the header, or its place, from 1.');

export const conditionSchema = z.strictObject({
  column: columnSchema,
  is: oneOrMore.optional().describe(
    'Holds where the cell is this, or one of these; case does not matter. "" is an empty cell.'),
  isNot: oneOrMore.optional().describe('Holds where the cell is none of these.'),
}).describe('A condition on a row.');
export type Condition = z.infer<typeof conditionSchema>;

const dateFormat = z.string().refine(isDateFormat, {
  error: 'names no day (d, dd), month (M, MM, MMM, MMMM) and year (yy, yyyy), each once (capital M is the month), and is '
    + `none of ${countedFormats.join(', ')}`,
});

/** How cells are written; may stand at the top of the mapping, at a file, or at a single value. */
const styleShape = {
  trim: z.boolean().optional().describe('Whether spaces around a text are dropped; true unless said.'),
  empty: texts.optional().describe('Texts that mean "nothing", besides the empty cell: ["N/A", "-"].'),
  format: z.union([dateFormat, z.array(dateFormat).min(1)]).optional()
    .describe(
      'How dates are written: "dd.MM.yyyy", "M/d/yy h:mm a", or numbers: "excel" (days), "excel1904", "unix" (seconds), '
        + '"unixMilliseconds". Several are tried in order. ISO 8601 unless said.'),
  timeZone: z.string().refine(isTimeZone, { error: 'is no IANA time zone, such as "Europe/Berlin"' }).optional()
    .describe(
      'IANA zone of times that name no offset. The workspace\'s unless said. Dates without a time are always its own.'),
  decimal: z.enum(['.', ',']).optional().describe('Stands before the fraction of numbers; "." unless said.'),
  thousands: text.optional().describe('Stands between thousands: ",", ".", " ", "\'". Nothing unless said.'),
  strip: z.array(text).optional().describe('Texts that stand around numbers: ["$", "EUR"].'),
  factor: z.union([z.number(), z.string()])
    .refine((value) => /^-?\d+(\.\d+)?$/.test(String(value)), { error: 'is no number' }).optional()
    .describe(
      'Numbers are multiplied by this: 1000 for amounts in thousands, 100 for fractions that are per cent here.'),
  round: z.boolean().optional().describe('Round what is finer than can be kept, instead of refusing the row.'),
  true: texts.optional().describe('Texts that mean yes; true, yes, y, 1, t, x unless said.'),
  false: texts.optional().describe('Texts that mean no; false, no, n, 0, f unless said.'),
  ifUnusable: z.enum(['refuse', 'empty']).optional().describe(
    'What happens where a value cannot be taken, such as an e-mail address without @: the row is refused, or comes '
    + 'without the value, which the report names. Values that are required always refuse. refuse unless said.'),
};
export const styleSchema = z.strictObject(styleShape).describe('How cells are written, unless a value says otherwise.');
export type Style = z.infer<typeof styleSchema>;

const sourceShape = {
  column: columnSchema.optional(),
  constant: z.union([z.string(), z.number(), z.boolean()]).optional().describe('The same for every row.'),
  template: text.optional().describe(
    'Columns within a text: "{First Name} {Last Name}". Empty where one of its columns is.'),
  when: z.union([conditionSchema, z.array(conditionSchema).min(1)]).optional()
    .describe('Counts only in rows where this holds; elsewhere it is empty, and "else" decides.'),
  values: z.record(z.string(), z.union([z.string(), z.null()])).optional()
    .describe('Texts and what they mean here: {"GTXPro": "GTX Pro"}. null means empty. Case does not matter.'),
  otherwise: z.enum(['keep', 'refuse', 'empty']).optional()
    .describe('What happens to texts that "values" does not name: they are kept, unless said.'),
  replace: z.record(text, z.string()).optional().describe(
    'Texts within the cell, and what stands in their place, before anything else is done with it: {"^": ""}.'),
  take: z.union([z.enum(['first', 'rest', 'last']), z.int().min(1)]).optional().describe(
    'With split: the first part, all behind it, the last one, or one by its place from 1. In children it makes one value '
    + 'of the cell.'),
  split: text.optional()
    .describe(
      'Separates several values in one cell: ";". In children each becomes an entry; elsewhere the first is taken.'),
  ...styleShape,
  default: z.union([z.string(), z.number(), z.boolean()]).optional().describe('Taken where everything else is empty.'),
};

/** Which part of a cell that is split. */
export type Part = 'first' | 'rest' | 'last' | number;

export type Source = Style & {
  column?: string | number;
  constant?: string | number | boolean;
  template?: string;
  when?: Condition | Condition[];
  values?: Record<string, string | null>;
  otherwise?: 'keep' | 'refuse' | 'empty';
  default?: string | number | boolean;
  else?: string | Source;
  replace?: Record<string, string>;
  /** Separates several values in one cell: in children each is an entry, elsewhere the first counts. */
  split?: string;
  take?: Part;
};

/** What is taken where a source is empty; sources nest. */
const nested = {
  else: z.lazy((): z.ZodType<string | Source> => z.union([text, sourceSchema])).optional()
    .describe('Taken where this is empty: another column, or another source.'),
};

export const sourceSchema: z.ZodType<Source> = z.strictObject({ ...sourceShape, ...nested })
  .describe('Where a text comes from: a column, a template or a constant.');

const needShape = {
  required: z.boolean().optional().describe('Whether a row without it is refused.'),
};

/** A field's value. */
export const fieldSchema = z.union([text, z.strictObject({
  ...sourceShape, ...nested, ...needShape,
  onEmpty: z.enum(['keep', 'clear']).optional()
    .describe('What an empty cell does to a record that exists: it keeps its value, or loses it. keep unless said.'),
})]).describe('A column\'s name, or where the value comes from.');
export type FieldSpec = string | (Source & { required?: boolean; onEmpty?: 'keep' | 'clear' });

export const childValueSchema = z.union([text, z.strictObject({ ...sourceShape, ...nested, ...needShape })]).describe(
  'A column\'s name, or where the value comes from.');

/** A link: what names the record, and how it is found by that. */
export const linkSchema = (by: readonly string[], canBeMade: boolean) => z.union([text, z.strictObject({
  ...sourceShape, ...nested, ...needShape,
  by: z.enum(by as [string, ...string[]]).optional()
    .describe('What the text is: the record\'s "key" in the other system, or its name, e-mail address and the like. '
      + 'name unless said.'),
  source: text.optional().describe('With by: "key", the system that the key is of; the mapping\'s unless said.'),
  pipeline: z.union([text, sourceSchema]).optional().describe(
    'Of stages: the name of their pipeline, or the column that holds it: { "column": "Pipeline" }.'),
  ifMissing: z.enum(canBeMade ? ['refuse', 'empty', 'create'] : ['refuse', 'empty']).optional()
    .describe(`What happens where there is no such record: the row is refused, ${
      canBeMade ? 'goes without the link, or the record is made' : 'or goes without the link'}. refuse unless said.`),
  onEmpty: z.enum(['keep', 'clear']).optional().describe(
    'What an empty cell does to a record that exists: keep, unless said.'),
})]);
export type LinkSpec = Source & {
  by?: string; source?: string; pipeline?: string | Source; required?: boolean;
  ifMissing?: 'refuse' | 'empty' | 'create';
  onEmpty?: 'keep' | 'clear';
};
