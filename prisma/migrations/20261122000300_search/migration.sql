-- Searching: texts as they are compared, their indexes, and the role that may use them below row-level security.
-- Below a policy, PostgreSQL does not let ILIKE and the like use an index, because they are not proven to keep secrets.
-- So functions that belong to gatehouse_search do the comparing: it may read the columns granted here, of every
-- workspace, and each function asks for the rows of the one that the transaction has set.
-- Runs as gatehouse_owner, on tables that are still empty: the new columns rewrite them, the indexes lock them.

-- 1. A text as it is compared: without case, accents and punctuation; one space before each word and where
--    punctuation was. Lower-cased first by the database's own rule, which is ILIKE's: so where a text contains another,
--    whatever the case, its form contains the other's form.
create function search_form(value text) returns text language sql immutable strict parallel safe
  return regexp_replace(lower(unaccent('unaccent'::regdictionary, lower(' ' || value)) collate text_order),
    '[^[:alnum:]]+', ' ', 'g');

create function search_digits(value text) returns text language sql immutable strict parallel safe
  return regexp_replace(value, '[^0-9]+', '', 'g');

-- 2. What is searched of a record: what everybody may read who can read the record, and apart from that what belongs to
--    its contact details. Kept by the database; written when these columns are, and read with the row.
alter table company
  add column search_text text not null generated always as (search_form(name || ' ' || coalesce(domain, ''))) stored,
  add column search_details text generated always as (search_digits(phone)) stored;
alter table contact
  add column search_text text not null generated always as (search_form(full_name)) stored;
alter table contact_email
  add column search_text text not null generated always as (search_form(address)) stored;
alter table contact_phone
  add column search_text text not null generated always as (search_digits(number)) stored;
alter table lead
  add column search_text text not null generated always as (search_form(title || ' ' || coalesce(first_name, '') || ' '
    || coalesce(last_name, '') || ' ' || coalesce(company_name, ''))) stored,
  add column search_details text generated always as (
    search_form(coalesce(email, '')) || ' ' || search_digits(coalesce(phone, ''))) stored;
alter table deal
  add column search_text text not null generated always as (search_form(title)) stored;
alter table activity
  add column search_text text not null generated always as (search_form(subject)) stored;
alter table product
  add column search_text text not null generated always as (search_form(name || ' ' || coalesce(sku, ''))) stored;
alter table member
  add column search_text text not null generated always as (search_form(name)) stored,
  add column search_details text generated always as (search_form(email)) stored;

-- 3. Trigram indexes. The workspace is a key, so that a word that is frequent elsewhere costs nothing here; so is who
--    looks after a record (its owner, or while it has none its team), so that one's own are found without the others.
--    Short pending lists: what waits in them is read by every search.
create index company_search on company using gin (
  workspace_id, (coalesce(owner_id, team_id)), search_text gin_trgm_ops, search_details gin_trgm_ops)
  with (gin_pending_list_limit = 256);
create index contact_search on contact using gin (workspace_id, (coalesce(owner_id, team_id)), search_text gin_trgm_ops)
  with (gin_pending_list_limit = 256);
create index contact_email_search on contact_email using gin (workspace_id, search_text gin_trgm_ops)
  with (gin_pending_list_limit = 256);
create index contact_phone_search on contact_phone using gin (workspace_id, search_text gin_trgm_ops)
  with (gin_pending_list_limit = 256);
create index lead_search on lead using gin (
  workspace_id, (coalesce(owner_id, team_id)), search_text gin_trgm_ops, search_details gin_trgm_ops)
  with (gin_pending_list_limit = 256);
create index deal_search on deal using gin (workspace_id, (coalesce(owner_id, team_id)), search_text gin_trgm_ops)
  with (gin_pending_list_limit = 256);
create index activity_search on activity using gin (workspace_id, (coalesce(owner_id, team_id)), search_text gin_trgm_ops)
  with (gin_pending_list_limit = 256);
create index product_search on product using gin (workspace_id, search_text gin_trgm_ops)
  with (gin_pending_list_limit = 256);
