/**
 * Tables that belong to no workspace, or stand above them, and hold no CRM data. Everything else in the schema is a
 * tenant table, behind the wall of its `workspace_id`. The server has no grant on these but where it says so: it finds
 * what it needs by exact key, through the functions that identity.ts, one-time-tokens.ts and limits.ts call.
 */
export const platformTables = {
  workspace: 'The directory of workspaces; the server reads and updates the row of the workspace it has set, no other.',
  user: 'People who can sign in: address, name, password hash.',
  session: 'Sign-ins that have not ended, by the SHA-256 of their token.',
  one_time_token: 'Links that work once, by the SHA-256 of their token.',
  unplaced_security_event: 'Security events before a workspace is known, for whoever runs the server.',
  rate_limit: 'How often something was tried that has a limit, by what it is about.',
  upkeep_run: 'How each kind of upkeep goes.',
  known_network: 'From which networks somebody has signed in.',
  persisted_operation: 'Documents that clients send by id instead of by text.',
  _prisma_migrations: 'Which migrations were applied; the server may read it, to refuse a database that lacks one.',
} as const satisfies Record<string, string>;
