-- Every value that companies, contacts, leads, deals and activities can be asked for is found by an index, so that no list
-- is walked along to its end for what few records have: those that are missing. Each locks its table against writes
-- while it is made; on a busy one make it by hand before, concurrently, under the same name.
create index if not exists company_city_lookup on company (workspace_id, city, id) where deleted_at is null;
create index if not exists company_country_lookup on company (workspace_id, country, id) where deleted_at is null;
create index if not exists company_currency_lookup on company (workspace_id, currency, id) where deleted_at is null;
create index if not exists company_founded_year_lookup on company (workspace_id, founded_year, id) where deleted_at is null;
create index if not exists company_phone_lookup on company (workspace_id, phone, id) where deleted_at is null;
create index if not exists company_postal_code_lookup on company (workspace_id, postal_code, id) where deleted_at is null;
create index if not exists company_region_lookup on company (workspace_id, region, id) where deleted_at is null;

create index if not exists contact_first_name_lookup on contact (workspace_id, first_name, id) where deleted_at is null;
create index if not exists contact_last_name_lookup on contact (workspace_id, last_name, id) where deleted_at is null;

create index if not exists lead_amount_lookup on lead (workspace_id, amount_minor, id) where deleted_at is null;
create index if not exists lead_city_lookup on lead (workspace_id, city, id) where deleted_at is null;
create index if not exists lead_closed_lookup on lead (workspace_id, closed_at, id) where deleted_at is null;
create index if not exists lead_company_name_lookup on lead (workspace_id, company_name, id) where deleted_at is null;
create index if not exists lead_converted_lookup on lead (workspace_id, converted_at, id) where deleted_at is null;
create index if not exists lead_country_lookup on lead (workspace_id, country, id) where deleted_at is null;
create index if not exists lead_currency_lookup on lead (workspace_id, currency, id) where deleted_at is null;
create index if not exists lead_first_name_lookup on lead (workspace_id, first_name, id) where deleted_at is null;
create index if not exists lead_last_name_lookup on lead (workspace_id, last_name, id) where deleted_at is null;
create index if not exists lead_stage_reason_lookup on lead (workspace_id, stage_reason, id) where deleted_at is null;

create index if not exists deal_currency_lookup on deal (workspace_id, currency, id) where deleted_at is null;
create index if not exists deal_loss_reason_lookup on deal (workspace_id, loss_reason, id) where deleted_at is null;
create index if not exists deal_probability_lookup on deal (workspace_id, probability, id) where deleted_at is null;
create index if not exists deal_source_lookup on deal (workspace_id, source, id) where deleted_at is null;
create index if not exists deal_stage_reason_lookup on deal (workspace_id, stage_reason, id) where deleted_at is null;

create index if not exists activity_completed_lookup on activity (workspace_id, completed_at, id) where deleted_at is null;
