-- Identity: who somebody is, and what he may do, found by exact key and by nothing else.
-- The server has no grant on the platform tables. These functions are the only way to them; they belong to
-- gatehouse_identity, which may read across the workspaces' walls exactly the tables named here, and which nobody can
-- sign in as. Runs as gatehouse_owner; takes short locks on tables that requests read, and rewrites none.

-- 1. What the functions may touch.
grant select on member, team, role, role_grant, member_role, record_share, workspace to gatehouse_identity;
create policy identity_reads on member for select to gatehouse_identity using (true);
create policy identity_reads on team for select to gatehouse_identity using (true);
create policy identity_reads on role for select to gatehouse_identity using (true);
create policy identity_reads on role_grant for select to gatehouse_identity using (true);
create policy identity_reads on member_role for select to gatehouse_identity using (true);
create policy identity_reads on record_share for select to gatehouse_identity using (true);
create policy identity_reads on workspace for select to gatehouse_identity using (true);

grant insert on workspace to gatehouse_identity;
create policy identity_creates on workspace for insert to gatehouse_identity with check (true);
grant select, insert, update (password_hash, updated_at) on "user" to gatehouse_identity;
grant select, insert, update (expires_at), delete on session to gatehouse_identity;
grant select, insert, update (used_at), delete on one_time_token to gatehouse_identity;
grant select, insert on persisted_operation to gatehouse_identity;

-- 2. Whether anything of a noun is shared with a member or a team, found without reading one share more than needed,
--    however many there are and however many have ended.
create index record_share_member_noun on record_share (
  workspace_id, member_id,
  (case when company_id is not null then 'company' when contact_id is not null then 'contact'
        when lead_id is not null then 'lead' when deal_id is not null then 'deal' else 'activity' end),
  (coalesce(ends_at, 'infinity'::timestamptz))
) where member_id is not null;
create index record_share_team_noun on record_share (
  workspace_id, team_id,
  (case when company_id is not null then 'company' when contact_id is not null then 'contact'
        when lead_id is not null then 'lead' when deal_id is not null then 'deal' else 'activity' end),
  (coalesce(ends_at, 'infinity'::timestamptz))
) where team_id is not null;

-- 3. The principal: everything that src/auth/principal.ts needs, as one object. PL/pgSQL, because it keeps its plan for
--    the life of the connection, where a function in SQL would be planned for every request.

-- Null unless the member is active. A deleted team counts for nobody, nor does what hangs below it. Grants stand on
-- roles of the workspace's own only, because the built-in ones are defined in src/auth/policies. A kept plan may have
-- been made when the tables were empty, so it is one by index, from the first call on; `offset 0` makes each step along
-- the tree a look-up of its own, where a join would read the whole tree for every level.
create function principal_of(in_workspace uuid, who uuid) returns jsonb
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
      'sharedNouns', (
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
          where s.workspace_id = in_workspace and s.team_id = any (array(select a.id from above a))
            and (case when s.company_id is not null then 'company' when s.contact_id is not null then 'contact'
                      when s.lead_id is not null then 'lead' when s.deal_id is not null then 'deal'
                      else 'activity' end) = n.noun
            and coalesce(s.ends_at, 'infinity'::timestamptz) > now()
        ))
    ) from me
  );
end $$;

-- Called once for every request. Null for a token that is unknown or expired, or whose user has left the workspace.
create function principal_of_session(wanted_hash text) returns jsonb
  language plpgsql stable security definer set search_path = gatehouse, pg_temp as $$
declare
  found_session record;
begin
  select s.user_id, s.workspace_id, s.expires_at, s.user_agent, m.id as member_id into found_session
    from gatehouse.session s join gatehouse.member m
      on m.workspace_id = s.workspace_id and m.user_id = s.user_id and m.is_active
    where s.token_hash = wanted_hash and s.expires_at > now();
  if not found then
    return null;
  end if;
  return gatehouse.principal_of(found_session.workspace_id, found_session.member_id) || jsonb_build_object(
    'session', jsonb_build_object('userId', found_session.user_id, 'expiresAt', found_session.expires_at,
      'userAgent', found_session.user_agent));
end $$;

