import type { RequestDatabase, Transaction } from './database.ts';

/** What is kept of a mail that is to be sent. */
export type NewMail = {
  id: string;
  eventId: string;
  /** When it is queued. */
  at: Date;
  template: string;
  /** null: the workspace's. */
  locale: string | null;
  toAddress: string;
  toName: string | null;
  variables: Readonly<Record<string, string | number>>;
  linkPath: string | null;
  linkPurpose: string | null;
  linkTokenId: string | null;
  usefulUntil: Date | null;
};

/**
 * Writes a mail and the first entry of its timeline into the workspace that the transaction has set. Raw because
 * whoever queues a mail has a transaction and no more: the workspace, and its language, are looked up where they are.
 */
export async function insertMail(tx: Transaction, mail: NewMail): Promise<void> {
  await tx.$executeRaw`
    with inserted as (
      insert into gatehouse.mail (workspace_id, id, template, locale, to_address, to_name, variables, link_path,
        link_purpose, link_token_id, useful_until, next_attempt_at, created_at, updated_at)
      select w.id, ${mail.id}::uuid, ${mail.template}, coalesce(${mail.locale}, w.locale), ${mail.toAddress},
        ${mail.toName}, ${JSON.stringify(mail.variables)}::jsonb, ${mail.linkPath}, ${mail.linkPurpose},
        ${mail.linkTokenId}::uuid, ${mail.usefulUntil}::timestamptz, t.at, t.at, t.at
      from gatehouse.workspace w, (select ${mail.at}::timestamptz as at) t
      where w.id = gatehouse.current_workspace_id()
      returning workspace_id, id, created_at
    )
    insert into gatehouse.mail_event (workspace_id, id, mail_id, kind, at)
    select i.workspace_id, ${mail.eventId}::uuid, i.id, 'QUEUED', i.created_at from inserted i`;
}

export type MailOverride = {
  template: string; locale: string; subject: string; body: string; version: number; updatedAt: Date;
};

/** The words that a workspace has given to templates, a few dozen at most. */
export async function readMailOverrides(database: RequestDatabase, workspaceId: string): Promise<MailOverride[]> {
  const rows = await database.read(workspaceId, {
    text: `select template, locale, subject, body, version, updated_at as "updatedAt"
      from gatehouse.mail_template_override`,
    values: [],
  });
  return rows as MailOverride[];
}
