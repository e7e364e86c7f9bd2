-- Of tries at the same moment, one that had looked at the clock before another, and waited for it, was refused although
-- there were tries left: the other had written its own time as when the next is free. Free tries now write none.
-- A function is replaced; no table is touched.
create or replace function take_try(wanted_key text) returns integer
  language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  at timestamptz := clock_timestamp();
  tries integer;
begin
  insert into gatehouse.rate_limit as r (key, count, free_at, expires_at)
    values (wanted_key, 1, '-infinity', at + interval '30 days')
  on conflict (key) do update set
    count = case when r.expires_at <= at then 1 else r.count + 1 end,
    free_at = case when r.expires_at <= at or r.count + 1 < 10 then '-infinity'
                   else at + least(power(2, r.count + 1 - 10), 15) * interval '1 minute' end,
    expires_at = at + interval '30 days'
    where r.expires_at <= at or (r.free_at <= at and r.count < 100)
  returning r.count into tries;
  return tries;
end $$;
