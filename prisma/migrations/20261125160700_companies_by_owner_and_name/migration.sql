-- The companies that somebody looks after, by name: as for contacts, the list of all was walked along for them. Locks
-- company against writes while it is made.
create index company_owner_name_order on gatehouse.company (workspace_id, owner_id, name collate gatehouse.text_order, id)
  where deleted_at is null;
