import { createHash } from 'node:crypto';
import type { Caller } from '../db/caller.ts';
import { findPersistedOperation } from '../db/identity.ts';
import { BoundedCache } from '../bounded-cache.ts';
import type { Parameters } from './parameters.ts';
import { requestError } from './request-error.ts';

/** A document that came by its id has been registered: it is kept longer, and callers may be bound to such ones. */
export type RequestedDocument = { text: string; documentId: string | null; isRegistered: boolean };

const idPattern = /^(?:sha256:)?([0-9a-f]{64})$/i;

/**
 * Finds the document that a request means: by `documentId`, by Apollo's `extensions.persistedQuery`, or as it stands in
 * `query`. An id may come with its text, but with no other.
 */
export class PersistedOperations {
  readonly #caller: Caller;
  readonly #known = new BoundedCache<string>({ entries: 1_000, weight: 2_000_000, lifetimeMilliseconds: 300_000 });
  /** Short, so that a document which was registered after its first use is found soon. */
  readonly #unknown = new BoundedCache<true>({ entries: 1_000, lifetimeMilliseconds: 2_000 });

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** @throws GraphQLError  the id is unknown, or not that of the text, or there is neither */
  async find(parameters: Parameters): Promise<RequestedDocument> {
    const { query } = parameters;
    const givenId = parameters.documentId ?? hashFromExtensions(parameters.extensions);
    if (givenId === undefined) {
      if (!query) throw requestError('BAD_REQUEST', 'Send a query, or the documentId of a registered one.');
      return { text: query, documentId: null, isRegistered: false };
    }
    const hash = idPattern.exec(givenId)?.[1]?.toLowerCase();
    const documentId = hash ? `sha256:${hash}` : null;
    if (query && (!hash || createHash('sha256').update(query).digest('hex') !== hash)) {
      throw requestError('PERSISTED_QUERY_MISMATCH', 'The query sent is not the one with this id.');
    }
    const registered = documentId && await this.#look(documentId);
    if (registered) return { text: registered, documentId, isRegistered: true };
    if (query) return { text: query, documentId, isRegistered: false };
    throw requestError('PERSISTED_QUERY_NOT_FOUND', 'No document is registered with this id.');
  }

  async #look(documentId: string): Promise<string | null> {
    const known = this.#known.get(documentId);
    if (known !== undefined) return known;
    if (this.#unknown.get(documentId)) return null;
    const found = await findPersistedOperation(this.#caller, documentId);
    if (found === null) this.#unknown.set(documentId, true);
    else this.#known.set(documentId, found, found.length);
    return found;
  }
}

function hashFromExtensions(extensions: Parameters['extensions']): string | undefined {
  const { persistedQuery } = extensions ?? {};
  if (typeof persistedQuery !== 'object' || persistedQuery === null) return undefined;
  const { sha256Hash } = persistedQuery as { sha256Hash?: unknown };
  return typeof sha256Hash === 'string' ? sha256Hash : undefined;
}
