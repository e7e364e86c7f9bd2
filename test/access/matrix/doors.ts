/*
 * Every way by which data leaves, written by hand: who is asked at that door. A file of src that speaks to the
 * database, a path that the server answers, or a program, that is not here fails test/access/matrix/lines.test.ts.
 */
export const doors: Readonly<Record<string, string>> = {
  // Files that send statements.
  'src/db/database.ts': 'The one way into PostgreSQL; every call names its workspace.',
  'src/db/transaction.ts': 'What a transaction of the database sends, in the workspace that this has named.',
  'src/db/caller.ts': 'Calls functions on platform tables inside a transaction; who calls says which (identity.ts).',
  'src/db/identity.ts': 'Functions on platform tables, by exact key: the token, the address or the id of who asks.',
  'src/auth/assumed.ts':
    'Reads as who asked before, for nobody until it is confirmed that he still is (http/confirm.ts).',
  'src/db/reader/read.ts':
    "Lists, records, relations: the profile's reach and the table of verdicts, in the statement.",
  'src/db/reader/flags.ts':
    'Yes or no about records, from predicates that include reading them (services/access/can.ts).',
  'src/db/read-columns.ts':
    'Columns under conditions that services/access/record-contents.ts makes of reach and field groups.',
  'src/db/search.ts': "Candidates within the profile's reach; every hit is then read by the reader.",
  'src/db/mails.ts': "Writes mails inside a command; reads a workspace's own words for mails, for mailTemplate.read.",
  'src/mail/deliver-mail.ts': 'Hands a mail to the mail server, for its one recipient; answers nobody.',
  'src/db/pipeline-summary.ts': "Counts of readable records, sums where every readable record's amount can be read.",
  'src/db/pipeline-flow.ts': 'The ledger of readable records, and stages under their own reach.',
  'src/db/forecast.ts': "Readable deals where every one's amount can be read; members and teams under their own reach.",
  'src/db/locked-rows.ts':
    'Records under a predicate that its caller names: moves alone, by what the verb permits (auth/reach.ts).',
  'src/db/count-records.ts': 'Counts under a predicate that its caller names: policyPreview alone, for access.explain.',
  'src/db/idempotency-keys.ts':
    "What the same principal was answered under a key: a record's id, which is read under today's policy.",
  'src/db/arrange.ts': 'Writes places of stages and pipelines inside a command; answers nothing.',
  'src/db/change-row.ts': 'Changes a record that a command has locked within its reach; answers nothing.',
  'src/db/insert-rows.ts': 'Writes rows inside a command; answers nothing.',
  'src/db/move-rows.ts':
    'Moves records inside a command, which asks for the right to see and move them all; answers nothing.',
  'src/db/stage-facts.ts': 'Reads the rules of stages inside a command, which asks whether stages can be read at all.',
  'src/db/taken-names.ts': 'What is unique and taken: told in spite of all (product rules).',
  'src/db/savepoint.ts': 'Undoes a part of a transaction; answers nothing.',
  'src/db/lock.ts': 'Waits for a lock; answers nothing.',
  'src/services/run-command.ts': "Every change of data: the permission, then the reach in the write's own condition.",
  'src/services/command-context.ts': 'Lets services ask about records in a transaction; their questions carry reach.',
  'src/services/record-outcomes.ts': 'Writes audit, outbox and idempotency rows of a command; answers nothing.',
  'src/services/security-log/denials.ts': 'Writes what was refused into the security log; answers nothing.',
  'src/services/identity/create-workspace.ts': 'A workspace that is only being made, for who makes it.',
  'src/services/identity/confirm-sign-up.ts': 'A workspace that is only being made, for whoever holds the link.',
  'src/services/identity/sign-up.ts': 'Queues mails about accounts; answers everybody the same.',
  'src/services/identity/reset-password.ts': 'Queues mails about accounts; answers everybody the same.',
  'src/services/identity/set-password.ts': 'The password of whoever holds the link; answers nothing else.',
  'src/services/identity/sessions.ts': "One's own sessions and workspaces.",
  'src/services/identity/change-password.ts': "One's own password, for who knows it.",
  'src/services/identity/change-email.ts': "One's own address; answers nothing about another's.",
  'src/services/identity/delete-account.ts': "One's own account; tells names of one's own workspaces.",
  'src/services/identity/sign-in.ts': 'The session of whoever knows the password.',
  'src/services/identity/sign-out.ts': "One's own session, by its token; answers nothing.",
  'src/services/identity/expire-sessions.ts':
    'Sessions that are over, for the log of their own workspace; answers nothing.',
  'src/services/invitation/accept-invitation.ts': 'An invitation, for whoever holds its link.',
  'src/services/workspace/security-settings.ts': "The workspace's own settings, for workspace.update.",
  'src/services/member/hand-over-job.ts': 'Hands over records for a removal that was allowed; answers nobody.',
  'src/services/access/explain-access.ts': 'One record that the asker can read, about himself or with access.explain.',
  'src/services/access/ask-record.ts': 'What a record answers about somebody, for explain-access.ts alone.',
  'src/services/access/who-can-access.ts': 'One record that the asker can read, with access.explain.',
  'src/services/access/preview-policy.ts': 'Rights of members and counts, with access.explain.',
  'src/db/job-rows.ts':
    "Puts jobs into the queue inside a command; counts of the workspace's own jobs for job.read, and of all for /metrics.",
  'src/jobs/run-job.ts': 'Runs a job in its workspace, as the member or with the grants of its kind; answers nobody.',
  'src/jobs/file-dead.ts': 'Files a dead job in its workspace, for job.read; answers nobody.',
  'src/jobs/upkeep.ts': 'Enqueues in every workspace, by its id alone; answers nobody.',
  'src/import/run/importer.ts': 'Runs commands as the member who imports.',

  // Paths that the server answers.
  '/dev/mail': 'Mails that were caught, for browsers on this machine, in development alone.',
  '/graphql': 'The whole API, behind roots.ts and rules.ts.',
  '/set-password': "Takes a one-time token; shows nobody's data.",
  '/account': "One's own name, sessions and workspaces, by the session's cookie.",
  '/healthz': 'That the process lives.',
  '/readyz': 'That the database answers; no detail.',
  '/metrics': 'Numbers about the process, with METRICS_TOKEN; nothing of any workspace.',
  '/': 'Leads on to /graphql in development.',

  // Programs, for those who have the database\'s password anyway.
  'src/cli/import.ts': 'Acts as the member it names, with his rights.',
  'src/cli/operations-add.ts': 'Writes documents that clients may send by id.',
  'src/cli/upkeep.ts':
    'Tells names and times of upkeep, and deletes what has no right to be kept; for who runs the server.',
  'src/cli/workspace-create.ts': 'Makes a workspace and its owner.',
  'src/cli/workspace-delete.ts':
    'Deletes a workspace and tells how many rows of each table there were; for who runs the server.',
};
