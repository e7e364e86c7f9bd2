import type { Row } from '../database.ts';
import { type ListArguments } from './arguments.ts';
import { sealCursor } from './cursor.ts';

/** One page of a connection. Cursors are sealed when they are asked for, not before. */
export class Page {
  readonly rows: readonly Row[];
  readonly totalCount: number | null;
  readonly hasMore: boolean;
  readonly #list: ListArguments;
  readonly #secret: string;

  /** @param rows in the order they were read, with one more than the page where there is another page */
  constructor(rows: Row[], totalCount: number | null, list: ListArguments, secret: string) {
    this.hasMore = rows.length > list.pageSize;
    const page = this.hasMore ? rows.slice(0, list.pageSize) : rows;
    this.rows = list.backwards ? page.reverse() : page;
    this.totalCount = totalCount;
    this.#list = list;
    this.#secret = secret;
  }

  get hasNextPage(): boolean {
    return this.#list.backwards ? this.#list.after !== undefined : this.hasMore;
  }

  get hasPreviousPage(): boolean {
    return this.#list.backwards ? this.hasMore : this.#list.after !== undefined;
  }

  cursorOf(row: Row): string {
    const { order, purpose } = this.#list;
    const sealed = order.map(({ column, type }) => {
      const value = row[column];
      // Rows carry instants in UTC without their zone; the cursor says it.
      return type === 'timestamptz' && value !== null ? `${value as string}Z` : value;
    });
    return sealCursor(this.#secret, purpose, sealed);
  }
}
