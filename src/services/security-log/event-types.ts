export type SecurityResult = 'SUCCESS' | 'FAILURE';

type EventType = {
  /** What has happened, for the API's description. */
  meaning: string;
  /** SUCCESS unless said. */
  result?: SecurityResult;
};

/**
 * Every kind of event in the security log, by the names of the OWASP Logging Vocabulary, so that whoever collects logs
 * knows them. A new kind gets its line here, with a name of that vocabulary where it has one.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html
 */
export const securityEventTypes = {
  authn_login_success: { meaning: 'Somebody signed in.' },
  authn_login_fail: { meaning: 'A sign-in was refused: wrong password, or no membership.', result: 'FAILURE' },
  authn_login_lock: { meaning: 'Sign-ins to the account wait after too many wrong passwords.', result: 'FAILURE' },
  authn_password_change: { meaning: 'A password was set or changed.' },
  authn_password_change_fail: { meaning: 'A change of password was refused.', result: 'FAILURE' },
  authn_token_created: { meaning: 'A key, an invitation or another link was made.' },
  authn_token_revoked: { meaning: 'A key, an invitation or another link was taken back.' },
  authn_token_reuse: { meaning: 'A key or link that works no more was tried again.', result: 'FAILURE' },
  session_created: { meaning: 'A session began.' },
  session_renewed: { meaning: 'A session got a new secret, or another workspace.' },
  session_ended: { meaning: 'Sessions were ended: by signing out, from the list of sessions, or all of them at once.' },
  session_expired: { meaning: 'A session ended because it was not used, or because it was too old.' },
  authz_fail: { meaning: 'Something was asked for that the roles or the key do not allow.', result: 'FAILURE' },
  authz_change: { meaning: 'A role was given to a member or taken away.' },
  authz_admin: { meaning: 'A rule was bypassed, or the workspace\'s security settings were changed.' },
  user_created: { meaning: 'A member joined.' },
  user_updated: { meaning: 'An account was changed: its address, its name, its team.' },
  user_archived: { meaning: 'A member was suspended.' },
  user_reactivated: { meaning: 'A suspended or removed member was taken in again.' },
  user_deleted: { meaning: 'A member was removed, or an account was deleted.' },
  privilege_permissions_changed: { meaning: 'What a role allows was changed, or the workspace got another owner.' },
  excess_rate_limit_exceeded: { meaning: 'Somebody tried something too often.', result: 'FAILURE' },
} as const satisfies Record<string, EventType>;

export type SecurityEventType = keyof typeof securityEventTypes;

export function resultOf(type: SecurityEventType): SecurityResult {
  const { result = 'SUCCESS' }: EventType = securityEventTypes[type];
  return result;
}
