import { type Adapter, type DatabaseSession, Lucia, TimeSpan } from 'lucia';
import type { Caller } from '../db/caller.ts';
import * as identity from '../db/identity.ts';
import { recalled } from './remembered.ts';
import { hashToken } from './tokens.ts';

// lucia is deprecated upstream, so this is the only file that knows it. It makes tokens (200 random bits), finds who
// one stands for, and writes cookies; what is stored, how, and for how long, is ours.

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof luciaOn>;
    UserId: string;
    DatabaseUserAttributes: { row: identity.PrincipalRow };
    DatabaseSessionAttributes: {
      workspaceId: string; userAgent: string | null; ipAddress: string | null; since: Date | null;
    };
  }
}

/** How long browsers keep the cookie. When a session is over the database says, by the workspace's settings. */
const cookieLifetime = new TimeSpan(365, 'd');

/** lucia's own form: 40 characters of base 32. Anything else is no token of ours, and no statement is spent on it. */
const tokenPattern = /^[a-z2-7]{40}$/;
const maxUserAgentLength = 500;

/**
 * Keeps the SHA-256 of tokens and nothing else of them. Where lucia gives a session's id it is the token; sessions
 * found by their user carry the hash for an id, since their tokens are not known.
 */
function adapterOn(caller: Caller, ipAddress: string | null = null): Adapter {
  return {
    async getSessionAndUser(token) {
      const row = await recalled(hashToken(token), (tokenHash, known) => (
        identity.principalOfSession(caller, tokenHash, ipAddress, known)));
      if (!row?.session) return [null, null];
      const { userId, expiresAt, userAgent } = row.session;
      const attributes = { workspaceId: row.workspace.id, userAgent, ipAddress, since: null };
      const session: DatabaseSession = { id: token, userId, expiresAt: new Date(expiresAt), attributes };
      return [session, { id: userId, attributes: { row } }];
    },
    async getUserSessions(userId) {
      const rows = await identity.sessionsOfUser(caller, userId);
      return rows.map(({ tokenHash, expiresAt, workspaceId, userAgent, ipAddress: address, createdAt }) => ({
        id: tokenHash, userId, expiresAt,
        attributes: { workspaceId, userAgent, ipAddress: address, since: createdAt },
      }));
    },
    setSession: ({ id, userId, attributes }) =>
      identity.createSession(caller, { tokenHash: hashToken(id), userId, ...attributes }),
    // The statement that finds a session extends it.
    updateSessionExpiration: async () => {},
    async deleteSession(token) {
      await identity.endSessions(caller, { tokenHash: hashToken(token) });
    },
    async deleteUserSessions(userId) {
      await identity.endSessions(caller, { userId });
    },
    // src/services/identity/expire-sessions.ts does, and writes down that they are over.
    deleteExpiredSessions: async () => {},
  };
}

function luciaOn(caller: Caller, secureCookies = true, ipAddress: string | null = null) {
  return new Lucia(adapterOn(caller, ipAddress), {
    sessionExpiresIn: cookieLifetime,
    getUserAttributes: ({ row }) => ({ row }),
    sessionCookie: {
      // Browsers accept the prefix only with Secure, Path=/ and no Domain: no other host can set or read it.
      name: secureCookies ? '__Host-gatehouse' : 'gatehouse',
      attributes: { secure: secureCookies, sameSite: 'lax', path: '/' },
    },
  });
}

/** Cookies are written without the database. */
const noDatabase: Caller = { call: () => Promise.reject(new Error('A cookie needs no database.')) };

export type NewSession = {
  userId: string; workspaceId: string; userAgent: string | null; ipAddress?: string | null;
  /** When somebody signed in, where that was before: the session gets no older by a new secret. */
  since?: Date | null;
};

/** @returns the token, which is nowhere kept */
export async function startSession(caller: Caller, session: NewSession): Promise<string> {
  const { userId, workspaceId, ipAddress = null, since = null } = session;
  const userAgent = session.userAgent?.slice(0, maxUserAgentLength) ?? null;
  return (await luciaOn(caller).createSession(userId, { workspaceId, userAgent, ipAddress, since })).id;
}

/**
 * Finds who a token stands for, in one statement, which once a minute notes that the session is in use and thereby
 * extends it; `isExtended` then asks for a new cookie.
 *
 * @param ipAddress from where it is used
 * @returns null when the token is unknown, the session over, or its user no active member of its workspace any more
 */
export async function findSession(
  caller: Caller, token: string, ipAddress: string | null = null,
): Promise<{ row: identity.PrincipalRow; isExtended: boolean } | null> {
  if (!tokenPattern.test(token)) return null;
  const { session, user } = await luciaOn(caller, true, ipAddress).validateSession(token);
  return session && { row: user.row, isExtended: user.row.session?.isExtended === true };
}

/**
 * Whose sessions end: a person's, or the one with a token; of a person's those with an id, in a workspace, all but one.
 */
export type EndingSessions = ({ userId: string; token?: string } | { userId?: undefined; token: string }) & {
  id?: string; workspaceId?: string; exceptToken?: string | null;
};

/**
 * Ends sessions without a word: src/services/identity/end-sessions.ts writes into the security log that they ended.
 *
 * @returns what has ended, each to exactly one of many callers at once
 */
export async function takeSessions(
  caller: Caller, { token, exceptToken, ...which }: EndingSessions,
): Promise<identity.EndedSession[]> {
  if (token !== undefined && !tokenPattern.test(token)) return [];
  return identity.endSessions(caller, {
    ...which, ...(token && { tokenHash: hashToken(token) }),
    exceptTokenHash: exceptToken ? hashToken(exceptToken) : null,
  } as identity.WhichSessions);
}

export type ListedSession = Omit<identity.SessionRow, 'tokenHash'> & { isCurrent: boolean };

/** A person's sessions that are not over, the one used last first. @param token that of the one who asks */
export async function listSessions(
  caller: Caller, userId: string, token: string | null, now: Date,
): Promise<ListedSession[]> {
  const current = token === null ? null : hashToken(token);
  const rows = await identity.sessionsOfUser(caller, userId);
  return rows.filter(({ expiresAt }) => expiresAt > now)
    .map(({ tokenHash, ...row }) => ({ ...row, isCurrent: tokenHash === current }));
}

/**
 * A `Set-Cookie` that browsers send back for a year; when the session is over the database says.
 *
 * @param secureCookies whether PUBLIC_URL is https
 */
export function sessionCookie(token: string, secureCookies: boolean): string {
  return luciaOn(noDatabase, secureCookies).createSessionCookie(token).serialize();
}

/** A `Set-Cookie` that takes the session's cookie away. */
export function endedSessionCookie(secureCookies: boolean): string {
  return luciaOn(noDatabase, secureCookies).createBlankSessionCookie().serialize();
}

export function readSessionCookie(cookieHeader: string, secureCookies: boolean): string | null {
  return luciaOn(noDatabase, secureCookies).readSessionCookie(cookieHeader) || null;
}