-- For programs run by whoever operates the server, such as the import: no session, the same rights. Who signs in with
-- the address comes before who is merely known by it.
create function principal_of_member(in_workspace uuid, known_as text) returns jsonb
  language plpgsql stable security definer set search_path = gatehouse, pg_temp as $$
declare
  who uuid;
begin
  select m.id into who from gatehouse."user" u join gatehouse.member m
    on m.workspace_id = in_workspace and m.user_id = u.id and m.is_active
    where u.email = known_as;
  if who is null then
    select m.id into who from gatehouse.member m
      where m.workspace_id = in_workspace and lower(m.email) = lower(known_as) and m.is_active;
  end if;
  return gatehouse.principal_of(in_workspace, who) || jsonb_build_object('session', null);
end $$;

-- 4. Users.
create function find_user_by_email(wanted_email text) returns table (id uuid, password_hash text)
  language sql stable security definer set search_path = gatehouse, pg_temp as $$
  select u.id, u.password_hash from gatehouse."user" u where u.email = wanted_email
$$;

create function find_user(wanted_id uuid) returns table (id uuid, email text, name text)
  language sql stable security definer set search_path = gatehouse, pg_temp as $$
  select u.id, u.email, u.name from gatehouse."user" u where u.id = wanted_id
$$;

-- Answers with the new user's id, or with the id of the one who has the address already and is left as he is.
create function create_user(new_id uuid, new_email text, new_name text, new_password_hash text) returns uuid
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
begin
  insert into gatehouse."user" (id, email, name, password_hash)
    values (new_id, new_email, new_name, new_password_hash) on conflict (email) do nothing;
  return (select u.id from gatehouse."user" u where u.email = new_email);
end $$;

-- Only where the password is still the expected one, so that a rehash never undoes a change made meanwhile.
create function set_password(of_user uuid, expected_hash text, new_hash text) returns boolean
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
begin
  update gatehouse."user" u set password_hash = new_hash, updated_at = now()
    where u.id = of_user and u.password_hash is not distinct from expected_hash;
  return found;
end $$;

-- 5. Sessions. A new one takes the user's expired ones away.
create function create_session(
  new_hash text, of_user uuid, in_workspace uuid, until timestamptz, with_agent text
) returns void language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
begin
  delete from gatehouse.session s where s.user_id = of_user and s.expires_at <= now();
  insert into gatehouse.session (token_hash, user_id, workspace_id, expires_at, user_agent)
    values (new_hash, of_user, in_workspace, until, with_agent);
end $$;

create function extend_session(wanted_hash text, until timestamptz) returns void
  language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  update gatehouse.session s set expires_at = until where s.token_hash = wanted_hash and s.expires_at > now()
$$;

create function sessions_of_user(of_user uuid) returns table (
  token_hash text, workspace_id uuid, created_at timestamptz, expires_at timestamptz, user_agent text
) language sql stable security definer set search_path = gatehouse, pg_temp as $$
  select s.token_hash, s.workspace_id, s.created_at, s.expires_at, s.user_agent
    from gatehouse.session s where s.user_id = of_user
$$;

create function delete_session(wanted_hash text) returns void
  language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  delete from gatehouse.session s where s.token_hash = wanted_hash
$$;

create function delete_sessions_of_user(of_user uuid) returns void
  language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  delete from gatehouse.session s where s.user_id = of_user
$$;

create function delete_expired_sessions() returns void
  language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  delete from gatehouse.session s where s.expires_at <= now()
$$;

-- 6. Links that work once. A new one for the same purpose takes the place of those before it.
create function create_one_time_token(new_hash text, of_user uuid, for_purpose text, until timestamptz) returns void
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
begin
  delete from gatehouse.one_time_token t
    where t.user_id = of_user and (t.purpose = for_purpose or t.expires_at <= now());
  insert into gatehouse.one_time_token (token_hash, user_id, purpose, expires_at)
    values (new_hash, of_user, for_purpose, until);
end $$;

-- Whose link it is, while it works; looking does not use it up.
create function find_one_time_token(wanted_hash text, for_purpose text) returns table (user_id uuid, email text)
  language sql stable security definer set search_path = gatehouse, pg_temp as $$
  select t.user_id, u.email from gatehouse.one_time_token t join gatehouse."user" u on u.id = t.user_id
    where t.token_hash = wanted_hash and t.purpose = for_purpose and t.used_at is null and t.expires_at > now()
