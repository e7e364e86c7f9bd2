import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bestThreshold } from '../auth/timing.ts';
import { type SecondServer, secondServer } from '../support/second-server.ts';
import { type World, openWorld } from '../support/world.ts';
import { type Kinds, takeSamples } from './samples.ts';

/*
 * What the time of an answer tells about a record: of nobody, of another workspace, or hidden from who asks. That the
 * server sends the same statements for all is shown without a clock (test/access/walls/same-statements.test.ts).
 */
const count = Number(process.env.TIMING_SAMPLES ?? 500);
const lanes = Number(process.env.TIMING_LANES ?? 2);

// Minutes each.
vi.setConfig({ testTimeout: 1_800_000 });

let world: World;
let rival: World;
let server: SecondServer;
/** Ids of deals by whose they are, as many as there are samples. */
let ids: Record<'absent' | 'foreign' | 'hidden', string[]>;
beforeAll(async () => {
  world = await openWorld();
  rival = await world.another();
  server = await secondServer(world);
  const deals = (of: World) => of.rows<{ id: string }>(
    `insert into deal (workspace_id, id, title, currency, pipeline_id, stage_id, owner_id, updated_at)
       select $1, gen_random_uuid(), 'Timed', 'EUR', $2, $3, $4, now() from generate_series(1, $5) returning id`,
    [of.workspaceId, of.pipelines.deal.id, Object.values(of.pipelines.deal.stages)[0], of.southRep.id, count]);
  const named = (rows: { id: string }[]) => rows.map(({ id }) => `deal_${id}`);
  ids = {
    absent: Array.from({ length: count }, () => `deal_${world.services.newId()}`),
    foreign: named(await deals(rival)), hidden: named(await deals(world)),
  };
});
afterAll(async () => {
  await server.close();
  await world.close();
});

/** What is asked about a deal by who cannot see it. */
const questions: [string, string][] = [
  ['a look-up', 'query($id: ID!) { deal(id: $id) { title amount { amountMinor } } }'],
  ['a node', 'query($id: ID!) { node(id: $id) { id } }'],
  ['a filter by a link', 'query($id: ID!) { activities(where: { dealId: { eq: $id } }) { totalCount } }'],
  ['a new link', mutation('activityCreate', 'kind: NOTE, subject: "S", dealId: $id')],
  ['a change', mutation('dealUpdate', 'id: $id, version: 1, title: "T"')],
  ['a move', mutation('dealMove', 'id: $id, version: 1, stageId: $stage')],
  ['a share', mutation('recordShare', 'recordId: $id, memberId: $member, level: READ')],
];

function mutation(name: string, input: string): string {
  const named = ['id', 'stage', 'member'].filter((each) => input.includes(`$${each}`));
  const variables = named.map((each) => `$${each}: ID!`).join(', ');
  return `mutation(${variables}) { ${name}(input: { ${input} }) { userErrors { code message path } } }`;
}

test.each(questions)('%s', async (name, query) => {
  const others = {
    stage: `stage_${Object.values(world.pipelines.deal.stages)[1]!}`, member: `member_${world.colleague.id}`,
  };
  const kinds: Kinds = Object.fromEntries(Object.entries(ids).map(([kind, of]) => (
    [kind, of.map((id) => ({ query, variables: { ...others, id }, token: world.rep.token }))])));
  // The first answers are slower than all others, whatever they are about.
  await takeSamples(server.url, { absent: kinds.absent!.slice(0, 100) }, lanes);
  const samples = await takeSamples(server.url, kinds, lanes);
  const times = (kind: string) => samples[kind]!.map(({ took }) => took);
  const median = (kind: string) => times(kind).sort((left, right) => left - right)[Math.floor(count / 2)]!;
  for (const kind of ['foreign', 'hidden']) {
    const accuracy = bestThreshold(times('absent'), times(kind));
    console.log(`${name}: absent ${median('absent').toFixed(2)} ms, ${kind} ${median(kind).toFixed(2)} ms, `
      + `told apart ${(accuracy * 100).toFixed(1)} %\n`);
    expect.soft(accuracy, kind).toBeLessThanOrEqual(0.6);
    expect.soft(Math.abs(median(kind) / median('absent') - 1), kind).toBeLessThan(0.1);
  }
  expect(new Set(Object.values(samples).flat().map(({ answer }) => answer)).size).toBe(1);
});
