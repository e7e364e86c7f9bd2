import type { GraphQLField } from 'graphql';
import type { Noun } from '../../auth/nouns.ts';
import type { Profile } from '../../auth/profile.ts';
import { allowed, canBeDeleted } from '../../auth/reach.ts';
import { type Model } from '../models.ts';
import { type Predicate, all, always, test } from '../predicate.ts';
import { openCursor } from './cursor.ts';
import { BadInputError, type Filter, compileWhere } from './filter.ts';
import { type OrderBy, type OrderKey, type Orderable, compileOrder, orderPurpose } from './order.ts';

/** What a list field declares besides its type, kept in the field's extensions. */
export type ListOptions = {
  /** Connections take `first`, `after` and so on; a plain list (a record's e-mail addresses) comes whole. */
  paged: boolean;
  filter?: () => Filter;
  /** For a plain list: which of the related records it is about. */
  only?: Predicate;
  orderable: () => Orderable;
  defaultOrder: readonly OrderBy[];
};

/**
 * A list's arguments, made sense of for a profile. `where` holds the user's condition alone, `deleted` replaces reach.
 */
export type ListArguments = {
  where: Predicate;
  /** Set instead of the usual rows when deleted ones are asked for. */
  deleted?: Predicate;
  order: OrderKey[];
  purpose: string;
  after?: unknown[];
  /** One more than the page, so that we know whether there is another. */
  limit: number;
  pageSize: number;
  backwards: boolean;
};

type RawArguments = {
  first?: number | null; last?: number | null; after?: string | null; before?: string | null;
  where?: Record<string, unknown> | null; orderBy?: OrderBy[] | null; deleted?: 'EXCLUDE' | 'ONLY' | null;
};

export const defaultPageSize = 20;
export const maxPageSize = 200;
/** Rows of a plain list (a record's e-mail addresses, lines, tags): they are few, and bounded all the same. */
const plainListSize = 500;

/** @throws BadInputError, ForbiddenInputError */
export function listArguments(
  raw: RawArguments, field: GraphQLField<unknown, never>, model: Model, noun: Noun | null,
  context: { profile: Profile; workspaceId: string; cursorSecret: string },
): ListArguments {
  const options = field.extensions.list as ListOptions | undefined;
  const { profile, workspaceId } = context;
  const order = compileOrder(
    options?.orderable() ?? {}, raw.orderBy, options?.defaultOrder ?? [], model, noun, profile,
  );
  const purpose = orderPurpose(workspaceId, model, order);
  const backwards = raw.last !== undefined && raw.last !== null;
  const pageSize = options?.paged ? readPageSize(raw, backwards) : plainListSize;
  const cursor = backwards ? raw.before : raw.after;
  const ignored = backwards ? raw.after : raw.before;
  if (ignored) {
    throw new BadInputError(
      backwards ? 'after' : 'before', 'Page forwards with first and after, or backwards with last and before.');
  }
  const after = cursor ? openCursor(context.cursorSecret, purpose, cursor) : undefined;
  if (after === null) {
    throw new BadInputError(
      backwards ? 'before' : 'after',
      'The cursor is not one of this list: take it from pageInfo or edges of the same list and order.',
    );
  }
  return {
    where: options?.filter ? compileWhere(options.filter(), raw.where, profile) : options?.only ?? always,
    ...(raw.deleted === 'ONLY' && noun ? { deleted: onlyDeleted(noun, profile) } : {}),
    order, purpose, backwards, pageSize, limit: pageSize + 1,
    ...(after ? { after } : {}),
  };
}

function onlyDeleted(noun: Noun, profile: Profile): Predicate {
  if (!canBeDeleted(noun)) throw new BadInputError('deleted', `${noun} records are never deleted.`);
  return all(allowed(profile, noun, 'read'), test('deletedAt', 'isNotNull'));
}

function readPageSize(raw: RawArguments, backwards: boolean): number {
  if (backwards && raw.first !== undefined && raw.first !== null) {
    throw new BadInputError('last', 'Give first or last, not both.');
  }
  const name = backwards ? 'last' : 'first';
  const size = (backwards ? raw.last : raw.first) ?? defaultPageSize;
  if (size >= 0 && size <= maxPageSize) return size;
  throw new BadInputError(name, `${name} is between 0 and ${maxPageSize}; ${size} is not.`);
}
