-- A big sales organisation, for fill.ts. `given` holds the world's workspace, its teams north and south, its rep and
-- manager, and how many deals there are to be; everything else follows from these. Chance is a hash, so that the same
-- world is filled with the same.

create function pg_temp.chance(i bigint, salt int) returns int language sql immutable
  return (hashint8extended(i, salt) & 2147483647)::int;
create function pg_temp.pick(words text[], i bigint, salt int) returns text language sql immutable
  return words[1 + pg_temp.chance(i, salt) % cardinality(words)];
create function pg_temp.a_uuid(noun int, i bigint, at timestamptz) returns uuid language sql immutable
  return (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(noun), 3, '0')
    || '8' || substr(md5(noun || ' ' || i), 1, 15))::uuid;
create function pg_temp.an_instant(i bigint, salt int) returns timestamptz language sql immutable
  return timestamptz '2025-01-01Z' + pg_temp.chance(i, salt) % 31536000 * interval '1 second';

create temp table word_list as select
  array['Amber','Arctic','Atlas','Aurora','Beacon','Birch','Blue','Bright','Cedar','Cobalt','Copper','Coral','Crystal',
    'Delta','Eagle','Eastern','Echo','Ember','Falcon','First','Forest','Global','Golden','Granite','Green','Harbor',
    'Horizon','Iron','Jade','Lakeside','Lunar','Maple','Metro','Modern','Nordic','North','Ocean','Olive','Omega','Orbit',
    'Pacific','Phoenix','Pioneer','Polar','Prime','Quantum','Rapid','River','Royal','Sapphire','Silver','Solar','Stellar',
    'Sterling','Summit','Swift','Titan','United','Vertex','Zenith'] as adjectives,
  array['Analytics','Apparel','Automotive','Bakery','Bank','Biotech','Brewing','Builders','Capital','Ceramics','Clinic',
    'Consulting','Design','Dynamics','Electric','Energy','Engineering','Farms','Films','Foods','Foundry','Freight','Games',
    'Health','Holdings','Hotels','Industries','Instruments','Insurance','Kitchens','Labs','Legal','Logistics','Machinery',
    'Marine','Media','Metals','Mining','Motors','Networks','Optics','Paper','Partners','Pharma','Plastics','Press',
    'Properties','Robotics','Security','Software','Steel','Studios','Systems','Telecom','Textiles','Timber','Tools',
    'Travel','Ventures','Works'] as trades,
  array['Ada','Adam','Aisha','Alan','Alice','Amir','Ana','Anna','Anton','Astrid','Bela','Ben','Carla','Carlos','Chen','Clara',
    'Daniel','David','Diana','Elena','Emil','Emma','Eva','Farid','Felix','Fiona','George','Grace','Hana','Hans','Helen',
    'Hugo','Igor','Ines','Ivan','Jack','Jan','John','José','Julia','Karl','Kate','Lars','Laura','Leo','Lena','Lina','Lucas',
    'Maria','Mark','Marta','Max','Mei','Mia','Mohammed','Nadia','Nina','Noah','Olga','Omar','Paul','Petra','Priya','Rosa',
    'Ravi','Sara','Sofia','Stefan','Tariq','Thomas','Tina','Vera','Victor','Wei','Yuki','Zoe'] as first_names,
  array['Ahmed','Andersson','Bauer','Becker','Bernard','Bianchi','Brown','Chen','Costa','Diaz','Dubois','Fischer','Garcia',
    'Gonzalez','Gruber','Hansen','Hoffmann','Horvat','Ivanov','Jansen','Johansson','Johnson','Jones','Kaya','Keller','Khan',
    'Kim','Klein','Kowalski','Kumar','Larsen','Lee','Lopez','Martin','Meyer','Miller','Molina','Moreau','Müller','Nagy',
    'Nguyen','Nielsen','Novak','Olsen','Patel','Pereira','Petrov','Popescu','Ricci','Rossi','Sato','Schmidt','Schneider',
    'Silva','Singh','Smith','Sokolov','Suzuki','Svensson','Tanaka','Taylor','Thompson','Tran','Varga','Weber','Williams',
    'Wilson','Wolf','Wong','Yilmaz','Zhang','Ødegård'] as last_names,
  array['annual licence','backup site','cloud migration','data platform','extension','field trial','fleet upgrade',
    'maintenance','new office','onboarding','pilot','renewal','replacement','rollout','spare parts','support plan',
    'training','warehouse'] as matters,
  array['Call about','Demo of','Follow up on','Meeting on','Notes on','Offer for','Questions on','Reminder:','Visit for'] as acts;

insert into team (workspace_id, id, name)
  select workspace_id, pg_temp.a_uuid(1, i, '2024-12-01Z'), 'Team ' || i from given, generate_series(1, 8) i;
