import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Documents } from './documents.ts';

export type ManifestReading = {
  /** The documents' texts, in the manifest's order; to be used when there are no problems. */
  documents: string[];
  /** One line each: where, and what. */
  problems: string[];
};

type Entry = { id: unknown; text: unknown; place: string };

/**
 * Reads a manifest of documents that a client's build has written: `{ "<hash>": "<text>" }` as GraphQL codegen's
 * client preset and Relay write it, or Apollo's `{ format, version, operations: [{ id, body }] }`. Each id must be the
 * SHA-256 of its text, and each document must be one that the server would run.
 */
export function readManifest(json: string, documents: Documents): ManifestReading {
  let manifest: unknown;
  try {
    manifest = JSON.parse(json);
  } catch (error) {
    return { documents: [], problems: [`The file is not JSON: ${(error as Error).message}`] };
  }
  const entries = entriesOf(manifest);
  if (!entries) {
    return { documents: [], problems: ['The file is no manifest: { "<sha256>": "<document>" }, or Apollo\'s format.'] };
  }
  if (entries.length === 0) return { documents: [], problems: ['The manifest has no documents.'] };
  const problems = entries.flatMap((entry) =>
    problemsOf(entry, documents).map((problem) => `${entry.place}: ${problem}`));
  return { documents: entries.map(({ text }) => String(text)), problems };
}

function entriesOf(manifest: unknown): Entry[] | null {
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest)) return null;
  if (!('operations' in manifest)) {
    return Object.entries(manifest).map(([id, text]) => ({ id, text, place: id.slice(0, 80) }));
  }
  if (!Array.isArray(manifest.operations)) return null;
  return manifest.operations.map((operation: unknown, at) => {
    const { id, name, body } = (operation ?? {}) as { id?: unknown; name?: unknown; body?: unknown };
    return { id, text: body, place: `operations[${at}]${typeof name === 'string' ? ` (${name})` : ''}` };
  });
}

function problemsOf({ id, text }: Entry, documents: Documents): string[] {
  if (typeof text !== 'string') return ['has no text.'];
  const hash = createHash('sha256').update(text).digest('hex');
  const wrongId = typeof id === 'string' && id.replace(/^sha256:/, '').toLowerCase() === hash
    ? [] : [`is not the SHA-256 of its document, which is ${hash}.`];
  return [...wrongId, ...refusalsOf(text, documents)];
}

function refusalsOf(text: string, documents: Documents): string[] {
  try {
    return documents.read(text, true).errors.map(told);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return [told(error)];
  }
}

function told({ message, locations }: GraphQLError): string {
  const [at] = locations ?? [];
  return at ? `${message} (line ${at.line}, column ${at.column})` : message;
}
