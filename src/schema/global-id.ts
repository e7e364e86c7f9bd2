import { GraphQLError } from 'graphql';
import type { Noun } from '../auth/nouns.ts';

/** `deal_0192f0c1-e7c8-7a3e-9a3f-0c8de1b2a3c4`: the noun, and the record's UUID. */
export function globalId(noun: string, id: string): string {
  return `${noun}_${id}`;
}

const pattern = /^([A-Za-z]+)_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** Both parts of a global id, or null when the text is none. */
export function parseGlobalId(text: string): { noun: string; id: string } | null {
  const match = pattern.exec(text);
  return match ? { noun: match[1]!, id: match[2]! } : null;
}

/**
 * The UUID in the id of a record of this noun.
 *
 * @throws GraphQLError BAD_USER_INPUT when the text is no id, or one of another noun
 */
export function idOf(noun: Noun | string, text: string, path: string): string {
  const parsed = parseGlobalId(text);
  if (parsed?.noun === noun) return parsed.id;
  throw new GraphQLError(`${path} is not the id of a ${noun}: these look like ${noun}_0192f0c1-e7c8-….`, {
    extensions: { code: 'BAD_USER_INPUT', path },
  });
}
