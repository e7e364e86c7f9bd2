-- The bench's data: the same rows for the same numbers, on every machine. Runs as a superuser with
-- session_replication_role = replica (no triggers, no key checks: the expressions below keep the keys) and
-- search_path = gatehouse. Takes bench.deals and bench.workspaces from the settings.

create temp table size as select current_setting('bench.deals')::int as deals, current_setting('bench.workspaces')::int as workspaces;

-- Workspace 0 is the one that is measured: it holds two fifths of all deals, the others share the rest evenly.
create temp table ws as
  select n, case when workspaces = 1 then deals when n = 0 then deals * 2 / 5 else (deals - deals * 2 / 5) / (workspaces - 1) end as deals
  from size, generate_series(0, workspaces - 1) n;
alter table ws add companies int, add contacts int, add leads int;
update ws set companies = greatest(20, deals / 4), contacts = greatest(40, deals / 2), leads = greatest(10, deals / 10);

create function pg_temp.hash(seed text) returns int language sql immutable parallel safe
  return ('x' || substr(md5(seed), 1, 7))::bit(28)::int;

-- A version 7 UUID: ascending with n, as the product's own ids ascend with time.
create function pg_temp.id(kind text, w int, n int) returns uuid language sql immutable parallel safe
  return (lpad(to_hex(1704067200000 + n::bigint * 20000), 12, '0') || '7' || substr(md5(kind || w || ':' || n), 1, 3)
    || '8' || substr(md5(kind || w || ':' || n), 4, 15))::uuid;

-- Newer with n: the last row is some hours old on 1 January 2026, whatever the number of rows.
create function pg_temp.at(n int, of_how_many int) returns timestamptz language sql immutable parallel safe
  return '2026-01-01 00:00:00+00'::timestamptz - make_interval(secs => ((of_how_many - n)::float8 / of_how_many * 63072000)::int);

create function pg_temp.pick(words text[], n int) returns text language sql immutable parallel safe
  return words[1 + n % array_length(words, 1)];

create temp table word as select
  array['Acme','Borealis','Cedar','Delta','Ember','Fjord','Granite','Harbour','Indigo','Juniper','Kestrel','Lumen','Meridian',
    'Nimbus','Orchard','Pioneer','Quarry','Ridge','Summit','Tundra','Umber','Vertex','Willow','Zenith'] as first,
  array['Foods','Systems','Logistics','Energy','Partners','Works','Labs','Media','Textiles','Robotics','Health'] as second,
  array['Ada','Ben','Clara','David','Elena','Farid','Grace','Hugo','Ines','Jonas','Kira','Liam','Mona','Nils','Olga','Paul',
    'Rosa','Sami','Tara','Uwe','Vera','Wim','Yara','Zoe'] as given,
  array['Adler','Brandt','Castro','Dubois','Engel','Fischer','García','Hansen','Ivanov','Jansen','Keller','Lopez','Meyer',
    'Novak','Olsen','Petit','Quinn','Rossi','Schmidt','Torres','Ueda','Varga','Weber','Young','Zhang'] as family,
  array['Berlin','Paris','Madrid','Oslo','Wien','Zürich','Lyon','Porto','Gdańsk','Turku'] as city,
  array['DE','FR','ES','NO','AT','CH','FR','PT','PL','FI'] as country,
  array['Buyer','Engineer','Director','Owner','Assistant','Analyst','Consultant','Head of Sales'] as job;

insert into workspace (id, slug, name, default_currency)
  select pg_temp.id('workspace', n, 0), 'bench-' || n, 'Bench ' || n, 'EUR' from ws;

-- Eight teams, of which the last four hang below the first four; forty members, five in each team.
insert into team (workspace_id, id, name, parent_id)
  select pg_temp.id('workspace', w.n, 0), pg_temp.id('team', w.n, t), 'Team ' || t,
    case when t >= 4 then pg_temp.id('team', w.n, t - 4) end
  from ws w, generate_series(0, 7) t;
insert into "user" (id, email, name)
  select pg_temp.id('user', 0, m), 'member' || m || '@bench.example', 'Member ' || m from generate_series(0, 39) m;
