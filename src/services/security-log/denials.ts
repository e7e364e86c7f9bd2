import type { ServiceContext } from '../context.ts';
import { recordSecurityEvent } from './record-event.ts';

/** A root field that somebody may not use, and the permission he lacks. */
export type Denial = { field: string; permission: string };

const quietMilliseconds = 60_000;
const maxRemembered = 10_000;

/**
 * Writes into the security log what was asked for and not allowed. A client that asks the same again and again gets one
 * event a minute from each server: nobody fills the log, and nobody's page that asks for too much hides the rest.
 */
export class Denials {
  readonly #lastAt = new Map<string, number>();

  async record(context: ServiceContext, denials: readonly Denial[]): Promise<void> {
    const { services, principal, origin } = context;
    const now = services.now();
    const news = denials.filter(({ field }) => this.#isNews(`${principal.memberId} ${field}`, now.getTime()));
    if (news.length === 0) return;
    const permissions = [...new Set(news.map(({ permission }) => permission))].join(', ');
    const detail = `${news.map(({ field }) => field).join(', ')} without ${permissions}`;
    await services.database.transaction(principal.workspace.id, (tx) => (
      recordSecurityEvent(tx, { principal, services, now, origin }, { type: 'authz_fail', detail })));
  }

  #isNews(key: string, now: number): boolean {
    const last = this.#lastAt.get(key);
    if (last !== undefined && now - last < quietMilliseconds) return false;
    this.#lastAt.delete(key);
    this.#lastAt.set(key, now);
    if (this.#lastAt.size > maxRemembered) this.#lastAt.delete(this.#lastAt.keys().next().value!);
    return true;
  }
}
