-- Members that are suspended or removed, and invitations. The new column is empty, so no row is rewritten.

-- AlterTable
ALTER TABLE "member" ADD COLUMN     "removed_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "invitation" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT,
    "team_id" UUID,
    "invited_by_id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "member_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "invitation_role" (
    "workspace_id" UUID NOT NULL,
    "invitation_id" UUID NOT NULL,
    "role_id" UUID NOT NULL,

    CONSTRAINT "invitation_role_pkey" PRIMARY KEY ("workspace_id","invitation_id","role_id")
);

-- CreateIndex
CREATE INDEX "invitation_workspace_id_invited_by_id_idx" ON "invitation"("workspace_id", "invited_by_id");

-- CreateIndex
CREATE INDEX "invitation_workspace_id_created_at_id_idx" ON "invitation"("workspace_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "invitation_role_workspace_id_role_id_idx" ON "invitation_role"("workspace_id", "role_id");

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_workspace_id_team_id_fkey" FOREIGN KEY ("workspace_id", "team_id") REFERENCES "team"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_workspace_id_invited_by_id_fkey" FOREIGN KEY ("workspace_id", "invited_by_id") REFERENCES "member"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_workspace_id_member_id_fkey" FOREIGN KEY ("workspace_id", "member_id") REFERENCES "member"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation_role" ADD CONSTRAINT "invitation_role_workspace_id_invitation_id_fkey" FOREIGN KEY ("workspace_id", "invitation_id") REFERENCES "invitation"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation_role" ADD CONSTRAINT "invitation_role_workspace_id_role_id_fkey" FOREIGN KEY ("workspace_id", "role_id") REFERENCES "role"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['invitation', 'invitation_role'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy workspace_wall on %I using (workspace_id = nullif(current_setting(''gatehouse.workspace_id'', true), '''')::uuid)
         with check (workspace_id = nullif(current_setting(''gatehouse.workspace_id'', true), '''')::uuid)', tenant_table);
  end loop;
end $$;
grant select, insert on invitation, invitation_role to gatehouse_app;
grant update (expires_at, sent_at, accepted_at, revoked_at, member_id, version, updated_at) on invitation to gatehouse_app;

alter table member
  add constraint member_removed_check check (removed_at is null or not is_active);
alter table invitation
  add constraint invitation_email_check check (email = lower(email) and length(email) <= 254 and position('@' in email) > 1),
  add constraint invitation_name_check check (length(name) between 1 and 200),
  add constraint invitation_end_check check (accepted_at is null or revoked_at is null);
-- One that waits for each address.
create unique index invitation_email_key on invitation (workspace_id, email)
  where accepted_at is null and revoked_at is null;

-- Ends what a member has open here, and nothing that he has open elsewhere. Only inside the workspace that is set.
create function delete_sessions_of_member(of_user uuid) returns integer
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  ended integer;
begin
  delete from gatehouse.session s
    where s.user_id = of_user and s.workspace_id = nullif(current_setting('gatehouse.workspace_id', true), '')::uuid;
  get diagnostics ended = row_count;
  return ended;
end $$;
revoke all on function delete_sessions_of_member(uuid) from public;
grant execute on function delete_sessions_of_member(uuid) to gatehouse_app;
alter function delete_sessions_of_member(uuid) owner to gatehouse_identity;
