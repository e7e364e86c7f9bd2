import type { FieldGroup, Noun, OwnedNoun, Reach, Verb } from '../auth/nouns.ts';
import type { BuiltInRole } from '../auth/grants.ts';
import { type Caller, callOne } from './caller.ts';

/** Who somebody is. Grants are as they were written: their words may be out of date. */
export type PrincipalRow = {
  /** The key that a program acts with, and what it may do at most; grants are null where that is all of its owner's. */
  apiKey?: { id: string; name: string; grants: PrincipalRow['grants'] | null };
  /** Null when nobody is signed in: a program acts as the member. */
  session: { userId: string; expiresAt: string; userAgent: string | null; isExtended: boolean } | null;
  workspace: { id: string; slug: string; name: string; timeZone: string; locale: string; defaultCurrency: string };
  member: { id: string; userId: string | null; teamId: string | null };
  teamIds: string[];
  teamChainIds: string[];
  roles: { id: string; name: string; builtIn: BuiltInRole | null }[];
  grants: { noun: Noun; verb: Verb; reach: Reach; fieldGroups: FieldGroup[] }[];
  sharedNouns: OwnedNoun[];
};
/** Who a token stands for, with the stamp that says for how long that holds. */
export type StampedRow = PrincipalRow & { stamp: string };
/** What is remembered of a token still holds. This much changes without another stamp. */
export type Confirmation = Pick<StampedRow, 'stamp' | 'session' | 'sharedNouns'>;
/** What a server remembers of a token. */
export type Remembered = Pick<StampedRow, 'stamp' | 'teamChainIds'>;
/** A sign-in that may be over already. */
export type SessionRow = {
  tokenHash: string; id: string; workspaceId: string; workspaceName: string; createdAt: Date; lastSeenAt: Date;
  expiresAt: Date; userAgent: string | null; ipAddress: string | null;
};
export type Membership = {
  workspaceId: string; slug: string; name: string;
  /** Of addresses that the workspace takes; all when empty. */
  allowedEmailDomains: string[];
};

/**
 * Null for a token that is unknown, whose session is over, or whose user is no active member of its workspace. Notes
 * once a minute that the session is in use, and from where.
 *
 * @param known what is remembered of the token: when that still holds the answer only says so
 */
export async function principalOfSession(
  caller: Caller, tokenHash: string, ipAddress: string | null, known: Remembered | null = null,
): Promise<StampedRow | Confirmation | null> {
  return callOne<StampedRow | Confirmation>(
    caller, 'select gatehouse.principal_of_session($1::text, $2::text, $3::text, $4::uuid[]) as it',
    [tokenHash, ipAddress, known?.stamp ?? null, known?.teamChainIds ?? null]);
}

/**
 * Null for a key that is unknown, expired or revoked, or whose owner is no active member. Notes that it was used.
 *
 * @param known as for a session
 */
export async function principalOfApiKey(
  caller: Caller, tokenHash: string,
  origin: { ipAddress: string | null; userAgent: string | null; requestId: string | null }, newEventId: string,
  known: Remembered | null = null,
): Promise<StampedRow | Confirmation | null> {
  const { ipAddress, userAgent, requestId } = origin;
  return callOne<StampedRow | Confirmation>(
    caller,
    'select gatehouse.principal_of_api_key('
      + '$1::text, $2::text, $3::text, $4::text, $5::uuid, $6::text, $7::uuid[]) as it',
    [tokenHash, ipAddress, userAgent, requestId, newEventId, known?.stamp ?? null, known?.teamChainIds ?? null]);
}

/** @param email as normalised; the address somebody signs in with comes before the one a member is known by */
export async function principalOfMember(
  caller: Caller, workspaceId: string, email: string,
): Promise<PrincipalRow | null> {
  return callOne<PrincipalRow>(
    caller, 'select gatehouse.principal_of_member($1::uuid, $2::text) as it', [workspaceId, email]);
}

/** Null unless he is an active member of the workspace. */
export async function principalOfActiveMember(
  caller: Caller, workspaceId: string, memberId: string,
): Promise<PrincipalRow | null> {
  return callOne<PrincipalRow>(
    caller, 'select gatehouse.principal_of_active_member($1::uuid, $2::uuid) as it', [workspaceId, memberId]);
}

