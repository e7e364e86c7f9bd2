-- How upkeep goes, and what it deletes once its time is over. A new table; indexes of a few pages each (brin) on mail and
-- the security logs, which block writes there for the seconds that reading them once takes.

-- CreateTable
CREATE TABLE "upkeep_run" (
    "kind" TEXT NOT NULL,
    "begun_at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "reason" TEXT,
    "dead_at" TIMESTAMPTZ(3),

    CONSTRAINT "upkeep_run_pkey" PRIMARY KEY ("kind")
);

alter table upkeep_run
  add constraint upkeep_run_reason_check check (reason ~ '^\w{1,60}$' and (reason is null) = (failures = 0)),
  add constraint upkeep_run_dead_check check (dead_at is null or failures > 0);
grant select, insert, update, delete on upkeep_run to gatehouse_identity;

-- 1. What becomes of upkeep: begun, done, failed so many times in a row, given up until the next tick.
create function upkeep_begun(of_kind text) returns void
  language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  insert into gatehouse.upkeep_run (kind, begun_at) values (of_kind, now())
  on conflict (kind) do update set begun_at = excluded.begun_at
$$;
create function upkeep_done(of_kind text) returns void
  language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  update gatehouse.upkeep_run u set done_at = now(), failures = 0, reason = null, dead_at = null where u.kind = of_kind
$$;
create function upkeep_failed(of_kind text, why text, is_last boolean) returns void
  language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  update gatehouse.upkeep_run u
    set failures = u.failures + 1, reason = why, dead_at = case when is_last then now() else u.dead_at end
    where u.kind = of_kind
$$;
create function upkeep_runs() returns setof upkeep_run
  language sql stable security definer set search_path = gatehouse, pg_temp as $$
  select * from gatehouse.upkeep_run u order by u.kind
$$;
create function keep_upkeep_runs(of_kinds text[]) returns void
  language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  delete from gatehouse.upkeep_run u where u.kind <> all (of_kinds)
$$;

-- Each tick is a job of its own: one that waits does not swallow the next.
update gatehouse_jobs.queue set policy = 'standard' where name = 'upkeep';

-- 2. What is kept for a time. However wrong the clock of a server, and whatever it asks for, the policies hold a least
--    time: the security log for 30 days, answers to idempotency keys for 24 hours, everything else for a day.
create index mail_age on mail using brin (updated_at);
create index security_event_age on security_event using brin (at);
create index dead_job_decided on dead_job (updated_at) where state <> 'DEAD';

grant select, delete on mail, mail_suppression, invitation to gatehouse_identity;
grant delete on security_event, dead_job to gatehouse_identity;
grant select, delete on unplaced_security_event to gatehouse_identity;

create policy identity_forgets on mail to gatehouse_identity
  using (status <> 'QUEUED' and updated_at < now() - interval '1 day');
create policy identity_forgets on mail_suppression to gatehouse_identity
  using (ends_at < now() - interval '1 day');
create policy identity_forgets on invitation to gatehouse_identity
  using (coalesce(accepted_at, revoked_at, expires_at) < now() - interval '1 day');
create policy identity_forgets on security_event for delete to gatehouse_identity
  using (at < now() - interval '30 days');
create policy identity_forgets on dead_job for delete to gatehouse_identity
  using (state <> 'DEAD' and updated_at < now() - interval '1 day');
drop policy identity_forgets on idempotency_key;
create policy identity_forgets on idempotency_key to gatehouse_identity
  using (created_at < now() - interval '24 hours');
drop function delete_expired_idempotency_keys(int);

-- Each deletes at most so many at a time and says how many; fewer than that when none is left.
create function delete_old_mails(before timestamptz, at_most int) returns int
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  deleted int;
begin
  delete from gatehouse.mail_suppression s where s.ends_at < least(before, now() - interval '1 day');
  delete from gatehouse.mail m where m.ctid = any (array(
    select e.ctid from gatehouse.mail e
    where e.status <> 'QUEUED' and e.updated_at < least(before, now() - interval '1 day')
    limit at_most));
  get diagnostics deleted = row_count;
  return deleted;
end $$;

create function delete_old_security_events(before timestamptz, at_most int) returns int
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  deleted int;
  unplaced int;
begin
  delete from gatehouse.security_event s where s.ctid = any (array(
    select e.ctid from gatehouse.security_event e
    where e.at < least(before, now() - interval '30 days') limit at_most));
  get diagnostics deleted = row_count;
  delete from gatehouse.unplaced_security_event s where s.ctid = any (array(
    select e.ctid from gatehouse.unplaced_security_event e
    where e.at < least(before, now() - interval '30 days') limit at_most));
  get diagnostics unplaced = row_count;
  return greatest(deleted, unplaced);
end $$;

create function delete_decided_dead_jobs(before timestamptz, at_most int) returns int
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  deleted int;
begin
  delete from gatehouse.dead_job d where d.ctid = any (array(
    select e.ctid from gatehouse.dead_job e
    where e.state <> 'DEAD' and e.updated_at < least(before, now() - interval '1 day') limit at_most));
  get diagnostics deleted = row_count;
  return deleted;
end $$;

create function delete_old_idempotency_keys(before timestamptz, at_most int) returns int
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  deleted int;
begin
  delete from gatehouse.idempotency_key k where k.ctid = any (array(
    select e.ctid from gatehouse.idempotency_key e
    where e.created_at < least(before, now() - interval '24 hours') limit at_most));
  get diagnostics deleted = row_count;
  return deleted;
end $$;

create function delete_ended_invitations(before timestamptz, at_most int) returns int
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  deleted int;
begin
  delete from gatehouse.invitation i where i.ctid = any (array(
    select e.ctid from gatehouse.invitation e
    where coalesce(e.accepted_at, e.revoked_at, e.expires_at) < least(before, now() - interval '1 day')
    limit at_most));
  get diagnostics deleted = row_count;
  return deleted;
end $$;

do $$
declare
  signature regprocedure;
begin
  foreach signature in array array[
    'upkeep_begun(text)', 'upkeep_done(text)', 'upkeep_failed(text, text, boolean)', 'upkeep_runs()',
    'keep_upkeep_runs(text[])', 'delete_old_mails(timestamptz, int)', 'delete_old_security_events(timestamptz, int)',
    'delete_decided_dead_jobs(timestamptz, int)', 'delete_old_idempotency_keys(timestamptz, int)',
    'delete_ended_invitations(timestamptz, int)'
  ]::regprocedure[] loop
    execute format('revoke all on function %s from public', signature);
    execute format('grant execute on function %s to gatehouse_app', signature);
    execute format('alter function %s owner to gatehouse_identity', signature);
  end loop;
end $$;
