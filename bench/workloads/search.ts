import { type Workload, personValues } from './workload.ts';

/** What stands in the field as somebody goes on typing: names of companies, people, addresses, and titles of deals. */
const typed = [
  'ad', 'ada', 'ada c', 'ada cas', 'kest', 'kestrel', 'kestrel fo', 'robotics for', 'labs for nimbus', 'contact12',
  'contact123',
  'lumen 17', 'mona gar', 'lead 12', 'garcia', 'nimbus he',
];
const nouns = ['COMPANY', 'CONTACT', 'LEAD', 'DEAL'];
const most = 10;

/**
 * The box at the top of a CRM. The floor's statement asks a function, as Gatehouse's does, because below row-level
 * security no text is compared by an index (data/peers.sql). Ranking differs where more fit than are ranked.
 */
export const search: Workload = {
  name: 'search',
  title: 'Search as one types: companies, contacts, leads and deals, the best ten',
  samples: () => typed.map((text) => ({ typed: text })),
  floor: {
    sql: `select json_build_object('search', coalesce(json_agg(json_build_object('record', case h.noun
        when 'company' then (select row_to_json(r) from (select c.id, c.name, c.city from gatehouse.company c
          where c.workspace_id = $1::uuid and c.id = h.id) r)
        when 'contact' then (select row_to_json(r) from (select c.id, c.full_name as "fullName", c.job_title as "jobTitle"
          from gatehouse.contact c where c.workspace_id = $1::uuid and c.id = h.id) r)
        when 'lead' then (select row_to_json(r) from (select l.id, l.title, l.company_name as "companyName" from gatehouse.lead l
          where l.workspace_id = $1::uuid and l.id = h.id) r)
        else (select row_to_json(r) from (select d.id, d.title, (select s.name from gatehouse.stage s
            where s.workspace_id = d.workspace_id and s.pipeline_id = d.pipeline_id and s.id = d.stage_id) as stage
          from gatehouse.deal d where d.workspace_id = $1::uuid and d.id = h.id) r)
      end) order by h.score desc, h.noun, h.id), '[]'))::text as answer
      from bench.search($1::uuid, $2::uuid, $3::uuid[], $4, ${most}) h`,
    values: (person, { typed: text }) => [...personValues(person), text],
  },
  gatehouse: {
    query: `query Search($typed: String!) {
      search(query: $typed, nouns: [${nouns.join(', ')}], first: ${most}) {
        record {
          id ... on Company { name city } ... on Contact { fullName jobTitle } ... on Lead { title companyName }
          ... on Deal { title stage { name } }
        }
      }
    }`,
  },
  isIncomparable: true,
  expects: '"record":{',
};
