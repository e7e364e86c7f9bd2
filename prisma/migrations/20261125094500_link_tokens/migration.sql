-- Links that work once get an id, of which their token is made, and more purposes than a password.
-- Runs as gatehouse_owner. The table is small (links live for hours); it is locked while this runs, and pages of links
-- wait meanwhile. Links that were sent before go on working; those used or expired go.

drop function create_one_time_token(text, uuid, text, timestamptz);
drop function find_one_time_token(text, text);
drop function set_password_by_token(text, text);

delete from one_time_token where used_at is not null or expires_at <= now();
delete from one_time_token t using one_time_token newer
  where newer.user_id = t.user_id and newer.purpose = t.purpose
    and (newer.created_at, newer.token_hash) > (t.created_at, t.token_hash);

alter table one_time_token
  drop constraint one_time_token_pkey,
  drop column used_at,
  alter column user_id drop not null,
  add column id uuid not null default gen_random_uuid(),
  add column subject text,
  add column workspace_id uuid,
  add column email text,
  add column details jsonb;
update one_time_token set subject = user_id::text;
alter table one_time_token
  alter column id drop default,
  alter column subject set not null,
  add constraint one_time_token_pkey primary key (id);
create unique index one_time_token_token_hash_key on one_time_token (token_hash);
create unique index one_time_token_purpose_subject_key on one_time_token (purpose, subject);
create index one_time_token_expires_at_idx on one_time_token (expires_at);

grant update on one_time_token to gatehouse_identity;

-- Of links for the same purpose and subject the newest lives, also when two are made at once.
create function create_one_time_token(
  new_id uuid, new_hash text, for_purpose text, about text, of_user uuid, in_workspace uuid, to_email text,
  with_details jsonb, until timestamptz
) returns void language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  insert into gatehouse.one_time_token
    (id, token_hash, purpose, subject, user_id, workspace_id, email, details, expires_at)
    values (new_id, new_hash, for_purpose, about, of_user, in_workspace, to_email, with_details, until)
  on conflict (purpose, subject) do update set
    id = excluded.id, token_hash = excluded.token_hash, user_id = excluded.user_id,
    workspace_id = excluded.workspace_id, email = excluded.email, details = excluded.details,
    created_at = now(), expires_at = excluded.expires_at
$$;

-- What a link is about, as one object; null while it does not work. Looking does not use it up.
create function find_one_time_token(wanted_hash text, for_purpose text) returns jsonb
  language sql stable security definer set search_path = gatehouse, pg_temp as $$
  select jsonb_build_object('id', t.id, 'subject', t.subject, 'userId', t.user_id, 'workspaceId', t.workspace_id,
      'email', coalesce(t.email, u.email), 'details', t.details)
    from gatehouse.one_time_token t left join gatehouse."user" u on u.id = t.user_id
    where t.token_hash = wanted_hash and t.purpose = for_purpose and t.expires_at > now()
$$;

-- Of many at once the row's lock lets one through. What the link is for belongs into the same transaction, so that a
-- crash in between can neither waste the link nor leave it usable.
create function use_one_time_token(wanted_hash text, for_purpose text) returns jsonb
  language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  with used as (
    delete from gatehouse.one_time_token t
      where t.token_hash = wanted_hash and t.purpose = for_purpose and t.expires_at > now()
      returning t.id, t.subject, t.user_id, t.workspace_id, t.email, t.details
  )
  select jsonb_build_object('id', t.id, 'subject', t.subject, 'userId', t.user_id, 'workspaceId', t.workspace_id,
      'email', coalesce(t.email, u.email), 'details', t.details)
    from used t left join gatehouse."user" u on u.id = t.user_id
$$;

-- The live link for a purpose and subject, as one object, for sending it again.
create function one_time_token_about(for_purpose text, about text) returns jsonb
  language sql stable security definer set search_path = gatehouse, pg_temp as $$
  select jsonb_build_object('id', t.id, 'subject', t.subject, 'userId', t.user_id, 'workspaceId', t.workspace_id,
      'email', t.email, 'details', t.details)
    from gatehouse.one_time_token t
    where t.purpose = for_purpose and t.subject = about and t.expires_at > now()
$$;

create function revoke_one_time_token(for_purpose text, about text) returns void
  language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  delete from gatehouse.one_time_token t where t.purpose = for_purpose and t.subject = about
$$;

create function delete_expired_one_time_tokens() returns void
  language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  delete from gatehouse.one_time_token t where t.expires_at <= now()
$$;

-- Uses the link up, sets the password and ends all of the user's sessions.
create function set_password_by_token(wanted_hash text, for_purpose text, new_hash text) returns uuid
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  whose uuid;
begin
  delete from gatehouse.one_time_token t
    where t.token_hash = wanted_hash and t.purpose = for_purpose and t.expires_at > now()
    returning t.user_id into whose;
  if whose is null then
    return null;
  end if;
  update gatehouse."user" u set password_hash = new_hash, updated_at = now() where u.id = whose;
  delete from gatehouse.session s where s.user_id = whose;
  return whose;
end $$;

do $$
declare
  signature regprocedure;
begin
  foreach signature in array array[
    'create_one_time_token(uuid, text, text, text, uuid, uuid, text, jsonb, timestamptz)',
    'find_one_time_token(text, text)', 'use_one_time_token(text, text)', 'one_time_token_about(text, text)',
    'revoke_one_time_token(text, text)', 'delete_expired_one_time_tokens()', 'set_password_by_token(text, text, text)'
  ]::regprocedure[] loop
    execute format('revoke all on function %s from public', signature);
    execute format('grant execute on function %s to gatehouse_app', signature);
    execute format('alter function %s owner to gatehouse_identity', signature);
  end loop;
end $$;
