import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Grant } from '../../../src/auth/grants.ts';
import {
  type FieldGroup, type Noun, type Verb, allVerbs, isOwnedNoun, nouns, ownedNouns,
} from '../../../src/auth/nouns.ts';
import { profileOf } from '../../../src/auth/profile.ts';
import { allowed, readable } from '../../../src/auth/reach.ts';
import { Database } from '../../../src/db/database.ts';
import { evaluate } from '../../../src/db/evaluate.ts';
import { modelNamed } from '../../../src/db/models.ts';
import { type Parameters, type Predicate, all } from '../../../src/db/predicate.ts';
import { printPrisma } from '../../../src/db/print-prisma.ts';
import { Values, printSql } from '../../../src/db/print-sql.ts';
import type { TestDatabase } from '../../support/database.ts';
import { cheapRuns, seed } from '../run-count.ts';
import { baseWorld } from '../worlds/base-world.ts';
import { home } from '../worlds/filling.ts';
import { loadWorld } from '../worlds/load-world.ts';
import type { World } from '../worlds/world.ts';
import { LoadedRows } from './loaded-rows.ts';
import { predicates } from './random-predicates.ts';

const models = [
  'Company', 'Contact', 'ContactEmail', 'ContactAddress', 'Lead', 'Deal', 'DealLine', 'DealContact', 'StageChange',
  'Activity', 'Product',
  'Tag', 'Tagging', 'Pipeline', 'Stage', 'Team', 'Member', 'Role', 'RecordShare',
];
const modelOf: Partial<Record<Noun, string>> = {
  company: 'Company', contact: 'Contact', lead: 'Lead', deal: 'Deal', activity: 'Activity', product: 'Product',
  tag: 'Tag', stage: 'Stage',
  pipeline: 'Pipeline', team: 'Team', member: 'Member', role: 'Role',
};

let world: World;
let database: TestDatabase;
let server: Database;
let rows: LoadedRows;
let workspaceId: string;

beforeAll(async () => {
  world = baseWorld(seed);
  workspaceId = world.workspace!.find(({ slug }) => slug === home)!.id as string;
  database = await loadWorld(world);
  server = new Database({ url: database.url, pooling: 'session', poolSize: 2, onConnectionError: () => {} });
  rows = await server.transaction(workspaceId, (tx) => LoadedRows.load(tx, workspaceId, models));
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

/** Somebody at random, with the teams below and above his own. */
const somebody = () => {
  const teams = world.team!.filter((team) => team.workspace_id === workspaceId && team.deleted_at === null);
  const above = (id: unknown): string[] => {
    const team = teams.find((each) => each.id === id);
    return team ? [team.id as string, ...above(team.parent_id)] : [];
  };
  return fc.constantFrom(...world.member!
    .filter((member) => member.workspace_id === workspaceId)).map((member): Parameters => ({
    me: member.id as string, myRoles: [], now: new Date('2026-06-01T00:00:00Z'), myTeamChain: above(member.team_id),
    myTeams: teams.map(({ id }) => id as string)
      .filter((id) => member.team_id && above(id).includes(member.team_id as string)),
  }));
};

type Finder = { findMany(query: object): Promise<{ id: string }[]> };

/** Ids of the rows that fulfil it, by each of the three. */
async function threeAnswers(model: string, predicate: Predicate, parameters: Parameters) {
  const values = new Values(parameters);
  const text = `select t.id from ${modelNamed(model).table} t where t.workspace_id = ${values.add(workspaceId, 'uuid')}`
    + ` and ${printSql(predicate, modelNamed(model), 't', values)}`;
  const bySql = await server.read(workspaceId, { text, values: values.list });
  const where = { AND: [{ workspaceId }, printPrisma(predicate, modelNamed(model), parameters)] };
  const byPrisma = await server.transaction(workspaceId, (tx) => (
    (tx as unknown as Record<string, Finder>)[model.charAt(0).toLowerCase() + model.slice(1)]!.findMany({
      where, select: { id: true },
    })));
  const ids = (list: readonly { id?: unknown }[]) => list.map(({ id }) => id as string).sort();
  return {
    sql: ids(bySql), prisma: ids(byPrisma),
    evaluator: ids(rows.of(model).filter((row) => evaluate(predicate, row, parameters))),
  };
}

async function expectAgreement(model: string, predicate: Predicate, parameters: Parameters): Promise<void> {
  const { sql, prisma, evaluator } = await threeAnswers(model, predicate, parameters);
  expect({ prisma, evaluator }).toEqual({ prisma: sql, evaluator: sql });
}

describe('SQL, Prisma and the evaluator find the same rows', () => {
  test.each(models)('for any condition on %s', async (model) => {
    const held = (name: string, column: string) => [
      ...new Set(rows.of(name).map((row) => row[column]).filter((value) => value !== null)),
    ];
    const runs = Math.max(20, Math.ceil(cheapRuns / models.length));
    await fc.assert(
      fc.asyncProperty(predicates(model, models, held), somebody(), (predicate, parameters) =>
        expectAgreement(model, predicate, parameters)),
      { numRuns: runs, seed },
    );
  }, 24 * 3600e3);

  test('for any grants, of anybody, with and without shares', async () => {
    const grants = fc.array(fc.constantFrom(...Object.keys(nouns) as Noun[]).chain((noun) => fc.record({
      noun: fc.constant(noun), verb: fc.constantFrom(...allVerbs(noun)),
      reach: fc.constantFrom('own' as const, 'team' as const, 'any' as const),
      fieldGroups: fc.subarray([...nouns[noun].fieldGroups] as FieldGroup[]),
    })), { maxLength: 12 }) as fc.Arbitrary<Grant[]>;
    const questions = fc.constantFrom(...Object.keys(modelOf) as Noun[]).chain((noun) => fc.record({
      noun: fc.constant(noun), verb: fc.constantFrom(...allVerbs(noun)) as fc.Arbitrary<Verb>,
      group: fc.constantFrom(...nouns[noun].fieldGroups) as fc.Arbitrary<FieldGroup>, isLiving: fc.boolean(),
    }));
    await fc.assert(
      fc.asyncProperty(grants, fc.subarray([...ownedNouns]), questions, somebody(), async (
        held, shared, { noun, verb, group, isLiving }, parameters,
      ) => {
        const also: Grant = { noun, verb, reach: parameters.myTeams.length ? 'team' : 'own', fieldGroups: [group] };
        const profile = profileOf([], [...held, also], shared);
        const predicate = isLiving ? all(allowed(profile, noun, verb, group), readable(profile, noun))
          : allowed(profile, noun, verb, group);
        await expectAgreement(modelOf[noun]!, predicate, parameters);
        if (!isOwnedNoun(noun) && nouns[noun].belongsTo === 'workspace') {
          expect(['always', 'never']).toContain(allowed(profile, noun, verb, group).kind);
        }
      }),
      { numRuns: Math.max(50, Math.ceil(cheapRuns / 10)), seed },
    );
  }, 24 * 3600e3);
});
