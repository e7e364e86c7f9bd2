-- Jobs that failed at their last try, where those who administer a workspace see them. A new table; a moment's lock on
-- workspace and member for its keys.

-- CreateEnum
CREATE TYPE "dead_job_state" AS ENUM ('DEAD', 'REPLAYED', 'DISMISSED');

-- CreateTable
CREATE TABLE "dead_job" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "lane" TEXT NOT NULL,
    "member_id" UUID,
    "ids" JSONB NOT NULL,
    "retries" JSONB,
    "reason" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "state" "dead_job_state" NOT NULL DEFAULT 'DEAD',
    "enqueued_at" TIMESTAMPTZ(3) NOT NULL,
    "died_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dead_job_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateIndex
CREATE INDEX "dead_job_workspace_id_died_at_id_idx" ON "dead_job"("workspace_id", "died_at", "id");

-- AddForeignKey
ALTER TABLE "dead_job" ADD CONSTRAINT "dead_job_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dead_job" ADD CONSTRAINT "dead_job_workspace_id_member_id_fkey" FOREIGN KEY ("workspace_id", "member_id") REFERENCES "member"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The wall.
alter table dead_job enable row level security;
alter table dead_job force row level security;
create policy workspace_wall on dead_job
  using (workspace_id = nullif(current_setting('gatehouse.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('gatehouse.workspace_id', true), '')::uuid);
grant select, insert, update, delete on dead_job to gatehouse_app;

alter table dead_job
  add constraint dead_job_kind_check check (length(kind) between 1 and 100),
  add constraint dead_job_lane_check check (lane in ('work', 'deliver', 'long')),
  add constraint dead_job_reason_check check (reason ~ '^\w{1,60}$'),
  add constraint dead_job_attempts_check check (attempts > 0);

-- How many nobody has decided about, in all workspaces together: for /metrics, which tells numbers alone.
grant select on dead_job to gatehouse_identity;
create policy identity_reads on dead_job for select to gatehouse_identity using (true);
create index dead_job_undecided on dead_job (state) where state = 'DEAD';
create function count_dead_jobs() returns int
  language sql stable security definer set search_path = gatehouse, pg_temp as $$
  select count(*)::int from gatehouse.dead_job d where d.state = 'DEAD'
$$;
revoke all on function count_dead_jobs() from public;
grant execute on function count_dead_jobs() to gatehouse_app;
alter function count_dead_jobs() owner to gatehouse_identity;
