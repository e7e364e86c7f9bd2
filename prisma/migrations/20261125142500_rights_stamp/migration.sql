-- Who somebody is was worked out anew for every request. Servers may now remember it: the workspace has a stamp, another
-- one after each change of what rights are made of, and the look-up says whether what a server remembers still holds.
-- workspace gets a column with a value of its own for each row, so it is rewritten, which takes moments; the triggers take
-- short locks on tables that requests read.

alter table workspace add column rights_stamp uuid not null default gen_random_uuid();

-- 1. Every change of the workspace's row, by whomever, gives it another stamp. So nobody can choose one, and none comes
--    twice: a server that remembers something with this stamp remembers what is so.
create function workspace_stamp_rights() returns trigger language plpgsql set search_path = gatehouse, pg_temp as $$
begin
  new.rights_stamp := gen_random_uuid();
  return new;
end $$;
create trigger workspace_stamp_rights before update on workspace
  for each row execute function workspace_stamp_rights();

-- 2. So does every change of the tables that rights are put together from, in the transaction of the change. Not of those
--    that each look-up reads anyway (session, member, api_key, record_share): they change often, and nobody has to wait.
grant update (rights_stamp) on workspace to gatehouse_identity;
create policy identity_stamps on workspace for update to gatehouse_identity using (true) with check (true);

create function stamp_rights() returns trigger
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
begin
  if tg_op = 'TRUNCATE' then
    update gatehouse.workspace set rights_stamp = default;
  end if;
  if tg_op in ('UPDATE', 'DELETE') then
    update gatehouse.workspace set rights_stamp = default where id in (select o.workspace_id from old_rows o);
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    update gatehouse.workspace set rights_stamp = default where id in (select n.workspace_id from new_rows n);
  end if;
  return null;
end $$;

do $$
declare
  rights_table text;
