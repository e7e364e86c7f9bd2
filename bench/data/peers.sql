-- What the peers need on the same tables: a login role each, under the walls like the server's own, and for PostGraphile
-- the manager's reach as row-level security. Runs as a superuser; the roles exist already.

grant usage on schema gatehouse to bench_floor, bench_postgraphile;
grant select on all tables in schema gatehouse to bench_floor;
grant insert, update on deal, stage_change, audit_entry, audit_change, outbox_event, idempotency_key to bench_floor;
-- What dates are checked with.
grant execute on function is_writable(date), is_writable(timestamptz) to bench_floor;
grant select on company, contact, deal, deal_contact, deal_line, stage_change, stage, pipeline, member, team, activity, product, tag,
  tagging, lead to bench_postgraphile;
grant usage on schema gatehouse to bench_keystone;
grant select on company, contact, deal, deal_contact, deal_line, stage_change, stage, pipeline, member, team, activity, product, tag,
  tagging to bench_keystone;

-- Search as somebody would write it by hand for a manager: a query for each kind of record, by the same trigram indexes,
-- companies and contacts of all, leads, deals and e-mail addresses of the team. Owned by a superuser, whom no policy binds.
create function bench.search(workspace uuid, me uuid, teams uuid[], typed text, most int)
  returns table (noun text, id uuid, score real) language plpgsql stable security definer
  set search_path = gatehouse, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  form constant text := btrim(search_form(typed));
  words constant text[] := array(select '% ' || word || '%' from unnest(string_to_array(form, ' ')) word order by length(word) desc);
  holders constant uuid[] := array(select m.id from member m where m.workspace_id = workspace and m.team_id = any (teams)) || teams || me;
begin
  return query
  select f.noun, f.id, max(f.score) as score from (
    select 'company' as noun, m.id, search_score(form, m.text, null) as score from (
      select t.id, t.search_text as text from company t
        where t.workspace_id = workspace and t.deleted_at is null and t.search_text like words[1] and t.search_text like all (words)
        limit 200) m
    union all select 'contact', m.id, search_score(form, m.text, null) from (
      select t.id, t.search_text as text from contact t
        where t.workspace_id = workspace and t.deleted_at is null and t.search_text like words[1] and t.search_text like all (words)
        limit 200) m
    union all select 'contact', m.id, search_score(form, m.text, null) from (
      select c.id, t.search_text as text from contact_email t join contact c on c.workspace_id = workspace and c.id = t.contact_id
        where t.workspace_id = workspace and c.deleted_at is null and coalesce(c.owner_id, c.team_id) = any (holders)
          and t.search_text like words[1] and t.search_text like all (words)
        limit 200) m
    union all select 'lead', m.id, search_score(form, m.text, null) from (
      select t.id, t.search_text as text from lead t
        where t.workspace_id = workspace and t.deleted_at is null and coalesce(t.owner_id, t.team_id) = any (holders)
          and t.search_text like words[1] and t.search_text like all (words)
        limit 200) m
    union all select 'deal', m.id, search_score(form, m.text, null) from (
      select t.id, t.search_text as text from deal t
        where t.workspace_id = workspace and t.deleted_at is null and coalesce(t.owner_id, t.team_id) = any (holders)
          and t.search_text like words[1] and t.search_text like all (words)
        limit 200) m
  ) f group by f.noun, f.id order by 3 desc, 1, 2 limit most;
end $$;
grant usage on schema bench to bench_floor;
grant execute on function bench.search(uuid, uuid, uuid[], text, int) to bench_floor;

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
