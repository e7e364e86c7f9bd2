-- search: one function that finds records of all nouns by what their texts begin with, within the caller's reach.
-- Reach is applied where the matches are found, before any limit: a limit before it would leave out what is in reach and
-- tell by that what is not. It is handed in as sets of ids; the server asks its own predicates once more of every hit.
-- Everything here belongs to gatehouse_search; the server may call search_records alone. Makes functions, locks no table.

-- Loads the extension, which knows the setting that search_records has.
select similarity('', '');

-- Which records of a noun: all, or those that one of `holders` looks after (an owner, or for records without one a
-- team), and those in `shared`. Null: none.
create type search_reach as (everything boolean, holders uuid[], shared uuid[]);

create function search_reached(reach search_reach, id uuid, owner_id uuid, team_id uuid) returns boolean
  language sql immutable parallel safe
  return coalesce((reach).everything or coalesce(owner_id, team_id) = any ((reach).holders) or id = any ((reach).shared), false);

-- Patterns for the words of a form, the longest first: it is the rarest, as a rule. A text fits when a word of it begins
-- with each; of more than eight the rest is not looked for.
create function search_words(form text) returns text[] language sql immutable parallel safe
  return (select array_agg('% ' || word || '%' order by length(word) desc, word)
    from (select word from unnest(string_to_array(form, ' ')) with ordinality as each (word, place)
      where word <> '' group by word order by min(place) limit 8) w);

-- Patterns for a single word with two neighbouring letters exchanged, which trigrams of a short word do not see.
create function search_swaps(form text) returns text[] language sql immutable parallel safe
  return (select coalesce(array_agg('% ' || overlay(form placing substr(form, i + 1, 1) || substr(form, i, 1) from i for 2) || '%'), '{}')
    from generate_series(1, length(form) - 1) i where form !~ ' ' and length(form) between 4 and 8);

-- From 0 to 1: the text itself, what begins with it, what has words that do; and below all of these, what is similar.
create function search_score(form text, found text, swaps text[]) returns real language sql immutable parallel safe
  return case
    when swaps is null then
      (similarity(form, found) + case when found = ' ' || form then 4 when found like ' ' || form || '%' then 3 else 2 end) / 5
    else greatest(word_similarity(form, found), case when found like any (swaps) then 0.5 else 0 end) / 5 * 2 end;

-- Two functions for each noun: what is literally there, and what is similar; and one for each noun's contact details.
-- Each way to matches stands in a query of its own, because together they would be of no use to an index: widely, when
-- all or many people's records are in reach; owner by owner, when it is few people's; and what is shared.
-- `typed` is for lists in the order of names, whose index finds the first that begin with it. A single letter is looked
-- for only there, unless it is few people's. Of more than 200 matches inside of texts some 200 are ranked.
do $$
declare
  owned constant text := 'coalesce(t.owner_id, t.team_id)';
  in_use constant text := 't.deleted_at is null';
  wide constant text := '(reach.everything or cardinality(reach.holders) > 16)';
  searched record;
  rows_of text;
  in_reach text;
  begins text;
  field text;
