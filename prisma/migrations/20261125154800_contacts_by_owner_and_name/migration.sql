-- The contacts that somebody looks after, by name: without this the list of all contacts was walked along for them, to its
-- end where he has few (30,000 rows for twenty of 60,000 deals' contacts). Locks contact against writes while it is made.
create index contact_owner_full_name_order on gatehouse.contact (workspace_id, owner_id, full_name collate gatehouse.text_order, id)
  where deleted_at is null;
