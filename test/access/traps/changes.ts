import { typeNameOf } from '../../../src/type-name.ts';
import type { Known, Trap } from './trap.ts';

/* The same by hand for what changes something: every input names records that are there, hidden, deleted and away. */
const errors = `userErrors { __typename code message path ... on VersionConflict { currentVersion }
  ... on InUse { count } ... on StageRequirementsMissing { fieldNames } ... on StageNotAllowed { allowedStageIds } }`;

/** One document for these mutations: the name of each, the type of its record and what is asked of that. */
function mutations(...all: [name: string, selection: string][]): string {
  const variables = all.map(([name], at) => `$v${at}: ${typeNameOf(name)}Input!`).join(', ');
  const fields = all.map(([name, selection], at) => `f${at}: ${name}(input: $v${at}) { ${selection} ${errors} }`);
  return `mutation(${variables}) {\n  ${fields.join('\n  ')}\n}`;
}

function inputs(...all: object[]): Record<string, unknown> {
  return Object.fromEntries(all.map((input, at) => [`v${at}`, input]));
}

const oneDeal = mutations(
  ['dealUpdate', 'deal { version amount { amountMinor } }'], ['dealUpdate', 'deal { id }'],
  ['dealMove', 'deal { stage { id } }'], ['tagAdd', 'record { id ... on Deal { tags { id } } }'],
  ['recordShare', 'record { id }'], ['dealRestore', 'deal { id }'],
);
const oneActivity = mutations(
  ['activityUpdate', 'activity { deal { id } lead { id } }'], ['activityCreate', 'activity { id company { id } }'],
  ['activityDelete', 'activity { id }'],
);
const oneCompany = mutations(
  ['companyDelete', 'company { id }'], ['companyDelete', 'company { id }'],
  ['companyRestore', 'company { id contacts(first: 3) { totalCount } }'],
);
const unique = mutations(
  ['companyCreate', 'company { id }'], ['dealCreate', 'deal { id }'], ['tagCreate', 'tag { id }'],
  ['productCreate', 'product { id }'],
);
const manyMoves = mutations(
  ['dealMoveMany', `doneCount refusedCount results { deal { id title amount { amountMinor } } ${errors} }`]);
const manyConversions = mutations(
  ['leadConvertMany', `doneCount refusedCount results { lead { id } ${errors} }`]);

export function changesOf({ ids }: Known): Trap[] {
  const at = (noun: string, place: number) => ids(noun)[place % ids(noun).length]!;
  const some = (noun: string, most: number) => ids(noun).slice(0, most);
  const external = (key: string) => ({ externalReferences: [{ source: 'elsewhere', key }] });
  const moves = some('deal', 30).map((id) => ({ id, version: 2, stageId: at('stage', 0) }));
  const conversions = some('lead', 15).map((id) => (
    { id, version: 1, contact: { create: { lastName: 'New' } }, company: { id: at('company', 3) } }));
  return [
    ...[true, false].flatMap((dryRun): Trap[] => [
      { name: 'many at once, some hidden', text: manyMoves, variables: inputs({ moves, dryRun }) },
      { name: 'many conversions, some hidden', text: manyConversions, variables: inputs({ conversions, dryRun }) },
    ]),
    ...ids('deal').map((id, place): Trap => ({
      name: 'changes of what is there, hidden, deleted or away', text: oneDeal, variables: inputs(
        { id, version: 1, title: 'By hand', companyId: at('company', place) },
        { id, version: 3, amount: { amountMinor: '5' }, contacts: [{ contactId: at('contact', place) }] },
        { id, version: 2, stageId: at('stage', place) },
        { recordId: id, tagIds: [at('tag', place)] },
        { recordId: id, memberId: at('member', place), level: 'EDIT' },
        { id, version: 2 },
      ),
    })),
    ...['key-0', 'key-3', 'key-6', 'key-9', 'key-12', 'never'].map((key): Trap => ({
      name: 'what is unique, among hidden ones', text: unique, variables: inputs(
        { name: 'By hand', ...external(key) }, { title: 'By hand', ...external(key) },
        { name: `tag ${key.slice(-1)}` }, { name: 'By hand', sku: `SKU-${key.slice(-1)}` },
      ),
    })),
    ...ids('activity').map((id, place): Trap => ({
      name: 'links to what is hidden', text: oneActivity, variables: inputs(
        { id, version: 1, dealId: at('deal', place), leadId: at('lead', place) },
        { kind: 'NOTE', subject: 'By hand', contactId: at('contact', place), dealId: at('deal', place + 1) },
        { id, version: 2 },
      ),
    })),
    ...ids('company').map((id): Trap => ({
      name: 'what stands below a record that goes', text: oneCompany,
      variables: inputs({ id, version: 1 }, { id, version: 2 }, { id, version: 3 }),
    })),
  ];
}
