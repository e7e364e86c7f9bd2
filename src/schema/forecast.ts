import type { GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import type { Noun } from '../auth/nouns.ts';
import type { Profile } from '../auth/profile.ts';
import { type ForecastKey, readForecast } from '../db/forecast.ts';
import { compileWhere } from '../db/reader/filter.ts';
import { planRecordBelow, selectedBelow } from '../db/reader/plan.ts';
import { startPrinting } from '../db/reader/read.ts';
import { type Forecast as ForecastGroupShape, summariseForecast } from '../services/deal/forecast.ts';
import { builder } from './builder.ts';
import { DealWhere } from './deal.ts';
import { filterOf } from './filters.ts';
import { ForecastCategory } from './forecast-category.ts';
import { idOf } from './global-id.ts';
import { Member } from './member.ts';
import { Money } from './record-fields.ts';
import { asRecord, badInput, forbiddenUse, readContextOf, signedIn, withApiErrors } from './records.ts';
import { Team } from './team.ts';

const Key = builder.enumType('ForecastKey', {
  description: 'By what the deals of a forecast are told apart.',
  values: {
    CATEGORY: { description: 'What a forecast makes of them.' },
    MEMBER: { description: 'Whose they are.' },
    TEAM: { description: 'The owner\'s team; of deals without an owner the team that looks after them.' },
    MONTH: { description: 'The month in which they are expected to close or, if they are won, have closed.' },
  },
});

const ForecastGroup = builder.objectRef<ForecastGroupShape>('ForecastGroup').implement({
  description:
    'Deals of a forecast that have in common what it is told apart by; what it is not told apart by is null.',
  access: 'parent',
  fields: (t) => {
    const sum = (which: 'sum' | 'weightedSum', description: string) => t.field({
      type: [Money], access: 'deal.financial', nullable: { list: true, items: false },
      description: `${description} One for each currency that occurs.`, resolve: (group) => group[which],
    });
    const converted = (which: 'converted' | 'weightedConverted', of: string) => t.field({
      type: Money, access: 'deal.financial',
      description:
        `${of} in the workspace's currency: open deals at today's rate, won ones at that of the day on which they `
          + 'closed, rounded half to even. Null when a rate is missing.',
      resolve: (group) => group[which],
    });
    return {
      category: t.field({
        type: ForecastCategory, access: 'deal.financial', description: 'What a forecast makes of them.',
        resolve: ({ category }) => category as 'PIPELINE' | null,
      }),
      month: t.field({
        type: 'Date', access: 'deal.core', description: 'The first day of the month; null for deals without a date.',
        resolve: ({ month }) => month,
      }),
      member: t.field({
        type: Member, access: 'deal.core', extensions: { readsRecords: true },
        description: 'Whose they are; null for deals of nobody.', resolve: ({ member }) => asRecord(member),
      }),
      team: t.field({
        type: Team, access: 'deal.core', extensions: { readsRecords: true }, description: 'The team.',
        resolve: ({ team }) => asRecord(team),
      }),
      count: t.exposeInt('count', { nullable: false, description: 'How many deals.' }),
      sum: sum('sum', 'Their amounts added up.'),
      weightedSum: sum('weightedSum', 'Their amounts times their probability, as Deal.weightedAmount is, added up.'),
      converted: converted('converted', 'The sum'),
      weightedConverted: converted('weightedConverted', 'The weighted sum'),
      currenciesWithoutRate: t.stringList({
        access: 'deal.financial',
        description: 'Currencies that occur and have no rate on or before the day that counts.',
        resolve: ({ currenciesWithoutRate }) => currenciesWithoutRate,
      }),
    };
  },
});

type ForecastShape = { currency: string; groups: ForecastGroupShape[] };

const Forecast = builder.objectRef<ForecastShape>('Forecast').implement({
  description: 'What the deals that the caller can read come to: open ones that are not omitted, and won ones.',
  access: 'parent',
  fields: (t) => ({
    currency: t.exposeString('currency', { nullable: false, description: 'What sums are converted to: ISO 4217.' }),
    groups: t.field({
      type: [ForecastGroup], nullable: false,
      description: 'By month, then what is surest first. Empty when there is no such deal.',
      resolve: ({ groups }) => groups,
    }),
  }),
});

const maxPipelines = 100;

builder.queryField('forecast', (t) => t.field({
  type: Forecast,
  access: 'deal.read',
  description: 'Sums of deals by category, member, team and month, in their own currencies and in the workspace\'s. Of '
    + 'the deals that the caller can read; needs `deal.financial` on all of these, and `stage.read`.',
  args: {
    by: t.arg({
      type: [Key], required: true, defaultValue: ['CATEGORY'], description: 'By what the deals are told apart.',
    }),
    pipelineIds: t.arg.idList({ description: `Only deals of these pipelines, at most ${maxPipelines}.` }),
    from: t.arg({
      type: 'Date', description: 'The first day on which they are expected to close, or have closed if they are won.',
    }),
    to: t.arg({ type: 'Date', description: 'The last such day.' }),
    where: t.arg({ type: DealWhere, description: 'Only deals that fulfil this.' }),
  },
  resolve: (_root, { by, pipelineIds, from, to, where }, context, info) => withApiErrors(async () => {
    const { profile, workspace } = signedIn(context);
    if (profile.readVerdict('deal', 'financial') !== 'always') {
      throw forbiddenUse('forecast', 'deal.financial', { over: ' on every deal in your reach' });
    }
    // Which deals are in it, and under which category, tells of their stages.
    if (!profile.reachOf('stage', 'read')) throw forbiddenUse('forecast', 'stage.read');
    if (pipelineIds && pipelineIds.length > maxPipelines) {
      throw badInput('pipelineIds', `pipelineIds has at most ${maxPipelines} ids.`);
    }
    const read = readContextOf(context);
    const toCurrency = workspace.defaultCurrency;
    const rows = await readForecast({
      pipelineIds: pipelineIds?.map((id, at) => idOf('pipeline', String(id), `pipelineIds.${at}`)) ?? null,
      where: compileWhere(filterOf('deal'), where, profile), from: from ?? null, to: to ?? null,
      keys: by as ForecastKey[],
      ...peopleWanted(info, profile, by as ForecastKey[]), timeZone: workspace.timeZone, toCurrency,
    }, startPrinting(info, read), read);
    return { currency: toCurrency, groups: summariseForecast(rows, toCurrency) };
  }),
}));

/** What the document asks of members and teams, as far as the profile can read them. */
function peopleWanted(info: GraphQLResolveInfo, profile: Profile, keys: readonly ForecastKey[]) {
  const type = (name: string) => info.schema.getType(name) as GraphQLObjectType;
  const groups = selectedBelow(info, info.fieldNodes, type('Forecast')).get('groups') ?? [];
  const fields = selectedBelow(info, groups, type('ForecastGroup'));
  const plan = (key: ForecastKey, noun: Noun, name: string) => {
    const nodes = fields.get(noun);
    return nodes && keys.includes(key) && profile.reachOf(noun, 'read')
      ? planRecordBelow(info, nodes, type(name), profile) : null;
  };
  return { member: plan('MEMBER', 'member', 'Member'), team: plan('TEAM', 'team', 'Team') };
}