insert into member (workspace_id, id, name, email, team_id)
  select given.workspace_id, pg_temp.a_uuid(2, t.number * 8 + i, '2024-12-02Z'),
    pg_temp.pick(first_names, t.number * 8 + i, 1) || ' ' || pg_temp.pick(last_names, t.number * 8 + i, 2),
    'member' || t.number * 8 + i || '@fill.example', t.id
  from (select id, row_number() over (order by id) as number,
      8 - (select count(*) from member m where m.team_id = team.id) as lacking
    from team, given where id in (north_id, south_id) or name like 'Team _') t,
    given,
    word_list, generate_series(1, t.lacking) i;
create temp table owner_pool as
  select id, row_number() over (order by team_id, id) - 1 as position from member where team_id is not null;
create temp table stage_pool as
  select s.id, s.pipeline_id, s.status, s.probability, p.kind,
    row_number() over (partition by p.kind order by s.position) - 1 as position
  from stage s join pipeline p on p.workspace_id = s.workspace_id and p.id = s.pipeline_id;

create temp table filled as
  select given.*, ceil(deals / 5.0)::int as companies, ceil(deals / 2.0)::int as contacts,
    ceil(deals / 10.0)::int as leads, deals * 5 as activities,
    (select count(*) from owner_pool) as owners, array(select id from owner_pool order by position) as owner_ids
  from given;

insert into company (workspace_id, id, name, domain, industry, employee_count, annual_revenue_minor, currency, phone, city,
    country, owner_id, created_at, updated_at)
  select workspace_id, pg_temp.a_uuid(3, i, pg_temp.an_instant(i, 3)), name || ' ' || i,
    lower(replace(name, ' ', '-')) || i || '.example', pg_temp.pick(trades, i, 5),
    case when i % 4 > 0 then pg_temp.chance(i, 6) % 9000 end, case when i % 3 > 0 then pg_temp.chance(i, 7)::bigint * 100 end, 'EUR',
    '+49 30 ' || 1000000 + pg_temp.chance(i, 8) % 9000000, 'Berlin', 'DE', owner_ids[1 + pg_temp.chance(i, 9) % owners],
    pg_temp.an_instant(i, 3), pg_temp.an_instant(i, 3) + pg_temp.chance(i, 10) % 9000000 * interval '1 second'
  from filled, word_list, generate_series(1, companies) i
    cross join lateral (select pg_temp.pick(adjectives, i, 1) || ' ' || pg_temp.pick(trades, i, 2) as name) n;
create temp table company_pool as select array(select id from company order by id) as ids;

insert into contact (workspace_id, id, first_name, last_name, job_title, birth_on, company_id, owner_id, created_at, updated_at)
  select workspace_id, pg_temp.a_uuid(4, i, pg_temp.an_instant(i, 11)), pg_temp.pick(first_names, i, 12), pg_temp.pick(last_names, i, 13),
    'Buyer', case when i % 3 = 0 then date '1960-01-01' + pg_temp.chance(i, 14) % 14000 end,
    ids[1 + pg_temp.chance(i, 15) % companies], owner_ids[1 + pg_temp.chance(i, 16) % owners],
    pg_temp.an_instant(i, 11), pg_temp.an_instant(i, 11) + pg_temp.chance(i, 17) % 9000000 * interval '1 second'
  from filled, word_list, company_pool, generate_series(1, contacts) i;
create temp table contact_pool as
  select id, row_number() over (order by id) as i, lower(first_name) || '.' || lower(last_name) as mailbox from contact;
insert into contact_email (workspace_id, id, contact_id, address, is_primary)
  select workspace_id, pg_temp.a_uuid(5, i, '2025-01-01Z'), id, mailbox || i || '@mail' || i % 50 || '.example', true
  from filled, contact_pool;
insert into contact_phone (workspace_id, id, contact_id, number, is_primary)
  select workspace_id, pg_temp.a_uuid(6, i, '2025-01-01Z'), id, '+44 20 ' || 1000000 + pg_temp.chance(i, 18) % 9000000, true
  from filled, contact_pool;

insert into lead (workspace_id, id, title, first_name, last_name, company_name, email, phone, score, amount_minor, currency,
    pipeline_id, stage_id, stage_entered_at, owner_id, team_id, created_at, updated_at)
  select workspace_id, pg_temp.a_uuid(7, i, pg_temp.an_instant(i, 19)), pg_temp.pick(matters, i, 20) || ' for ' || pg_temp.pick(adjectives, i, 21),
    pg_temp.pick(first_names, i, 22), pg_temp.pick(last_names, i, 23), pg_temp.pick(adjectives, i, 21) || ' ' || pg_temp.pick(trades, i, 24),
    'lead' || i || '@leads.example', '+33 1 ' || 1000000 + pg_temp.chance(i, 25) % 9000000,
    case when i % 2 = 0 then pg_temp.chance(i, 26) % 101 end, pg_temp.chance(i, 27) % 1000000, 'EUR', s.pipeline_id, s.id,
    pg_temp.an_instant(i, 19), case when i % 10 > 0 then owner_ids[1 + pg_temp.chance(i, 28) % owners] end,
    case when i % 10 = 0 then north_id end, pg_temp.an_instant(i, 19),
    pg_temp.an_instant(i, 19) + pg_temp.chance(i, 29) % 9000000 * interval '1 second'
  from filled, word_list, generate_series(1, leads) i join stage_pool s
    on s.kind = 'LEAD' and s.position = pg_temp.chance(i, 30) % (select count(*) from stage_pool where kind = 'LEAD');

