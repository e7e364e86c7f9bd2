-- search: a team that is a fair part of its workspace searches like somebody who sees everything, by one look into the index
-- for all, of which its part is kept. Owner by owner it took an index scan for each of up to sixteen, which for common
-- words read the same long lists again each time (measured on 100,000 deals: twice the time, up to four times).
-- The functions are those of *_search_functions otherwise. Makes functions, locks no table.

-- Loads the extension, which knows the setting that search_records has.
select similarity('', '');

-- Whether what is in reach is best found among everything that fits: it is all, or many people's, or at least every
-- eighth person's.
create function search_is_wide(reach search_reach) returns boolean language sql stable as $$
  select case
    when (reach).everything then true
    when cardinality((reach).holders) > 16 then true
    else coalesce(cardinality((reach).holders) * 8 >= (
      select count(*) from (select from gatehouse.member m where m.workspace_id = current_workspace_id() limit 129) some_members), false)
  end $$;
alter function search_is_wide(search_reach) owner to gatehouse_search;
revoke execute on function search_is_wide(search_reach) from public;

-- What is found for each noun, as before but for who searches widely. A single letter still finds what few people have.
do $$
declare
  owned constant text := 'coalesce(t.owner_id, t.team_id)';
  in_use constant text := 't.deleted_at is null';
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
      create or replace function %1$I(form text, words text[], typed text, reach search_reach, most int)
        returns table (id uuid, field text, score real) language plpgsql stable as $body$
      declare
        workspace constant uuid := current_workspace_id();
        second constant text := words[least(2, cardinality(words))];
        widely constant boolean := search_is_wide(reach);
      begin
        return query
        with matching as (
          %2$s (%3$s t.workspace_id = workspace and widely and length(form) > 1 and %4$s
            and t.%5$I like words[1] and t.%5$I like second and t.%5$I like all (words) limit 200)
          union (select own.* from unnest(reach.holders) one cross join lateral (
            %3$s t.workspace_id is not distinct from workspace and %6$s = one
              and t.%5$I like words[1] and t.%5$I like second and t.%5$I like all (words)
            limit 20 + 200 / cardinality(reach.holders)) own where not (widely and length(form) > 1) and cardinality(reach.holders) <= 16)
          union (%3$s t.workspace_id = workspace and t.id = any (reach.shared) and t.%5$I like all (words))
        ), best as (
          select m.id, search_score(form, m.text, null) as score from matching m order by score desc, m.text, m.id limit most
        )
        select b.id, %7$s, b.score from best b join gatehouse.%8$I t on t.workspace_id = workspace and t.id = b.id;
      end $body$ $function$,
      'search_' || searched.name, begins, rows_of, in_reach, searched.place, searched.holder, field, searched.source);
    continue when searched.place = 'search_details';
    execute format($function$
      create or replace function %1$I(form text, swaps text[], reach search_reach, most int)
        returns table (id uuid, field text, score real) language plpgsql stable as $body$
      declare
        workspace constant uuid := current_workspace_id();
        widely constant boolean := search_is_wide(reach);
      begin
        return query
        with matching as (
          (%2$s t.workspace_id = workspace and widely and %3$s and t.search_text %%> form limit 200)
          union (select own.* from unnest(reach.holders) one cross join lateral (
            %2$s t.workspace_id is not distinct from workspace and %4$s = one and t.search_text %%> form
            limit 20 + 200 / cardinality(reach.holders)) own where not widely and cardinality(reach.holders) <= 16)
          union (select swapped.* from unnest(swaps) swap cross join lateral (
            %2$s t.workspace_id = workspace and %3$s and t.search_text like swap limit 20) swapped)
          union (%2$s t.workspace_id = workspace and t.id = any (reach.shared)
            and (t.search_text %%> form or t.search_text like any (swaps)))
        )
        select m.id, %5$L, search_score(form, m.text, swaps) as score from matching m order by score desc, m.text, m.id limit most;
      end $body$ $function$,
      'search_like_' || searched.name, rows_of, in_reach, searched.holder, searched.field);
  end loop;
end $$;


-- Contacts by their e-mail addresses and telephone numbers, which do not know who looks after the contact. Where few
-- fit, or a fair part of those that do is in reach, each is asked; otherwise what is in reach is gone through.
do $$
declare
  searched record;
begin
  for searched in values ('contact_email', 'emails'), ('contact_phone', 'phones') loop
    execute format($function$
      create or replace function %1$I(form text, words text[], reach search_reach, most int)
        returns table (id uuid, field text, score real) language plpgsql stable as $body$
      declare
        workspace constant uuid := current_workspace_id();
        second constant text := words[least(2, cardinality(words))];
        widely constant boolean := search_is_wide(reach);
      begin
        return query
        with few as materialized (
          select t.contact_id, t.search_text as text from gatehouse.%2$I t
          where not widely and length(form) > 1 and t.workspace_id = workspace
            and t.search_text like words[1] and t.search_text like second and t.search_text like all (words)
          limit 301
        ), matching as (
          (select c.id, t.search_text as text
            from gatehouse.%2$I t join gatehouse.contact c on c.workspace_id = workspace and c.id = t.contact_id and c.deleted_at is null
            where widely and length(form) > 1 and t.workspace_id = workspace and search_reached(reach, c.id, c.owner_id, c.team_id)
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

