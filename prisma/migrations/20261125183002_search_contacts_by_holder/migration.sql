-- search: contacts are found by their addresses and numbers as they are by their names, owner by owner where a team is a
-- small part of its workspace. Makes the indexes anew, which locks both tables against writes meanwhile.
drop index contact_email_search;
drop index contact_phone_search;
create index contact_email_search on contact_email using gin (workspace_id, held_by, search_text gin_trgm_ops)
  with (gin_pending_list_limit = 256);
create index contact_phone_search on contact_phone using gin (workspace_id, held_by, search_text gin_trgm_ops)
  with (gin_pending_list_limit = 256);

-- Loads the extension, which knows the setting that search_records has.
select similarity('', '');

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
        with matching as (
          (select t.contact_id as id, t.search_text as text from gatehouse.%2$I t
            where t.workspace_id = workspace and widely and length(form) > 1 and t.held_by is not null
              and (reach.everything or t.held_by = any (reach.holders))
              and t.search_text like words[1] and t.search_text like second and t.search_text like all (words) limit 5 * most)
          union (select own.* from unnest(reach.holders) one cross join lateral (
            select t.contact_id as id, t.search_text as text from gatehouse.%2$I t
            where t.workspace_id is not distinct from workspace and t.held_by = one
              and t.search_text like words[1] and t.search_text like second and t.search_text like all (words)
            limit greatest(most, 5 * most / cardinality(reach.holders))) own
            where not widely and length(form) > 1 and cardinality(reach.holders) <= 16 limit 8 * most)
          union (select t.contact_id as id, t.search_text as text from gatehouse.%2$I t
            where t.workspace_id = workspace and length(form) > 1 and t.contact_id = any (reach.shared) and t.held_by is not null
              and t.search_text like all (words))
        )
        select m.id, '%3$s', search_score(form, m.text, null) as score from matching m order by score desc, m.text, m.id limit most;
      end $body$ $function$,
      'search_' || searched.column1, searched.column1, searched.column2);
  end loop;
end $$;
