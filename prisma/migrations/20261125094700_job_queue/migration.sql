-- The job queue: the schema of pg-boss 12.35 (its version 43), as its construction plans make it (without partitions for
-- statistics, which are off), and what is ours around it. An upgrade of pg-boss comes with a migration of its own: see
-- docs/decisions/0012-jobs.md. New tables only: no lock on anything that is in use, but a moment on idempotency_key.

CREATE TYPE gatehouse_jobs.job_state AS ENUM (
  'created',
  'retry',
  'active',
  'completed',
  'cancelled',
  'failed'
);

CREATE FUNCTION gatehouse_jobs.job_now()
RETURNS timestamp with time zone AS
$$
  SELECT pg_catalog.now();
$$
LANGUAGE sql STABLE;;

CREATE TABLE gatehouse_jobs.version (
  version int primary key,
  cron_on timestamp with time zone,
  bam_on timestamp with time zone,
  flow_on timestamp with time zone,
  reindex_on timestamp with time zone,
  monitor_backoff_on timestamp with time zone
);

CREATE TABLE gatehouse_jobs.queue (
  name text NOT NULL,
  policy text NOT NULL,
  retry_limit int NOT NULL,
  retry_delay int NOT NULL,
  retry_backoff bool NOT NULL,
  retry_delay_max int,
  expire_seconds int NOT NULL,
  retention_seconds int NOT NULL,
  deletion_seconds int NOT NULL,
  dead_letter text REFERENCES gatehouse_jobs.queue (name) CHECK (dead_letter IS DISTINCT FROM name),
  partition bool NOT NULL,
  table_name text NOT NULL,
  deferred_count int NOT NULL default 0,
  queued_count int NOT NULL default 0,
  ready_count int NOT NULL default 0,
  warning_queued int NOT NULL default 0,
  active_count int NOT NULL default 0,
  failed_count int NOT NULL default 0,
  total_count int NOT NULL default 0,
  created_delta int NOT NULL default 0,
  completed_delta int NOT NULL default 0,
  failed_delta int NOT NULL default 0,
  delta_on timestamp with time zone,
  delta_seconds int,
  ready_history int[] NOT NULL default '{}',
  heartbeat_seconds int,
  notify bool NOT NULL DEFAULT false,
  singletons_active text[],
  monitor_claim_on timestamp with time zone,
  monitor_on timestamp with time zone,
  maintain_on timestamp with time zone,
  created_on timestamp with time zone not null default now(),
  updated_on timestamp with time zone not null default now(),
  PRIMARY KEY (name)
);

CREATE TABLE gatehouse_jobs.schedule (
  name text REFERENCES gatehouse_jobs.queue ON DELETE CASCADE,
  key text not null DEFAULT '',
  kind text not null DEFAULT 'cron' CHECK (kind IN ('cron', 'rrule')),
  cron text not null,
  timezone text DEFAULT 'UTC',
  data jsonb,
  options jsonb,
  created_on timestamp with time zone not null default now(),
  updated_on timestamp with time zone not null default now(),
  last_job_id uuid,
  PRIMARY KEY (name, key)
);

CREATE TABLE gatehouse_jobs.subscription (
  event text not null,
  name text not null REFERENCES gatehouse_jobs.queue ON DELETE CASCADE,
  created_on timestamp with time zone not null default now(),
  updated_on timestamp with time zone not null default now(),
  PRIMARY KEY(event, name)
);

CREATE TABLE gatehouse_jobs.bam (
  id uuid PRIMARY KEY default gen_random_uuid(),
  name text NOT NULL,
  version int NOT NULL,
  status text NOT NULL DEFAULT 'pending',
  queue text,
  table_name text NOT NULL,
  command text NOT NULL,
  error text,
  created_on timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  started_on timestamp with time zone,
  completed_on timestamp with time zone
);

CREATE FUNCTION gatehouse_jobs.job_table_format(command text, table_name text)
RETURNS text AS
$$
  SELECT format(
    regexp_replace(
      regexp_replace(command, '\.job\y', '.%1$I', 'g'),
      '\yjob_i(\d+)', '%1$s_i\1', 'g'
    ),
    table_name
  );
$$
LANGUAGE sql IMMUTABLE;;

CREATE FUNCTION gatehouse_jobs.job_table_run(command text, tbl_name text DEFAULT NULL, queue_name text DEFAULT NULL)
RETURNS VOID AS
$$
DECLARE
  tbl RECORD;
