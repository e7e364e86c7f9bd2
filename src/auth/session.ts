import { type Adapter, type DatabaseSession, Lucia, TimeSpan } from 'lucia';
import * as identity from '../db/identity.ts';
import { hashToken } from './tokens.ts';

// lucia is deprecated upstream, so this is the only file that knows it. It decides when a session expires and when it
// is extended, makes tokens (200 random bits) and writes cookies; what is stored, and how, is ours.

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof luciaOn>;
    UserId: string;
    DatabaseUserAttributes: { row: identity.PrincipalRow };
    DatabaseSessionAttributes: { workspaceId: string; userAgent: string | null };
  }
}

/** Sessions end this long after they were last extended, which happens in the second half of their life. */
const lifetime = new TimeSpan(30, 'd');

/** lucia's own form: 40 characters of base 32. Anything else is no token of ours, and no statement is spent on it. */
const tokenPattern = /^[a-z2-7]{40}$/;
const maxUserAgentLength = 500;

/**
 * Keeps the SHA-256 of tokens and nothing else of them. Where lucia gives a session's id it is the token; sessions
 * found by their user carry the hash for an id, since their tokens are not known.
 */
function adapterOn(caller: identity.Caller): Adapter {
  return {
    async getSessionAndUser(token) {
      const row = await identity.principalOfSession(caller, hashToken(token));
      if (!row?.session) return [null, null];
      const { userId, expiresAt, userAgent } = row.session;
      const session: DatabaseSession = {
        id: token, userId, expiresAt: new Date(expiresAt), attributes: { workspaceId: row.workspace.id, userAgent },
      };
      return [session, { id: userId, attributes: { row } }];
    },
    async getUserSessions(userId) {
      const rows = await identity.sessionsOfUser(caller, userId);
      return rows.map(({ tokenHash, expiresAt, workspaceId, userAgent }) =>
        ({ id: tokenHash, userId, expiresAt, attributes: { workspaceId, userAgent } }));
    },
    setSession: ({ id, userId, expiresAt, attributes }) =>
      identity.createSession(caller, { tokenHash: hashToken(id), userId, expiresAt, ...attributes }),
    updateSessionExpiration: (token, expiresAt) => identity.extendSession(caller, hashToken(token), expiresAt),
    deleteSession: (token) => identity.deleteSession(caller, hashToken(token)),
    deleteUserSessions: (userId) => identity.deleteSessionsOfUser(caller, userId),
    deleteExpiredSessions: () => identity.deleteExpiredSessions(caller),
  };
}

function luciaOn(caller: identity.Caller, secureCookies = true) {
  return new Lucia(adapterOn(caller), {
    sessionExpiresIn: lifetime,
    getUserAttributes: ({ row }) => ({ row }),
    sessionCookie: {
      // Browsers accept the prefix only with Secure, Path=/ and no Domain: no other host can set or read it.
      name: secureCookies ? '__Host-gatehouse' : 'gatehouse',
      attributes: { secure: secureCookies, sameSite: 'lax', path: '/' },
    },
  });
}

/** Cookies are written without the database. */
const noDatabase: identity.Caller = { call: () => Promise.reject(new Error('A cookie needs no database.')) };

/** @returns the token, which is nowhere kept */
export async function startSession(
  caller: identity.Caller, session: { userId: string; workspaceId: string; userAgent: string | null },
): Promise<string> {
  const { userId, workspaceId } = session;
  const userAgent = session.userAgent?.slice(0, maxUserAgentLength) ?? null;
  return (await luciaOn(caller).createSession(userId, { workspaceId, userAgent })).id;
}

/**
 * Finds who a token stands for, in one statement. In the second half of the session's life a second statement extends
 * it, at most once in fifteen days; `isExtended` then asks for a new cookie.
 *
 * @returns null when the token is unknown or expired, or its user is no active member of its workspace any more
 */
export async function findSession(
  caller: identity.Caller, token: string,
): Promise<{ row: identity.PrincipalRow; isExtended: boolean } | null> {
  if (!tokenPattern.test(token)) return null;
  const { session, user } = await luciaOn(caller).validateSession(token);
  return session && { row: user.row, isExtended: session.fresh };
}

/** Ends the session, if it is one. */
export async function endSession(caller: identity.Caller, token: string): Promise<void> {
  if (tokenPattern.test(token)) await luciaOn(caller).invalidateSession(token);
}

export async function endAllSessions(caller: identity.Caller, userId: string): Promise<void> {
  await luciaOn(caller).invalidateUserSessions(userId);
}

/** Expired sessions are of no use to anybody; this only keeps the table small. */
export async function deleteExpiredSessions(caller: identity.Caller): Promise<void> {
  await luciaOn(caller).deleteExpiredSessions();
}

/** A `Set-Cookie` that browsers send back for thirty days. @param secureCookies whether PUBLIC_URL is https */
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