/** Ids of all workspaces, in pages: those behind the last one of the page before. */
export async function workspaceIds(caller: Caller, behind: string | null, atMost: number): Promise<string[]> {
  const rows = await caller.call({
    text: 'select id from gatehouse.workspace_ids($1::uuid, $2::int) as id', values: [behind, atMost],
  });
  return rows.map(({ id }) => id as string);
}

export async function findUserByEmail(
  caller: Caller, email: string,
): Promise<{ id: string; passwordHash: string | null } | null> {
  const [row] = await caller.call({
    text: 'select id, password_hash from gatehouse.find_user_by_email($1::text)', values: [email],
  });
  return row ? { id: row.id as string, passwordHash: row.password_hash as string | null } : null;
}

export async function findUser(
  caller: Caller, id: string,
): Promise<{ id: string; email: string; name: string } | null> {
  const [row] = await caller.call({ text: 'select id, email, name from gatehouse.find_user($1::uuid)', values: [id] });
  return (row as { id: string; email: string; name: string } | undefined) ?? null;
}

/** @returns the id of the user with this address: the given one, or that of who had it already and is left alone */
export async function createUser(
  caller: Caller, user: { id: string; email: string; name: string; passwordHash: string | null },
): Promise<string> {
  const id = await callOne<string>(
    caller, 'select gatehouse.create_user($1::uuid, $2::text, $3::text, $4::text) as it',
    [user.id, user.email, user.name, user.passwordHash]);
  return id!;
}

/** @returns whether the password was still the expected one (null: none yet); otherwise nothing has changed */
export async function setPassword(
  caller: Caller, userId: string, expectedHash: string | null, newHash: string,
): Promise<boolean> {
  const isSet = await callOne<boolean>(
    caller, 'select gatehouse.set_password($1::uuid, $2::text, $3::text) as it', [userId, expectedHash, newHash]);
  return isSet === true;
}

/**
 * Whether this is the user's password still; nobody changes it before the end of the transaction.
 *
 * @param caller `callerIn(tx)` of it
 */
export async function holdsPassword(caller: Caller, userId: string, passwordHash: string): Promise<boolean> {
  const isHeld = await callOne<boolean>(
    caller, 'select gatehouse.holds_password($1::uuid, $2::text) as it', [userId, passwordHash]);
  return isHeld === true;
}

/** It ends by the settings of its workspace. @param session.since when somebody signed in, where that was before */
export async function createSession(
  caller: Caller,
  session: {
    tokenHash: string; userId: string; workspaceId: string; userAgent: string | null; ipAddress: string | null;
    since: Date | null;
  },
): Promise<void> {
  const { tokenHash, userId, workspaceId, userAgent, ipAddress, since } = session;
  await caller.call({
    text: 'select from gatehouse.create_session($1::text, $2::uuid, $3::uuid, $4::text, $5::text, $6::timestamptz)',
    values: [tokenHash, userId, workspaceId, userAgent, ipAddress, since?.toISOString() ?? null],
  });
}

/** Those that are over included; the one used last comes first. */
export async function sessionsOfUser(caller: Caller, userId: string): Promise<SessionRow[]> {
  const rows = await caller.call({
    text: `select token_hash as "tokenHash", id, workspace_id as "workspaceId", workspace_name as "workspaceName",
      created_at as "createdAt", last_seen_at as "lastSeenAt", expires_at as "expiresAt", user_agent as "userAgent",
      ip_address as "ipAddress" from gatehouse.sessions_of_user($1::uuid)`,
    values: [userId],
  });
  return rows as SessionRow[];
}

/** Which sessions end: those of a user, or the one of a token, as far as they fit everything else that is said. */
export type WhichSessions = ({ userId: string; tokenHash?: string } | { userId?: undefined; tokenHash: string }) & {
  id?: string; workspaceId?: string; exceptTokenHash?: string | null;
};
export type EndedSession = {
  userId: string; workspaceId: string; createdAt: Date;
  /** It let nobody in any more. */
  isOver: boolean;
};