insert into deal (workspace_id, id, title, amount_minor, currency, probability, expected_close_on, closed_at, pipeline_id, stage_id,
    stage_entered_at, company_id, owner_id, created_at, updated_at)
  select d.workspace_id, pg_temp.a_uuid(8, i, at), c.name || ' ' || pg_temp.pick(matters, i, 32), case when i % 20 > 0 then pg_temp.chance(i, 33) % 10000000 end,
    'EUR', s.probability, case when i % 4 > 0 then date '2025-01-01' + pg_temp.chance(i, 34) % 700 end,
    case when s.status <> 'OPEN' then at + pg_temp.chance(i, 35) % 9000000 * interval '1 second' end, s.pipeline_id, s.id,
    at + pg_temp.chance(i, 36) % 5000000 * interval '1 second', c.id, owner_ids[1 + pg_temp.chance(i, 37) % owners], at,
    at + pg_temp.chance(i, 38) % 9000000 * interval '1 second'
  from filled d cross join word_list cross join company_pool cross join generate_series(1, deals) i
    cross join lateral (select pg_temp.an_instant(i, 31) as at) t
    join company c on c.workspace_id = d.workspace_id
      and c.id = ids[case when i % 200 = 0 then 1 else 1 + pg_temp.chance(i, 39) % companies end]
    join stage_pool s on s.kind = 'DEAL' and s.position = pg_temp.chance(i, 40) % (select count(*) from stage_pool where kind = 'DEAL');
create temp table deal_pool as select id, company_id, owner_id, title, row_number() over (order by id) as i from deal;
create temp table deal_ids as select array(select id from deal_pool order by i) as ids;
insert into deal_contact (workspace_id, id, deal_id, contact_id)
  select workspace_id, pg_temp.a_uuid(9, d.i, '2025-01-01Z'), d.id, c.id
  from filled, deal_pool d join contact_pool c on c.i = 1 + d.i % (select contacts from filled);
insert into deal_line (workspace_id, id, deal_id, description, unit_price_minor)
  select workspace_id, pg_temp.a_uuid(10, d.i, '2025-01-01Z'), d.id, 'Line', 1000 from filled, deal_pool d;
insert into stage_change (workspace_id, id, deal_id, to_stage_id, entered_at, door, currency)
  select d.workspace_id, pg_temp.a_uuid(11, p.i, '2025-01-01Z'), d.id, d.stage_id, d.stage_entered_at, 'API', d.currency
  from deal d join deal_pool p on p.id = d.id;

insert into activity (workspace_id, id, kind, subject, happens_at, due_at, completed_at, company_id, deal_id, owner_id, created_at, updated_at)
  select workspace_id, pg_temp.a_uuid(12, a, pg_temp.an_instant(a, 41)), case when a % 5 = 0 then 'TASK' else 'CALL' end::activity_kind,
    pg_temp.pick(acts, a, 42) || ' ' || d.title, case when a % 5 > 0 then pg_temp.an_instant(a, 43) end,
    case when a % 5 = 0 then pg_temp.an_instant(a, 44) end, case when a % 15 = 0 then pg_temp.an_instant(a, 45) end,
    d.company_id, d.id, d.owner_id, pg_temp.an_instant(a, 41), pg_temp.an_instant(a, 41) + pg_temp.chance(a, 46) % 9000000 * interval '1 second'
  from filled cross join deal_ids cross join word_list cross join generate_series(1, activities) a
    join deal_pool d on d.i = case when a % 12500 < 1 then 1 else 1 + pg_temp.chance(a, 47) % deals end;
-- Shares with people outside the deals' reach.
insert into record_share (workspace_id, id, deal_id, member_id, level)
  select workspace_id, pg_temp.a_uuid(13, i, '2025-01-01Z'), ids[1 + pg_temp.chance(i, 48) % deals],
    case when i <= 10 then rep_id when i <= 20 then manager_id else owner_ids[1 + pg_temp.chance(i, 49) % owners] end,
    'READ' from filled, deal_ids, generate_series(1, 200) i
    on conflict do nothing;
