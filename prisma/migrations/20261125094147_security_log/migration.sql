-- The security log, and a workspace's security settings.
-- New columns have constant defaults, so that no row is rewritten; both tables are new. Takes a short lock on workspace.

-- CreateEnum
CREATE TYPE "inviters" AS ENUM ('OWNERS', 'ADMINS', 'LEADERS');

-- CreateEnum
CREATE TYPE "security_result" AS ENUM ('SUCCESS', 'FAILURE');

-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "allowed_email_domains" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "inviters" "inviters" NOT NULL DEFAULT 'ADMINS',
ADD COLUMN     "session_idle_minutes" INTEGER NOT NULL DEFAULT 43200,
ADD COLUMN     "session_lifetime_minutes" INTEGER NOT NULL DEFAULT 129600;

-- CreateTable
CREATE TABLE "unplaced_security_event" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "type" TEXT NOT NULL,
    "result" "security_result" NOT NULL,
    "user_id" UUID,
    "detail" TEXT,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "request_id" TEXT,

    CONSTRAINT "unplaced_security_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "security_event" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "type" TEXT NOT NULL,
    "result" "security_result" NOT NULL,
    "door" "door" NOT NULL,
    "member_id" UUID,
    "subject_id" UUID,
    "noun" TEXT,
    "record_id" UUID,
    "detail" TEXT,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "request_id" TEXT,

    CONSTRAINT "security_event_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateIndex
CREATE INDEX "unplaced_security_event_at_idx" ON "unplaced_security_event"("at");

-- CreateIndex
CREATE INDEX "security_event_workspace_id_at_id_idx" ON "security_event"("workspace_id", "at", "id");

-- CreateIndex
CREATE INDEX "security_event_workspace_id_member_id_at_id_idx" ON "security_event"("workspace_id", "member_id", "at", "id");

-- CreateIndex
CREATE INDEX "security_event_workspace_id_subject_id_at_id_idx" ON "security_event"("workspace_id", "subject_id", "at", "id");

-- AddForeignKey
ALTER TABLE "security_event" ADD CONSTRAINT "security_event_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "security_event" ADD CONSTRAINT "security_event_workspace_id_member_id_fkey" FOREIGN KEY ("workspace_id", "member_id") REFERENCES "member"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "security_event" ADD CONSTRAINT "security_event_workspace_id_subject_id_fkey" FOREIGN KEY ("workspace_id", "subject_id") REFERENCES "member"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The wall, and insert-only: what happened cannot be made not to have happened.
alter table security_event enable row level security;
alter table security_event force row level security;
create policy workspace_wall on security_event
  using (workspace_id = nullif(current_setting('gatehouse.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('gatehouse.workspace_id', true), '')::uuid);
grant select, insert on security_event to gatehouse_app;

alter table workspace
  add constraint workspace_session_check check (
    session_idle_minutes between 5 and 525600
    and session_lifetime_minutes between session_idle_minutes and 1051200);
alter table security_event
  add constraint security_event_type_check check (type ~ '^[a-z]+(_[a-z]+)+$'),
  add constraint security_event_length_check check (
    length(detail) <= 500 and length(user_agent) <= 500 and length(ip_address) <= 45 and length(request_id) <= 64);
alter table unplaced_security_event
  add constraint unplaced_security_event_type_check check (type ~ '^[a-z]+(_[a-z]+)+$'),
  add constraint unplaced_security_event_length_check check (
    length(detail) <= 500 and length(user_agent) <= 500 and length(ip_address) <= 45 and length(request_id) <= 64);

-- What happens to an account happens in every workspace that its person is an active member of, or in the one that is
-- named; where that is none, it is kept apart. One insert either way, so that an unknown address takes no less time
-- than a known one.
grant insert on security_event, unplaced_security_event to gatehouse_identity;
create policy identity_logs on security_event for insert to gatehouse_identity with check (true);

create function record_account_event(event jsonb, of_user uuid, in_workspace uuid) returns void
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  e record;
begin
  select * into e from jsonb_to_record(event) as e (
    id uuid, at timestamptz, type text, result gatehouse.security_result, door gatehouse.door, is_own boolean,
    noun text, record_id uuid, detail text, ip_address text, user_agent text, request_id text);
  insert into gatehouse.security_event (workspace_id, id, at, type, result, door, member_id, subject_id, noun, record_id,
    detail, ip_address, user_agent, request_id)
  select m.workspace_id, e.id, e.at, e.type, e.result, e.door, case when e.is_own then m.id end, m.id, e.noun, e.record_id,
    e.detail, e.ip_address, e.user_agent, e.request_id
  from gatehouse.member m
  where m.user_id = of_user and m.is_active and (in_workspace is null or m.workspace_id = in_workspace);
  if not found then
    insert into gatehouse.unplaced_security_event (id, at, type, result, user_id, detail, ip_address, user_agent, request_id)
    values (e.id, e.at, e.type, e.result, of_user, e.detail, e.ip_address, e.user_agent, e.request_id);
  end if;
end $$;
revoke all on function record_account_event(jsonb, uuid, uuid) from public;
grant execute on function record_account_event(jsonb, uuid, uuid) to gatehouse_app;
alter function record_account_event(jsonb, uuid, uuid) owner to gatehouse_identity;
