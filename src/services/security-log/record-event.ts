import { unknownOrigin } from '../../auth/origin.ts';
import type { Door, Principal } from '../../auth/principal.ts';
import type { Caller } from '../../db/caller.ts';
import type { Transaction } from '../../db/database.ts';
import * as identity from '../../db/identity.ts';
import type { Origin, Services } from '../context.ts';
import { type SecurityEventType, resultOf } from './event-types.ts';

/** What happened. Whoever writes `detail` keeps secrets, and addresses of strangers, out of it. */
export type SecurityEvent = {
  type: SecurityEventType;
  /** Kind and id of what it was done with, such as a role. */
  noun?: string;
  recordId?: string | null;
  /** What exactly, in a few words. */
  detail?: string | null;
};

/** Who acts, and from where: a command's context is one. */
export type Actor = { principal: Principal; services: Pick<Services, 'newId'>; now: Date; origin?: Origin };

/**
 * Writes an event into the security log, in the transaction of what happened.
 *
 * @param tx whose workspace is the principal's
 * @param event.subjectId the member whose account, sessions, keys or rights it is about
 */
export async function recordSecurityEvent(
  tx: Transaction, actor: Actor, ...events: readonly (SecurityEvent & { subjectId?: string | null })[]
): Promise<void> {
  const { principal: { workspace, memberId, apiKey, door }, services, now } = actor;
  if (events.length === 0) return;
  await tx.securityEvent.createMany({
    data: events.map(({ type, subjectId = null, noun = null, recordId = null, detail }) => ({
      workspaceId: workspace.id, id: services.newId(), at: now, type, result: resultOf(type), door, memberId, subjectId,
      apiKeyId: apiKey?.id ?? null, noun, recordId, detail: cut(detail, 500), ...kept(actor.origin),
    })),
  });
}

/** What happened to an account of a person who may be a member of several workspaces, or of none. */
export type AccountEvent = SecurityEvent & {
  /** Null for an address that nobody has. */
  userId: string | null;
  /** Only this workspace is told; otherwise each that the person is an active member of. */
  workspaceId?: string | null;
  /** Whether the person did it; false for what strangers try. What failed was tried by a stranger, unless said. */
  isOwn?: boolean;
  door?: Door;
};

/**
 * Writes an event about an account into the log of every workspace that its person is an active member of. One that
 * belongs to no workspace, such as a failed sign-in of an unknown address, is kept apart for whoever runs the server.
 *
 * @param caller `callerIn(tx)` in the transaction of what happened; the database itself for what was refused
 */
export async function recordAccountEvent(
  caller: Caller, { newId, now }: Pick<Services, 'newId' | 'now'>, origin: Origin | undefined, event: AccountEvent,
): Promise<void> {
  const { type, userId, workspaceId = null, noun = null, recordId = null, detail, door = 'API' } = event;
  const result = resultOf(type);
  const { ipAddress, userAgent, requestId } = kept(origin);
  await identity.recordAccountEvent(caller, userId, workspaceId, {
    id: newId(), at: now(), type, result, door, is_own: event.isOwn ?? result === 'SUCCESS', noun, record_id: recordId,
    detail: cut(detail, 500), ip_address: ipAddress, user_agent: userAgent, request_id: requestId,
  });
}

function kept({ ipAddress, userAgent, requestId }: Origin = unknownOrigin) {
  return { ipAddress, userAgent: cut(userAgent, 500), requestId };
}

/** NUL can be in no text of PostgreSQL's. */
function cut(text: string | null | undefined, length: number): string | null {
  return text?.replaceAll('\0', '').slice(0, length) ?? null;
}
