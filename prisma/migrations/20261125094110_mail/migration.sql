-- Mail: what is sent to whom, what became of it, and who gets none. Only new tables; the one row that comes into an old
-- one (workspace) is inserted without waiting for anybody.

-- CreateEnum
CREATE TYPE "mail_status" AS ENUM ('QUEUED', 'SENT', 'BOUNCED', 'REFUSED', 'FAILED', 'SUPPRESSED', 'EXPIRED');

-- CreateEnum
CREATE TYPE "mail_event_kind" AS ENUM ('QUEUED', 'ATTEMPT', 'SENT', 'DEFERRED', 'BOUNCED', 'REFUSED', 'FAILED', 'SUPPRESSED', 'EXPIRED', 'COMPLAINT');

-- CreateEnum
CREATE TYPE "mail_suppression_reason" AS ENUM ('BOUNCE', 'COMPLAINT', 'MANUAL');

-- CreateTable
CREATE TABLE "mail" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "template" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "to_address" TEXT NOT NULL,
    "to_name" TEXT,
    "variables" JSONB NOT NULL DEFAULT '{}',
    "link_path" TEXT,
    "link_purpose" TEXT,
    "link_token_id" UUID,
    "useful_until" TIMESTAMPTZ(3),
    "status" "mail_status" NOT NULL DEFAULT 'QUEUED',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "last_answer" TEXT,
    "sent_at" TIMESTAMPTZ(3),
    "message_id_header" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mail_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "mail_event" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mail_id" UUID NOT NULL,
    "kind" "mail_event_kind" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempt" INTEGER,
    "answer" TEXT,

    CONSTRAINT "mail_event_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "mail_suppression" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "reason" "mail_suppression_reason" NOT NULL,
    "note" TEXT,
    "ends_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mail_suppression_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "mail_template_override" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "template" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mail_template_override_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateIndex
CREATE INDEX "mail_workspace_id_created_at_id_idx" ON "mail"("workspace_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "mail_event_workspace_id_mail_id_id_idx" ON "mail_event"("workspace_id", "mail_id", "id");

-- CreateIndex
CREATE INDEX "mail_suppression_workspace_id_created_at_id_idx" ON "mail_suppression"("workspace_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "mail_suppression_workspace_id_address_key" ON "mail_suppression"("workspace_id", "address");

-- CreateIndex
CREATE UNIQUE INDEX "mail_template_override_workspace_id_template_locale_key" ON "mail_template_override"("workspace_id", "template", "locale");

-- AddForeignKey
ALTER TABLE "mail" ADD CONSTRAINT "mail_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mail_event" ADD CONSTRAINT "mail_event_workspace_id_mail_id_fkey" FOREIGN KEY ("workspace_id", "mail_id") REFERENCES "mail"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mail_suppression" ADD CONSTRAINT "mail_suppression_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mail_template_override" ADD CONSTRAINT "mail_template_override_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The walls.
do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['mail', 'mail_event', 'mail_suppression', 'mail_template_override'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy workspace_wall on %I using (workspace_id = nullif(current_setting(''gatehouse.workspace_id'', true), '''')::uuid)
         with check (workspace_id = nullif(current_setting(''gatehouse.workspace_id'', true), '''')::uuid)', tenant_table);
    execute format('grant select, insert, update, delete on %I to gatehouse_app', tenant_table);
  end loop;
end $$;
-- A timeline is added to, never changed.
revoke update, delete on mail_event from gatehouse_app;

-- Values that make no sense, and everything that could make two recipients, or another header, out of one.
alter table mail
  add constraint mail_template_check check (template ~ '^[a-z]+(-[a-z]+)*$'),
  add constraint mail_to_address_check check (
    length(to_address) between 3 and 254 and to_address ~ '^[^\s@<>()",;:\\[\]]+@[^\s@<>()",;:\\[\]]+$'),
  add constraint mail_to_name_check check (length(to_name) between 1 and 200 and to_name !~ '[[:cntrl:]]'),
  add constraint mail_link_path_check check (link_path ~ '^/([^/\\]|$)'),
  add constraint mail_link_token_check check (num_nulls(link_purpose, link_token_id) in (0, 2)),
  add constraint mail_waits_check check ((status = 'QUEUED') = (next_attempt_at is not null)),
  add constraint mail_sent_check check (status <> 'SENT' or sent_at is not null);
alter table mail_suppression
  add constraint mail_suppression_address_check check (
    length(address) between 3 and 254 and address = lower(address) and position('@' in address) > 1),
  add constraint mail_suppression_note_check check (length(note) <= 500);
alter table mail_template_override
  add constraint mail_template_override_subject_check check (length(subject) between 1 and 200),
  add constraint mail_template_override_body_check check (length(body) between 1 and 20000);

-- What lists ask for besides the order of creation.
create index mail_status_order on mail (workspace_id, status, created_at, id);
create index mail_address_order on mail (workspace_id, to_address, created_at, id);
create index mail_waiting_order on mail (workspace_id, next_attempt_at, id);
create index mail_suppression_address_order on mail_suppression (workspace_id, address collate text_order, id);

-- Mails that belong to no workspace (sign-up, reset) belong to this one: nobody is a member of it, so nobody is ever
-- inside it but the server itself (docs/mail.md).
select set_config('gatehouse.workspace_id', '00000000-0000-7000-8000-000000000000', true);
insert into workspace (id, slug, name) values ('00000000-0000-7000-8000-000000000000', 'gatehouse', 'Gatehouse');
select set_config('gatehouse.workspace_id', '', true);
