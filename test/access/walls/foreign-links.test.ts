import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everything } from '../../../src/auth/grants.ts';
import { nounNames } from '../../../src/auth/nouns.ts';
import { to } from '../../../src/auth/policies/system.ts';
import { type LinkTarget, linkTargets } from '../../../src/import/nouns/link-targets.ts';
import type { ImportNoun } from '../../../src/import/nouns/noun.ts';
import { importNouns } from '../../../src/import/nouns/index.ts';
import { type WorkContext, defineJob } from '../../../src/jobs/define-job.ts';
import { enqueue } from '../../../src/jobs/enqueue.ts';
import { createActivity } from '../../../src/services/activity/create-activity.ts';
import { createCompany } from '../../../src/services/company/create-company.ts';
import { createContact } from '../../../src/services/contact/create-contact.ts';
import type { CommandResult } from '../../../src/services/command.ts';
import { createDeal } from '../../../src/services/deal/create-deal.ts';
import { moveDeal } from '../../../src/services/deal/move-deal.ts';
import { updateDeal } from '../../../src/services/deal/update-deal.ts';
import { createLead } from '../../../src/services/lead/create-lead.ts';
import { handOverJob } from '../../../src/services/member/hand-over-job.ts';
import { shareRecord } from '../../../src/services/share/share-record.ts';
import { tagRecord } from '../../../src/services/tag/tag-record.ts';
import { type ImportWorld, openImportWorld } from '../../import/import-world.ts';
import { aWorker } from '../../jobs/working.ts';
import { until } from '../../support/until.ts';
import type { World } from '../../support/world.ts';

/*
 * A link to a record of another workspace is answered like one to a record that nobody has, by whatever door the input
 * comes. Of the API every place that takes an id is tried in foreign-ids.test.ts, by members and by keys; here are the
 * doors without GraphQL: imported files, and jobs.
 */
let doors: ImportWorld;
let world: World;
let rival: World;
beforeAll(async () => {
  doors = await openImportWorld();
  world = doors.world;
  rival = await world.another();
  for (const [of, word] of [[world, ours], [rival, theirs]] as const)
    await fill(of, word);
});
afterAll(() => world.close());

/** Of one length and without a letter in common, so that no suggestion is nearer to the one than to the other. */
const [ours, theirs, nobodys] = ['mmmmm', 'zzzzz', 'qqqqq'] as const;

/** One record of each kind, findable by whatever an import looks for: all of it is called by the word. */
async function fill(
  { as, owner, aMember, pipelines, workspaceId, database, services }: World, word: string,
): Promise<void> {
  const api = as(owner);
  const references = { externalReferences: [{ source: 'links', key: word }] };
  await api.done('companyCreate', { name: word, domain: `${word}.example`, ...references });
  await api.done('contactCreate', { lastName: word, emails: [{ address: `${word}@mail.example` }], ...references });
  await api.done('leadCreate', { title: word, email: `${word}@mail.example`, ...references });
  await api.done('dealCreate', { title: word, ...references });
  await api.done('productCreate', { name: word, sku: word, ...references });
  await api.done('teamCreate', { name: word });
  await api.done('tagCreate', { name: word });
  await api.done('roleCreate', { name: word, grants: [] });
  for (const pipeline of [pipelines.deal, pipelines.lead]) {
    await api.done('stageCreate', {
      name: word,
      pipelineId: `pipeline_${pipeline.id}`,
      status: 'OPEN',
      probability: 5,
    });
  }
  const member = await aMember({ name: word, roles: [] });
  await database.transaction(workspaceId, (tx) =>
    tx.externalReference.create({
      data: { workspaceId, id: services.newId(), noun: 'member', source: 'links', key: word, memberId: member.id },
    }),
  );
}

