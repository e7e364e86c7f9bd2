-- As before, but that the person is locked only where he is named. Where a browser's session is replaced by another sign-in,
-- that sign-in holds him already, and two of them at once would wait for each other. No table is touched.
create or replace function end_sessions(of_user uuid, with_hash text, with_id uuid, in_workspace uuid, except_hash text)
  returns table (user_id uuid, workspace_id uuid, created_at timestamptz, is_over boolean)
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
begin
  if of_user is null and with_hash is null then
    raise exception 'Whose sessions?';
  end if;
  if of_user is not null and in_workspace is null then
    perform from gatehouse."user" u where u.id = of_user for update;
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
