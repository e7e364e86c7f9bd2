-- Closing and reopening deals and leads are rights of their own from now on. Roles of the workspaces' own that may move
-- records may do both afterwards, over the same records and fields, as they could until now. A few rows for each role;
-- readers of rights wait for as long as it takes.

-- The wall is for every workspace by itself, and holds off the tables' owner too: it stands open for this statement.
alter table role_grant no force row level security;
insert into role_grant (workspace_id, id, role_id, noun, verb, reach, field_groups)
  select g.workspace_id, gen_random_uuid(), g.role_id, g.noun, v.verb, g.reach, g.field_groups
  from role_grant g cross join (values ('close'), ('reopen')) as v(verb)
  where g.noun in ('deal', 'lead') and g.verb = 'move'
    and not exists (
      select 1 from role_grant h
      where h.workspace_id = g.workspace_id and h.role_id = g.role_id and h.noun = g.noun and h.verb = v.verb);
alter table role_grant force row level security;