/** @returns each session to exactly one of many callers at once */
export async function endSessions(
  caller: Caller, { userId, tokenHash, id, workspaceId, exceptTokenHash }: WhichSessions,
): Promise<EndedSession[]> {
  const rows = await caller.call({
    text: `select user_id as "userId", workspace_id as "workspaceId", created_at as "createdAt", is_over as "isOver"
      from gatehouse.end_sessions($1::uuid, $2::text, $3::uuid, $4::uuid, $5::text)`,
    values: [userId ?? null, tokenHash ?? null, id ?? null, workspaceId ?? null, exceptTokenHash ?? null],
  });
  return rows as EndedSession[];
}

/** @returns the address before; null when somebody has the new one by now, and nothing has changed */
export async function changeEmail(caller: Caller, userId: string, email: string): Promise<string | null> {
  return callOne<string>(caller, 'select gatehouse.change_email($1::uuid, $2::text) as it', [userId, email]);
}

/**
 * With links; whoever calls this has ended memberships and sessions before.
 *
 * @returns false when there is none any more
 */
export async function deleteUser(caller: Caller, userId: string): Promise<boolean> {
  return await callOne<boolean>(caller, 'select gatehouse.delete_user($1::uuid) as it', [userId]) === true;
}

/** Takes sessions away that are over. @returns whose they were, and from where they were used last */
export async function takeExpiredSessions(
  caller: Caller, atMost: number,
): Promise<(Pick<SessionRow, 'workspaceId' | 'userAgent' | 'ipAddress'> & { userId: string })[]> {
  const rows = await caller.call({
    text: `select user_id as "userId", workspace_id as "workspaceId", user_agent as "userAgent",
      ip_address as "ipAddress" from gatehouse.take_expired_sessions($1::int)`,
    values: [atMost],
  });
  return rows as (Pick<SessionRow, 'workspaceId' | 'userAgent' | 'ipAddress'> & { userId: string })[];
}

export async function findWorkspaceBySlug(caller: Caller, slug: string): Promise<string | null> {
  return callOne<string>(caller, 'select gatehouse.find_workspace_by_slug($1::text) as it', [slug]);
}

/** Workspaces of which the user is an active member, by name. */
export async function membershipsOfUser(caller: Caller, userId: string): Promise<Membership[]> {
  const rows = await caller.call({
    text: `select workspace_id as "workspaceId", slug, name, allowed_email_domains as "allowedEmailDomains"
      from gatehouse.memberships_of_user($1::uuid)`,
    values: [userId],
  });
  return rows as Membership[];
}

/** @returns false when the slug is taken */
export async function createWorkspace(
  caller: Caller,
  workspace: { id: string; slug: string; name: string; timeZone: string; locale: string; defaultCurrency: string },
): Promise<boolean> {
  const { id, slug, name, timeZone, locale, defaultCurrency } = workspace;
  const isMade = await callOne<boolean>(
    caller, 'select gatehouse.create_workspace($1::uuid, $2::text, $3::text, $4::text, $5::text, $6::text) as it',
    [id, slug, name, timeZone, locale, defaultCurrency]);
  return isMade === true;
}

/** The document with this id (`sha256:` and 64 hex digits), whoever registered it. */
export async function findPersistedOperation(caller: Caller, documentId: string): Promise<string | null> {
  return callOne<string>(caller, 'select gatehouse.find_persisted_operation($1::text) as it', [documentId]);
}

/** Registers a document; doing it again changes nothing. @returns its id, which the database makes from the text */
export async function registerOperation(caller: Caller, client: string, document: string): Promise<string> {
  const id = await callOne<string>(
    caller, 'select gatehouse.register_operation($1::text, $2::text) as it', [client, document]);
  return id!;
}

/**
 * Writes a security event into the log of each workspace of the user, or where no workspace's is: record_account_event.
 */
export async function recordAccountEvent(
  caller: Caller, userId: string | null, workspaceId: string | null, event: Readonly<Record<string, unknown>>,
): Promise<void> {
  await caller.call({
    text: 'select from gatehouse.record_account_event($1::jsonb, $2::uuid, $3::uuid)',
    values: [JSON.stringify(event), userId, workspaceId],
  });
}
