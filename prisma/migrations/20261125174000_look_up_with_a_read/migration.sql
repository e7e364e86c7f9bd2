-- A session's look-up may travel in front of a read, in the transaction of that read, in which nothing is written. Once a
-- minute, when it has to write that the session is in use, it then confirms nobody: whoever asked asks again by itself. No
-- table is touched; servers of the version before never look up in such a transaction.
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
    if current_setting('transaction_read_only') = 'on' then
      return null;
    end if;
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
