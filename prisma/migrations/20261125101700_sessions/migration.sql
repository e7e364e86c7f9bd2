-- Sessions that can be listed, with when and where they were last seen, and that end by the workspace's settings: after so
-- long without a request, and so long after the sign-in. And what changes an account: its address, its end.
-- The new columns have defaults that are made once for each row: session is rewritten, which takes moments, since it has a
-- row for each device that is signed in; requests wait meanwhile.

alter table session
  add column id uuid not null default gen_random_uuid(),
  add column last_seen_at timestamptz(3) not null default CURRENT_TIMESTAMP,
  add column ip_address text;
create unique index session_id_key on session (id);

grant update on session to gatehouse_identity;
grant update (email, updated_at), delete on "user" to gatehouse_identity;
-- When somebody was here last is kept beside him, where colleagues who may know it see it.
-- A member outlives his account.
grant update (last_seen_at, user_id) on member to gatehouse_identity;
create policy identity_updates on member for update to gatehouse_identity using (true) with check (true);

drop function principal_of_session(text);
drop function create_session(text, uuid, uuid, timestamptz, text);
drop function extend_session(text, timestamptz);
drop function sessions_of_user(uuid);
drop function delete_sessions_of_user(uuid);

-- Called once for every request. Null for a token that is unknown, or whose session is over, or whose user has left the
-- workspace. Once a minute it notes that the session is in use, which extends it: as long as the workspace lets sessions
-- rest, and never past the age that it lets them reach. Settings that are made stricter hold at once.
create function principal_of_session(wanted_hash text, from_address text) returns jsonb
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  it record;
  is_noted boolean := false;
begin
  select s.user_id, s.workspace_id, s.expires_at, s.user_agent, s.last_seen_at, s.created_at, m.id as member_id,
      w.session_idle_minutes * interval '1 minute' as idle, w.session_lifetime_minutes * interval '1 minute' as lifetime
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
  return gatehouse.principal_of(it.workspace_id, it.member_id) || jsonb_build_object(
    'session', jsonb_build_object('userId', it.user_id, 'expiresAt', it.expires_at, 'userAgent', it.user_agent,
      'isExtended', is_noted));
end $$;

-- A new session takes the user's expired ones away. `since` is when somebody signed in, where that was before.
create function create_session(
  new_hash text, of_user uuid, in_workspace uuid, with_agent text, from_address text, since timestamptz
) returns void language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
begin
  delete from gatehouse.session s where s.user_id = of_user and s.expires_at <= now();
  insert into gatehouse.session (token_hash, user_id, workspace_id, created_at, expires_at, user_agent, ip_address)
    select new_hash, of_user, in_workspace, coalesce(since, now()),
        least(now() + w.session_idle_minutes * interval '1 minute',
          coalesce(since, now()) + w.session_lifetime_minutes * interval '1 minute'),
        with_agent, from_address
      from gatehouse.workspace w where w.id = in_workspace;
  update gatehouse.member m set last_seen_at = now() where m.workspace_id = in_workspace and m.user_id = of_user;
end $$;

create function sessions_of_user(of_user uuid) returns table (
  token_hash text, id uuid, workspace_id uuid, workspace_name text, created_at timestamptz, last_seen_at timestamptz,
  expires_at timestamptz, user_agent text, ip_address text
) language sql stable security definer set search_path = gatehouse, pg_temp as $$
  select s.token_hash, s.id, s.workspace_id, w.name, s.created_at, s.last_seen_at,
      least(s.expires_at, s.last_seen_at + w.session_idle_minutes * interval '1 minute',
        s.created_at + w.session_lifetime_minutes * interval '1 minute'),
      s.user_agent, s.ip_address
    from gatehouse.session s join gatehouse.workspace w on w.id = s.workspace_id
    where s.user_id = of_user
    order by s.last_seen_at desc, s.id
$$;

-- False where it is none of this user's.
create function end_session(of_user uuid, wanted_id uuid) returns boolean
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
begin
  delete from gatehouse.session s where s.user_id = of_user and s.id = wanted_id;
  return found;
end $$;

-- All of them but one, or all. Answers with how many.
create function delete_sessions_of_user(of_user uuid, except_hash text) returns integer
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  ended integer;
begin
  delete from gatehouse.session s where s.user_id = of_user and s.token_hash is distinct from except_hash;
  get diagnostics ended = row_count;
  return ended;
end $$;

-- Answers with the address before; null where somebody has the new one by now, and nothing has changed.
create function change_email(of_user uuid, new_email text) returns text
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  before text;
begin
  select u.email into before from gatehouse."user" u where u.id = of_user for update;
  update gatehouse."user" u set email = new_email, updated_at = now() where u.id = of_user;
  return before;
exception when unique_violation then
  return null;
end $$;

-- The end of an account. Its members, which are active nowhere any more, stay without it.
create function delete_user(of_user uuid) returns void
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
begin
  delete from gatehouse.one_time_token t where t.user_id = of_user;
  delete from gatehouse.session s where s.user_id = of_user;
  update gatehouse.member m set user_id = null where m.user_id = of_user and not m.is_active;
  delete from gatehouse."user" u where u.id = of_user;
end $$;

do $$
declare
  signature regprocedure;
begin
  foreach signature in array array[
    'principal_of_session(text, text)', 'create_session(text, uuid, uuid, text, text, timestamptz)',
    'sessions_of_user(uuid)', 'end_session(uuid, uuid)', 'delete_sessions_of_user(uuid, text)',
    'change_email(uuid, text)', 'delete_user(uuid)'
  ]::regprocedure[] loop
    execute format('revoke all on function %s from public', signature);
    execute format('grant execute on function %s to gatehouse_app', signature);
    execute format('alter function %s owner to gatehouse_identity', signature);
  end loop;
end $$;