BEGIN
  IF queue_name IS NOT NULL THEN
    SELECT table_name INTO tbl_name FROM gatehouse_jobs.queue WHERE name = queue_name;
  END IF;

  IF tbl_name IS NOT NULL THEN
    EXECUTE gatehouse_jobs.job_table_format(command, tbl_name);
    RETURN;
  END IF;

  EXECUTE gatehouse_jobs.job_table_format(command, 'job_common');

  FOR tbl IN SELECT table_name FROM gatehouse_jobs.queue WHERE partition = true
  LOOP
    EXECUTE gatehouse_jobs.job_table_format(command, tbl.table_name);
  END LOOP;
END;
$$
LANGUAGE plpgsql;;

CREATE FUNCTION gatehouse_jobs.job_table_run_async(command_name text, version int, command text, tbl_name text DEFAULT NULL, queue_name text DEFAULT NULL)
RETURNS VOID AS
$$
BEGIN
  IF queue_name IS NOT NULL THEN
    SELECT table_name INTO tbl_name FROM gatehouse_jobs.queue WHERE name = queue_name;
  END IF;

  IF tbl_name IS NOT NULL THEN
    INSERT INTO gatehouse_jobs.bam (name, version, status, queue, table_name, command)
    VALUES (
      command_name,
      version,
      'pending',
      queue_name,
      tbl_name,
      gatehouse_jobs.job_table_format(command, tbl_name)
    );
    RETURN;
  END IF;

  INSERT INTO gatehouse_jobs.bam (name, version, status, queue, table_name, command)
  SELECT
    command_name,
    version,
    'pending',
    NULL,
    'job_common',
    gatehouse_jobs.job_table_format(command, 'job_common')
  UNION ALL
  SELECT
    command_name,
    version,
    'pending',
    queue.name,
    queue.table_name,
    gatehouse_jobs.job_table_format(command, queue.table_name)
  FROM gatehouse_jobs.queue
  WHERE partition = true;
END;
$$
LANGUAGE plpgsql;;

CREATE TABLE gatehouse_jobs.job (
  id uuid not null default gen_random_uuid(),
  name text not null,
  priority integer not null default(0),
  data jsonb,
  state gatehouse_jobs.job_state not null default 'created',
  retry_limit integer not null default 2,
  retry_count integer not null default 0,
  retry_delay integer not null default 0,
  retry_backoff boolean not null default false,
  retry_delay_max integer,
  expire_seconds int not null default 900,
  deletion_seconds int not null default 604800,
  singleton_key text,
  singleton_on timestamp without time zone,
  group_id text,
  group_tier text,
  start_after timestamp with time zone not null default now(),
  created_on timestamp with time zone not null default now(),
  started_on timestamp with time zone,
  completed_on timestamp with time zone,
  keep_until timestamp with time zone NOT NULL default now() + interval '1209600',
  output jsonb,
  dead_letter text,
  policy text,
  heartbeat_on timestamp with time zone,
  heartbeat_seconds int,
  blocked boolean not null default false,
  blocking boolean not null default false,
  pending_dependencies int not null default 0,
  source_name text,
  source_id uuid,
  source_created_on timestamp with time zone,
  source_retry_count int,
  source_output jsonb,
  source_root_id uuid
) PARTITION BY LIST (name);
ALTER TABLE gatehouse_jobs.job ADD PRIMARY KEY (name, id);

CREATE TABLE gatehouse_jobs.job_common (LIKE gatehouse_jobs.job INCLUDING GENERATED INCLUDING DEFAULTS);

