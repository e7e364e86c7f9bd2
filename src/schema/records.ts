import { GraphQLError } from 'graphql';
import type { Noun } from '../auth/nouns.ts';
import { parametersOf } from '../auth/reach.ts';
import { BadInputError, ForbiddenInputError } from '../db/reader/filter.ts';
import type { ReadContext } from '../db/reader/read.ts';
import type { RecordType } from '../db/reader/reading.ts';
import { NotPermittedError } from '../services/errors.ts';
import type { GraphQLContext } from './context.ts';

/** Extensions of a Prisma object type whose objects are records of a noun. */
export function recordOf(model: string, noun: Noun): { extensions: { record: RecordType } } {
  return { extensions: { record: { model, noun } } };
}

/**
 * Extensions of a type of children: they take the verdict of the record that `parentRelation` leads to.
 *
 * @param link for children that are links: the relation and noun they lead to; what cannot be read is not linked to
 */
export function childOf(
  model: string, parentRelation: string, link?: RecordType['link'],
): { extensions: { record: RecordType } } {
  return { extensions: { record: { model, noun: null, parentRelation, ...(link ? { link } : {}) } } };
}

const readContexts = new WeakMap<GraphQLContext, ReadContext>();

/** What the read compiler needs of a request; one per request, so that lists' arguments are understood once. */
export function readContextOf(context: GraphQLContext): ReadContext {
  let read = readContexts.get(context);
  if (!read) {
    const principal = signedIn(context);
    read = {
      database: context.services.database,
      workspaceId: principal.workspace.id,
      profile: principal.profile,
      parameters: parametersOf(principal, context.services.now()),
      cursorSecret: context.services.cursorSecret,
      signal: context.signal,
      lists: new Map(),
    };
    readContexts.set(context, read);
  }
  return read;
}

/**
 * From here on the request acts as somebody else: who has just signed in, or nobody any more. The fields below, and the
 * mutations that follow in the same document, are decided for him.
 */
export function continueAs(context: GraphQLContext, principal: GraphQLContext['principal']): void {
  context.principal = principal;
  readContexts.delete(context);
}

/** The principal; the rules before a resolver have made sure that there is one. */
export function signedIn(context: GraphQLContext): NonNullable<GraphQLContext['principal']> {
  if (!context.principal) throw new GraphQLError('Sign in first.', { extensions: { code: 'UNAUTHENTICATED' } });
  return context.principal;
}

/** Runs a reading resolver and tells its refusals in the API's words. */
export async function withApiErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw apiError(error);
  }
}

/**
 * A row of the read compiler, or the promise of one, as what a field of records answers with: Pothos would have it of
 * the type that Prisma's client gives.
 */
export function asRecord(row: unknown): never {
  return row as never;
}

/** An argument that makes no sense, answered at the top. */
export function badInput(path: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', path } });
}

/** Runs a service that looks at the whole profile: what it lacks is refused as a field is. */
export async function withForbiddenUse<T>(query: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof NotPermittedError) {
      throw forbiddenUse(query, error.permission, { over: ' over the whole workspace' });
    }
    throw error;
  }
}

/** A refusal that is known only when what the arguments name, or the whole profile, was looked at. */
export function forbiddenUse(query: string, permission: string, { on = '', over = '' } = {}): GraphQLError {
  return new GraphQLError(`You may not use ${query}${on}: that needs the permission ${permission}${over}.`, {
    extensions: { code: 'FORBIDDEN', field: `Query.${query}`, permission },
  });
}

function apiError(error: unknown): unknown {
  if (error instanceof ForbiddenInputError) {
    return new GraphQLError(error.message, {
      extensions: { code: 'FORBIDDEN', field: error.path, permission: error.permission },
    });
  }
  if (error instanceof BadInputError) {
    return badInput(error.path, error.message);
  }
  return error;
}
