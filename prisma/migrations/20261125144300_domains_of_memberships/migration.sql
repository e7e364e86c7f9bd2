-- As before, and with the domains that a workspace takes addresses of, so that nobody who was taken in with one of them goes
-- on with another. A function is replaced; no table is touched.

drop function memberships_of_user(uuid);

create function memberships_of_user(of_user uuid)
  returns table (workspace_id uuid, slug text, name text, allowed_email_domains text[])
  language sql stable security definer set search_path = gatehouse, pg_temp as $$
  select w.id, w.slug, w.name, w.allowed_email_domains
    from gatehouse.member m join gatehouse.workspace w on w.id = m.workspace_id
    where m.user_id = of_user and m.is_active
    order by w.name collate gatehouse.text_order, w.slug
$$;

revoke all on function memberships_of_user(uuid) from public;
grant execute on function memberships_of_user(uuid) to gatehouse_app;
alter function memberships_of_user(uuid) owner to gatehouse_identity;
