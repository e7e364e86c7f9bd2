import type { RequestDatabase, Row, Statement } from '../db/database.ts';
import type { Confirmation, StampedRow } from '../db/identity.ts';
import { type Authentication, principalFrom, readCredentials } from './authenticate.ts';
import { isConfirmed, rememberedOf } from './remembered.ts';
import { hashToken } from './tokens.ts';

/**
 * Who sends a request, as this server remembers him from the one before; and the database for whoever takes that for
 * true. The look-up goes in front of the first read, in the same round trip, and nothing can be done but read. What
 * comes of it must be kept back until `isConfirmed` (src/http/confirm.ts).
 */
export class Assumed implements RequestDatabase {
  readonly authentication: Authentication;
  /** Something else than a read was asked for, so what was made is of no use. */
  hasRefused = false;
  readonly #database: RequestDatabase;
  readonly #row: StampedRow;
  readonly #tokenHash: string;
  #answer: Promise<string | null> | undefined;
  #isAnswered = false;

  constructor(database: RequestDatabase, row: StampedRow, tokenHash: string, authentication: Authentication) {
    this.#database = database;
    this.#row = row;
    this.#tokenHash = tokenHash;
    this.authentication = authentication;
  }

  read(workspaceId: string, statement: Statement, signal?: AbortSignal): Promise<Row[]> {
    if (this.#answer) return this.#database.read(workspaceId, statement, signal);
    const { promise, resolve } = Promise.withResolvers<string | null>();
    this.#answer = promise;
    const answered = (text: string | null) => {
      this.#isAnswered = true;
      resolve(text);
    };
    const { stamp, teamChainIds } = this.#row;
    return this.#database.read(
      workspaceId, statement, signal, { tokenHash: this.#tokenHash, stamp, teamChainIds, answered },
    ).finally(() => resolve(null));
  }

  call(): Promise<never> {
    return this.#refuse();
  }

  transaction(): Promise<never> {
    return this.#refuse();
  }

  /** The look-up went with a read, and PostgreSQL has not answered it. */
  get isUnanswered(): boolean {
    return this.#answer !== undefined && !this.#isAnswered;
  }

  /** Whether the look-up went with a read and said that all of this holds. */
  async isConfirmed(): Promise<boolean> {
    const answer = await this.#answer;
    return !this.hasRefused && !!answer && isConfirmed(this.#row, JSON.parse(answer) as StampedRow | Confirmation);
  }

  async #refuse(): Promise<never> {
    this.hasRefused = true;
    throw new Error('Nothing but reads before it is known who asks.');
  }
}

/** Who a session's token stood for the last time. Null where nothing is remembered, and for keys. */
export function assume(database: RequestDatabase, headers: Headers, secureCookies: boolean): Assumed | null {
  const { credentials, token } = readCredentials(headers, secureCookies);
  if (!token) return null;
  const tokenHash = hashToken(token);
  const row = rememberedOf(tokenHash);
  if (!row || row.apiKey) return null;
  const authentication = { principal: principalFrom(row, 'API'), credentials, sessionToken: token, newCookie: null };
  return new Assumed(database, row, tokenHash, authentication);
}
