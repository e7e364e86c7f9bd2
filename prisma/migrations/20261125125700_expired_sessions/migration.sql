-- A session that is over is written into the security log, once: by the upkeep that takes it away, and by nothing else.

drop function delete_expired_sessions();

create function take_expired_sessions(at_most int) returns table (
  user_id uuid, workspace_id uuid, user_agent text, ip_address text
) language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  delete from gatehouse.session t using (
    select s.id from gatehouse.session s join gatehouse.workspace w on w.id = s.workspace_id
    where least(s.expires_at, s.last_seen_at + w.session_idle_minutes * interval '1 minute',
      s.created_at + w.session_lifetime_minutes * interval '1 minute') <= now()
    limit at_most for update of s skip locked
  ) expired
  where t.id = expired.id
  returning t.user_id, t.workspace_id, t.user_agent, t.ip_address
$$;

revoke all on function take_expired_sessions(int) from public;
grant execute on function take_expired_sessions(int) to gatehouse_app;
alter function take_expired_sessions(int) owner to gatehouse_identity;

-- As before, but that it leaves the user's expired sessions to that.
create or replace function create_session(
  new_hash text, of_user uuid, in_workspace uuid, with_agent text, from_address text, since timestamptz
) returns void language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
begin
  insert into gatehouse.session (token_hash, user_id, workspace_id, created_at, expires_at, user_agent, ip_address)
    select new_hash, of_user, in_workspace, coalesce(since, now()),
        least(now() + w.session_idle_minutes * interval '1 minute',
          coalesce(since, now()) + w.session_lifetime_minutes * interval '1 minute'),
        with_agent, from_address
      from gatehouse.workspace w where w.id = in_workspace;
  update gatehouse.member m set last_seen_at = now() where m.workspace_id = in_workspace and m.user_id = of_user;
end $$;