insert into member (workspace_id, id, user_id, name, email, team_id)
  select pg_temp.id('workspace', w.n, 0), pg_temp.id('member', w.n, m), case when w.n = 0 then pg_temp.id('user', 0, m) end,
    pg_temp.pick(given, m) || ' ' || pg_temp.pick(family, m * 7 + w.n), 'member' || m || '@bench.example',
    pg_temp.id('team', w.n, m % 8)
  from ws w, word, generate_series(0, 39) m;
insert into role (workspace_id, id, name, built_in)
  select pg_temp.id('workspace', w.n, 0), pg_temp.id('role', w.n, r.at::int), r.name, r.name::built_in_role
  from ws w, unnest(array['OWNER', 'ADMIN', 'MANAGER', 'REP', 'VIEWER']) with ordinality r(name, at);
-- Members 0 to 15 are managers (two in each team), the others reps.
insert into member_role (workspace_id, member_id, role_id)
  select pg_temp.id('workspace', w.n, 0), pg_temp.id('member', w.n, m), pg_temp.id('role', w.n, case when m < 16 then 3 else 4 end)
  from ws w, generate_series(0, 39) m;

insert into pipeline (workspace_id, id, name, kind, position)
  select pg_temp.id('workspace', w.n, 0), pg_temp.id('pipeline', w.n, p), 'Pipeline ' || p,
    (case when p < 2 then 'DEAL' else 'LEAD' end)::pipeline_kind, p
  from ws w, generate_series(0, 2) p;
insert into stage (workspace_id, id, pipeline_id, name, position, status, probability)
  select pg_temp.id('workspace', w.n, 0), pg_temp.id('stage', w.n, p * 6 + s), pg_temp.id('pipeline', w.n, p),
    (array['New', 'Qualified', 'Proposal', 'Negotiation', 'Won', 'Lost'])[s + 1], s,
    (case s when 4 then 'WON' when 5 then 'LOST' else 'OPEN' end)::stage_status, (array[10, 25, 50, 75, 100, 0])[s + 1]
  from ws w, generate_series(0, 2) p, generate_series(0, 5) s;
insert into product (workspace_id, id, name, sku, price_minor, currency)
  select pg_temp.id('workspace', w.n, 0), pg_temp.id('product', w.n, p), 'Product ' || p, 'SKU-' || p, 1000 + p * 250, 'EUR'
  from ws w, generate_series(0, 29) p;
insert into tag (workspace_id, id, name, color)
  select pg_temp.id('workspace', w.n, 0), pg_temp.id('tag', w.n, t), 'tag ' || t, '#3366cc' from ws w, generate_series(0, 19) t;

insert into company (workspace_id, id, name, domain, industry, employee_count, annual_revenue_minor, currency, phone, street,
    city, country, notes, owner_id, created_at, updated_at)
  select pg_temp.id('workspace', w.n, 0), pg_temp.id('company', w.n, c),
    pg_temp.pick(first, pg_temp.hash('c' || c)) || ' ' || pg_temp.pick(second, pg_temp.hash('d' || c)) || ' ' || c,
    'company' || c || '.example', pg_temp.pick(second, c), 5 + c % 5000, 1000000 + c::bigint * 137, 'EUR', '+49 30 ' || (100000 + c),
    c % 200 || ' Main Street', pg_temp.pick(city, c), pg_temp.pick(country, c), case when c % 2 = 0 then repeat('A note. ', 20) end,
    pg_temp.id('member', w.n, pg_temp.hash('co' || c) % 40), pg_temp.at(c, w.companies), pg_temp.at(c, w.companies)
  from ws w, word, generate_series(0, w.companies - 1) c;

insert into contact (workspace_id, id, first_name, last_name, full_name, job_title, birth_on, notes, company_id, owner_id,
    created_at, updated_at)
  select workspace_id, id, first_name, last_name, first_name || ' ' || last_name, job_title, birth_on, notes, company_id, owner_id, at, at
  from (
    select pg_temp.id('workspace', w.n, 0) as workspace_id, pg_temp.id('contact', w.n, c) as id,
      pg_temp.pick(given, pg_temp.hash('g' || c)) as first_name, pg_temp.pick(family, pg_temp.hash('f' || c)) as last_name,
      pg_temp.pick(job, pg_temp.hash('j' || c)) as job_title, '1960-01-01'::date + pg_temp.hash('b' || c) % 15000 as birth_on,
      case when c % 3 = 0 then repeat('Likes tea. ', 10) end as notes, pg_temp.id('company', w.n, c % w.companies) as company_id,
      pg_temp.id('member', w.n, pg_temp.hash('ct' || c) % 40) as owner_id, pg_temp.at(c, w.contacts) as at
    from ws w, word, generate_series(0, w.contacts - 1) c) c;
