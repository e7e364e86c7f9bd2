import { maxPageSize } from '../db/reader/arguments.ts';

/** What one request may ask for. docs/http.md tells callers; a change here is a change for them. */
export const limits = {
  bodyBytes: 1_048_576,
  /** Nested objects and lists in the JSON of a request. */
  jsonDepth: 40,
  /** Characters of a document: two thousand tokens rarely need a third of it. */
  length: 100_000,
  tokens: 2_000,
  /** Brackets of any kind in one another. */
  nesting: 80,
  depth: 15,
  aliases: 30,
  /** Without many aliases, what a document can learn of the schema is bounded by the schema. */
  aliasesBesideSchema: 3,
  directives: 50,
  rootFields: 30,
  /** Nested objects and lists in an argument written into the document. */
  inputDepth: 20,
  /** Mutations that anybody may send, such as signIn: one try for each request that is counted. */
  publicMutations: 1,
  /** `first` and `last`. */
  pageSize: maxPageSize,
  validationErrors: 20,
  executionMilliseconds: 10_000,
} as const;
