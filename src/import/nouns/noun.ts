import type { FieldGroup } from '../../auth/nouns.ts';
import type { Transaction } from '../../db/database.ts';
import type { UserError } from '../../services/errors.ts';
import type { Command } from '../../services/command.ts';
import type { ValueType } from '../values/read-value.ts';
import type { LinkTarget, LookUp } from './link-targets.ts';

/** Nouns that a mapping can fill. */
const importedNouns = ['team', 'member', 'product', 'tag', 'company', 'contact', 'lead', 'deal', 'activity'] as const;
export type ImportedNoun = (typeof importedNouns)[number];

export type FieldDefinition = {
  type: ValueType;
  /** One sentence for docs/import.md, with limits. */
  description: string;
  choices?: readonly string[];
  /** A new record cannot do without. */
  isRequired?: true;
  /** Where it stands in the command's input, if not under its own name; `history.createdAt` is within `history`. */
  input?: string;
  /** Given on creation and never changed by an import afterwards. */
  onCreation?: true;
  /** Of dates: it has been, so two digits of a year mean the last such year. */
  isPast?: true;
};

export type LinkDefinition = {
  to: LinkTarget;
  /** Where the id stands in the command's input; `roleIds.0` is the first of a list. */
  input: string;
  description: string;
  isRequired?: true;
  /** Given on creation and never changed by an import afterwards. */
  onCreation?: true;
};

/** Entries of a list that belongs to the record: lines, e-mail addresses, people of a deal. */
export type ChildDefinition = {
  input: string;
  /** What one must read to know its entries, where that is more than reading the list: streets, of addresses. */
  group?: FieldGroup;
  description: string;
  fields: Readonly<Record<string, FieldDefinition>>;
  links: Readonly<Record<string, LinkDefinition>>;
  /** Fields and links of which one must have a value, or there is no entry. */
  needs: readonly string[];
  /** Each entry stands in the list but once; what a row says twice is one. */
  isOnce?: true;
  /** What tells entries of one record apart: an entry with the same is changed, others stay as they are. */
  identity(entry: Readonly<Record<string, unknown>>): string;
};

/** A record as it is, in the words of its update's input, as far as an import can write them. */
export type CurrentRecord = {
  id: string;
  version: number;
  ownerId: string | null;
  teamId: string | null;
  owner: { teamId: string | null } | null;
  values: Readonly<Record<string, unknown>>;
  externalReferences: readonly { source: string; key: string }[];
};

/** Everything the import knows about a noun. */
export type ImportNoun = {
  noun: ImportedNoun;
  plural: string;
  fields: Readonly<Record<string, FieldDefinition>>;
  links: Readonly<Record<string, LinkDefinition>>;
  children: Readonly<Record<string, ChildDefinition>>;
  /** Whether records can carry the key that they have in the file. */
  hasKey: boolean;
  /** By which of its own texts a record can be recognised: taken from the input of its creation. */
  matchBy: Readonly<Partial<Record<LookUp, (input: Readonly<Record<string, unknown>>) => string | null | undefined>>>;
  create: Command<never>;
  update: Command<never>;
  /** For nouns with stages: what changes the stage of a record that exists. */
  move?: Command<never>;
  /** For nouns with tags: what puts them on a record that exists. */
  tag?: Command<never>;
  /** All that is wrong with the values of an input, as far as they show it themselves. */
  fieldProblems?(input: never, now: Date): UserError[];
  /** An input's columns as the database would keep them: trimmed, in lower case, without `www.`. */
  kept(input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** Reads these records as they are; those that are deleted or outside of `where` are left out. */
  read(tx: Transaction, where: object): Promise<CurrentRecord[]>;
};