create index member_search on member using gin (workspace_id, search_text gin_trgm_ops, search_details gin_trgm_ops)
  with (gin_pending_list_limit = 256);

-- 4. What gatehouse_search may read.
grant select (workspace_id, id, owner_id, team_id, deleted_at, name, domain, phone, search_text, search_details)
  on company to gatehouse_search;
grant select (workspace_id, id, owner_id, team_id, deleted_at, full_name, search_text) on contact to gatehouse_search;
grant select (workspace_id, contact_id, address, search_text) on contact_email to gatehouse_search;
grant select (workspace_id, contact_id, number, search_text) on contact_phone to gatehouse_search;
grant select (workspace_id, id, owner_id, team_id, deleted_at, title, email, phone, search_text, search_details)
  on lead to gatehouse_search;
grant select (workspace_id, id, owner_id, team_id, deleted_at, title, search_text) on deal to gatehouse_search;
grant select (workspace_id, id, owner_id, team_id, deleted_at, subject, company_id, contact_id, lead_id, deal_id, search_text)
  on activity to gatehouse_search;
grant select (workspace_id, id, deleted_at, name, search_text) on product to gatehouse_search;
grant select (workspace_id, id, team_id, name, search_text, search_details) on member to gatehouse_search;
grant select on record_share to gatehouse_search;
do $$
declare
  searched text;
begin
  foreach searched in array array['company', 'contact', 'contact_email', 'contact_phone', 'lead', 'deal', 'activity', 'product',
    'member', 'record_share']
  loop
    execute format('create policy search_reads on %I for select to gatehouse_search using (true)', searched);
  end loop;
end $$;
grant execute on function current_workspace_id(), search_form(text), search_digits(text) to gatehouse_search;
grant execute on function search_form(text), search_digits(text) to gatehouse_app;

-- 5. Which records' texts contain what is asked for, or begin with it, whatever the case: candidates for `contains` and
--    `startsWith`, which are tested once more where they are used. Null where the index is of no help: too short a text
--    to have a trigram, or so frequent a one that walking through a list meets it soon enough.
do $$
declare
  place text := coalesce((
    select string_agg(distinct quote_ident(nspname) || ', ', '') from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
    where extname in ('pg_trgm', 'unaccent') and nspname not like 'gatehouse%'), '');
  searched record;
begin
  for searched in values ('company', 'name'), ('contact', 'full_name'), ('lead', 'title'), ('deal', 'title'),
    ('activity', 'subject'), ('product', 'name'), ('member', 'name')
  loop
    execute format($function$
      create function %1$I(wanted text, at_start boolean) returns uuid[]
        language plpgsql stable security definer
        set search_path = gatehouse, %4$s pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $body$
      declare
        workspace constant uuid := current_workspace_id();
        form constant text := regexp_replace(search_form(wanted), case when at_start then '' else '^ (?=[[:alnum:]])' end, '');
        exact constant text := case when at_start then '' else '%%' end || regexp_replace(wanted, '([\\%%_])', '\\\1', 'g') || '%%';
      begin
        if form !~ '[^ ]{3}| [^ ]{2}|[^ ]{2} ' then
          return null;
        end if;
        return (
          select case when count(*) <= 2000 then coalesce(array_agg(id), '{}') end
          from (
            select id from %2$I
            where workspace_id = workspace and search_text like '%%' || form || '%%' and %3$I ilike exact
            limit 2001
          ) candidate);
      end $body$ $function$,
      searched.column1 || '_' || searched.column2 || '_matching', searched.column1, searched.column2, place);
    execute format('alter function %I(text, boolean) owner to gatehouse_search', searched.column1 || '_' || searched.column2 || '_matching');
    execute format('revoke execute on function %I(text, boolean) from public', searched.column1 || '_' || searched.column2 || '_matching');
    execute format('grant execute on function %I(text, boolean) to gatehouse_app', searched.column1 || '_' || searched.column2 || '_matching');
  end loop;
end $$;