describe('by an import', () => {
  const links = importNouns.flatMap((noun) => [
    ...Object.entries(noun.links).map(([name, link]) => ({ noun, name, link, child: null as string | null })),
    ...Object.entries(noun.children).flatMap(([child, { links: inner }]) =>
      Object.entries(inner).map(([name, link]) => ({ noun, name, link, child })),
    ),
  ]);
  const tries = links
    .flatMap((each) => linkTargets[each.link.to].map((by) => ({ ...each, by })))
    .map(
      (each) => [`${each.noun.noun}.${each.child ? `${each.child}.` : ''}${each.name} by ${each.by}`, each] as const,
    );

  test('there are links to try', () => expect(tries.length).toBeGreaterThan(40));

  test.each(tries)('%s', async (_name, { noun, name, link, child, by }) => {
    const text = (word: string) => (by === 'email' || by === 'domain' ? addressOf(link.to, by, word) : word);
    const mapping = mappingOf(noun, { name, by, child });
    const before = await rowsOf(rival);
    const answers = [];
    for (const word of [theirs, nobodys]) {
      const { counts, reported } = await imported(mapping, `${name} ${by} ${word},A name,${text(word)}`);
      expect(counts).toMatchObject({ created: 0, refused: 1 });
      expect(reported).toMatchObject([{ code: 'NOT_FOUND' }]);
      answers.push(JSON.stringify({ counts, reported }).replaceAll(text(word), 'TEXT').replaceAll(word, 'WORD'));
    }
    expect(answers[0]).toBe(answers[1]);
    expect(await rowsOf(rival)).toEqual(before);
    // The same with one's own: the link is found, and this test can fail.
    const { reported } = await imported(mapping, `${name} ${by} ${ours},A name,${text(ours)}`);
    expect(reported.filter(({ code }) => code === 'NOT_FOUND')).toEqual([]);
  });

  test('a pipeline that only the other workspace has is as little there as one that nobody has', async () => {
    await rival.as(rival.owner).done('pipelineCreate', { name: theirs, kind: 'DEAL' });
    const mapping = (pipeline: string) => ({
      source: 'links',
      files: [
        {
          file: 'f.csv',
          noun: 'deal',
          key: 'Key',
          fields: { title: 'Name' },
          links: { stage: { column: 'Link', pipeline } },
        },
      ],
    });
    const answers = [];
    for (const word of [theirs, nobodys]) {
      const { reported } = await imported(mapping(word), `in a pipeline ${word},A name,${ours}`);
      expect(reported).toMatchObject([{ code: 'NOT_FOUND' }]);
      answers.push(JSON.stringify(reported).replaceAll(word, 'WORD'));
    }
    expect(answers[0]).toBe(answers[1]);
  });

  test('a key that a record of the other workspace has makes a new record here', async () => {
    const before = await rowsOf(rival);
    const { counts } = await imported(
      {
        source: 'links',
        files: [{ file: 'f.csv', noun: 'company', key: 'Key', matchBy: 'name', fields: { name: 'Name' } }],
      },
      `${theirs},${theirs},`,
    );
    expect(counts).toMatchObject({ created: 1, updated: 0, refused: 0 });
    expect(await rowsOf(rival)).toEqual(before);
  });
});

/** By whatever else an import can recognise it: see `fill`. */
function addressOf(noun: LinkTarget, by: 'email' | 'domain', word: string): string {
  if (by === 'domain') return `${word}.example`;
  if (noun !== 'member') return `${word}@mail.example`;
  return `${word}@${(word === theirs ? rival : world).slug}.example`;
}

/** A row of the noun with all that it cannot do without, and this link in the column "Link". */
function mappingOf(noun: ImportNoun, { name, by, child }: { name: string; by: string; child: string | null }): object {
  const link = { [name]: { column: 'Link', by } };
  const required = (fields: ImportNoun['fields']) =>
    Object.fromEntries(
      Object.entries(fields)
        .filter(([, { isRequired }]) => isRequired)
        .map(([field, { choices, type }]) => [
          field,
          choices ? { constant: choices[0]! } : type === 'money' ? { constant: '1' } : 'Name',
        ]),
    );
  const fields = noun.noun === 'contact' ? { lastName: 'Name' } : required(noun.fields);
  return {
    source: 'links',
    files: [
      {
        file: 'f.csv',
        noun: noun.noun,
        fields,
        ...(noun.hasKey ? { key: 'Key' } : { matchBy: 'name' }),
        ...(child
          ? { children: { [child]: [{ fields: required(noun.children[child]!.fields), links: link }] } }
          : { links: link }),
      },
    ],
  };
}

function imported(mapping: object, line: string) {
  return doors.importFiles({ slug: world.slug, email: world.owner.email }, mapping, {
    'f.csv': `Key,Name,Link\n${line}\n`,
  });
}

/** What another workspace has, as far as a link could reach it. */
function rowsOf(of: World): Promise<unknown[]> {
  const tables = [
    'company',
    'contact',
    'lead',
    'deal',
    'deal_contact',
    'deal_line',
    'activity',
    'product',
    'team',
    'member',
    'tagging',
    'record_share',
  ];
  const selects = tables.map(
    (table) => `select '${table}' as name, t::text as row from ${table} t where workspace_id = $1`,
  );
  return of.rows(`${selects.join(' union all ')} order by 1, 2`, [of.workspaceId]);
}

