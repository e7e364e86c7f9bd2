-- What each member looks after of one company's deals and contacts, in the order of its page: of a company with very
-- many, a team's and a member's are read alone.
create index if not exists deal_owner_company_created_order on deal (workspace_id, owner_id, company_id, created_at, id)
  where deleted_at is null;
create index if not exists contact_owner_company_full_name_order
  on contact (workspace_id, owner_id, company_id, full_name collate text_order, id) where deleted_at is null;
