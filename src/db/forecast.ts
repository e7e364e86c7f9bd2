import { readable } from '../auth/reach.ts';
import type { Row } from './database.ts';
import { forecastCategory } from './forecast-category.ts';
import { type Model, modelNamed } from './models.ts';
import { type Predicate, all, related } from './predicate.ts';
import { printSql } from './print-sql.ts';
import { type Printing, printColumnsOf, printJsonArray, printStatement, rowsOf } from './reader/print.ts';
import type { RecordPlan } from './reader/plan.ts';
import type { ReadContext } from './reader/read.ts';
import { weightedSum } from './weighted-sum.ts';

/** By what the deals of a forecast are told apart. */
export type ForecastKey = 'CATEGORY' | 'MEMBER' | 'TEAM' | 'MONTH';

/** Which deals, and what of them. */
export type ForecastQuestion = {
  /** Deals of these pipelines; of all when null. */
  pipelineIds: readonly string[] | null;
  where: Predicate;
  /**
   * First and last day on which a deal is expected to close, or has closed, in the workspace's time zone; null: any.
   */
  from: Date | null;
  to: Date | null;
  keys: readonly ForecastKey[];
  /** What to read of the members and teams that the deals belong to; null when they are not asked for. */
  member: RecordPlan | null;
  team: RecordPlan | null;
  timeZone: string;
  /** ISO 4217: what sums are converted to. */
  toCurrency: string;
};

/**
 * Deals that have their keys and their currency in common, and that are converted at the same rate. Sums are minor
 * units of `currency`, null where no deal has an amount; `rate` is null where there is none on or before the day.
 */
export type ForecastGroup = {
  category: string | null;
  month: string | null;
  memberId: string | null;
  teamId: string | null;
  currency: string;
  rate: string | null;
  count: number;
  sum: string | null;
  weightedSum: string | null;
};
export type ForecastRows = { groups: ForecastGroup[]; members: Row[]; teams: Row[] };

/**
 * What the caller's deals come to, in one statement: those he can read, lost and omitted ones left out.
 *
 * The day of a deal is the one on which it is expected to close, of a won one that on which it has closed. It is
 * converted at the rate in force on that day if it is won, today if it is open.
 */
export async function readForecast(
  question: ForecastQuestion, printing: Printing, context: ReadContext,
): Promise<ForecastRows> {
  const { values, profile } = printing;
  const { keys } = question;
  const [deals, stages, members] = ['Deal', 'Stage', 'Member'].map((name) => modelNamed(name)) as [Model, Model, Model];
  const workspace = values.add(printing.workspaceId, 'uuid');
  const zone = values.add(question.timeZone, 'text');
  const today = `(${values.parameter('now')} at time zone ${zone})::date`;
  const category = forecastCategory('d', 'g');
  const day = `case g.status when 'WON' then (d.closed_at at time zone ${zone})::date else d.expected_close_on end`;
  const conditions = [
    `d.workspace_id = ${workspace}`, `g.status <> 'LOST'`, `${category} <> 'OMITTED'`,
    ...(question.pipelineIds ? [`d.pipeline_id = any(${values.add(question.pipelineIds, 'uuid[]')})`] : []),
    ...(question.from ? [`${day} >= ${values.add(question.from, 'date')}`] : []),
    ...(question.to ? [`${day} <= ${values.add(question.to, 'date')}`] : []),
    printSql(all(readable(profile, 'deal'), question.where), deals, 'd', values),
  ];
  // Printed only where it stands in the statement: PostgreSQL refuses values that nothing asks for.
  const ownerIsSeen = () => printSql(related('owner', readable(profile, 'member')), deals, 'd', values);
  const teamSeen = () => (profile.reachOf('team', 'read')
    ? `case when d.owner_id is null then d.team_id when ${ownerIsSeen()} then o.team_id end` : 'null::uuid');
  const by = (key: ForecastKey, sql: () => string, type: string) => (keys.includes(key) ? sql() : `null::${type}`);
  const columns = [
    `${by('CATEGORY', () => category, 'text')} as category`,
    `${by('MONTH', () => `to_char(${day}, 'YYYY-MM')`, 'text')} as month`,
    // People are told apart as far as they can be read: nobody counts whom he cannot see.
    `${by('MEMBER', () => `case when ${ownerIsSeen()} then d.owner_id end`, 'uuid')} as "memberId"`,
    `${by('TEAM', teamSeen, 'uuid')} as "teamId"`,
    `d.currency::text as currency`,
    `case g.status when 'WON' then ${day} else ${today} end as rate_on`,
    'count(*)::int as count',
    'sum(d.amount_minor)::text as sum',
    `${weightedSum('d')} as "weightedSum"`,
  ];
  const owner = keys.includes('TEAM')
    ? ` left join ${members.table} o on o.workspace_id = d.workspace_id and o.id = d.owner_id` : '';
  const groups = `select ${columns.join(', ')} from ${deals.table} d join ${stages.table} g`
    + ` on g.workspace_id = d.workspace_id and g.id = d.stage_id${owner} where ${conditions.join(' and ')}`
    + ' group by 1, 2, 3, 4, 5, 6';
  const rate = `(select r.rate::text from ${modelNamed('ExchangeRate').table} r where r.workspace_id = ${workspace}`
    + ` and r.to_currency = ${values.add(question.toCurrency, 'text')} and r.currency = f.currency`
    + ' and r.valid_on <= f.rate_on and r.deleted_at is null order by r.valid_on desc limit 1)';
  printing.heads.set('forecast', `select f.*, ${rate} as rate from (${groups}) f`);
  const people = (plan: RecordPlan | null, id: string) => (plan ? printJsonArray(named(plan, id)) : `'[]'::json`);
  const text = 'select row_to_json(a)::text as answer from (select'
    + ` ${printJsonArray('select * from forecast')} as groups,`
    + ` ${people(question.member, 'memberId')} as members, ${people(question.team, 'teamId')} as teams) a`;
  const [answer] = await context.database.read(
    context.workspaceId, { text: printStatement(text, printing), values: values.list }, context.signal);
  return JSON.parse(answer!.answer as string) as ForecastRows;

  function named(plan: RecordPlan, id: string): string {
    const alias = values.alias();
    return `select ${printColumnsOf(plan, alias, printing)} from ${plan.model.table} ${alias}`
      + ` where ${alias}.workspace_id = ${workspace} and ${alias}.id in (select "${id}" from forecast)`
      + ` and ${printSql(rowsOf(plan, profile), plan.model, alias, values)}`;
  }
}