begin
  for searched in
    select * from (values
      ('company', 'company', 'search_text', 'name', owned, in_use, 'name', 'domain'),
      ('company_details', 'company', 'search_details', null, owned, in_use, 'phone', null),
      ('contact', 'contact', 'search_text', 'full_name', owned, in_use, 'fullName', null),
      ('lead', 'lead', 'search_text', 'title', owned, in_use, 'title', 'name'),
      ('lead_details', 'lead', 'search_details', null, owned, in_use, 'email', 'phone'),
      ('deal', 'deal', 'search_text', 'title', owned, in_use, 'title', null),
      ('activity', 'activity', 'search_text', null, owned, in_use, 'subject', null),
      ('product', 'product', 'search_text', null, 'null::uuid', in_use, 'name', 'sku'),
      ('member', 'member', 'search_text', null, 't.id', 'true', 'name', null),
      ('member_details', 'member', 'search_details', null, 't.id', 'true', 'email', null)
    ) as s (name, source, place, ordered, holder, in_use, field, other)
  loop
    rows_of := format('select t.id, t.%I as text from gatehouse.%I t where %s and', searched.place, searched.source, searched.in_use);
    in_reach := format('(reach.everything or %s = any (reach.holders))', searched.holder);
    field := case when searched.other is null then quote_literal(searched.field) else format(
      'case when search_form(t.%I) like all (words) then %L else %L end', searched.field, searched.field, searched.other) end;
    begins := case when searched.ordered is null then '' else format(
      '(%1$s t.workspace_id = workspace and reach.everything and t.%2$I collate text_order >= typed
          and t.%2$I collate text_order < typed || U&''\FFFF'' order by t.%2$I collate text_order, t.id limit most) union',
      rows_of, searched.ordered) end;
    execute format($function$
      create function %1$I(form text, words text[], typed text, reach search_reach, most int)
        returns table (id uuid, field text, score real) language plpgsql stable as $body$
      declare
        workspace constant uuid := current_workspace_id();
        second constant text := words[least(2, cardinality(words))];
      begin
        return query
        with matching as (
          %2$s (%3$s t.workspace_id = workspace and %4$s and length(form) > 1 and %5$s
            and t.%6$I like words[1] and t.%6$I like second and t.%6$I like all (words) limit 200)
          union (select own.* from unnest(reach.holders) one cross join lateral (
            %3$s t.workspace_id is not distinct from workspace and %7$s = one
              and t.%6$I like words[1] and t.%6$I like second and t.%6$I like all (words)
            limit 20 + 200 / cardinality(reach.holders)) own where cardinality(reach.holders) <= 16)
          union (%3$s t.workspace_id = workspace and t.id = any (reach.shared) and t.%6$I like all (words))
        ), best as (
          select m.id, search_score(form, m.text, null) as score from matching m order by score desc, m.text, m.id limit most
        )
        select b.id, %8$s, b.score from best b join gatehouse.%9$I t on t.workspace_id = workspace and t.id = b.id;
      end $body$ $function$,
      'search_' || searched.name, begins, rows_of, wide, in_reach, searched.place, searched.holder, field, searched.source);
    continue when searched.place = 'search_details';
    execute format($function$
      create function %1$I(form text, swaps text[], reach search_reach, most int)
        returns table (id uuid, field text, score real) language plpgsql stable as $body$
      declare
        workspace constant uuid := current_workspace_id();
      begin
        return query
        with matching as (
          (%2$s t.workspace_id = workspace and %3$s and %4$s and t.search_text %%> form limit 200)
          union (select own.* from unnest(reach.holders) one cross join lateral (
            %2$s t.workspace_id is not distinct from workspace and %5$s = one and t.search_text %%> form
            limit 20 + 200 / cardinality(reach.holders)) own where cardinality(reach.holders) <= 16)
          union (select swapped.* from unnest(swaps) swap cross join lateral (
            %2$s t.workspace_id = workspace and %4$s and t.search_text like swap limit 20) swapped)
          union (%2$s t.workspace_id = workspace and t.id = any (reach.shared)
            and (t.search_text %%> form or t.search_text like any (swaps)))
        )
        select m.id, %6$L, search_score(form, m.text, swaps) as score from matching m order by score desc, m.text, m.id limit most;
      end $body$ $function$,
      'search_like_' || searched.name, rows_of, wide, in_reach, searched.holder, searched.field);
  end loop;
end $$;

-- Contacts by their e-mail addresses and telephone numbers, which do not know who looks after the contact. Where few
-- fit, each is asked; where many do, what is in reach is gone through instead.
do $$
declare
  searched record;
begin
  for searched in values ('contact_email', 'emails'), ('contact_phone', 'phones') loop
    execute format($function$
      create function %1$I(form text, words text[], reach search_reach, most int)
        returns table (id uuid, field text, score real) language plpgsql stable as $body$
      declare
        workspace constant uuid := current_workspace_id();
        second constant text := words[least(2, cardinality(words))];
      begin
        return query
        with few as materialized (
          select t.contact_id, t.search_text as text from gatehouse.%2$I t
          where not reach.everything and length(form) > 1 and t.workspace_id = workspace
            and t.search_text like words[1] and t.search_text like second and t.search_text like all (words)
          limit 301
        ), matching as (
          (select c.id, t.search_text as text
            from gatehouse.%2$I t join gatehouse.contact c on c.workspace_id = workspace and c.id = t.contact_id and c.deleted_at is null
            where reach.everything and length(form) > 1 and t.workspace_id = workspace
              and t.search_text like words[1] and t.search_text like second and t.search_text like all (words) limit 200)
          union (select c.id, f.text
            from few f join gatehouse.contact c on c.workspace_id = workspace and c.id = f.contact_id and c.deleted_at is null
            where (select count(*) from few) <= 300 and search_reached(reach, c.id, c.owner_id, c.team_id))
          union (select c.id, t.search_text
            from gatehouse.contact c join gatehouse.%2$I t on t.workspace_id = workspace and t.contact_id = c.id
            where (select count(*) from few) > 300 and c.workspace_id = workspace and c.deleted_at is null
              and (c.owner_id = any (reach.holders) or c.owner_id is null and c.team_id = any (reach.holders) or c.id = any (reach.shared))
              and t.search_text like all (words) limit 200)
        )
        select m.id, '%3$s', search_score(form, m.text, null) as score from matching m order by score desc, m.text, m.id limit most;
      end $body$ $function$,
      'search_' || searched.column1, searched.column1, searched.column2);
  end loop;
