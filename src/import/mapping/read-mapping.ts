import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Refusal } from '../../refusal.ts';
import { importNouns } from '../nouns/index.ts';
import type { ImportNoun, ImportedNoun } from '../nouns/noun.ts';
import { didYouMean, nearest } from '../suggest.ts';
import { type Mapping, mappingSchema } from './mapping.ts';

const schema = mappingSchema(importNouns);

/** The schema of mappings for editors: docs/import-mapping.schema.json. */
export function mappingJsonSchema(): object {
  return { ...z.toJSONSchema(schema, { reused: 'ref' }), title: 'A mapping for npm run import' };
}

/**
 * Reads a mapping.
 *
 * @throws Refusal everything about its form that is wrong, with the place of each
 */
export async function readMapping(path: string): Promise<Mapping> {
  const value = parseJson(path, await readText(path));
  const result = schema.safeParse(value);
  if (result.success) return result.data as Mapping;
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue as Issue, value));
  throw new Refusal([`${path} is no mapping:`, ...new Set(problems)].join('\n  '));
}

async function readText(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    throw new Refusal((error as NodeJS.ErrnoException).code === 'ENOENT'
      ? `There is no mapping ${path}.` : `The mapping ${path} cannot be read: ${(error as Error).message}.`);
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    const position = /position (\d+)/.exec(message)?.[1];
    if (position === undefined) throw new Refusal(`${path} is no JSON: ${message}.`);
    const before = text.slice(0, Number(position)).split('\n');
    throw new Refusal(`${path} is no JSON: line ${before.length}, column ${before.at(-1)!.length + 1} cannot be read. `
      + 'Check for a missing comma or quote there, or a comma too many before it.');
  }
}

type Issue = {
  code: string; path: PropertyKey[]; message: string; keys?: string[]; errors?: Issue[][]; expected?: string;
  values?: unknown[];
  discriminator?: string;
};

/** What an issue says to a person; of a choice of forms, what is wrong with the one that was meant. */
function problemsOf(issue: Issue, root: unknown, base: PropertyKey[] = []): string[] {
  const path = [...base, ...issue.path];
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], root);
  const where = path.length === 0 ? 'the mapping' : placeOf(path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys!.map((key) => `${where}: ${unknownKey(path, key, root)}`);
    case 'invalid_union': {
      if (issue.discriminator) return [`${where}: ${unknownNoun(value)}`];
      const meant = issue.errors!
        .find((errors) => !errors.some((each) => each.path.length === 0 && each.code === 'invalid_type'));
      if (!meant) return [`${where}: ${kindOf(value)} does not belong here.`];
      return meant.flatMap((each) => problemsOf(each, root, path));
    }
    case 'invalid_type':
      if (value === undefined) return [`${where}: is missing.`];
      return [`${where}: takes ${kinds[issue.expected!] ?? issue.expected}, not ${kindOf(value)}.`];
    case 'invalid_value': {
      const possible = issue.values!.map((each) => JSON.stringify(each)).join(', ');
      const hint = didYouMean(String(value), issue.values!.map(String));
      return [`${where}: ${JSON.stringify(value)} is none of ${possible}.${hint}`];
    }
    case 'custom':
      return [`${where}: ${JSON.stringify(value)} ${issue.message}.`];
    default:
      return [`${where}: ${issue.message}.`];
  }
}

/** `files[2].links.owner`, with the noun of the file for orientation. */
function placeOf(path: PropertyKey[]): string {
  return path.map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? String(key) : `.${String(key)}`))
    .join('');
}