insert into contact_email (workspace_id, id, contact_id, address, label, is_primary, position)
  select pg_temp.id('workspace', w.n, 0), pg_temp.id('email', w.n, c), pg_temp.id('contact', w.n, c),
    'contact' || c || '@company' || c % w.companies || '.example', 'work', true, 0
  from ws w, generate_series(0, w.contacts - 1) c;
insert into contact_phone (workspace_id, id, contact_id, number, label, is_primary, position)
  select pg_temp.id('workspace', w.n, 0), pg_temp.id('phone', w.n, c), pg_temp.id('contact', w.n, c), '+49 170 ' || (1000000 + c), 'mobile', true, 0
  from ws w, generate_series(0, w.contacts - 1) c;

insert into lead (workspace_id, id, title, first_name, last_name, company_name, email, pipeline_id, stage_id, currency, amount_minor,
    owner_id, created_at, updated_at, stage_entered_at)
  select pg_temp.id('workspace', w.n, 0), pg_temp.id('lead', w.n, l), 'Lead ' || l, pg_temp.pick(given, l), pg_temp.pick(family, l * 3),
    pg_temp.pick(first, l) || ' ' || pg_temp.pick(second, l), 'lead' || l || '@lead.example', pg_temp.id('pipeline', w.n, 2),
    pg_temp.id('stage', w.n, 12 + l % 4), 'EUR', 50000 + l, pg_temp.id('member', w.n, pg_temp.hash('l' || l) % 40),
    pg_temp.at(l, w.leads), pg_temp.at(l, w.leads), pg_temp.at(l, w.leads)
  from ws w, word, generate_series(0, w.leads - 1) l;

-- One deal in twenty has no owner and is looked after by a team; one in fifty is deleted.
create temp table deal_of as
  select w.n as w, d, w.deals as of, w.companies, w.contacts, h % 2 as p, (h / 2) % 6 as s,
    case when h % 20 <> 0 then (h / 40) % 40 end as owner, case when h % 20 = 0 then (h / 40) % 8 end as team, (h / 7) % 50 = 0 as is_deleted
  from ws w, generate_series(0, w.deals - 1) d, lateral (select pg_temp.hash('deal' || d) as h) h;
insert into deal (workspace_id, id, title, amount_minor, currency, probability, expected_close_on, closed_at, loss_reason, source,
    notes, pipeline_id, stage_id, stage_entered_at, company_id, owner_id, team_id, created_at, updated_at, deleted_at)
  select pg_temp.id('workspace', w, 0), pg_temp.id('deal', w, d), pg_temp.pick(second, d) || ' for ' || pg_temp.pick(first, d / 3) || ' #' || d,
    case when d % 25 <> 0 then 100000 + (d * 7919::bigint) % 9000000 end, 'EUR', (array[10, 25, 50, 75, 100, 0])[s + 1],
    (pg_temp.at(d, of) + interval '60 days')::date, case when s >= 4 then pg_temp.at(d, of) + interval '30 days' end,
    case when s = 5 then 'Too expensive' end, pg_temp.pick(array['Web', 'Fair', 'Referral', 'Cold call'], d),
    case when d % 2 = 0 then repeat('They asked for a second demonstration. ', 8) end,
    pg_temp.id('pipeline', w, p), pg_temp.id('stage', w, p * 6 + s), pg_temp.at(d, of) + interval '3 days',
    pg_temp.id('company', w, d % companies), pg_temp.id('member', w, owner), pg_temp.id('team', w, team),
    pg_temp.at(d, of), pg_temp.at(d, of) + interval '3 days', case when is_deleted then '2026-01-02'::timestamptz end
  from deal_of, word;
