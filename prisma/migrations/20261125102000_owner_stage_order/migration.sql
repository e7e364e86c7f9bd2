-- The deals and leads that somebody has in a stage, newest first: a rep's board, and a manager's, which is put together
-- from those of the team. Without it all that they have in any stage is read. Each index locks its table against writes
-- while it is made; on a busy one make it by hand before, concurrently, under the same name.
create index if not exists deal_owner_stage_order on deal (workspace_id, owner_id, stage_id, created_at, id) where deleted_at is null;
create index if not exists lead_owner_stage_order on lead (workspace_id, owner_id, stage_id, created_at, id) where deleted_at is null;
