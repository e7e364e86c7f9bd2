-- Indexes for lists: a page of twenty reads about twenty rows, on the first page and on the thousandth.
-- Runs on tables that are still empty; on full ones each index would block writes while it is made.

-- 1. Every order that a list offers, over all records that are not deleted. Walls, section 5, has the first of them.
create index company_created_order on company (workspace_id, created_at, id) where deleted_at is null;
create index company_updated_order on company (workspace_id, updated_at, id) where deleted_at is null;
create index company_employees_order on company (workspace_id, employee_count, id) where deleted_at is null;
create index company_revenue_order on company (workspace_id, annual_revenue_minor, id) where deleted_at is null;
create index contact_created_order on contact (workspace_id, created_at, id) where deleted_at is null;
create index contact_updated_order on contact (workspace_id, updated_at, id) where deleted_at is null;
create index contact_birth_order on contact (workspace_id, birth_on, id) where deleted_at is null;
create index lead_created_order on lead (workspace_id, created_at, id) where deleted_at is null;
create index lead_updated_order on lead (workspace_id, updated_at, id) where deleted_at is null;
create index lead_stage_entered_order on lead (workspace_id, stage_entered_at, id) where deleted_at is null;
create index lead_score_order on lead (workspace_id, score, id) where deleted_at is null;
create index deal_created_order on deal (workspace_id, created_at, id) where deleted_at is null;
create index deal_updated_order on deal (workspace_id, updated_at, id) where deleted_at is null;
create index deal_closed_order on deal (workspace_id, closed_at, id) where deleted_at is null;
create index activity_created_order on activity (workspace_id, created_at, id) where deleted_at is null;
create index activity_updated_order on activity (workspace_id, updated_at, id) where deleted_at is null;

-- 2. The same within one owner, for the nouns of which people by default see their own or their team's alone. Those by
--    creation stand in prisma/schema.prisma, with those of what a company, a stage or a record's activities list.
create index lead_owner_updated_order on lead (workspace_id, owner_id, updated_at, id) where deleted_at is null;
create index lead_owner_title_order on lead (workspace_id, owner_id, title collate text_order, id) where deleted_at is null;
create index lead_owner_stage_entered_order on lead (workspace_id, owner_id, stage_entered_at, id) where deleted_at is null;
create index lead_owner_score_order on lead (workspace_id, owner_id, score, id) where deleted_at is null;
create index deal_owner_updated_order on deal (workspace_id, owner_id, updated_at, id) where deleted_at is null;
create index deal_owner_title_order on deal (workspace_id, owner_id, title collate text_order, id) where deleted_at is null;
create index deal_owner_amount_order on deal (workspace_id, owner_id, amount_minor, id) where deleted_at is null;
create index deal_owner_expected_close_order on deal (workspace_id, owner_id, expected_close_on, id) where deleted_at is null;
create index deal_owner_closed_order on deal (workspace_id, owner_id, closed_at, id) where deleted_at is null;
create index deal_owner_stage_entered_order on deal (workspace_id, owner_id, stage_entered_at, id) where deleted_at is null;
-- One's tasks by due date and one's appointments: the list that everybody begins the day with.
create index activity_owner_due_order on activity (workspace_id, owner_id, due_at, id) where deleted_at is null;
create index activity_owner_happens_order on activity (workspace_id, owner_id, happens_at, id) where deleted_at is null;

-- 3. What nobody owns yet, by the team that looks after it: of leads there are pools.
create index lead_unowned_created_order on lead (workspace_id, team_id, created_at, id) where deleted_at is null and owner_id is null;
create index lead_unowned_updated_order on lead (workspace_id, team_id, updated_at, id) where deleted_at is null and owner_id is null;
create index lead_unowned_title_order on lead (workspace_id, team_id, title collate text_order, id) where deleted_at is null and owner_id is null;
create index lead_unowned_stage_entered_order on lead (workspace_id, team_id, stage_entered_at, id)
  where deleted_at is null and owner_id is null;
create index lead_unowned_score_order on lead (workspace_id, team_id, score, id) where deleted_at is null and owner_id is null;
create index deal_unowned_created_order on deal (workspace_id, team_id, created_at, id) where deleted_at is null and owner_id is null;

-- 4. The bin: the few records among the many that are deleted.
create index company_bin_order on company (workspace_id, created_at, id) where deleted_at is not null;
create index contact_bin_order on contact (workspace_id, created_at, id) where deleted_at is not null;
create index lead_bin_order on lead (workspace_id, created_at, id) where deleted_at is not null;
create index deal_bin_order on deal (workspace_id, created_at, id) where deleted_at is not null;
create index activity_bin_order on activity (workspace_id, created_at, id) where deleted_at is not null;
