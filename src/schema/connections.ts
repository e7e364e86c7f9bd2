import type { ObjectRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import type { FieldPermission, Noun } from '../auth/nouns.ts';
import type { Row } from '../db/database.ts';
import type { ListOptions } from '../db/reader/arguments.ts';
import type { Page } from '../db/reader/page.ts';
import { readPage, relatedPage } from '../db/reader/read.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { filterOf, orderableOf } from './filters.ts';
import { asRecord, readContextOf, withApiErrors } from './records.ts';

const PageInfo = builder.objectRef<Page>('PageInfo').implement({
  description: 'Where a page stands in its list.',
  access: 'parent',
  fields: (t) => ({
    hasNextPage: t.boolean({
      nullable: false, description: 'Whether there is more behind this page.', resolve: (page) => page.hasNextPage,
    }),
    hasPreviousPage: t.boolean({
      nullable: false, description: 'Whether there is something before this page.',
      resolve: (page) => page.hasPreviousPage,
    }),
    startCursor: t.string({
      description: 'Cursor of the first record; null on an empty page.',
      resolve: (page) => (page.rows[0] ? page.cursorOf(page.rows[0]) : null),
    }),
    endCursor: t.string({
      description: 'Cursor of the last record: give it as `after` to go on.',
      resolve: (page) => (page.rows.length ? page.cursorOf(page.rows.at(-1)!) : null),
    }),
  }),
});

const DeletedRecords = builder.enumType('DeletedRecords', {
  description: 'Whether a list shows deleted records.',
  values: {
    EXCLUDE: { description: 'Records that are not deleted.' }, ONLY: { description: 'Deleted records, as in a bin.' },
  },
});

type AnyRef = ObjectRef<never, never, never>;

/** Declares `<Name>Connection` and `<Name>Edge` for a type of records. */
export function connectionType(name: string, record: unknown) {
  const Edge = builder.objectRef<{ row: Row; page: Page }>(`${name}Edge`).implement({
    description: `A ${name} in a list.`,
    access: 'parent',
    fields: (t) => ({
      cursor: t.string({
        nullable: false, description: 'The place in the list, to page on from.',
        resolve: ({ row, page }) => page.cursorOf(row),
      }),
      node: t.field({ type: record as AnyRef, description: `The ${name}.`, resolve: ({ row }) => asRecord(row) }),
    }),
  });
  return builder.objectRef<Page>(`${name}Connection`).implement({
    description: `A page of a list of ${name} records.`,
    access: 'parent',
    extensions: { isConnection: true },
    fields: (t) => ({
      nodes: t.field({
        type: [record as AnyRef], nullable: { list: false, items: false }, description: 'The records of this page.',
        resolve: (page) => asRecord(page.rows),
      }),
      edges: t.field({
        type: [Edge], nullable: { list: false, items: false },
        description: 'The records of this page with their cursors.',
        resolve: (page) => page.rows.map((row) => ({ row, page })),
      }),
      pageInfo: t.field({
        type: PageInfo, nullable: false, description: 'Where this page stands.', resolve: (page) => page,
      }),
      totalCount: t.int({
        nullable: false, description: 'How many records the whole list has. Costs one more look at the data.',
        resolve: (page) => page.totalCount ?? 0,
      }),
    }),
  });
}

type ListInputs = { where: unknown; orderBy: unknown };

/** The arguments that every list takes. */
export function listArgs({ where, orderBy }: ListInputs, options: { canBeDeleted: boolean }) {
  return builder.args((t) => ({
    first: t.int({
      description: 'How many records from the start, at most 200; 20 when neither first nor last is given.',
    }),
    after: t.string({ description: 'Begin behind this cursor.' }),
    last: t.int({ description: 'How many records from the end, at most 200.' }),
    before: t.string({ description: 'End before this cursor.' }),
    where: t.field({ type: where as never, description: 'Only records that fulfil this.' }),
    orderBy: t.field({
      type: [orderBy] as never, description: 'The order, at most 3 keys; the id decides between equals.',
    }),
    ...(options.canBeDeleted ? {
      deleted: t.field({ type: DeletedRecords, defaultValue: 'EXCLUDE', description: 'Show deleted records instead.' }),
    } : {}),
  }));
}

/** Extensions of a field that answers with a connection of this noun. */
export function listOf(noun: Noun, defaultOrder: ListOptions['defaultOrder']): { list: ListOptions } {
  return { list: { paged: true, filter: () => filterOf(noun), orderable: () => orderableOf(noun), defaultOrder } };
}

/** Resolver of a root list. */
export function resolvePage(
  _root: unknown, args: object, context: GraphQLContext, info: GraphQLResolveInfo,
): Promise<Page> {
  return withApiErrors(() => readPage(info, args as Record<string, unknown>, readContextOf(context)));
}

/** Resolver of a connection on a record. */
function resolveRelatedPage(row: unknown, _args: object, context: GraphQLContext, info: GraphQLResolveInfo): Page {
  return relatedPage(row as Row, info, readContextOf(context));
}

/**
 * Adds a connection to a record type: `company.deals`. It stands in the file of the noun that is listed, so that
 * imports go one way.
 *
 * @param options.relation the Prisma relation, and `through` where it leads over a table of links
 */
export function addConnection(recordType: string, name: string, noun: Noun, options: {
  relation: string;
  through?: string;
  access: FieldPermission;
  connection: unknown;
  args: object;
  defaultOrder: ListOptions['defaultOrder'];
  description: string;
}): void {
  const { relation, through, access, connection, args, defaultOrder, description } = options;
  builder.prismaObjectField(recordType as never, name as never, ((t: { field(field: object): unknown }) => t.field({
    type: connection, access, args, description, resolve: resolveRelatedPage,
    extensions: {
      reading: { kind: 'relation', relation, ...(through ? { through } : {}) }, ...listOf(noun, defaultOrder),
    },
  })) as never);
}
