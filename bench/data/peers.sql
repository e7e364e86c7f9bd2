-- What the peers need on the same tables: a login role each, under the walls like the server's own, and for PostGraphile
-- the manager's reach as row-level security. Runs as a superuser; the roles exist already.

grant usage on schema gatehouse to bench_floor, bench_postgraphile;
grant select on all tables in schema gatehouse to bench_floor;
grant insert, update on deal, stage_change, audit_entry, audit_change, outbox_event, idempotency_key to bench_floor;
grant select on company, contact, deal, deal_contact, deal_line, stage_change, stage, pipeline, member, team, activity, product, tag,
  tagging, lead to bench_postgraphile;

-- Settings are read once for a statement, not for each row: `(select …)`, as PostGraphile's documentation advises.
create function bench.member_id() returns uuid language sql stable parallel safe
  return nullif(current_setting('bench.member_id', true), '')::uuid;
create function bench.team_ids() returns uuid[] language sql stable parallel safe
  return nullif(current_setting('bench.team_ids', true), '')::uuid[];
grant usage on schema bench to bench_postgraphile;
grant execute on function bench.member_id(), bench.team_ids() to bench_postgraphile;

-- Restrictive: on top of the wall between workspaces, which is everybody's.
create policy bench_reach on company as restrictive for select to bench_postgraphile using (deleted_at is null);
create policy bench_reach on contact as restrictive for select to bench_postgraphile using (deleted_at is null);
create policy bench_reach on deal as restrictive for select to bench_postgraphile using (
  deleted_at is null and (
    owner_id = (select bench.member_id())
    or exists (select from gatehouse.member o where o.workspace_id = deal.workspace_id and o.id = deal.owner_id
      and o.team_id = any ((select bench.team_ids())::uuid[]))
    or (owner_id is null and team_id = any ((select bench.team_ids())::uuid[]))));
create policy bench_reach on lead as restrictive for select to bench_postgraphile using (
  deleted_at is null and (
    owner_id = (select bench.member_id())
    or exists (select from gatehouse.member o where o.workspace_id = lead.workspace_id and o.id = lead.owner_id
      and o.team_id = any ((select bench.team_ids())::uuid[]))
    or (owner_id is null and team_id = any ((select bench.team_ids())::uuid[]))));
-- The policies of company, contact, lead and deal apply inside these conditions, too.
create policy bench_reach on activity as restrictive for select to bench_postgraphile using (
  deleted_at is null and (
    owner_id = (select bench.member_id())
    or exists (select from gatehouse.member o where o.workspace_id = activity.workspace_id and o.id = activity.owner_id
      and o.team_id = any ((select bench.team_ids())::uuid[]))
    or (owner_id is null and team_id = any ((select bench.team_ids())::uuid[]))
    or exists (select from gatehouse.company c where c.workspace_id = activity.workspace_id and c.id = activity.company_id)
    or exists (select from gatehouse.contact c where c.workspace_id = activity.workspace_id and c.id = activity.contact_id)
    or exists (select from gatehouse.lead l where l.workspace_id = activity.workspace_id and l.id = activity.lead_id)
    or exists (select from gatehouse.deal d where d.workspace_id = activity.workspace_id and d.id = activity.deal_id)));