end $$;

-- Activities that somebody reads because he can read a record they are on.
do $$
declare
  rows_of constant text := 'select t.id, t.search_text as text from gatehouse.activity t
    where t.workspace_id = workspace and t.deleted_at is null and (' || (
      select string_agg(format('exists (select from gatehouse.%1$I r where r.workspace_id = workspace and r.id = t.%1$I_id
        and r.deleted_at is null and search_reached(%1$I_reach, r.id, r.owner_id, r.team_id))', noun), ' or ')
      from unnest(array['company', 'contact', 'lead', 'deal']) noun) || ') and';
begin
  execute format($function$
    create function search_activity_through(
      form text, words text[], swaps text[], company_reach search_reach, contact_reach search_reach, lead_reach search_reach,
      deal_reach search_reach, most int
    ) returns table (id uuid, field text, score real) language plpgsql stable as $body$
    declare
      workspace constant uuid := current_workspace_id();
      second constant text := words[least(2, cardinality(words))];
    begin
      return query
      with matching as (
        (%1$s swaps is null and t.search_text like words[1] and t.search_text like second and t.search_text like all (words) limit 200)
        union (%1$s swaps is not null and t.search_text %%> form limit 200)
      )
      select m.id, 'subject', search_score(form, m.text, swaps) as score from matching m order by score desc, m.text, m.id limit most;
    end $body$ $function$, rows_of);
end $$;

-- What `reach` says of a noun, or of a noun's group of fields: 'own', 'team' or 'any', with the ids that these stand for.
create function search_reach_of(reach jsonb, name text, me uuid, team uuid[], chain uuid[], at timestamptz) returns search_reach
  language plpgsql stable as $$
declare
  shared uuid[];
begin
  if reach -> 'shared' ? split_part(name, '.', 1) then
    shared := array(
      select record_id from gatehouse.record_share s cross join lateral (
        select case split_part(name, '.', 1) when 'company' then s.company_id when 'contact' then s.contact_id
          when 'lead' then s.lead_id when 'deal' then s.deal_id when 'activity' then s.activity_id end as record_id) r
      where s.workspace_id = current_workspace_id() and (s.member_id = me or s.team_id = any (chain))
        and (s.ends_at is null or s.ends_at > at) and record_id is not null);
  end if;
  return case reach ->> name
    when 'any' then row (true, null, null)::search_reach
    when 'own' then row (false, array[me], shared)::search_reach
    when 'team' then row (false, team, shared)::search_reach end;
end $$;

-- The hits for what somebody typed, best first. What is literally there; only where nothing is, what is similar.
-- Activities, of which there are most, are searched for words of three letters and more.
--
-- reach: for each noun that is searched the caller's reach ({"deal": "own", "contact": "any"}), for each group of fields
--   the same ("contact.contactDetails"; "company.core" and so on for the records that activities are on), and under
--   "shared" the nouns of which he has shares.
-- teams: his team and those below; chain: his team and those above.
create function search_records(typed text, reach jsonb, me uuid, teams uuid[], chain uuid[], at timestamptz, most int)
  returns table (noun text, id uuid, field text, score real) language plpgsql stable security definer
  set enable_seqscan = off set plan_cache_mode = force_generic_plan set pg_trgm.word_similarity_threshold = 0.4 as $$
declare
  form constant text := btrim(search_form(typed));
  words constant text[] := search_words(form);
  digits constant text := ltrim(search_digits(typed), '0');
  number constant text[] := case when typed ~ '^[-0-9 +()./]+$' and length(digits) >= 3 then array['%' || digits || '%'] end;
  -- Those whose records are the team's: its members, and for records without an owner the team itself.
  team constant uuid[] := array(
    select m.id from gatehouse.member m where m.workspace_id = current_workspace_id() and m.team_id = any (teams)) || teams || me;
  company constant search_reach := search_reach_of(reach, 'company', me, team, chain, at);
  company_details constant search_reach := search_reach_of(reach, 'company.contactDetails', me, team, chain, at);
  contact constant search_reach := search_reach_of(reach, 'contact', me, team, chain, at);
  contact_details constant search_reach := search_reach_of(reach, 'contact.contactDetails', me, team, chain, at);
  lead constant search_reach := search_reach_of(reach, 'lead', me, team, chain, at);
  lead_details constant search_reach := search_reach_of(reach, 'lead.contactDetails', me, team, chain, at);
  deal constant search_reach := search_reach_of(reach, 'deal', me, team, chain, at);
  activity constant search_reach := case when length(words[1]) > 5 then search_reach_of(reach, 'activity', me, team, chain, at) end;
  product constant search_reach := search_reach_of(reach, 'product', me, team, chain, at);
  member constant search_reach := search_reach_of(reach, 'member', me, team, chain, at);
  member_details constant search_reach := search_reach_of(reach, 'member.account', me, team, chain, at);
  -- The records that activities are on, whether or not these are searched themselves.
  company_reach constant search_reach := search_reach_of(reach, 'company.core', me, team, chain, at);
  contact_reach constant search_reach := search_reach_of(reach, 'contact.core', me, team, chain, at);
  lead_reach constant search_reach := search_reach_of(reach, 'lead.core', me, team, chain, at);
  deal_reach constant search_reach := search_reach_of(reach, 'deal.core', me, team, chain, at);
  swaps constant text[] := search_swaps(form);
begin
  if form = '' then
    return;
  end if;
  return query
  select h.noun, h.id, h.field, h.score from (
    select distinct on (a.noun, a.id) a.* from (
      select 'company' as noun, s.* from search_company(form, words, typed, company, most) s where company.everything is not null
      union all select 'company', s.* from search_company_details(digits, number, null, company_details, most) s
        where company_details.everything is not null and number is not null
      union all select 'contact', s.* from search_contact(form, words, typed, contact, most) s where contact.everything is not null
      union all select 'contact', s.* from search_contact_email(form, words, contact_details, most) s
        where contact_details.everything is not null
      union all select 'contact', s.* from search_contact_phone(digits, number, contact_details, most) s
        where contact_details.everything is not null and number is not null
      union all select 'lead', s.* from search_lead(form, words, typed, lead, most) s where lead.everything is not null
      union all select 'lead', s.* from search_lead_details(form, words, null, lead_details, most) s
        where lead_details.everything is not null
      union all select 'lead', s.* from search_lead_details(digits, number, null, lead_details, most) s
        where lead_details.everything is not null and number is not null
      union all select 'deal', s.* from search_deal(form, words, typed, deal, most) s where deal.everything is not null
      union all select 'activity', s.* from search_activity(form, words, null, activity, most) s where activity.everything is not null
      union all select 'activity', s.* from search_activity_through(
        form, words, null, company_reach, contact_reach, lead_reach, deal_reach, most) s where not activity.everything
      union all select 'product', s.* from search_product(form, words, null, product, most) s where product.everything is not null
      union all select 'member', s.* from search_member(form, words, null, member, most) s where member.everything is not null
      union all select 'member', s.* from search_member_details(form, words, null, member_details, most) s
        where member_details.everything is not null
    ) a order by a.noun, a.id, a.score desc
  ) h order by h.score desc, h.noun, h.id limit most;
  if found or form !~ '[[:alpha:]]{3}' then
    return;
  end if;
  return query
  select a.* from (
    select 'company' as noun, s.* from search_like_company(form, swaps, company, most) s where company.everything is not null
    union all select 'contact', s.* from search_like_contact(form, swaps, contact, most) s where contact.everything is not null
    union all select 'lead', s.* from search_like_lead(form, swaps, lead, most) s where lead.everything is not null
    union all select 'deal', s.* from search_like_deal(form, swaps, deal, most) s where deal.everything is not null
    union all select 'activity', s.* from search_like_activity(form, swaps, activity, most) s where activity.everything is not null
    union select 'activity', s.* from search_activity_through(
      form, words, swaps, company_reach, contact_reach, lead_reach, deal_reach, most) s where not activity.everything
    union all select 'product', s.* from search_like_product(form, swaps, product, most) s where product.everything is not null
    union all select 'member', s.* from search_like_member(form, swaps, member, most) s where member.everything is not null
  ) a order by a.score desc, a.noun, a.id limit most;
end $$;

-- Whose they are, and who may call them.
do $$
declare
  ours regprocedure;
begin
  for ours in select oid from pg_proc where pronamespace = 'gatehouse'::regnamespace and proname like 'search\_%'
    and proname not in ('search_form', 'search_digits')
  loop
    execute format('alter function %s owner to gatehouse_search', ours);
    execute format('revoke execute on function %s from public', ours);
  end loop;
  execute format('alter function search_records set search_path = gatehouse, %s pg_temp', (
    select string_agg(distinct quote_ident(nspname) || ',', ' ') from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
    where extname in ('pg_trgm', 'unaccent') and nspname not like 'gatehouse%'));
end $$;
grant execute on function search_records(text, jsonb, uuid, uuid[], uuid[], timestamptz, int) to gatehouse_app;
