-- What no command writes, no script can write either. On a busy table: each check reads the table once while it is
-- locked, about a second for a million rows.

-- "NaN" is above every number to PostgreSQL.
alter table deal_line drop constraint deal_line_quantity_check,
  add constraint deal_line_quantity_check check (quantity > 0 and quantity <> 'NaN');
alter table exchange_rate drop constraint exchange_rate_rate_check,
  add constraint exchange_rate_rate_check check (rate > 0 and rate <> 'NaN');
alter table company add constraint company_revenue_check check (annual_revenue_minor >= 0);

-- Days and instants of the years 1 to 9999, the ones that can be written down; "infinity" is none.
create function is_writable(day date) returns boolean immutable parallel safe
  return day between date '0001-01-01' and date '9999-12-31';
create function is_writable(instant timestamptz) returns boolean immutable parallel safe
  return instant >= timestamptz '0001-01-01 00:00:00+00' and instant < timestamptz '9999-12-31 23:59:59.9995+00';
grant execute on function is_writable(date), is_writable(timestamptz) to gatehouse_app;
alter table contact add constraint contact_dates_check check (is_writable(birth_on));
alter table deal add constraint deal_dates_check
  check (is_writable(expected_close_on) and is_writable(closed_at) and is_writable(stage_entered_at));
alter table lead add constraint lead_dates_check check (is_writable(closed_at) and is_writable(stage_entered_at));
alter table activity add constraint activity_dates_check
  check (is_writable(happens_at) and is_writable(due_at) and is_writable(completed_at));
alter table exchange_rate add constraint exchange_rate_dates_check check (is_writable(valid_on));
alter table stage_change add constraint stage_change_dates_check
  check (is_writable(entered_at) and is_writable(expected_close_on));

-- The ledger keeps what deals and leads can have.
alter table stage_change
  add constraint stage_change_currency_check check (currency ~ '^[A-Z]{3}$'),
  add constraint stage_change_probability_check check (probability between 0 and 100);

-- A name of spaces is none.
alter table company drop constraint company_name_check,
  add constraint company_name_check check (length(name) <= 500 and btrim(name) <> '');
alter table contact drop constraint contact_name_check,
  add constraint contact_name_check check (length(full_name) <= 500 and btrim(full_name) <> '');
alter table lead drop constraint lead_title_check,
  add constraint lead_title_check check (length(title) <= 500 and btrim(title) <> '');
alter table deal drop constraint deal_title_check,
  add constraint deal_title_check check (length(title) <= 500 and btrim(title) <> '');
alter table activity drop constraint activity_subject_check,
  add constraint activity_subject_check check (length(subject) <= 500 and btrim(subject) <> '');
alter table product drop constraint product_name_check,
  add constraint product_name_check check (length(name) <= 500 and btrim(name) <> '');
alter table tag drop constraint tag_name_check,
  add constraint tag_name_check check (length(name) <= 100 and btrim(name) <> '');
alter table team drop constraint team_name_check,
  add constraint team_name_check check (length(name) <= 200 and btrim(name) <> '');
alter table pipeline drop constraint pipeline_name_check,
  add constraint pipeline_name_check check (length(name) <= 200 and btrim(name) <> '');
alter table stage drop constraint stage_name_check,
  add constraint stage_name_check check (length(name) <= 200 and btrim(name) <> '');

-- Versions count from 1, only what was deleted has a batch that it was deleted in, and nothing is merged into itself.
do $$
declare name text;
begin
  foreach name in array array[
    'company', 'contact', 'lead', 'deal', 'activity', 'product', 'tag', 'team', 'pipeline', 'stage', 'exchange_rate'
  ] loop
    execute format('alter table %I add constraint %I check (version > 0), add constraint %I check (%s)',
      name, name || '_version_check', name || '_bin_check', 'deleted_at is not null or deleted_in_batch_id is null');
  end loop;
  foreach name in array array['company', 'contact', 'lead', 'deal'] loop
    execute format('alter table %I add constraint %I check (merged_into_id <> id)', name, name || '_merge_check');
  end loop;
end $$;

-- Two moves at once could close a circle, or put a closed stage before an open one, that neither sees: so they wait for
-- one another, by the locks of src/db/lock.ts.
create or replace function team_refuse_cycle() returns trigger language plpgsql set search_path = gatehouse, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.parent_id is distinct from old.parent_id then
    perform pg_advisory_xact_lock(hashtextextended(format('gatehouse %s teams', new.workspace_id), 0));
  end if;
  if new.parent_id is not null and exists (
    with recursive above as (
      select t.id, t.parent_id from team t where t.workspace_id = new.workspace_id and t.id = new.parent_id
      union
      select t.id, t.parent_id from team t join above a on t.workspace_id = new.workspace_id and t.id = a.parent_id
    ) select 1 from above where id = new.id
  ) then
    raise exception 'team % would stand below itself', new.id using errcode = '23514', constraint = 'team_tree_check';
  end if;
  return new;
end $$;

create or replace function company_refuse_cycle() returns trigger language plpgsql set search_path = gatehouse, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.parent_id is distinct from old.parent_id then
    perform pg_advisory_xact_lock(hashtextextended(format('gatehouse %s companies', new.workspace_id), 0));
  end if;
  if new.parent_id is not null and exists (
    with recursive above as (
      select c.id, c.parent_id from company c where c.workspace_id = new.workspace_id and c.id = new.parent_id
      union
      select c.id, c.parent_id from company c join above a on c.workspace_id = new.workspace_id and c.id = a.parent_id
    ) select 1 from above where id = new.id
  ) then
    raise exception 'company % would stand below itself', new.id using errcode = '23514', constraint = 'company_tree_check';
  end if;
  return new;
end $$;

create or replace function stage_keep_order() returns trigger language plpgsql set search_path = gatehouse, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(format('gatehouse %s pipelines', new.workspace_id), 0));
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