insert into deal_contact (workspace_id, id, deal_id, contact_id, role, position)
  select pg_temp.id('workspace', w, 0), pg_temp.id('part', w, d * 2 + k), pg_temp.id('deal', w, d),
    pg_temp.id('contact', w, (d + k * 17) % contacts), (array['decision maker', 'adviser'])[k + 1], k
  from deal_of, generate_series(0, d % 2) k;
insert into deal_line (workspace_id, id, deal_id, product_id, description, quantity, unit_price_minor, discount_percent, position)
  select pg_temp.id('workspace', w, 0), pg_temp.id('line', w, d * 3 + k), pg_temp.id('deal', w, d), pg_temp.id('product', w, (d + k) % 30),
    'Product ' || (d + k) % 30, 1 + d % 9, 1000 + ((d + k) % 30) * 250, (d % 4) * 2.5, k
  from deal_of, generate_series(0, d % 3) k;
insert into stage_change (workspace_id, id, deal_id, from_stage_id, to_stage_id, entered_at, recorded_at, moved_by_id, door, currency,
    amount_minor, probability)
  select pg_temp.id('workspace', w, 0), pg_temp.id('change', w, d * 2 + k), pg_temp.id('deal', w, d),
    case when k = 1 then pg_temp.id('stage', w, p * 6) end, pg_temp.id('stage', w, p * 6 + case k when 0 then 0 else s end),
    pg_temp.at(d, of) + make_interval(days => k * 3), pg_temp.at(d, of) + make_interval(days => k * 3),
    pg_temp.id('member', w, owner), 'API', 'EUR', 100000, 10
  from deal_of, generate_series(0, case when s = 0 then 0 else 1 end) k;
insert into tagging (workspace_id, id, tag_id, deal_id)
  select pg_temp.id('workspace', w, 0), pg_temp.id('tagging', w, d), pg_temp.id('tag', w, d % 20), pg_temp.id('deal', w, d)
  from deal_of where d % 3 = 0;

-- Five activities on a deal, thirty on one in a hundred; four in five belong to the deal's owner.
insert into activity (workspace_id, id, kind, subject, body, happens_at, due_at, company_id, contact_id, deal_id, owner_id, team_id,
    created_at, updated_at)
  select pg_temp.id('workspace', w, 0), pg_temp.id('activity', w, d * 30 + k),
    (array['CALL', 'MEETING', 'NOTE', 'EMAIL', 'TASK'])[1 + k % 5]::activity_kind, 'Step ' || k || ' of deal ' || d,
    'We spoke about the offer and what is still open; they will answer next week. ' || k,
    case when k % 5 <> 4 then pg_temp.at(d, of) + make_interval(hours => k * 9) end, case when k % 5 = 4 then pg_temp.at(d, of) + make_interval(days => k) end,
    case when k % 2 = 0 then pg_temp.id('company', w, d % companies) end, null, pg_temp.id('deal', w, d),
    pg_temp.id('member', w, case when k % 5 = 3 then (d + k) % 40 else owner end), case when owner is null and k % 5 <> 3 then pg_temp.id('team', w, team) end,
    pg_temp.at(d, of) + make_interval(hours => k * 9), pg_temp.at(d, of) + make_interval(hours => k * 9)
  from deal_of, generate_series(0, case when d % 100 = 7 then 29 else 4 end) k;

-- Deals that colleagues have shared with member 8, a manager like member 0: every fiftieth of workspace 0.
insert into record_share (workspace_id, id, deal_id, member_id, level)
  select pg_temp.id('workspace', 0, 0), pg_temp.id('share', 0, d), pg_temp.id('deal', 0, d), pg_temp.id('member', 0, 8), 'READ'
  from deal_of where w = 0 and d % 50 = 0;

create table bench.person (name text primary key, workspace_id uuid, member_id uuid, user_id uuid, team_ids uuid[]);
insert into bench.person
  select name, pg_temp.id('workspace', 0, 0), pg_temp.id('member', 0, m), pg_temp.id('user', 0, m),
    array[pg_temp.id('team', 0, 0), pg_temp.id('team', 0, 4)]
  from (values ('manager', 0), ('sharer', 8)) as p (name, m);
