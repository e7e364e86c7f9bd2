-- Limits on guessing and on mail that strangers can cause, counted in the database: atomic, and one for all servers.
-- Only new tables.

CREATE TABLE "rate_limit" (
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "free_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "rate_limit_expires_at_idx" ON "rate_limit"("expires_at");

CREATE TABLE "known_network" (
    "user_id" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "known_network_pkey" PRIMARY KEY ("user_id","network")
);
CREATE INDEX "known_network_last_at_idx" ON "known_network"("last_at");
ALTER TABLE "known_network" ADD CONSTRAINT "known_network_user_id_fkey"
  FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

grant select, insert, update, delete on rate_limit, known_network to gatehouse_identity;

-- One of `capacity` in each `period`. Answers with the seconds to wait: 0 where there was one left. Of many at once each
-- sees the count of the one before it, because the row is locked from its update to the end of the statement.
create function take_turn(wanted_key text, capacity integer, period interval) returns integer
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  at timestamptz := clock_timestamp();
  turn record;
begin
  insert into gatehouse.rate_limit as r (key, count, free_at, expires_at)
    values (wanted_key, 1, at + period, at + period)
  on conflict (key) do update set
    count = case when r.expires_at <= at then 1 else r.count + 1 end,
    free_at = case when r.expires_at <= at then at + period else r.free_at end,
    expires_at = case when r.expires_at <= at then at + period else r.expires_at end
  returning r.count, r.free_at into turn;
  return case when turn.count <= capacity then 0 else greatest(1, ceil(extract(epoch from turn.free_at - at))) end;
end $$;

create function give_turn_back(wanted_key text) returns void
  language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  update gatehouse.rate_limit r set count = greatest(0, r.count - 1) where r.key = wanted_key
$$;

-- A try at a secret, taken before the secret is looked at. Ten in a row are free; then there is one after a minute, after
-- two, four, eight, and from then on after a quarter of an hour, up to a hundred that were wrong since one was right.
-- Null where there is none now; otherwise how many that makes. What is refused counts nothing and prolongs nothing, so a
-- stranger who goes on and on keeps nobody out any longer than that.
create function take_try(wanted_key text) returns integer
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  at timestamptz := clock_timestamp();
  tries integer;
begin
  insert into gatehouse.rate_limit as r (key, count, free_at, expires_at)
    values (wanted_key, 1, at, at + interval '30 days')
  on conflict (key) do update set
    count = case when r.expires_at <= at then 1 else r.count + 1 end,
    free_at = case when r.expires_at <= at or r.count + 1 < 10 then at
                   else at + least(power(2, r.count + 1 - 10), 15) * interval '1 minute' end,
    expires_at = at + interval '30 days'
    where r.expires_at <= at or (r.free_at <= at and r.count < 100)
  returning r.count into tries;
  return tries;
end $$;

-- A try to sign in. From a network that the person has signed in from, tries are counted apart: whoever guesses from
-- elsewhere does not use up hers. Answers with the count, and the key to forget it by; null where there is no try now.
create function take_sign_in(with_email text, from_network text) returns jsonb
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  is_known boolean := exists (
    select from gatehouse."user" u join gatehouse.known_network k on k.user_id = u.id
      where u.email = with_email and k.network = from_network and k.last_at > now() - interval '90 days');
  wanted_key text := 'sign-in ' || encode(sha256(convert_to(with_email, 'UTF8')), 'hex')
    || case when is_known then ' ' || from_network else '' end;
  tries integer := gatehouse.take_try(wanted_key);
begin
  return case when tries is not null then jsonb_build_object('key', wanted_key, 'tries', tries) end;
end $$;

-- The secret was right: what was counted before it is forgotten.
create function forget_tries(wanted_key text) returns void
  language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  delete from gatehouse.rate_limit r where r.key = wanted_key
$$;

-- Whoever proves that the mailbox is his, as by a link, gets all his tries back, from everywhere.
create function forget_sign_ins(with_email text) returns void
  language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  delete from gatehouse.rate_limit r
    where r.key ^@ ('sign-in ' || encode(sha256(convert_to(with_email, 'UTF8')), 'hex'))
$$;

-- Remembers from where somebody has signed in. True where that was nowhere known before, though others were.
create function know_network(of_user uuid, from_network text) returns boolean
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  is_new boolean;
begin
  select count(*) > 0 and count(*) filter (where k.network = from_network) = 0 into is_new
    from gatehouse.known_network k where k.user_id = of_user and k.last_at > now() - interval '90 days';
  insert into gatehouse.known_network as k (user_id, network, last_at) values (of_user, from_network, now())
    on conflict (user_id, network) do update set last_at = excluded.last_at;
  return is_new;
end $$;

create function delete_expired_limits() returns void
  language sql volatile security definer set search_path = gatehouse, pg_temp as $$
  delete from gatehouse.rate_limit r where r.expires_at <= now();
  delete from gatehouse.known_network k where k.last_at <= now() - interval '90 days'
$$;

do $$
declare
  signature regprocedure;
begin
  foreach signature in array array[
    'take_turn(text, integer, interval)', 'give_turn_back(text)', 'take_try(text)', 'take_sign_in(text, text)',
    'forget_tries(text)', 'forget_sign_ins(text)', 'know_network(uuid, text)', 'delete_expired_limits()'
  ]::regprocedure[] loop
    execute format('revoke all on function %s from public', signature);
    execute format('grant execute on function %s to gatehouse_app', signature);
    execute format('alter function %s owner to gatehouse_identity', signature);
  end loop;
end $$;
