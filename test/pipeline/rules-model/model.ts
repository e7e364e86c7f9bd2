/**
 * The rules of stages and moves, once more and as simply as can be said, written from docs/domain/by-hand and not from
 * src/services: what random commands on the real server are compared with.
 */
export type Actor = 'rep' | 'manager' | 'admin';
export type StageName = 'A' | 'B' | 'C' | 'Won' | 'Lost' | 'Lost too';
export const stageNames: StageName[] = ['A', 'B', 'C', 'Won', 'Lost', 'Lost too'];
export const reasons = ['r1', 'r2'];

export type ModelStage = {
  status: 'OPEN' | 'WON' | 'LOST';
  probability: number;
  required: ('amount' | 'source')[];
  isReasonRequired: boolean;
  next: StageName[];
  managersOnly: { enter: boolean; leave: boolean };
  isRetired: boolean;
};
export type ModelDeal = {
  stage: StageName;
  version: number;
  amount: number | null;
  source: string | null;
  probability: number;
  isByHand: boolean;
  stageReason: string | null;
  isDeleted: boolean;
  ledger: StageName[];
  bypasses: number;
};
export type Model = { stages: Record<StageName, ModelStage>; deals: ModelDeal[] };

export type Fields = { amount?: number | null; source?: string | null; probability?: number | null };
export type Move = Fields & { to: StageName; stageReason?: string; reason?: string; isStale: boolean };

export function newModel(): Model {
  const stage = (status: ModelStage['status'], probability: number): ModelStage => ({
    status,
    probability,
    required: [],
    isReasonRequired: false,
    next: [],
    managersOnly: { enter: false, leave: false },
    isRetired: false,
  });
  return {
    stages: {
      A: stage('OPEN', 10),
      B: stage('OPEN', 40),
      C: stage('OPEN', 70),
      Won: stage('WON', 100),
      Lost: stage('LOST', 0),
      'Lost too': stage('LOST', 0),
    },
    deals: [],
  };
}

const isMissing = (
  stage: ModelStage, deal: { amount: number | null; source: string | null; stageReason: string | null },
) => stage.required.some((field) => deal[field] === null) || (stage.isReasonRequired && deal.stageReason === null);

function given<T>(value: T | undefined, otherwise: T): T {
  return value === undefined ? otherwise : value;
}

/** Applies a creation. @returns the codes of all that stands against it */
export function create(model: Model, actor: Actor, to: StageName, fields: Fields, stageReason?: string): string[] {
  const stage = model.stages[to];
  if (stage.isRetired) return ['NOT_FOUND'];
  const deal = {
    amount: fields.amount ?? null,
    source: fields.source ?? null,
    stageReason: stageReason ?? null,
  };
  const errors = [
    ...(stage.status !== 'OPEN' && actor !== 'admin' ? ['NOT_PERMITTED'] : []),
    ...(stage.managersOnly.enter && actor !== 'manager' ? ['STAGE_ROLE_MISSING'] : []),
    ...(isMissing(stage, deal) ? ['STAGE_REQUIREMENTS_MISSING'] : []),
    ...(stageReason && !reasons.includes(stageReason) ? ['INVALID_INPUT'] : []),
  ];
  if (errors.length > 0) return errors;
  const isByHand = typeof fields.probability === 'number';
  model.deals.push({
    ...deal,
    stage: to,
    version: 1,
    probability: isByHand ? fields.probability! : stage.probability,
    isByHand,
    isDeleted: false,
    ledger: [to],
    bypasses: 0,
  });
  return [];
}

/** Applies a change of fields. */
export function update(model: Model, at: number, fields: Fields, isStale: boolean): string[] {
  const deal = model.deals[at]!;
  if (deal.isDeleted) return ['NOT_FOUND'];
  if (isStale) return ['VERSION_CONFLICT'];
  write(deal, fields, model.stages[deal.stage]);
  deal.version += 1;
  return [];
}

function write(deal: ModelDeal, { amount, source, probability }: Fields, stage: ModelStage): void {
  deal.amount = given(amount, deal.amount);
  deal.source = given(source, deal.source);
  if (probability === undefined) return;
  deal.isByHand = probability !== null;
  deal.probability = probability ?? stage.probability;
}

