-- Who looks after the contacts of the addresses and numbers that are there. Writes each of them once, in one transaction;
-- readers go on, and whoever changes one waits. The walls let the tables' owner see no workspace unless one is set.
alter table contact no force row level security;
alter table contact_email no force row level security;
alter table contact_phone no force row level security;
update contact_email d set held_by = coalesce(c.owner_id, c.team_id, '00000000-0000-0000-0000-000000000000')
  from contact c where c.workspace_id = d.workspace_id and c.id = d.contact_id and c.deleted_at is null;
update contact_phone d set held_by = coalesce(c.owner_id, c.team_id, '00000000-0000-0000-0000-000000000000')
  from contact c where c.workspace_id = d.workspace_id and c.id = d.contact_id and c.deleted_at is null;
alter table contact force row level security;
alter table contact_email force row level security;
alter table contact_phone force row level security;