SELECT gatehouse_jobs.job_table_run($cmd$ALTER TABLE gatehouse_jobs.job ADD PRIMARY KEY (name, id)$cmd$, 'job_common');
SELECT gatehouse_jobs.job_table_run($cmd$ALTER TABLE gatehouse_jobs.job ADD CONSTRAINT q_fkey FOREIGN KEY (name) REFERENCES gatehouse_jobs.queue (name) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED$cmd$, 'job_common');
SELECT gatehouse_jobs.job_table_run($cmd$ALTER TABLE gatehouse_jobs.job ADD CONSTRAINT dlq_fkey FOREIGN KEY (dead_letter) REFERENCES gatehouse_jobs.queue (name) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED$cmd$, 'job_common');
SELECT gatehouse_jobs.job_table_run($cmd$CREATE UNIQUE INDEX job_i1 ON gatehouse_jobs.job (name, COALESCE(singleton_key, '')) WHERE state = 'created' AND policy = 'short'$cmd$, 'job_common');
SELECT gatehouse_jobs.job_table_run($cmd$CREATE UNIQUE INDEX job_i2 ON gatehouse_jobs.job (name, COALESCE(singleton_key, '')) WHERE state = 'active' AND policy = 'singleton'$cmd$, 'job_common');
SELECT gatehouse_jobs.job_table_run($cmd$CREATE UNIQUE INDEX job_i3 ON gatehouse_jobs.job (name, state, COALESCE(singleton_key, '')) WHERE state <= 'active' AND policy = 'stately'$cmd$, 'job_common');
SELECT gatehouse_jobs.job_table_run($cmd$CREATE UNIQUE INDEX job_i6 ON gatehouse_jobs.job (name, COALESCE(singleton_key, '')) WHERE state <= 'active' AND policy = 'exclusive'$cmd$, 'job_common');
SELECT gatehouse_jobs.job_table_run($cmd$CREATE UNIQUE INDEX job_i8 ON gatehouse_jobs.job (name, singleton_key) WHERE state IN ('active', 'retry', 'failed') AND policy = 'key_strict_fifo'$cmd$, 'job_common');
SELECT gatehouse_jobs.job_table_run($cmd$CREATE INDEX job_i10 ON gatehouse_jobs.job (name, singleton_key, state DESC, created_on, id) INCLUDE (start_after) WHERE state < 'active' AND NOT blocked AND policy = 'key_strict_fifo'$cmd$, 'job_common');
SELECT gatehouse_jobs.job_table_run($cmd$ALTER TABLE gatehouse_jobs.job ADD CONSTRAINT job_key_strict_fifo_singleton_key_check CHECK (NOT (policy = 'key_strict_fifo' AND singleton_key IS NULL))$cmd$, 'job_common');
SELECT gatehouse_jobs.job_table_run($cmd$CREATE UNIQUE INDEX job_i4 ON gatehouse_jobs.job (name, singleton_on, COALESCE(singleton_key, '')) WHERE state <> 'cancelled' AND singleton_on IS NOT NULL$cmd$, 'job_common');
SELECT gatehouse_jobs.job_table_run($cmd$CREATE INDEX job_i11 ON gatehouse_jobs.job (name, priority DESC, created_on, start_after) WHERE state < 'active' AND NOT blocked$cmd$, 'job_common');
SELECT gatehouse_jobs.job_table_run($cmd$CREATE INDEX job_i7 ON gatehouse_jobs.job (name, group_id) WHERE state = 'active' AND group_id IS NOT NULL$cmd$, 'job_common');
SELECT gatehouse_jobs.job_table_run($cmd$CREATE INDEX job_i9 ON gatehouse_jobs.job (name, id) WHERE blocking AND state = 'completed'$cmd$, 'job_common');
SELECT gatehouse_jobs.job_table_run($cmd$CREATE INDEX job_i12 ON gatehouse_jobs.job (source_root_id) WHERE source_root_id IS NOT NULL$cmd$, 'job_common');

ALTER TABLE gatehouse_jobs.job ATTACH PARTITION gatehouse_jobs.job_common DEFAULT;;

