import fc from 'fast-check';
import { expect } from 'vitest';
import { moveDeal } from '../../../src/services/deal/move-deal.ts';
import type { World } from '../../support/world.ts';
import * as rules from './model.ts';
import { type Actor, type Fields, type Model, type Move, type StageName, stageNames } from './model.ts';

/** The server's side of a sequence: a pipeline of its own, and its deals in the order of the model's. */
export type Real = {
  world: World;
  pipelineId: string;
  stages: Record<StageName, string>;
  deals: string[];
  managers: string;
};

type Run = (model: Model, real: Real) => Promise<void>;

/** One random command: what it does to the model, and that the server answers the same. */
class Step implements fc.AsyncCommand<Model, Real> {
  readonly #name: string;
  readonly run: Run;

  constructor(name: string, run: Run) {
    this.#name = name;
    this.run = run;
  }

  check(): boolean {
    return true;
  }

  toString(): string {
    return this.#name;
  }
}

function step<T>(name: string, values: fc.Arbitrary<T>, run: (values: T, model: Model, real: Real) => Promise<void>) {
  return values.map((each) => new Step(`${name} ${JSON.stringify(each)}`, (model, real) => run(each, model, real)));
}

const actor = fc.constantFrom<Actor>('rep', 'manager', 'admin');
const stage = fc.constantFrom(...stageNames);
const which = fc.nat({ max: 5 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const fields: fc.Arbitrary<Fields> = fc.record({
  amount: fc.constantFrom(undefined, undefined, null, 5, 700),
  source: fc.constantFrom(undefined, undefined, null, 'Fair'),
  probability: fc.constantFrom(undefined, undefined, undefined, null, 33),
});
const stageReason = fc.constantFrom(undefined, 'r1', 'r1', 'r2', 'unknown');
const reason = fc.constantFrom(undefined, undefined, 'Because');
const aMove: fc.Arbitrary<Move> = fc
  .tuple(fields, fc.record({
    to: stage,
    stageReason,
    reason,
    isStale: fc.constantFrom(false, false, false, false, true),
  }))
  .map(([one, other]) => ({ ...one, ...other }));

function inputOf({ amount, ...rest }: Fields): Record<string, unknown> {
  return {
    ...rest,
    ...(amount === undefined ? {} : { amount: amount === null ? null : { amountMinor: String(amount) } }),
  };
}

const codes = (errors: readonly { code: string }[]) => errors.map(({ code }) => code).sort();

function moveInput(real: Real, at: number, { to, isStale, ...rest }: Move, version: number) {
  return { id: real.deals[at]!, version: isStale ? version + 7 : version, stageId: real.stages[to], ...inputOf(rest) };
}

const local = (id: string) => id.slice(id.indexOf('_') + 1);

export const commands = [
  step('create', fc.tuple(actor, stage, fields, stageReason), async ([by, to, given, why], model, real) => {
    const expected = rules.create(model, by, to, given, why);
    const { record, userErrors } = await real.world.as(real.world[by]).mutate('dealCreate', {
      title: 'A deal',
      ownerId: `member_${real.world.rep.id}`,
      stageId: real.stages[to],
      stageReason: why,
      ...inputOf(given),
    });
    expect(codes(userErrors)).toEqual(expected.sort());
    if (record) real.deals.push(record.id);
  }),
  step('update', fc.tuple(actor, which, fields, fc.boolean()), async ([by, at, given, isStale], model, real) => {
    if (at >= model.deals.length) return;
    const { version } = model.deals[at]!;
    const expected = rules.update(model, at, given, isStale);
    const { userErrors } = await real.world.as(real.world[by]).mutate('dealUpdate', {
      id: real.deals[at],
      version: isStale ? version + 7 : version,
      ...inputOf(given),
    });
    expect(codes(userErrors)).toEqual(expected.sort());
  }),
  step('move', fc.tuple(actor, which, aMove), async ([by, at, wanted], model, real) => {
    if (at >= model.deals.length) return;
    const { version } = model.deals[at]!;
    const expected = rules.move(model, by, at, wanted);
    const { userErrors } = await real.world.as(real.world[by]).mutate('dealMove', moveInput(real, at, wanted, version));
    expect(codes(userErrors)).toEqual(expected.sort());
  }),
  step('import', fc.tuple(actor, which, aMove), async ([by, at, wanted], model, real) => {
    if (at >= model.deals.length) return;
    const { version } = model.deals[at]!;
    const expected = rules.move(model, by, at, wanted);
    const { id, stageId, amount, ...rest } = moveInput(real, at, wanted, version) as Record<string, unknown>;
    const [result] = await moveDeal.runBatch(await real.world.contextOf(real.world[by], 'IMPORT'), [
      {
        ...rest,
        id: local(id as string),
        stageId: local(stageId as string),
        ...(wanted.amount === undefined ? {} : { amountMinor: wanted.amount === null ? null : BigInt(wanted.amount) }),
      } as never,
    ]);
    expect(codes(result!.userErrors)).toEqual(expected.sort());
  }),
  step(
    'moveMany',
    fc.tuple(fc.constantFrom<Actor>('manager', 'admin'), fc.array(aMove, { minLength: 1, maxLength: 4 }), fc.boolean()),
    async ([by, wanted, dryRun], model, real) => {
      const moves = wanted.slice(0, model.deals.length);
      const tried = dryRun ? structuredClone(model) : model;
      const input = moves.map((each, at) => moveInput(real, at, each, model.deals[at]!.version));
      const expected = moves.map((each, at) => rules.move(tried, by, at, each).sort());
      type Results = { dealMoveMany: { results: { userErrors: { code: string }[] }[] } };
      const { dealMoveMany } = await real.world
        .as(real.world[by])
        .data<Results>(
          'mutation($input: DealMoveManyInput!) { dealMoveMany(input: $input) { results { userErrors { code } } } }',
          { input: { dryRun, moves: input } },
        );
      expect(dealMoveMany.results.map(({ userErrors }) => codes(userErrors))).toEqual(expected);
    },
  ),
  step(
    'rules',
    fc.tuple(stage, fc.record({
      required: maybe(fc.subarray<'amount' | 'source'>(['amount', 'source'])),
      isReasonRequired: maybe(fc.boolean()),
      next: maybe(fc.subarray(stageNames)),
      enter: maybe(fc.boolean()),
      leave: maybe(fc.boolean()),
    })),
    async ([name, { required, isReasonRequired, next, enter, leave }], model, real) => {
      const changed = model.stages[name];
      const allowed = next?.filter((each) => each !== name && !model.stages[each].isRetired);
      if (required) changed.required = required;
      if (isReasonRequired !== undefined) changed.isReasonRequired = isReasonRequired;
      if (allowed) changed.next = allowed;
      if (enter !== undefined) changed.managersOnly.enter = enter;
      if (leave !== undefined) changed.managersOnly.leave = leave;
      const roles = (isOnly: boolean | undefined) => (isOnly === undefined ? undefined : isOnly ? [real.managers] : []);
      const userErrors = await changeStage(real, name, {
        requiredFields: required,
        isReasonRequired,
        nextStageIds: allowed?.map((each) => real.stages[each]),
        enterRoleIds: roles(enter),
        leaveRoleIds: roles(leave),
      });
      expect(codes(userErrors)).toEqual([]);
    },
  ),
  step('retire', fc.tuple(stage, fc.boolean()), async ([name, isRetired], model, real) => {
    const expected = rules.retire(model, name, isRetired);
    expect(codes(await changeStage(real, name, { isRetired }))).toEqual(expected);
  }),
  step('merge', fc.tuple(stage, stage, reason), async ([from, to, why], model, real) => {
    if (from === to || model.stages[from].isRetired || model.stages[to].isRetired) return;
    const expected = rules.merge(model, from, to, why);
    const admin = real.world.as(real.world.admin);
    const { pipeline } = await admin.data<{ pipeline: { version: number; stages: { id: string }[] } }>(
      `{ pipeline(id: "${real.pipelineId}") { version stages { id } } }`,
    );
    const stages = pipeline.stages
      .filter(({ id }) => id !== real.stages[from])
      .map(({ id }) => ({ id, ...(id === real.stages[to] ? { takesFromIds: [real.stages[from]] } : {}) }));
    const { userErrors } = await admin.mutate('pipelineChange', {
      id: real.pipelineId,
      version: pipeline.version,
      stages,
      reason: why,
    });
    expect(codes(userErrors)).toEqual(expected.sort());
  }),
  step('bin', fc.tuple(which, fc.boolean()), async ([at, isDeleted], model, real) => {
    const deal = model.deals[at];
    if (!deal || deal.isDeleted === isDeleted) return;
    const { userErrors } = await real.world
      .as(real.world.manager)
      .mutate(isDeleted ? 'dealDelete' : 'dealRestore', { id: real.deals[at], version: deal.version });
    expect(codes(userErrors)).toEqual([]);
    deal.isDeleted = isDeleted;
    deal.version += 1;
  }),
];

async function changeStage(real: Real, name: StageName, input: object): Promise<{ code: string }[]> {
  const admin = real.world.as(real.world.admin);
  const { stage: found } = await admin.data<{ stage: { version: number } }>(
    `{ stage(id: "${real.stages[name]}") { version } }`,
  );
  return (await admin.mutate('stageUpdate', { id: real.stages[name], version: found.version, ...input })).userErrors;
}
