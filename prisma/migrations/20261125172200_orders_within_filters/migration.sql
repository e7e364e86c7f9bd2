-- Lists of what a filter leaves, in the orders that people read them in: without these an order's index is walked along for
-- what the filter keeps, or all that the filter keeps is put in order. Each locks its table against writes while it is
-- made; on a busy one make it by hand before, concurrently, under the same name.

-- 1. What somebody has in a stage: a manager's board and list, merged from those of the team.
create index if not exists deal_owner_stage_expected_close_order on deal (workspace_id, owner_id, stage_id, expected_close_on, id)
  where deleted_at is null;
create index if not exists deal_owner_stage_entered_at_order on deal (workspace_id, owner_id, stage_id, stage_entered_at, id)
  where deleted_at is null;
create index if not exists deal_owner_stage_amount_order on deal (workspace_id, owner_id, stage_id, amount_minor, id)
  where deleted_at is null;
create index if not exists deal_owner_stage_updated_order on deal (workspace_id, owner_id, stage_id, updated_at, id)
  where deleted_at is null;

-- 2. What a company has.
create index if not exists deal_company_expected_close_order on deal (workspace_id, company_id, expected_close_on, id)
  where deleted_at is null;
create index if not exists activity_company_happens_order on activity (workspace_id, company_id, happens_at, id)
  where deleted_at is null;
create index if not exists activity_company_due_order on activity (workspace_id, company_id, due_at, id) where deleted_at is null;
create index if not exists contact_company_full_name_order
  on contact (workspace_id, company_id, full_name collate text_order, id) where deleted_at is null;

-- 3. What has one word of many.
create index if not exists company_industry_name_order on company (workspace_id, industry, name collate text_order, id)
  where deleted_at is null;
create index if not exists company_industry_created_order on company (workspace_id, industry, created_at, id)
  where deleted_at is null;
create index if not exists company_city_name_order on company (workspace_id, city, name collate text_order, id)
  where deleted_at is null;
create index if not exists contact_job_title_full_name_order
  on contact (workspace_id, job_title, full_name collate text_order, id) where deleted_at is null;
create index if not exists lead_source_created_order on lead (workspace_id, source, created_at, id) where deleted_at is null;
create index if not exists lead_email_lookup on lead (workspace_id, email) where deleted_at is null;