CREATE TABLE gatehouse_jobs.warning (
  id uuid PRIMARY KEY default gen_random_uuid(),
  type text NOT NULL,
  message text NOT NULL,
  data jsonb,
  created_on timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX warning_i1 ON gatehouse_jobs.warning (created_on DESC);

CREATE TABLE gatehouse_jobs.queue_stats (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL,
  deferred_count int NOT NULL DEFAULT 0,
  queued_count   int NOT NULL DEFAULT 0,
  ready_count    int NOT NULL DEFAULT 0,
  active_count   int NOT NULL DEFAULT 0,
  failed_count   int NOT NULL DEFAULT 0,
  total_count    int NOT NULL DEFAULT 0,
  created_delta   int,
  completed_delta int,
  failed_delta    int,
  delta_seconds   int,
  delta_on        timestamptz,
  captured_on timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (id, captured_on)
) PARTITION BY RANGE (captured_on);
CREATE INDEX queue_stats_i1 ON gatehouse_jobs.queue_stats (name, captured_on DESC) INCLUDE (deferred_count, queued_count, ready_count, active_count, failed_count, total_count);

CREATE TABLE gatehouse_jobs.job_dependency (
  child_name text NOT NULL,
  child_id uuid NOT NULL,
  parent_name text NOT NULL,
  parent_id uuid NOT NULL,
  PRIMARY KEY (child_name, child_id, parent_name, parent_id)
);
CREATE INDEX IF NOT EXISTS job_dep_parent_idx ON gatehouse_jobs.job_dependency (parent_name, parent_id);

CREATE FUNCTION gatehouse_jobs.create_queue(queue_name text, options jsonb)
RETURNS VOID AS
$$
DECLARE
  tablename varchar := CASE WHEN options->>'partition' = 'true'
                        THEN 'j' || encode(sha224(queue_name::bytea), 'hex')
                        ELSE 'job_common'
                        END;
  queue_created_on timestamptz;
BEGIN

  WITH q as (
    INSERT INTO gatehouse_jobs.queue (
      name,
      policy,
      retry_limit,
      retry_delay,
      retry_backoff,
      retry_delay_max,
      expire_seconds,
      retention_seconds,
      deletion_seconds,
      warning_queued,
      dead_letter,
      partition,
      table_name,
      heartbeat_seconds,
      notify,
      created_on,
      updated_on
    )
    VALUES (
      queue_name,
      options->>'policy',
      COALESCE((options->>'retryLimit')::int, 2),
      COALESCE((options->>'retryDelay')::int, 0),
      COALESCE((options->>'retryBackoff')::bool, false),
      (options->>'retryDelayMax')::int,
      COALESCE((options->>'expireInSeconds')::int, 900),
      COALESCE((options->>'retentionSeconds')::int, 1209600),
      COALESCE((options->>'deleteAfterSeconds')::int, 604800),
      COALESCE((options->>'warningQueueSize')::int, 0),
      options->>'deadLetter',
      COALESCE((options->>'partition')::bool, false),
      tablename,
      (options->>'heartbeatSeconds')::int,
      COALESCE((options->>'notify')::bool, false),
      gatehouse_jobs.job_now(),
      gatehouse_jobs.job_now()
    )
    ON CONFLICT DO NOTHING
    RETURNING created_on
  )
  SELECT created_on into queue_created_on from q;

  IF queue_created_on IS NULL OR options->>'partition' IS DISTINCT FROM 'true' THEN
    RETURN;
  END IF;

  EXECUTE format('CREATE TABLE gatehouse_jobs.%I (LIKE gatehouse_jobs.job INCLUDING DEFAULTS)', tablename);

  EXECUTE gatehouse_jobs.job_table_format($cmd$ALTER TABLE gatehouse_jobs.job ADD PRIMARY KEY (name, id)$cmd$, tablename);
  EXECUTE gatehouse_jobs.job_table_format($cmd$ALTER TABLE gatehouse_jobs.job ADD CONSTRAINT q_fkey FOREIGN KEY (name) REFERENCES gatehouse_jobs.queue (name) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED$cmd$, tablename);
  EXECUTE gatehouse_jobs.job_table_format($cmd$ALTER TABLE gatehouse_jobs.job ADD CONSTRAINT dlq_fkey FOREIGN KEY (dead_letter) REFERENCES gatehouse_jobs.queue (name) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED$cmd$, tablename);

  EXECUTE gatehouse_jobs.job_table_format($cmd$CREATE INDEX job_i11 ON gatehouse_jobs.job (name, priority DESC, created_on, start_after) WHERE state < 'active' AND NOT blocked$cmd$, tablename);
  EXECUTE gatehouse_jobs.job_table_format($cmd$CREATE UNIQUE INDEX job_i4 ON gatehouse_jobs.job (name, singleton_on, COALESCE(singleton_key, '')) WHERE state <> 'cancelled' AND singleton_on IS NOT NULL$cmd$, tablename);
  EXECUTE gatehouse_jobs.job_table_format($cmd$CREATE INDEX job_i7 ON gatehouse_jobs.job (name, group_id) WHERE state = 'active' AND group_id IS NOT NULL$cmd$, tablename);
  EXECUTE gatehouse_jobs.job_table_format($cmd$CREATE INDEX job_i9 ON gatehouse_jobs.job (name, id) WHERE blocking AND state = 'completed'$cmd$, tablename);
  EXECUTE gatehouse_jobs.job_table_format($cmd$CREATE INDEX job_i12 ON gatehouse_jobs.job (source_root_id) WHERE source_root_id IS NOT NULL$cmd$, tablename);

  IF options->>'policy' = 'short' THEN
    EXECUTE gatehouse_jobs.job_table_format($cmd$CREATE UNIQUE INDEX job_i1 ON gatehouse_jobs.job (name, COALESCE(singleton_key, '')) WHERE state = 'created' AND policy = 'short'$cmd$, tablename);
  ELSIF options->>'policy' = 'singleton' THEN
    EXECUTE gatehouse_jobs.job_table_format($cmd$CREATE UNIQUE INDEX job_i2 ON gatehouse_jobs.job (name, COALESCE(singleton_key, '')) WHERE state = 'active' AND policy = 'singleton'$cmd$, tablename);
  ELSIF options->>'policy' = 'stately' THEN
    EXECUTE gatehouse_jobs.job_table_format($cmd$CREATE UNIQUE INDEX job_i3 ON gatehouse_jobs.job (name, state, COALESCE(singleton_key, '')) WHERE state <= 'active' AND policy = 'stately'$cmd$, tablename);
  ELSIF options->>'policy' = 'exclusive' THEN
    EXECUTE gatehouse_jobs.job_table_format($cmd$CREATE UNIQUE INDEX job_i6 ON gatehouse_jobs.job (name, COALESCE(singleton_key, '')) WHERE state <= 'active' AND policy = 'exclusive'$cmd$, tablename);
  ELSIF options->>'policy' = 'key_strict_fifo' THEN
    EXECUTE gatehouse_jobs.job_table_format($cmd$CREATE UNIQUE INDEX job_i8 ON gatehouse_jobs.job (name, singleton_key) WHERE state IN ('active', 'retry', 'failed') AND policy = 'key_strict_fifo'$cmd$, tablename);
    EXECUTE gatehouse_jobs.job_table_format($cmd$CREATE INDEX job_i10 ON gatehouse_jobs.job (name, singleton_key, state DESC, created_on, id) INCLUDE (start_after) WHERE state < 'active' AND NOT blocked AND policy = 'key_strict_fifo'$cmd$, tablename);
    EXECUTE gatehouse_jobs.job_table_format($cmd$ALTER TABLE gatehouse_jobs.job ADD CONSTRAINT job_key_strict_fifo_singleton_key_check CHECK (NOT (policy = 'key_strict_fifo' AND singleton_key IS NULL))$cmd$, tablename);
  END IF;

  EXECUTE format('ALTER TABLE gatehouse_jobs.%I ADD CONSTRAINT cjc CHECK (name=%L)', tablename, queue_name);
  EXECUTE format('ALTER TABLE gatehouse_jobs.job ATTACH PARTITION gatehouse_jobs.%I FOR VALUES IN (%L)', tablename, queue_name);
END;
$$
LANGUAGE plpgsql;;

CREATE FUNCTION gatehouse_jobs.delete_queue(queue_name text)
RETURNS VOID AS
$$
DECLARE
  v_table varchar;
  v_partition bool;
BEGIN

  SELECT table_name, partition
  FROM gatehouse_jobs.queue
  WHERE name = queue_name
  INTO v_table, v_partition;

  IF v_partition THEN
    EXECUTE format('DROP TABLE IF EXISTS gatehouse_jobs.%I', v_table);
  ELSE
    EXECUTE format('DELETE FROM gatehouse_jobs.%I WHERE name = %L', v_table, queue_name);
  END IF;

  DELETE FROM gatehouse_jobs.queue WHERE name = queue_name;
END;
$$
LANGUAGE plpgsql;;
INSERT INTO gatehouse_jobs.version(version) VALUES ('43');

-- Ours, from here on.

-- 1. The lanes. A job waits in one of them; each has workers of its own, so that slow ones hold up none of the others.
--    Seventeen retries, from 5 s doubling up to 4 h, each with jitter: at least 25 hours. Nothing waits so long that it
--    would be deleted (ten years), and what is done is forgotten after ten minutes, so that the table stays short.
insert into gatehouse_jobs.queue (name, policy, retry_limit, retry_delay, retry_backoff, retry_delay_max, expire_seconds,
  retention_seconds, deletion_seconds, dead_letter, partition, table_name, heartbeat_seconds)
values
  -- What failed at its last try, on its way to dead_job. It is never given up.
  ('dead', 'standard', 1000000, 30, false, null, 60, 315360000, 600, null, false, 'job_common', 10),
  -- One transaction, seconds at most.
  ('work', 'standard', 17, 5, true, 14400, 60, 315360000, 600, 'dead', false, 'job_common', 10),
  -- Talks to the outside: mail.
  ('deliver', 'standard', 17, 5, true, 14400, 300, 315360000, 600, 'dead', false, 'job_common', 10),
  -- Minutes or hours, in many transactions.
  ('long', 'standard', 17, 5, true, 14400, 21600, 315360000, 600, 'dead', false, 'job_common', 10),
  -- Belongs to no workspace and runs on a schedule: the next tick is its next try.
  ('upkeep', 'short', 5, 5, true, 300, 900, 315360000, 600, null, false, 'job_common', 10);

-- 2. A transaction that has set its workspace sees and writes the jobs of that workspace alone; workers, which have set
--    none, see all. Job rows hold ids, and nothing else of a record.
alter table gatehouse_jobs.job enable row level security;
alter table gatehouse_jobs.job force row level security;
alter table gatehouse_jobs.job_common enable row level security;
alter table gatehouse_jobs.job_common force row level security;
create policy workspace_wall on gatehouse_jobs.job
  using (nullif(current_setting('gatehouse.workspace_id', true), '') is null
    or group_id = current_setting('gatehouse.workspace_id', true))
  with check (nullif(current_setting('gatehouse.workspace_id', true), '') is null
    or group_id = current_setting('gatehouse.workspace_id', true));
create policy workspace_wall on gatehouse_jobs.job_common
  using (nullif(current_setting('gatehouse.workspace_id', true), '') is null
    or group_id = current_setting('gatehouse.workspace_id', true))
  with check (nullif(current_setting('gatehouse.workspace_id', true), '') is null
    or group_id = current_setting('gatehouse.workspace_id', true));

-- 3. What the server does there: rows, never structure.
grant select, insert, update, delete on gatehouse_jobs.job, gatehouse_jobs.job_common, gatehouse_jobs.schedule
  to gatehouse_app;
grant select, insert, update on gatehouse_jobs.queue to gatehouse_app;
grant select, update on gatehouse_jobs.version to gatehouse_app;
grant select, update, delete on gatehouse_jobs.job_dependency to gatehouse_app;
revoke execute on all functions in schema gatehouse_jobs from public;
grant execute on function gatehouse_jobs.job_now(), gatehouse_jobs.create_queue(text, jsonb) to gatehouse_app;

-- 4. How many of a workspace's jobs wait in a lane: a new one stands behind them (see src/db/job-rows.ts).
create index job_waiting on gatehouse_jobs.job_common (name, group_id, start_after) where state < 'active';
-- Every row is inserted, updated twice and deleted within minutes.
alter table gatehouse_jobs.job_common set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);

