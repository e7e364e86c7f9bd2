import {
  type DocumentNode, type GraphQLError, type GraphQLSchema, NoSchemaIntrospectionCustomRule, type ValidationRule, parse,
  specifiedRules,
} from 'graphql';
import { BoundedCache } from '../bounded-cache.ts';
import { excessesOf } from './document-excesses.ts';
import { type DocumentMeasure, measureDocument } from './document-measure.ts';
import { scanTokens } from './scan-tokens.ts';
import { validationErrors } from './validate-document.ts';

/** A document that was read and checked once, for every request that sends it. */
export type CheckedDocument = DocumentMeasure & {
  document: DocumentNode;
  /** Why it cannot be run; empty when it can. */
  errors: readonly GraphQLError[];
  /** Costs of operations that do not depend on variables, filled in as they are found. */
  costs: Map<unknown, number>;
};

/**
 * Reads and checks documents, and remembers the good ones. What is checked here depends on nothing but the text: what
 * depends on variables or on the caller is checked for every request (src/http/execution.ts).
 *
 * This takes the place of Yoga's own cache, which is bounded by number alone, keeps refused documents too, and cannot
 * tell registered documents from a flood of others.
 */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #rules: readonly ValidationRule[];
  // Weighed in tokens: parsed, each takes about half a kilobyte.
  readonly #registered = new BoundedCache<CheckedDocument>({ entries: 1_000, weight: 100_000 });
  readonly #others = new BoundedCache<CheckedDocument>({ entries: 500, weight: 50_000 });
  readonly #byNode = new WeakMap<DocumentNode, CheckedDocument>();

  constructor(schema: GraphQLSchema, { introspection }: { introspection: boolean }) {
    this.#schema = schema;
    this.#rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  }

  /** @throws GraphQLError  the text is no GraphQL, or too long or too nested to be parsed */
  read(text: string, isRegistered: boolean): CheckedDocument {
    const cache = isRegistered ? this.#registered : this.#others;
    const known = cache.get(text);
    if (known) return known;
    const tokens = scanTokens(text);
    const document = parse(text);
    const measure = measureDocument(document);
    // Validation of what is too large could take long, so it comes second.
    const tooLarge = excessesOf(measure, this.#schema);
    const errors = tooLarge.length > 0 ? tooLarge : validationErrors(this.#schema, document, this.#rules);
    const checked = { ...measure, document, errors, costs: new Map() };
    this.#byNode.set(document, checked);
    if (errors.length === 0) cache.set(text, checked, tokens);
    return checked;
  }

  /** The result for a document that `read` has given. */
  of(document: DocumentNode): CheckedDocument {
    const checked = this.#byNode.get(document);
    if (!checked) throw new Error('A document reached Yoga that was not read by Documents.');
    return checked;
  }
}
