/** Tables that are empty at first in both worlds, or the same in both, and why that hides no leak. */
export const emptyTables: Readonly<Record<string, string>> = {
  audit_entry: 'Written by commands; no field reads it.',
  audit_change: 'Written by commands; no field reads it.',
  outbox_event: 'Written by commands; ids, field names and versions, which no field reads.',
  import_run: 'Written by the import program; no field reads it.',
  mail: 'Some, the same in both worlds (load-world.ts), more by commands; read by who may read all of them.',
  mail_event: 'As mails.',
  mail_suppression: 'As mails.',
  mail_template_override: 'Read by those alone who may read all templates (test/mail).',
  dead_job: 'As mails; it holds ids.',
  api_key:
    'Two keys, the same in both worlds (load-world.ts), which act in principals.ts; administrators alone read them.',
  api_key_grant: 'As api_key.',
  invitation:
    'Some, the same in both worlds (load-world.ts). Its address is the administrators\' alone to read; managers see who was asked into which team, as all do.',
  invitation_role: 'As invitation; roles are read as roles are.',
  security_event: 'Written by what it records; read by those alone who may read the security log.',
  stage_reason: 'Words of stages, which whoever reads a stage reads; nothing about records.',
  stage_enter_role: 'Roles of stages; they are read as roles are, by those who read them.',
  stage_leave_role: 'Roles of stages; they are read as roles are, by those who read them.',
};
