import { principalByEmail } from '../../auth/authenticate.ts';
import type { Noun, Verb, VerbPermission } from '../../auth/nouns.ts';
import type { Principal } from '../../auth/principal.ts';
import { callerIn } from '../../db/caller.ts';
import type { Transaction } from '../../db/database.ts';
import { Refusal } from '../../refusal.ts';
import { type CommandContext, commandContext } from '../../services/command.ts';
import type { ServiceContext, Services } from '../../services/context.ts';

/** One transaction's worth of an import: who acts, as of now, and with what. */
export type Work = {
  tx: Transaction;
  principal: Principal;
  /** For commands: they become part of the transaction. */
  services: ServiceContext;
  /** For the questions that commands ask of policy. */
  contextFor(noun: Noun, verb: Verb): CommandContext;
};

export type ImportingMember = { workspace: string; email: string };

/** A thousand batches may be behind this one; the database itself has no limit. */
const longestMilliseconds = 24 * 60 * 60 * 1000;
const batchMilliseconds = 5 * 60 * 1000;

/**
 * The member that an import acts as. Each batch is a transaction of its own and begins by reading his rights anew; or
 * everything is one transaction, of which nothing stays unless it is kept.
 */
export class Importer {
  readonly services: Services;
  readonly member: ImportingMember;
  readonly #outer: Transaction | null;

  constructor(services: Services, member: ImportingMember, outer: Transaction | null = null) {
    this.services = services;
    this.member = member;
    this.#outer = outer;
  }

  /** Whether everything is one transaction. */
  get isOne(): boolean {
    return this.#outer !== null;
  }

  /** @throws Refusal when the member or the workspace is no more, or never was */
  async principal(tx?: Transaction): Promise<Principal> {
    const { workspace, email } = this.member;
    const caller = tx ? callerIn(tx) : this.services.database;
    const principal = await principalByEmail(caller, workspace, email, 'IMPORT');
    if (!principal) {
      throw new Refusal(
        `There is no active member ${email} in a workspace "${workspace}": check --workspace and --as.`);
    }
    return principal;
  }

  async work<T>(run: (work: Work) => Promise<T>): Promise<T> {
    if (this.#outer) return run(workIn(this.services, this.#outer, await this.principal(this.#outer)));
    const principal = await this.principal();
    return this.services.database.transaction(principal.workspace.id, (tx) =>
      run(workIn(this.services, tx, principal)), {
      timeoutMilliseconds: batchMilliseconds,
    });
  }

  /** Runs everything in one transaction, which is undone unless `run` says to keep it. */
  async inOne<T>(run: (importer: Importer) => Promise<{ result: T; keep: boolean }>): Promise<T> {
    const { workspace } = await this.principal();
    let undone: { result: T } | undefined;
    try {
      return await this.services.database.transaction(workspace.id, async (tx) => {
        const { result, keep } = await run(new Importer(this.services, this.member, tx));
        if (keep) return result;
        undone = { result };
        throw new Undo();
      }, { timeoutMilliseconds: longestMilliseconds });
    } catch (error) {
      if (error instanceof Undo) return undone!.result;
      throw error;
    }
  }
}

/** Ends a transaction without keeping anything of it. */
class Undo extends Error {}

function workIn(services: Services, tx: Transaction, principal: Principal): Work {
  const now = services.now();
  return {
    tx, principal,
    services: { services, principal, requestId: 'import', transaction: tx },
    contextFor: (noun, verb) => commandContext(tx, { services, principal }, `${noun}.${verb}` as VerbPermission, now),
  };
}