/** Applies a move. */
export function move(model: Model, actor: Actor, at: number, wanted: Move): string[] {
  const deal = model.deals[at]!;
  if (deal.isDeleted) return ['NOT_FOUND'];
  const [from, to] = [model.stages[deal.stage], model.stages[wanted.to]];
  const isMoved = wanted.to !== deal.stage;
  const next = from.next.filter((name) => !model.stages[name].isRetired);
  const resulting = {
    amount: given(wanted.amount, deal.amount),
    source: given(wanted.source, deal.source),
    stageReason: wanted.stageReason ?? (isMoved ? null : deal.stageReason),
  };
  const broken =
    !isMoved || to.isRetired
      ? []
      : [
          ...(next.length > 0 && !next.includes(wanted.to) ? ['STAGE_NOT_ALLOWED'] : []),
          ...(from.managersOnly.leave && actor !== 'manager' ? ['STAGE_ROLE_MISSING'] : []),
          ...(to.managersOnly.enter && actor !== 'manager' ? ['STAGE_ROLE_MISSING'] : []),
          ...(isMissing(to, resulting) ? ['STAGE_REQUIREMENTS_MISSING'] : []),
        ];
  const isSetAside = broken.length > 0 && wanted.reason !== undefined && actor === 'admin';
  const errors = [
    ...(isMoved && to.isRetired ? ['STAGE_NOT_ALLOWED'] : []),
    ...(isSetAside ? [] : broken),
    ...(broken.length > 0 && wanted.reason !== undefined && actor !== 'admin' ? ['NOT_PERMITTED'] : []),
    ...(from.status !== 'OPEN' && to.status !== from.status && actor === 'rep' ? ['NOT_PERMITTED'] : []),
    ...(wanted.stageReason && !reasons.includes(wanted.stageReason) ? ['INVALID_INPUT'] : []),
  ];
  if (errors.length > 0) return errors;
  if (wanted.isStale) return ['VERSION_CONFLICT'];
  const before = JSON.stringify(deal);
  if (isMoved) {
    deal.stage = wanted.to;
    deal.ledger.push(wanted.to);
    if (!deal.isByHand) deal.probability = to.probability;
    if (isSetAside) deal.bypasses += 1;
  }
  write(deal, wanted, to);
  deal.stageReason = resulting.stageReason;
  if (JSON.stringify(deal) !== before) deal.version += 1;
  return [];
}

/** Applies the retirement of a stage, or its coming back. */
export function retire(model: Model, name: StageName, isRetired: boolean): string[] {
  const stage = model.stages[name];
  const isGoing = isRetired && !stage.isRetired;
  if (isGoing && model.deals.some((deal) => deal.stage === name)) return ['IN_USE'];
  stage.isRetired = isRetired;
  return [];
}

/** Applies a change of the pipeline that takes one stage away and its deals to another; both are there. */
export function merge(model: Model, fromName: StageName, toName: StageName, reason?: string): string[] {
  const [from, to] = [model.stages[fromName], model.stages[toName]];
  const moved = model.deals.filter((deal) => deal.stage === fromName);
  if (from.status !== to.status) return ['INVALID_INPUT', ...(moved.length > 0 ? ['IN_USE'] : [])];
  const broken =
    moved.length === 0
      ? []
      : [
          ...(from.managersOnly.leave ? ['STAGE_ROLE_MISSING'] : []),
          ...(to.managersOnly.enter ? ['STAGE_ROLE_MISSING'] : []),
          ...(moved.some((deal) => !deal.isDeleted && isMissing(to, deal)) ? ['STAGE_REQUIREMENTS_MISSING'] : []),
        ];
  if (broken.length > 0 && !reason) return broken;
  from.isRetired = true;
  for (const deal of moved) {
    deal.stage = toName;
    deal.ledger.push(toName);
    deal.version += 1;
    if (!deal.isByHand) deal.probability = to.probability;
    if (broken.length > 0) deal.bypasses += 1;
  }
  return [];
}
