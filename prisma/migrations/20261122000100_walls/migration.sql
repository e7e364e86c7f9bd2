-- The walls: what must hold even when the application forgets a check, and even for scripts.
-- Runs as gatehouse_owner with search_path = gatehouse, on tables that are still empty.

-- 1. Row-level security. A connection sees the rows of the workspace that its transaction has set, and no others; with
--    none set it sees nothing and can write nothing. `nullif` because the setting reads '' once a transaction ended.
create function current_workspace_id() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('gatehouse.workspace_id', true), '')::uuid;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array[
    'member', 'team', 'role', 'role_grant', 'member_role', 'record_share',
    'company', 'contact', 'contact_email', 'contact_phone', 'contact_address',
    'pipeline', 'stage', 'stage_transition', 'lead', 'deal', 'deal_contact', 'deal_line', 'stage_change',
    'activity', 'product', 'tag', 'tagging', 'external_reference',
    'audit_entry', 'audit_change', 'outbox_event', 'idempotency_key', 'import_run'
  ] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy workspace_wall on %I using (workspace_id = nullif(current_setting(''gatehouse.workspace_id'', true), '''')::uuid)
         with check (workspace_id = nullif(current_setting(''gatehouse.workspace_id'', true), '''')::uuid)', tenant_table);
    execute format('grant select, insert, update, delete on %I to gatehouse_app', tenant_table);
  end loop;
end $$;

-- The workspace's own row is under the same wall; its slug is found through a function (see *_identity).
alter table workspace enable row level security;
alter table workspace force row level security;
create policy workspace_wall on workspace using (id = nullif(current_setting('gatehouse.workspace_id', true), '')::uuid)
  with check (id = nullif(current_setting('gatehouse.workspace_id', true), '')::uuid);
grant select, update on workspace to gatehouse_app;

-- Audit and ledger are added to, never changed.
revoke update, delete on audit_entry, audit_change, stage_change from gatehouse_app;

-- Platform tables: no grant at all. They are read and written by exact key, through functions (see *_identity).

-- 2. Values that make no sense are refused.
alter table workspace
  add constraint workspace_slug_check check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  add constraint workspace_name_check check (length(name) between 1 and 200),
  add constraint workspace_currency_check check (default_currency ~ '^[A-Z]{3}$');
alter table "user"
  add constraint user_email_check check (email = lower(email) and length(email) <= 254 and position('@' in email) > 1);
alter table member
  add constraint member_name_check check (length(name) between 1 and 200);
alter table team
  add constraint team_name_check check (length(name) between 1 and 200),
  add constraint team_parent_check check (parent_id <> id);
alter table role
  add constraint role_name_check check (length(name) between 1 and 200);
alter table record_share
  add constraint record_share_record_check check (num_nonnulls(company_id, contact_id, lead_id, deal_id, activity_id) = 1),
  add constraint record_share_receiver_check check (num_nonnulls(member_id, team_id) = 1);
alter table company
  add constraint company_name_check check (length(name) between 1 and 500),
  add constraint company_currency_check check (currency ~ '^[A-Z]{3}$'),
  add constraint company_country_check check (country ~ '^[A-Z]{2}$'),
  add constraint company_parent_check check (parent_id <> id),
  add constraint company_employee_count_check check (employee_count >= 0),
  add constraint company_founded_year_check check (founded_year between 1000 and 9999);
alter table contact
  add constraint contact_name_check check (length(full_name) between 1 and 500);
alter table contact_email
  add constraint contact_email_address_check check (length(address) between 3 and 254 and position('@' in address) > 1);
alter table contact_phone
  add constraint contact_phone_number_check check (length(number) between 2 and 64);
alter table contact_address
  add constraint contact_address_country_check check (country ~ '^[A-Z]{2}$');
alter table pipeline
  add constraint pipeline_name_check check (length(name) between 1 and 200);
alter table stage
  add constraint stage_name_check check (length(name) between 1 and 200),
  add constraint stage_probability_check check (probability between 0 and 100),
  add constraint stage_status_probability_check check (
    case status when 'WON' then probability = 100 when 'LOST' then probability = 0 else true end);
alter table lead
  add constraint lead_title_check check (length(title) between 1 and 500),
  add constraint lead_currency_check check (currency ~ '^[A-Z]{3}$'),
  add constraint lead_country_check check (country ~ '^[A-Z]{2}$'),
  add constraint lead_score_check check (score between 0 and 100);
alter table deal
  add constraint deal_title_check check (length(title) between 1 and 500),
  add constraint deal_currency_check check (currency ~ '^[A-Z]{3}$'),
  add constraint deal_probability_check check (probability between 0 and 100);
alter table deal_line
  add constraint deal_line_description_check check (length(description) between 1 and 500),
  add constraint deal_line_quantity_check check (quantity > 0),
  add constraint deal_line_discount_check check (discount_percent between 0 and 100);
alter table stage_change
  add constraint stage_change_record_check check (num_nonnulls(deal_id, lead_id) = 1);
alter table activity
  add constraint activity_subject_check check (length(subject) between 1 and 500),
  add constraint activity_task_check check (kind = 'TASK' or due_at is null);
alter table product
  add constraint product_name_check check (length(name) between 1 and 500),
  add constraint product_currency_check check (currency ~ '^[A-Z]{3}$'),
  add constraint product_price_check check (price_minor >= 0);
alter table tag
  add constraint tag_name_check check (length(name) between 1 and 100),
  add constraint tag_color_check check (color ~ '^#[0-9a-f]{6}$');
alter table tagging
  add constraint tagging_record_check check (num_nonnulls(company_id, contact_id, lead_id, deal_id, activity_id) = 1);
alter table external_reference
  add constraint external_reference_record_check check (
    num_nonnulls(company_id, contact_id, lead_id, deal_id, activity_id, product_id, member_id) = 1),
  add constraint external_reference_noun_check check (case noun
    when 'company' then company_id is not null when 'contact' then contact_id is not null
    when 'lead' then lead_id is not null when 'deal' then deal_id is not null
    when 'activity' then activity_id is not null when 'product' then product_id is not null
    when 'member' then member_id is not null else false end),
  add constraint external_reference_key_check check (length(key) between 1 and 255 and length(source) between 1 and 100);
alter table idempotency_key
  add constraint idempotency_key_length_check check (length(key) between 1 and 255);

-- 3. What must be unique, among the records that are not deleted.
create unique index contact_email_primary_key on contact_email (workspace_id, contact_id) where is_primary;
create unique index contact_phone_primary_key on contact_phone (workspace_id, contact_id) where is_primary;
create unique index contact_address_primary_key on contact_address (workspace_id, contact_id) where is_primary;
create unique index contact_email_address_key on contact_email (workspace_id, contact_id, lower(address));
create unique index product_sku_key on product (workspace_id, lower(sku)) where deleted_at is null and sku is not null;
create unique index tag_name_key on tag (workspace_id, lower(name)) where deleted_at is null;
create unique index team_name_key on team (workspace_id, coalesce(parent_id, '00000000-0000-0000-0000-000000000000'), lower(name)) where deleted_at is null;
create unique index pipeline_name_key on pipeline (workspace_id, kind, lower(name)) where deleted_at is null;
create unique index stage_name_key on stage (workspace_id, pipeline_id, lower(name)) where deleted_at is null;
create unique index role_name_key on role (workspace_id, lower(name));
create unique index member_email_key on member (workspace_id, lower(email)) where email is not null and is_active;

-- 4. A deal stands in a pipeline for deals, a lead in one for leads: the kind is part of the key.
alter table deal add column pipeline_kind pipeline_kind not null generated always as ('DEAL'::pipeline_kind) stored;
alter table deal add constraint deal_pipeline_kind_fkey
  foreign key (workspace_id, pipeline_id, pipeline_kind) references pipeline (workspace_id, id, kind);
alter table lead add column pipeline_kind pipeline_kind not null generated always as ('LEAD'::pipeline_kind) stored;
alter table lead add constraint lead_pipeline_kind_fkey
  foreign key (workspace_id, pipeline_id, pipeline_kind) references pipeline (workspace_id, id, kind);

-- 5. Indexes for the orders that lists offer: text without case, nulls last, the id as the last key.
create index company_name_order on company (workspace_id, name collate text_order, id) where deleted_at is null;
create index contact_full_name_order on contact (workspace_id, full_name collate text_order, id) where deleted_at is null;
create index lead_title_order on lead (workspace_id, title collate text_order, id) where deleted_at is null;
create index deal_title_order on deal (workspace_id, title collate text_order, id) where deleted_at is null;
create index deal_amount_order on deal (workspace_id, amount_minor, id) where deleted_at is null;
create index deal_expected_close_order on deal (workspace_id, expected_close_on, id) where deleted_at is null;
create index deal_stage_entered_order on deal (workspace_id, stage_entered_at, id) where deleted_at is null;
create index activity_due_order on activity (workspace_id, due_at, id) where deleted_at is null;
create index activity_happens_order on activity (workspace_id, happens_at, id) where deleted_at is null;
create index outbox_event_undispatched on outbox_event (occurred_at) where dispatched_at is null;

-- 6. A contact's full name is kept by the database, so that searching and sorting have one column.
create function contact_keep_full_name() returns trigger language plpgsql set search_path = gatehouse, pg_temp as $$
begin
  new.full_name := trim(concat_ws(' ', nullif(trim(new.first_name), ''), nullif(trim(new.last_name), '')));
  return new;
end $$;
create trigger contact_keep_full_name before insert or update of first_name, last_name, full_name on contact
  for each row execute function contact_keep_full_name();

-- 7. Teams form a tree: no team stands below itself. Companies likewise.
create function team_refuse_cycle() returns trigger language plpgsql set search_path = gatehouse, pg_temp as $$
begin
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
create trigger team_refuse_cycle before insert or update of parent_id on team
  for each row execute function team_refuse_cycle();

create function company_refuse_cycle() returns trigger language plpgsql set search_path = gatehouse, pg_temp as $$
begin
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
create trigger company_refuse_cycle before insert or update of parent_id on company
  for each row execute function company_refuse_cycle();

-- Nobody but the server may call ours by hand; triggers fire without asking.
revoke execute on function current_workspace_id(), contact_keep_full_name(), team_refuse_cycle(), company_refuse_cycle() from public;
grant execute on function current_workspace_id() to gatehouse_app;