$$;

-- Using up and doing what it is for are one step, so that a crash in between can neither waste the link nor leave it
-- usable. Of many at once the row's lock lets one through. Ends all of the user's sessions.
create function set_password_by_token(wanted_hash text, new_hash text) returns uuid
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  whose uuid;
begin
  update gatehouse.one_time_token t set used_at = now()
    where t.token_hash = wanted_hash and t.purpose = 'SET_PASSWORD' and t.used_at is null and t.expires_at > now()
    returning t.user_id into whose;
  if whose is null then
    return null;
  end if;
  update gatehouse."user" u set password_hash = new_hash, updated_at = now() where u.id = whose;
  delete from gatehouse.session s where s.user_id = whose;
  return whose;
end $$;

-- 7. Workspaces.
create function find_workspace_by_slug(wanted_slug text) returns uuid
  language sql stable security definer set search_path = gatehouse, pg_temp as $$
  select w.id from gatehouse.workspace w where w.slug = wanted_slug
$$;

create function memberships_of_user(of_user uuid) returns table (workspace_id uuid, slug text, name text)
  language sql stable security definer set search_path = gatehouse, pg_temp as $$
  select w.id, w.slug, w.name from gatehouse.member m join gatehouse.workspace w on w.id = m.workspace_id
    where m.user_id = of_user and m.is_active
    order by w.name collate gatehouse.text_order, w.slug
$$;

-- False where the slug is taken.
create function create_workspace(
  new_id uuid, new_slug text, new_name text, new_time_zone text, new_locale text, new_currency text
) returns boolean language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
begin
  insert into gatehouse.workspace (id, slug, name, time_zone, locale, default_currency)
    values (new_id, new_slug, new_name, new_time_zone, new_locale, new_currency) on conflict (slug) do nothing;
  return found;
end $$;

-- 8. Persisted operations. The id is made from the text here, so that no id can stand for another text.
alter table persisted_operation add constraint persisted_operation_id_check
  check (document_id = 'sha256:' || encode(sha256(convert_to(document, 'UTF8')), 'hex'));

create function find_persisted_operation(wanted_id text) returns text
  language sql stable security definer set search_path = gatehouse, pg_temp as $$
  select p.document from gatehouse.persisted_operation p where p.document_id = wanted_id limit 1
$$;

create function register_operation(by_client text, new_document text) returns text
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  new_id text := 'sha256:' || encode(sha256(convert_to(new_document, 'UTF8')), 'hex');
begin
  insert into gatehouse.persisted_operation (document_id, client, document)
    values (new_id, by_client, new_document) on conflict (client, document_id) do nothing;
  return new_id;
end $$;

-- 9. Who may call them: the server; and principal_of only those above it.
do $$
declare
  signature regprocedure;
begin
  foreach signature in array array[
    'principal_of_session(text)', 'principal_of_member(uuid, text)',
    'find_user_by_email(text)', 'find_user(uuid)', 'create_user(uuid, text, text, text)',
    'set_password(uuid, text, text)',
    'create_session(text, uuid, uuid, timestamptz, text)', 'extend_session(text, timestamptz)',
    'sessions_of_user(uuid)', 'delete_session(text)', 'delete_sessions_of_user(uuid)', 'delete_expired_sessions()',
    'create_one_time_token(text, uuid, text, timestamptz)', 'find_one_time_token(text, text)',
    'set_password_by_token(text, text)',
    'find_workspace_by_slug(text)', 'memberships_of_user(uuid)', 'create_workspace(uuid, text, text, text, text, text)',
    'find_persisted_operation(text)', 'register_operation(text, text)'
  ]::regprocedure[] loop
    execute format('revoke all on function %s from public', signature);
    execute format('grant execute on function %s to gatehouse_app', signature);
    execute format('alter function %s owner to gatehouse_identity', signature);
  end loop;
end $$;
revoke all on function principal_of(uuid, uuid) from public;
alter function principal_of(uuid, uuid) owner to gatehouse_identity;