const kinds: Record<string, string> = {
  array: 'a list', object: 'an object', record: 'an object', string: 'a text', number: 'a number',
  boolean: 'true or false',
};

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${JSON.stringify(value)}`;
}

/** What other systems call our nouns: docs/glossary.md. */
const calledElsewhere: Readonly<Record<string, ImportedNoun>> = {
  account: 'company', organization: 'company', organisation: 'company', customer: 'company', person: 'contact',
  people: 'contact', opportunity: 'deal', prospect: 'lead', user: 'member', label: 'tag', task: 'activity',
  note: 'activity', call: 'activity', meeting: 'activity', event: 'activity', item: 'product',
};

function unknownNoun(value: unknown): string {
  const nouns = importNouns.map(({ noun }) => noun);
  const noun = (value as { noun?: unknown })?.noun ?? value;
  if (noun === undefined || typeof noun === 'object') return `needs a "noun": ${nouns.join(', ')}.`;
  const meant = calledElsewhere[String(noun).toLowerCase()];
  const hint = meant ? ` Did you mean "${meant}"?` : didYouMean(String(noun), nouns);
  return `there is no noun ${JSON.stringify(noun)}; there are ${nouns.join(', ')}.${hint}`;
}

/** What does not exist, in the words of what was meant: a field of a noun, or a setting. */
function unknownKey(path: PropertyKey[], key: string, root: unknown): string {
  const known = knownKeys(path, root);
  const hint = didYouMean(key, known);
  const place = path.at(-1);
  const noun = (root as Mapping).files?.[path[1] as number]?.noun;
  if (place === 'fields' || place === 'links' || place === 'children') {
    const word = { fields: 'field', links: 'link', children: 'children' }[place];
    const owner = path.length > 3 ? `${String(path[3])} of a ${noun}` : `a ${noun}`;
    const elsewhere = otherPlaceOf(path, key, noun);
    if (elsewhere) return `${owner} has no ${word} "${key}": it stands under "${elsewhere}".`;
    if (key === 'pipeline' && known.includes('stage')) {
      return `${owner} has no ${word} "pipeline": it is named within the link "stage", as `
        + '"stage": { "column": "…", "pipeline": { "column": "…" } }.';
    }
    const list = path.length > 3 ? undefined : nearest(key, knownKeys([...path.slice(0, -1), 'children'], root));
    if (list && !hint) return `${owner} has no ${word} "${key}": "${list}" is a list, under "children".`;
    return `${owner} has no ${word} "${key}".${hint} There are ${known.join(', ') || 'none'}.`;
  }
  const all = known.length > 0 && known.length <= 10 ? ` There are ${known.join(', ')}.` : '';
  return `"${key}" is not known here.${hint || all}`;
}

/** Where a name belongs that was written as another kind of thing: an owner among the fields. */
function otherPlaceOf(path: PropertyKey[], key: string, noun: string | undefined): string | undefined {
  const definition = importNouns.find((each) => each.noun === noun);
  const place = path.length > 3 ? definition?.children[String(path[3])] : definition;
  const kindsOfPlace = ['fields', 'links', 'children'] as const;
  return place && kindsOfPlace.find((each) => each in place && key in (place as ImportNoun)[each]);
}

type JsonSchema = { [key: string]: unknown; properties?: Record<string, JsonSchema>; $ref?: string };
let jsonSchema: JsonSchema | undefined;

/** The keys that may stand at a place. */
function knownKeys(path: PropertyKey[], root: unknown): string[] {
  jsonSchema ??= mappingJsonSchema() as JsonSchema;
  let at: JsonSchema[] = [jsonSchema];
  let value: unknown = root;
  for (const key of path) {
    value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
    const noun = (value as { noun?: unknown } | undefined)?.noun;
    at = at.flatMap((each) => formsOf(each)).flatMap((each) => {
      const next = typeof key === 'number' ? each.items as JsonSchema
        : each.properties?.[String(key)] ?? each.additionalProperties as JsonSchema;
      return next && typeof next === 'object' ? formsOf(next) : [];
    }).filter((each) => noun === undefined || !each.properties?.noun
      || formsOf(each.properties.noun)[0]!.const === noun);
  }
  return [...new Set(at.flatMap((each) => formsOf(each)).flatMap((each) => Object.keys(each.properties ?? {})))];
}

/** A schema without its references and choices. */
function formsOf(each: JsonSchema): JsonSchema[] {
  if (each.$ref === '#') return formsOf(jsonSchema!);
  if (each.$ref) {
    return formsOf(each.$ref.replace('#/', '').split('/').reduce((at, key) => at[key] as JsonSchema, jsonSchema!));
  }
  const choices = (each.anyOf ?? each.oneOf ?? each.allOf) as JsonSchema[] | undefined;
  return choices ? choices.flatMap((choice) => formsOf(choice)) : [each];
}
