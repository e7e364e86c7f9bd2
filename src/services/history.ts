import type { VerbPermission } from '../auth/nouns.ts';
import type { CommandContext } from './command.ts';
import { type UserError, invalid, notPermitted } from './errors.ts';

/** Instants in the past, for what happened before a record came here. */
export type History = { createdAt: Date; stageEnteredAt?: Date | null };

/** All that stands against a history: it needs its permission, and it lies in the past. */
export function historyProblems(
  { principal, now, noun }: CommandContext, history: History | null | undefined, verb: 'import' | 'backdate',
): UserError[] {
  if (!history) return [];
  const path = ['input', 'history'];
  const permission = `${noun}.${verb}` as VerbPermission;
  if (!principal.profile.reachOf(noun, verb)) {
    return [notPermitted(`Dates in the past need the permission ${permission}.`, ...path)];
  }
  const { createdAt, stageEnteredAt } = history;
  const isPast = createdAt <= now && (!stageEnteredAt || stageEnteredAt <= now);
  return isPast ? [] : [invalid('The history lies in the future.', ...path)];
}
