import { type Caller, callOne } from './caller.ts';

/** What a link that works once is for. */
export type LinkPurpose = 'SET_PASSWORD' | 'RESET_PASSWORD' | 'SIGN_UP' | 'CHANGE_EMAIL' | 'INVITATION';
/** What a link that works once is about. */
export type LinkRow = {
  id: string;
  /** Whom or what: a user's id, an address, an invitation's id. */
  subject: string;
  userId: string | null;
  workspaceId: string | null;
  /** The address it was sent to. */
  email: string | null;
  details: Record<string, unknown> | null;
};

/** The link before it for the same purpose and subject stops working. */
export async function createOneTimeToken(
  caller: Caller, token: LinkRow & { tokenHash: string; purpose: LinkPurpose; expiresAt: Date },
): Promise<void> {
  await caller.call({
    text: `select from gatehouse.create_one_time_token($1::uuid, $2::text, $3::text, $4::text, $5::uuid, $6::uuid,
      $7::text, $8::jsonb, $9::timestamptz)`,
    values: [
      token.id, token.tokenHash, token.purpose, token.subject, token.userId, token.workspaceId, token.email,
      token.details && JSON.stringify(token.details), token.expiresAt.toISOString(),
    ],
  });
}

/** Without using it up; null when it is unknown, used, superseded or expired. */
export async function findOneTimeToken(
  caller: Caller, tokenHash: string, purpose: LinkPurpose,
): Promise<LinkRow | null> {
  return callOne<LinkRow>(
    caller, 'select gatehouse.find_one_time_token($1::text, $2::text) as it', [tokenHash, purpose]);
}

/** Uses it up: answers exactly one of many callers at once, and all others with null. */
export async function useOneTimeToken(
  caller: Caller, tokenHash: string, purpose: LinkPurpose,
): Promise<LinkRow | null> {
  return callOne<LinkRow>(
    caller, 'select gatehouse.use_one_time_token($1::text, $2::text) as it', [tokenHash, purpose]);
}

/** The live link for a purpose and subject, if there is one. */
export async function oneTimeTokenAbout(
  caller: Caller, purpose: LinkPurpose, subject: string,
): Promise<LinkRow | null> {
  return callOne<LinkRow>(
    caller, 'select gatehouse.one_time_token_about($1::text, $2::text) as it', [purpose, subject]);
}

export async function revokeOneTimeToken(caller: Caller, purpose: LinkPurpose, subject: string): Promise<void> {
  await caller.call({
    text: 'select from gatehouse.revoke_one_time_token($1::text, $2::text)', values: [purpose, subject],
  });
}

export async function deleteExpiredOneTimeTokens(caller: Caller): Promise<void> {
  await caller.call({ text: 'select from gatehouse.delete_expired_one_time_tokens()', values: [] });
}

/**
 * Uses the token up and sets the password, in one step.
 *
 * @returns the user's id, to exactly one of many callers at once; null when the token does not work
 */
export async function setPasswordByToken(
  caller: Caller, tokenHash: string, purpose: LinkPurpose, passwordHash: string,
): Promise<string | null> {
  return callOne<string>(
    caller, 'select gatehouse.set_password_by_token($1::text, $2::text, $3::text) as it',
    [tokenHash, purpose, passwordHash]);
}