begin
  foreach rights_table in array array['team', 'role', 'role_grant', 'member_role', 'api_key_grant'] loop
    execute format('create trigger stamp_rights_inserted after insert on %I referencing new table as new_rows
      for each statement execute function stamp_rights()', rights_table);
    execute format('create trigger stamp_rights_updated after update on %I
      referencing old table as old_rows new table as new_rows
      for each statement execute function stamp_rights()', rights_table);
    execute format('create trigger stamp_rights_deleted after delete on %I referencing old table as old_rows
      for each statement execute function stamp_rights()', rights_table);
    execute format('create trigger stamp_rights_truncated after truncate on %I
      for each statement execute function stamp_rights()', rights_table);
  end loop;
end $$;

-- 3. Of what is shared with a member or the teams above him: the nouns.
create function shared_nouns(in_workspace uuid, who uuid, chain uuid[]) returns jsonb
  language plpgsql stable
  set search_path = gatehouse, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
  return (
    select coalesce(jsonb_agg(n.noun), '[]')
    from unnest(array['company', 'contact', 'lead', 'deal', 'activity']) as n (noun)
    where exists (
      select from gatehouse.record_share s
      where s.workspace_id = in_workspace and s.member_id = who
        and (case when s.company_id is not null then 'company' when s.contact_id is not null then 'contact'
                  when s.lead_id is not null then 'lead' when s.deal_id is not null then 'deal'
                  else 'activity' end) = n.noun
        and coalesce(s.ends_at, 'infinity'::timestamptz) > now()
    ) or exists (
      select from gatehouse.record_share s
      where s.workspace_id = in_workspace and s.team_id = any (chain)
        and (case when s.company_id is not null then 'company' when s.contact_id is not null then 'contact'
                  when s.lead_id is not null then 'lead' when s.deal_id is not null then 'deal'
                  else 'activity' end) = n.noun
        and coalesce(s.ends_at, 'infinity'::timestamptz) > now()
    ));
end $$;

create or replace function principal_of(in_workspace uuid, who uuid) returns jsonb
  language plpgsql stable
  set search_path = gatehouse, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
  return (
    with recursive me as (
      select m.id, m.user_id, m.team_id from gatehouse.member m
      where m.workspace_id = in_workspace and m.id = who and m.is_active
    ), below (id) as (
      select t.id from me join gatehouse.team t
        on t.workspace_id = in_workspace and t.id = me.team_id and t.deleted_at is null
      union
      select t.id from below cross join lateral (
        select t.id from gatehouse.team t
        where t.workspace_id = in_workspace and t.parent_id = below.id and t.deleted_at is null offset 0
      ) t
    ), above (id, parent_id) as (
      select t.id, t.parent_id from me join gatehouse.team t
        on t.workspace_id = in_workspace and t.id = me.team_id and t.deleted_at is null
      union
      select t.id, t.parent_id from above cross join lateral (
        select t.id, t.parent_id from gatehouse.team t
        where t.workspace_id = in_workspace and t.id = above.parent_id and t.deleted_at is null offset 0
      ) t
    ), my_role as (
      select r.id, r.name, r.built_in from gatehouse.member_role mr join gatehouse.role r
        on r.workspace_id = in_workspace and r.id = mr.role_id
      where mr.workspace_id = in_workspace and mr.member_id = who
    )
    select jsonb_build_object(
      'workspace', (
        select jsonb_build_object('id', w.id, 'slug', w.slug, 'name', w.name, 'timeZone', w.time_zone,
          'locale', w.locale, 'defaultCurrency', w.default_currency)
        from gatehouse.workspace w where w.id = in_workspace),
      'member', jsonb_build_object('id', me.id, 'userId', me.user_id, 'teamId', me.team_id),
      'teamIds', (select coalesce(jsonb_agg(b.id), '[]') from below b),
      'teamChainIds', (select coalesce(jsonb_agg(a.id), '[]') from above a),
      'roles', (
        select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name, 'builtIn', r.built_in)
          order by r.built_in, r.name), '[]')
        from my_role r),
      'grants', (
        select coalesce(jsonb_agg(jsonb_build_object('noun', g.noun, 'verb', g.verb, 'reach', lower(g.reach::text),
          'fieldGroups', g.field_groups)), '[]')
        from my_role r join gatehouse.role_grant g on g.workspace_id = in_workspace and g.role_id = r.id
        where r.built_in is null),
      'sharedNouns', gatehouse.shared_nouns(in_workspace, who, array(select a.id from above a)))
    from me
  );
end $$;

-- 4. The look-ups. A server names the stamp, and the teams above the member, that it remembers with this token. Where the
--    stamp still holds, the answer is what may have changed all the same; otherwise it is everything, with the stamp it
--    goes with. The stamp is read first: should somebody change rights between the two, everything is newer than it, and
--    the stamp holds no more. Most have no shares, which two look-ups in an index say.
drop function principal_of_session(text, text);
create function principal_of_session(wanted_hash text, from_address text, known_stamp text, known_chain uuid[])
  returns jsonb language plpgsql volatile security definer
  set search_path = gatehouse, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  it record;
  is_noted boolean := false;
begin
  select s.user_id, s.workspace_id, s.expires_at, s.user_agent, s.last_seen_at, s.created_at, m.id as member_id,
      w.session_idle_minutes * interval '1 minute' as idle, w.session_lifetime_minutes * interval '1 minute' as lifetime,
      concat_ws(' ', w.rights_stamp, m.id, m.user_id, m.team_id) as stamp,
      exists (select from gatehouse.record_share r where r.workspace_id = m.workspace_id and r.member_id = m.id)
        or exists (select from gatehouse.record_share r
                   where r.workspace_id = m.workspace_id and r.team_id = any (known_chain)) as has_shares
    into it
    from gatehouse.session s
    join gatehouse.member m on m.workspace_id = s.workspace_id and m.user_id = s.user_id and m.is_active
    join gatehouse.workspace w on w.id = s.workspace_id
    where s.token_hash = wanted_hash and s.expires_at > now();
  if not found or it.last_seen_at + it.idle <= now() or it.created_at + it.lifetime <= now() then
    return null;
  end if;
  if it.last_seen_at < now() - interval '1 minute' then
    it.expires_at := least(now() + it.idle, it.created_at + it.lifetime);
    update gatehouse.session t
      set last_seen_at = now(), ip_address = coalesce(from_address, t.ip_address), expires_at = it.expires_at
      where t.token_hash = wanted_hash;
    update gatehouse.member m set last_seen_at = now() where m.workspace_id = it.workspace_id and m.id = it.member_id;
    is_noted := true;
  end if;
  return case
    when it.stamp is distinct from known_stamp then gatehouse.principal_of(it.workspace_id, it.member_id)
    when it.has_shares then jsonb_build_object(
      'sharedNouns', gatehouse.shared_nouns(it.workspace_id, it.member_id, known_chain))
    else '{"sharedNouns": []}'
  end || jsonb_build_object(
    'stamp', it.stamp,
    'session', jsonb_build_object('userId', it.user_id, 'expiresAt', it.expires_at, 'userAgent', it.user_agent,
      'isExtended', is_noted));
end $$;

drop function principal_of_api_key(text, text, text, text, uuid);
create function principal_of_api_key(
  wanted_hash text, from_address text, with_agent text, in_request text, new_id uuid, known_stamp text,
  known_chain uuid[]
) returns jsonb language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  k record;
  found_principal jsonb;
begin
  select a.workspace_id, a.id, a.member_id, a.name, a.has_all_grants, a.last_used_at,
      a.revoked_at is null and a.expires_at > now() and m.is_active as is_live,
      concat_ws(' ', w.rights_stamp, m.id, m.user_id, m.team_id, a.id, a.has_all_grants, a.name) as stamp
    into k
    from gatehouse.api_key a
    join gatehouse.member m on m.workspace_id = a.workspace_id and m.id = a.member_id
    join gatehouse.workspace w on w.id = a.workspace_id
    where a.token_hash = wanted_hash;
  if not found then
    return null;
  end if;
  if not k.is_live then
    insert into gatehouse.security_event
      (workspace_id, id, at, type, result, door, subject_id, noun, record_id, ip_address, user_agent, request_id)
    select k.workspace_id, new_id, now(), 'authn_token_reuse', 'FAILURE', 'API_KEY', k.member_id, 'apiKey', k.id,
      from_address, with_agent, in_request
    where not exists (
      select from gatehouse.security_event e
      where e.workspace_id = k.workspace_id and e.subject_id = k.member_id and e.at > now() - interval '1 minute'
        and e.type = 'authn_token_reuse' and e.record_id = k.id);
    return null;
  end if;
  if k.last_used_at is null or k.last_used_at < now() - interval '1 minute' then
    update gatehouse.api_key a set last_used_at = now(), last_used_from = from_address
      where a.workspace_id = k.workspace_id and a.id = k.id;
  end if;
  if k.stamp = known_stamp then
    return jsonb_build_object('stamp', k.stamp, 'session', null,
      'sharedNouns', gatehouse.shared_nouns(k.workspace_id, k.member_id, known_chain));
  end if;
  return gatehouse.principal_of(k.workspace_id, k.member_id) || jsonb_build_object(
    'stamp', k.stamp, 'session', null, 'apiKey', jsonb_build_object(
    'id', k.id, 'name', k.name,
    'grants', case when not k.has_all_grants then (
      select coalesce(jsonb_agg(jsonb_build_object('noun', g.noun, 'verb', g.verb, 'reach', lower(g.reach::text),
        'fieldGroups', g.field_groups)), '[]')
      from gatehouse.api_key_grant g where g.workspace_id = k.workspace_id and g.api_key_id = k.id) end));
end $$;

do $$
declare
  signature regprocedure;
begin
  foreach signature in array array[
    'principal_of_session(text, text, text, uuid[])',
    'principal_of_api_key(text, text, text, text, uuid, text, uuid[])'
  ]::regprocedure[] loop
    execute format('revoke all on function %s from public', signature);
    execute format('grant execute on function %s to gatehouse_app', signature);
    execute format('alter function %s owner to gatehouse_identity', signature);
  end loop;
  foreach signature in array array['shared_nouns(uuid, uuid, uuid[])', 'stamp_rights()', 'workspace_stamp_rights()']::regprocedure[] loop
    execute format('revoke all on function %s from public', signature);
  end loop;
  alter function shared_nouns(uuid, uuid, uuid[]) owner to gatehouse_identity;
  alter function stamp_rights() owner to gatehouse_identity;
end $$;
