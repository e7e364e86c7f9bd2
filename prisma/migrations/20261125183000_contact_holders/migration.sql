-- Addresses and numbers of contacts know who looks after the contact (its owner, or while it has none its team; the null
-- UUID where nobody does; null while it is in the bin), so that a search by a team finds its own without going through
-- everybody's. Kept by the database. Adds columns without a value, which rewrites nothing; triggers lock the tables for a
-- moment.
alter table contact_email add column held_by uuid;
alter table contact_phone add column held_by uuid;
grant select (held_by) on contact_email, contact_phone to gatehouse_search;

-- The contact stays as it is until the transaction ends: who is given the contact meanwhile would miss what is new.
create function contact_detail_keep_holder() returns trigger language plpgsql set search_path = gatehouse, pg_temp as $$
begin
  new.held_by := null;
  select coalesce(c.owner_id, c.team_id, '00000000-0000-0000-0000-000000000000') into new.held_by
    from contact c where c.workspace_id = new.workspace_id and c.id = new.contact_id and c.deleted_at is null for share;
  return new;
end $$;

create function contact_hand_on_details() returns trigger language plpgsql set search_path = gatehouse, pg_temp as $$
declare
  holder constant uuid := case when new.deleted_at is null
    then coalesce(new.owner_id, new.team_id, '00000000-0000-0000-0000-000000000000') end;
begin
  update contact_email set held_by = holder where workspace_id = new.workspace_id and contact_id = new.id;
  update contact_phone set held_by = holder where workspace_id = new.workspace_id and contact_id = new.id;
  return null;
end $$;
revoke execute on function contact_detail_keep_holder(), contact_hand_on_details() from public;

create trigger keep_holder before insert or update of contact_id on contact_email
  for each row execute function contact_detail_keep_holder();
create trigger keep_holder before insert or update of contact_id on contact_phone
  for each row execute function contact_detail_keep_holder();
create trigger hand_on_details after update of owner_id, team_id, deleted_at on contact for each row
  when (old.owner_id is distinct from new.owner_id or old.team_id is distinct from new.team_id
    or (old.deleted_at is null) <> (new.deleted_at is null))
  execute function contact_hand_on_details();
-- Data that is copied in without triggers has them too.
alter table contact_email enable always trigger keep_holder;
alter table contact_phone enable always trigger keep_holder;
