/** Tables that are empty at first in both worlds, and why that hides no leak. */
export const emptyTables: Readonly<Record<string, string>> = {
  audit_entry: 'Written by commands; no field reads it.',
  audit_change: 'Written by commands; no field reads it.',
  outbox_event: 'Written by commands; ids, field names and versions, which no field reads.',
  import_run: 'Written by the import program; no field reads it.',
  mail: 'Written by commands; read by those alone who may read all mails of the workspace (test/mail).',
  mail_event: 'As mails.',
  mail_suppression: 'Written by the delivery; read by those alone who may read all of the list (test/mail).',
  mail_template_override: 'Read by those alone who may read all templates (test/mail).',
  dead_job: 'Written by workers; read by those alone who may read jobs, and holds ids of jobs.',
  api_key: 'Administrators alone read it; a key itself acts as somebody in principals.ts does.',
  api_key_grant: 'As api_key.',
  security_event: 'Written by what it records; read by those alone who may read the security log.',
  stage_reason: 'Words of stages, which whoever reads a stage reads; nothing about records.',
  stage_enter_role: 'Roles of stages; they are read as roles are, by those who read them.',
  stage_leave_role: 'Roles of stages; they are read as roles are, by those who read them.',
};
