-- search: ranks what is likely to be shown. A noun's functions looked at up to 200 that fit inside of texts, for ten hits;
-- now at five for each hit that is asked for, and owner by owner at no fewer than are shown. Reach comes before every
-- limit, as before. Makes functions, locks no table.

-- Loads the extension, which knows the setting that search_records has.
select similarity('', '');

-- The functions of *_search_for_teams and *_search_functions with other numbers.
do $$
declare
  ours regprocedure;
  made text;
begin
  for ours in select oid from pg_proc where pronamespace = 'gatehouse'::regnamespace and proname like 'search\_%'
    and prosrc like '%limit 200%'
  loop
    made := replace(pg_get_functiondef(ours), 'limit 200', 'limit 5 * most');
    made := replace(made, 'limit 20 + 200 / cardinality(reach.holders)', 'limit greatest(most, 5 * most / cardinality(reach.holders))');
    made := replace(made, 'cardinality(reach.holders) <= 16)', 'cardinality(reach.holders) <= 16 limit 8 * most)');
    execute made;
  end loop;
  -- Who belongs to his own team was asked twice.
  made := pg_get_functiondef('search_records'::regproc);
  execute replace(made, 'm.team_id = any (teams)) || teams || me', 'm.team_id = any (teams) and m.id <> me) || teams || me');
end $$;

-- Contacts by their e-mail addresses and telephone numbers, which do not know who looks after the contact. Where few fit,
-- or everybody's contacts are in reach, or at least every sixteenth person's, each that fits is asked; otherwise what is in
-- reach is gone through, one contact at a time until there are enough.
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
        widely constant boolean := reach.everything or cardinality(reach.holders) * 16 >= (select count(*) from (
          select from gatehouse.member m where m.workspace_id = workspace limit 257) some_members);
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
              and t.search_text like words[1] and t.search_text like second and t.search_text like all (words) limit 3 * most)
          union (select c.id, f.text
            from few f join gatehouse.contact c on c.workspace_id = workspace and c.id = f.contact_id and c.deleted_at is null
            where (select count(*) from few) <= 300 and search_reached(reach, c.id, c.owner_id, c.team_id))
          union (select c.id, t.text
            from gatehouse.contact c cross join lateral (
              select e.search_text as text from gatehouse.%2$I e
              where e.workspace_id = workspace and e.contact_id = c.id and e.search_text like all (words) offset 0) t
            where (select count(*) from few) > 300 and c.workspace_id = workspace and c.deleted_at is null
              and (c.owner_id = any (reach.holders) or c.owner_id is null and c.team_id = any (reach.holders) or c.id = any (reach.shared))
            limit 3 * most)
        )
        select m.id, '%3$s', search_score(form, m.text, null) as score from matching m order by score desc, m.text, m.id limit most;
      end $body$ $function$,
      'search_' || searched.column1, searched.column1, searched.column2);
  end loop;
end $$;
