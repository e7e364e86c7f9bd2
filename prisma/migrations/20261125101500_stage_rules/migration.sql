-- What stages ask of the records that enter and leave them, and what records and the ledger keep of it.

-- AlterTable
ALTER TABLE "stage" ADD COLUMN     "is_reason_required" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "required_fields" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "retired_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "lead" ADD COLUMN     "stage_reason" TEXT;

-- AlterTable
ALTER TABLE "deal" ADD COLUMN     "stage_reason" TEXT;

-- AlterTable
ALTER TABLE "stage_change" ADD COLUMN     "against_rules_reason" TEXT,
ADD COLUMN     "reason" TEXT;

-- CreateTable
CREATE TABLE "stage_reason" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "stage_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "stage_reason_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "stage_enter_role" (
    "workspace_id" UUID NOT NULL,
    "stage_id" UUID NOT NULL,
    "role_id" UUID NOT NULL,

    CONSTRAINT "stage_enter_role_pkey" PRIMARY KEY ("workspace_id","stage_id","role_id")
);

-- CreateTable
CREATE TABLE "stage_leave_role" (
    "workspace_id" UUID NOT NULL,
    "stage_id" UUID NOT NULL,
    "role_id" UUID NOT NULL,

    CONSTRAINT "stage_leave_role_pkey" PRIMARY KEY ("workspace_id","stage_id","role_id")
);

-- CreateIndex
CREATE INDEX "stage_enter_role_workspace_id_role_id_idx" ON "stage_enter_role"("workspace_id", "role_id");

-- CreateIndex
CREATE INDEX "stage_leave_role_workspace_id_role_id_idx" ON "stage_leave_role"("workspace_id", "role_id");

-- AddForeignKey
ALTER TABLE "stage_reason" ADD CONSTRAINT "stage_reason_workspace_id_stage_id_fkey" FOREIGN KEY ("workspace_id", "stage_id") REFERENCES "stage"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stage_enter_role" ADD CONSTRAINT "stage_enter_role_workspace_id_stage_id_fkey" FOREIGN KEY ("workspace_id", "stage_id") REFERENCES "stage"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stage_enter_role" ADD CONSTRAINT "stage_enter_role_workspace_id_role_id_fkey" FOREIGN KEY ("workspace_id", "role_id") REFERENCES "role"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stage_leave_role" ADD CONSTRAINT "stage_leave_role_workspace_id_stage_id_fkey" FOREIGN KEY ("workspace_id", "stage_id") REFERENCES "stage"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stage_leave_role" ADD CONSTRAINT "stage_leave_role_workspace_id_role_id_fkey" FOREIGN KEY ("workspace_id", "role_id") REFERENCES "role"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma cannot say. New columns come with constant defaults, so no table is rewritten; the two indexes are on
-- small tables. Stages are held off while theirs is made anew.
do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['stage_reason', 'stage_enter_role', 'stage_leave_role'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy workspace_wall on %I using (workspace_id = nullif(current_setting(''gatehouse.workspace_id'', true), '''')::uuid)
         with check (workspace_id = nullif(current_setting(''gatehouse.workspace_id'', true), '''')::uuid)', tenant_table);
    execute format('grant select, insert, update, delete on %I to gatehouse_app', tenant_table);
  end loop;
end $$;

alter table stage
  add constraint stage_required_fields_check check (required_fields is not null and cardinality(required_fields) <= 50);
alter table stage_reason
  add constraint stage_reason_name_check check (length(name) between 1 and 200);
create unique index stage_reason_name_key on stage_reason (workspace_id, stage_id, lower(name));

-- The name of a retired stage is free for another.
drop index stage_name_key;
create unique index stage_name_key on stage (workspace_id, pipeline_id, lower(name))
  where deleted_at is null and retired_at is null;

-- Closed stages never stand before open ones, whoever writes. Looked at when the transaction ends, because arranging
-- stages takes several rows.
create function stage_keep_order() returns trigger language plpgsql set search_path = gatehouse, pg_temp as $$
begin
  if exists (
    select 1 from stage open join stage closed
      on closed.workspace_id = open.workspace_id and closed.pipeline_id = open.pipeline_id and closed.position < open.position
    where open.workspace_id = new.workspace_id and open.pipeline_id = new.pipeline_id
      and open.status = 'OPEN' and open.deleted_at is null and open.retired_at is null
      and closed.status <> 'OPEN' and closed.deleted_at is null and closed.retired_at is null
  ) then
    raise exception 'a closed stage of pipeline % would stand before an open one', new.pipeline_id
      using errcode = '23514', constraint = 'stage_order_check';
  end if;
  return null;
end $$;
create constraint trigger stage_keep_order after insert or update of position, status, deleted_at, retired_at on stage
  deferrable initially deferred for each row execute function stage_keep_order();
revoke execute on function stage_keep_order() from public;