-- 5. Who a job acts as, read anew when it runs: null unless the member is still active.
create function principal_of_active_member(in_workspace uuid, who uuid) returns jsonb
  language sql stable security definer set search_path = gatehouse, pg_temp as $$
  select gatehouse.principal_of(in_workspace, who) || jsonb_build_object('session', null)
$$;

-- 6. What upkeep needs: the workspaces in pages, and idempotency keys after their 48 hours, at most so many at a time.
create function workspace_ids(behind uuid, at_most int) returns setof uuid
  language sql stable security definer set search_path = gatehouse, pg_temp as $$
  select w.id from gatehouse.workspace w where behind is null or w.id > behind order by w.id limit at_most
$$;

grant select, delete on idempotency_key to gatehouse_identity;
create policy identity_forgets on idempotency_key to gatehouse_identity
  using (created_at < now() - interval '48 hours');
create function delete_expired_idempotency_keys(at_most int) returns int
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  deleted int;
begin
  delete from gatehouse.idempotency_key k where k.ctid = any (array(
    select e.ctid from gatehouse.idempotency_key e where e.created_at < now() - interval '48 hours'
      limit at_most));
  get diagnostics deleted = row_count;
  return deleted;
end $$;

do $$
declare
  signature regprocedure;
begin
  foreach signature in array array[
    'principal_of_active_member(uuid, uuid)', 'workspace_ids(uuid, int)', 'delete_expired_idempotency_keys(int)'
  ]::regprocedure[] loop
    execute format('revoke all on function %s from public', signature);
    execute format('grant execute on function %s to gatehouse_app', signature);
    execute format('alter function %s owner to gatehouse_identity', signature);
  end loop;
end $$;
