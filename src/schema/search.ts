import type { GraphQLObjectType } from 'graphql';
import { GraphQLError } from 'graphql';
import { recordFlag } from '../auth/field-rules.ts';
import type { FieldGroup, Noun } from '../auth/nouns.ts';
import type { Profile } from '../auth/profile.ts';
import { allowed } from '../auth/reach.ts';
import { type SearchedNoun, searchReach, searchedNouns } from '../auth/search-reach.ts';
import type { Row } from '../db/database.ts';
import type { Predicate } from '../db/predicate.ts';
import { selectedBelow } from '../db/reader/plan.ts';
import { type SearchCandidate, searchCandidates } from '../db/search.ts';
import { builder } from './builder.ts';
import { Node, readNodes } from './node.ts';
import { badInput, readContextOf, signedIn, withApiErrors } from './records.ts';

const descriptions: Record<SearchedNoun, string> = {
  company: 'Companies by name, domain and telephone number.',
  contact: 'Contacts by name, e-mail addresses and telephone numbers.',
  lead: 'Leads by title, name, company, e-mail address and telephone number.',
  deal: 'Deals by title.',
  activity: 'Activities by subject; for words of three letters and more.',
  product: 'Products by name and stock-keeping unit.',
  member: 'Members by name and e-mail address.',
};
const nouns = Object.keys(searchedNouns) as SearchedNoun[];

const SearchNoun = builder.enumType('SearchNoun', {
  description: 'A kind of record that is searched.',
  values: Object.fromEntries(nouns.map((noun) =>
    [noun.toUpperCase(), { value: noun, description: descriptions[noun] }])) as
    Record<string, { value: SearchedNoun; description: string }>,
});

const SearchHit = builder.objectRef<SearchCandidate & { record: Row }>('SearchHit').implement({
  description: 'A record that fits what was searched for.',
  access: 'parent',
  fields: (t) => ({
    record: t.field({ type: Node, nullable: false, description: 'The record.', resolve: ({ record }) => record }),
    field: t.string({
      nullable: false, description: 'Which of its fields fits, such as `fullName` or `emails`; always one that the '
        + 'caller can read.',
      resolve: ({ field }) => field,
    }),
    score: t.float({
      nullable: false, description: 'How well it fits, from 0 to 1; to be compared within one answer.',
      resolve: ({ score }) => score,
    }),
  }),
});

/** Longer than any name; what is pasted by mistake costs nothing. */
const maxQueryLength = 200;
const maxHits = 50;

builder.queryField('search', (t) => t.field({
  type: [SearchHit],
  access: 'signedIn',
  extensions: { readsRecords: true },
  nullable: { list: true, items: false },
  description: 'Records by names, titles, addresses and numbers, as one types: every word typed begins a word of the '
    + 'record, whatever the case, accents and punctuation. Best first; where nothing fits, what is similar. Only what '
    + 'the caller can read is found, and only by fields that he can read.',
  args: {
    query: t.arg.string({ required: true, description: 'What was typed, at most 200 characters.' }),
    nouns: t.arg({ type: [SearchNoun], description: 'Kinds of records; all that the caller can read when absent.' }),
    first: t.arg.int({ defaultValue: 20, description: 'How many hits, at most 50.' }),
  },
  resolve: (_root, { query, nouns: wanted, first }, context, info) => withApiErrors(async () => {
    const { profile } = signedIn(context);
    if (query.length > maxQueryLength) {
      throw badInput('query', `query has at most ${maxQueryLength} characters; this has ${query.length}.`);
    }
    const most = first ?? 20;
    if (most < 0 || most > maxHits) throw badInput('first', `first is between 0 and ${maxHits}; ${most} is not.`);
    const read = readContextOf(context);
    const typed = query.replaceAll('\0', ' ').trim();
    const reach = searchReach(profile, searchable(wanted as SearchedNoun[] | null | undefined, profile));
    if (typed === '' || most === 0) return [];
    const candidates = await searchCandidates(
      read.database, read.workspaceId, typed, reach, read.parameters, most, read.signal);
    const selections = selectedBelow(info, info.fieldNodes, info.schema.getType('SearchHit') as GraphQLObjectType)
      .get('record') ?? [];
    const asked = [...Map.groupBy(candidates, ({ noun }) => noun)].map(([noun, ofNoun]) => {
      const { flag, condition } = detailsOf(noun, profile);
      return { noun, ids: ofNoun.map(({ id }) => id), conditions: new Map(condition ? [[flag, condition]] : []) };
    });
    const found = await readNodes(asked, selections, context, info);
    return candidates.flatMap((candidate) => {
      const record = found.get(`${candidate.noun}_${candidate.id}`);
      return record && mayTell(candidate, record, profile) ? [{ ...candidate, record }] : [];
    });
  }),
}));

/** @throws GraphQLError FORBIDDEN for a kind of record that was asked for by name and cannot be read at all */
function searchable(wanted: readonly SearchedNoun[] | null | undefined, profile: Profile): SearchedNoun[] {
  const hidden = wanted?.find((noun) => !profile.reachOf(noun, 'read'));
  if (hidden) {
    throw new GraphQLError(`You may not search ${hidden} records: that needs the permission ${hidden}.read.`, {
      extensions: { code: 'FORBIDDEN', field: 'nouns', permission: `${hidden}.read` },
    });
  }
  return [...new Set(wanted ?? nouns)];
}

/** Fields that are searched and do not come with the record. */
const detailFields = new Set(['phone', 'email', 'emails', 'phones']);

function detailsOf(noun: SearchedNoun, profile: Profile): { flag: string; condition: Predicate | null } {
  const group = searchedNouns[noun] as FieldGroup | null;
  const isByRecord = group && profile.readVerdict(noun as Noun, group) === 'byRecord';
  return { flag: recordFlag(`${noun}.${group}`), condition: isByRecord ? allowed(profile, noun, 'read', group) : null };
}

/** What was found by a detail is told to those alone who can read the details of that record. */
function mayTell({ noun, field }: SearchCandidate, record: Row, profile: Profile): boolean {
  if (!detailFields.has(field)) return true;
  const group = searchedNouns[noun] as FieldGroup;
  const verdict = profile.readVerdict(noun, group);
  return verdict === 'always' || (verdict === 'byRecord' && record[detailsOf(noun, profile).flag] === true);
}
