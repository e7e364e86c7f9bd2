import { madeByServer } from '../worlds/world-server.ts';
import type { KnownRecord } from './known.ts';

type Needs = { verb?: string; kind?: string; not?: string; isBinned?: boolean; isNew?: boolean };

/** What a command asks of the record that its `id` names, by the input's name; the first line that fits counts. */
const asked: readonly (readonly [RegExp, Needs])[] = [
  [/RestoreInput$/, { verb: 'restore', isBinned: true }],
  [/^LeadUnconvert/, { verb: 'convert', kind: 'CONVERTED' }],
  [/^LeadConvert(Input|Item)/, { verb: 'convert', not: 'CONVERTED' }],
  [/^(Deal|Lead)Move/, { verb: 'move', not: 'CONVERTED' }],
  [/^LeadDelete/, { verb: 'delete', not: 'CONVERTED' }],
  [/^Lead/, { verb: 'update', not: 'CONVERTED' }],
  [/^ActivityComplete/, { verb: 'update', kind: 'TASK' }],
  [/^ActivityReopen/, { verb: 'update', kind: 'COMPLETED' }],
  // What was there before is held by others: members, records.
  [/^(Role|Team|Pipeline)Delete/, { not: 'BUILT_IN', isNew: true }],
  [/^Role/, { not: 'BUILT_IN' }],
  [/DeleteInput$/, { verb: 'delete' }],
  [/^RecordShare|^RecordUnshare/, { verb: 'share' }],
  [/./, { verb: 'update' }],
];

/** Whether a command has a chance with a record, as far as that is known. */
export function fits(inputName: string, { id, isBinned, kind, may }: KnownRecord): boolean {
  const { verb, ...needs } = asked.find(([pattern]) => pattern.test(inputName))![1];
  if (isBinned !== (needs.isBinned ?? false)) return false;
  if (needs.kind && kind !== needs.kind) return false;
  if (needs.isNew && !id.includes(madeByServer)) return false;
  if (needs.not && kind === needs.not) return false;
  return !verb || !may || may.includes(verb);
}

/** Whether a stage is one of the pipelines that a record of this input goes along. */
export function isStageFor(inputName: string, { kind, isBinned }: KnownRecord): boolean {
  return !isBinned && (!kind || !/^(Deal|Lead)/.test(inputName) || inputName.toUpperCase().startsWith(kind));
}

/** Fields that are optional in the schema, and without which the input is hardly ever accepted. */
export const asGoodAsRequired: Readonly<Record<string, readonly string[]>> = {
  ContactCreateInput: ['lastName'], ContactAddressInput: ['city'], DealLineInput: ['description', 'quantity'],
  LeadConvertInput: ['contact'], LeadConvertItemInput: ['contact'], LeadConvertContactCreateInput: ['lastName'],
  LeadConvertCompanyCreateInput: ['name'], MemberRemoveInput: ['handOverToId'], ChangedStageInput: ['name'],
  RecordShareInput: ['memberId'], RecordUnshareInput: ['memberId'],
};

/** Fields that suit few records, so that an input with all of them is refused. */
export const seldom = new RegExp(`^(${[
  'lossReason', 'stageReason', 'stageEnteredAt', 'reason', 'forecastCategory', 'probability', 'completedAt', 'dueAt',
  'requiredFields', 'isReasonRequired', 'reasons', 'enterRoleIds', 'leaveRoleIds', 'rotAfterDays', 'status', 'position',
  'nextStageIds', 'stageId', 'isPrimary', 'externalReferences',
].join('|')})$`);
