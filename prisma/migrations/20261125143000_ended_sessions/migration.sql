-- Sessions end in one way, which says whose they were, so that the end of each can be written down. Functions are
-- replaced; no table is touched. While servers of the version before still run, what they do with sessions fails.

drop function delete_session(text);
drop function end_session(uuid, uuid);
drop function delete_sessions_of_user(uuid, text);
drop function delete_sessions_of_member(uuid);

-- Ends sessions of a user, or the one with a hash: those that fit all that is not null. Of many at once exactly one is
-- told of each. Where they are not of one workspace, the user's row is locked first: a session that is being made at the
-- same moment is waited for, and then ends too, or comes after.
create function end_sessions(of_user uuid, with_hash text, with_id uuid, in_workspace uuid, except_hash text)
  returns table (user_id uuid, workspace_id uuid, created_at timestamptz, is_over boolean)
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
begin
  if of_user is null and with_hash is null then
    raise exception 'Whose sessions?';
  end if;
  if in_workspace is null then
    perform from gatehouse."user" u
      where u.id = coalesce(of_user, (select s.user_id from gatehouse.session s where s.token_hash = with_hash))
      for update;
  end if;
  return query delete from gatehouse.session s
    where (of_user is null or s.user_id = of_user) and (with_hash is null or s.token_hash = with_hash)
      and (with_id is null or s.id = with_id) and (in_workspace is null or s.workspace_id = in_workspace)
      and s.token_hash is distinct from except_hash
    returning s.user_id, s.workspace_id, s.created_at::timestamptz, coalesce((
      select least(s.expires_at, s.last_seen_at + w.session_idle_minutes * interval '1 minute',
        s.created_at + w.session_lifetime_minutes * interval '1 minute') <= now()
        from gatehouse.workspace w where w.id = s.workspace_id), true);
end $$;

-- Whether this is the user's password still. It stays so until the end of the transaction: who has shown the old one just
-- before it was changed gets no session after all others have ended.
create function holds_password(of_user uuid, with_hash text) returns boolean
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
begin
  perform from gatehouse."user" u where u.id = of_user and u.password_hash = with_hash for share;
  return found;
end $$;

-- As before, but that it leaves the sessions to end_sessions, in the same transaction.
create or replace function set_password_by_token(wanted_hash text, for_purpose text, new_hash text) returns uuid
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  whose uuid;
begin
  delete from gatehouse.one_time_token t
    where t.token_hash = wanted_hash and t.purpose = for_purpose and t.expires_at > now()
    returning t.user_id into whose;
  if whose is not null then
    update gatehouse."user" u set password_hash = new_hash, updated_at = now() where u.id = whose;
  end if;
  return whose;
end $$;

-- As before, but that it says whether there was a user: of many at once one is told so.
drop function delete_user(uuid);
create function delete_user(of_user uuid) returns boolean
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
begin
  delete from gatehouse.one_time_token t where t.user_id = of_user;
  update gatehouse.member m set user_id = null where m.user_id = of_user and not m.is_active;
  delete from gatehouse."user" u where u.id = of_user;
  return found;
end $$;

-- As before, but that the note that a session is in use waits for nobody: whoever ends it at the moment has its row, and
-- may want the member's next, which the note would hold.
create or replace function principal_of_session(wanted_hash text, from_address text, known_stamp text, known_chain uuid[])
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
    perform from gatehouse.session t, gatehouse.member m
      where t.token_hash = wanted_hash and m.workspace_id = it.workspace_id and m.id = it.member_id
      for no key update skip locked;
    is_noted := found;
  end if;
  if is_noted then
    it.expires_at := least(now() + it.idle, it.created_at + it.lifetime);
    update gatehouse.session t
      set last_seen_at = now(), ip_address = coalesce(from_address, t.ip_address), expires_at = it.expires_at
      where t.token_hash = wanted_hash;
    update gatehouse.member m set last_seen_at = now() where m.workspace_id = it.workspace_id and m.id = it.member_id;
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

do $$
declare
  signature regprocedure;
begin
  foreach signature in array array[
    'end_sessions(uuid, text, uuid, uuid, text)', 'holds_password(uuid, text)', 'delete_user(uuid)'
  ]::regprocedure[] loop
    execute format('revoke all on function %s from public', signature);
    execute format('grant execute on function %s to gatehouse_app', signature);
    execute format('alter function %s owner to gatehouse_identity', signature);
  end loop;
end $$;