describe('by a job', () => {
  const linkIds = [
    'companyId',
    'contactId',
    'leadId',
    'dealId',
    'productId',
    'stageId',
    'ownerId',
    'teamId',
    'tagId',
    'onesOwnDealId',
  ] as const;
  type Ids = Record<(typeof linkIds)[number], string>;
  const answers: CommandResult[][] = [];

  /** Every link that a command takes, one at a time. */
  async function linkAll(context: WorkContext, ids: Ids): Promise<void> {
    const { companyId, contactId, leadId, dealId, productId, stageId, ownerId, teamId, tagId, onesOwnDealId } = ids;
    const results: CommandResult[] = [];
    for (const link of [{ parentId: companyId }, { ownerId }, { teamId }]) {
      results.push(await createCompany.run(context, { name: 'By a job', ...link }));
    }
    results.push(await createContact.run(context, { lastName: 'By a job', companyId }));
    for (const link of [{ companyId }, { stageId }]) {
      results.push(await createLead.run(context, { title: 'By a job', ...link }));
    }
    for (const link of [
      { companyId },
      { stageId },
      { contacts: [{ contactId }] },
      { lines: [{ productId, unitPriceMinor: 1n }] },
    ])
      results.push(await createDeal.run(context, { title: 'By a job', ...link }));
    for (const link of [{ companyId }, { contactId }, { leadId }, { dealId }]) {
      results.push(await createActivity.run(context, { kind: 'NOTE', subject: 'By a job', ...link }));
    }
    results.push(await moveDeal.run(context, { id: onesOwnDealId, version: 1, stageId }));
    results.push(await updateDeal.run(context, { id: dealId, version: 1, title: 'By a job' }));
    for (const link of [{ memberId: ownerId }, { teamId }]) {
      results.push(await shareRecord.deal.run(context, { recordId: onesOwnDealId, level: 'READ', ...link }));
    }
    results.push(await tagRecord.deal.run(context, { recordId: onesOwnDealId, tagIds: [tagId] }));
    answers.push(results);
  }

  const byMember = defineJob({ kind: 'test.linkAsMember', as: 'member', ids: linkIds, run: linkAll });
  const bySystem = defineJob({
    kind: 'test.linkAsSystem',
    as: 'system',
    ids: linkIds,
    run: linkAll,
    grants: nounNames.flatMap((noun) => to(noun, everything('any'))),
  });
  let worker: Awaited<ReturnType<typeof aWorker>>;
  beforeAll(async () => {
    worker = await aWorker(world, { jobs: [byMember, bySystem, handOverJob], upkeep: [] });
  });
  afterAll(() => worker.stop());

  async function idsIn(of: World): Promise<Ids> {
    const deal = await of.aDeal({ owner: of.owner });
    const [company, contact, lead, tag, product] = await Promise.all([
      of.aCompany(),
      of.aContact(),
      of.aLead(),
      of.aTag(),
      of.aProduct(),
    ]);
    return {
      companyId: company.id,
      contactId: contact.id,
      leadId: lead.id,
      dealId: deal.id,
      productId: product.id,
      stageId: Object.values(of.pipelines.deal.stages)[1]!,
      ownerId: of.rep.id,
      teamId: of.teams.north.id,
      tagId: tag.id,
      onesOwnDealId: (await world.aDeal({ owner: world.owner })).id,
    };
  }

  /** What the commands of such a job answered, ids taken out. */
  async function answersOf(kind: 'member' | 'system', ids: Ids): Promise<string[]> {
    const before = answers.length;
    await world.database.transaction(world.workspaceId, (tx) =>
      kind === 'member'
        ? enqueue(tx, world.services, byMember, ids, { onBehalfOf: world.owner.id })
        : enqueue(tx, world.services, bySystem, ids),
    );
    await until(() => answers.length > before || worker.lines.some(({ outcome }) => outcome === 'dead'));
    expect(worker.lines.filter(({ outcome }) => outcome === 'dead')).toEqual([]);
    return answers[before]!.map((answer) => JSON.stringify(answer));
  }

  test.each(['member', 'system'] as const)('that acts as a %s', async (kind) => {
    const before = await rowsOf(rival);
    const foreign = await idsIn(rival);
    const between = await rowsOf(rival);
    expect(between).not.toEqual(before);
    const absent = Object.fromEntries(linkIds.map((name) => [name, world.services.newId()])) as Ids;
    const told = await answersOf(kind, foreign);
    expect(told).toEqual(await answersOf(kind, { ...absent, onesOwnDealId: foreign.onesOwnDealId }));
    expect(told).toHaveLength(19);
    for (const answer of told) expect(answer).toContain('NOT_FOUND');
    expect(await rowsOf(rival)).toEqual(between);
    // With one's own all of it is done: this test can fail.
    const own = (await answersOf(kind, await idsIn(world))).filter((answer) => answer.includes('NOT_FOUND'));
    // A stage for deals is none for leads.
    expect(own).toHaveLength(1);
  });

  test('that hands over records hands over none of another workspace, and none to its members', async () => {
    const { id } = await rival.aDeal({ owner: rival.rep });
    const own = await world.aDeal({ owner: world.colleague });
    const before = await rowsOf(rival);
    await world.database.transaction(world.workspaceId, async (tx) => {
      await enqueue(tx, world.services, handOverJob, { fromId: rival.rep.id, toId: world.owner.id });
      await enqueue(tx, world.services, handOverJob, { fromId: world.colleague.id, toId: rival.rep.id });
    });
    const ended = () => worker.lines.filter(({ kind, outcome }) => kind === handOverJob.kind && outcome);
    await until(() => ended().length >= 2);
    expect(ended().map(({ outcome }) => outcome).sort()).toEqual(['done', 'failed']);
    expect(await rowsOf(rival)).toEqual(before);
    expect(await world.rows('select id, owner_id as owner from deal where id = any($1)', [[id, own.id]])).toEqual([
      { id, owner: rival.rep.id },
      { id: own.id, owner: world.colleague.id },
    ]);
  });
});
