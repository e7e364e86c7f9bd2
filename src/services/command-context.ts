import { type Noun, type Verb, type VerbPermission, parsePermission } from '../auth/nouns.ts';
import type { Principal } from '../auth/principal.ts';
import { parametersOf } from '../auth/reach.ts';
import type { Transaction } from '../db/database.ts';
import type { Parameters } from '../db/predicate.ts';
import type { Origin, ServiceContext, Services } from './context.ts';

/** What a command works with: everything it reads and writes goes through `tx`. */
export type CommandContext = {
  tx: Transaction;
  principal: Principal;
  services: Services;
  /** From where the command came; absent in programs and jobs. */
  origin?: Origin;
  now: Date;
  parameters: Parameters;
  noun: Noun;
  verb: Verb;
  /** What audit and outbox call it. */
  act: string;
};

/** What a command works with in a transaction that is open already: for those who write or ask in its name. */
export function commandContext(
  tx: Transaction, { services, principal, origin }: Pick<ServiceContext, 'services' | 'principal' | 'origin'>,
  permission: VerbPermission, now = services.now(),
): CommandContext {
  const { noun, verb } = parsePermission(permission) as { noun: Noun; verb: Verb };
  return { tx, principal, services, origin, now, parameters: parametersOf(principal, now), noun, verb, act: verb };
}

/** What a command would know, for questions about records that need what its permission reaches. */
export async function inQuestion<T>(
  { services, principal }: ServiceContext, permission: VerbPermission, ask: (context: CommandContext) => Promise<T>,
): Promise<T> {
  return services.database.transaction(principal.workspace.id, (tx) => (
    ask(commandContext(tx, { services, principal }, permission))));
}

/** The context in which another command asks its questions, in the same transaction. */
export function contextFor(context: CommandContext, permission: VerbPermission, act?: string): CommandContext {
  const { noun, verb } = parsePermission(permission) as { noun: Noun; verb: Verb };
  return { ...context, noun, verb, act: act ?? verb };
}
