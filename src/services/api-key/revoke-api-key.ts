import { command, done, refused, unchanged } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { reachable } from '../records.ts';
import { recordSecurityEvent } from '../security-log/record-event.ts';
import { nameOf, tellMember } from '../tell-member.ts';

export type RevokeApiKeyInput = { id: string; version: number };

/** Ends a key for good: it is refused from the next request on, by every server. Nothing brings it back. */
export const revokeApiKey = command<RevokeApiKeyInput>('apiKey.delete', async (context, input) => {
  const { tx, principal, services, now } = context;
  const mayRevoke = { AND: [reachable(context), { id: input.id }] };
  const before = await tx.apiKey.findFirst({ where: mayRevoke, omit: { tokenHash: true } });
  if (!before) return refused(notFound('apiKey', 'input', 'id'));
  if (before.revokedAt) return unchanged(before.id);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const [after] = await tx.apiKey.updateManyAndReturn({
    where: { AND: [mayRevoke, { version: input.version }] }, omit: { tokenHash: true },
    data: { revokedAt: now, version: { increment: 1 }, updatedAt: now },
  });
  if (!after) return refused(versionConflict(before.version + 1));
  await recordSecurityEvent(tx, context, {
    type: 'authn_token_revoked', noun: 'apiKey', recordId: before.id, subjectId: before.memberId,
    detail: `key ${before.name}`,
  });
  if (before.memberId !== principal.memberId) {
    const owner = { workspaceId: principal.workspace.id, memberId: before.memberId };
    await tellMember(tx, services, owner, 'api-key-revoked', { at: now, by: await nameOf(context), key: before.name });
  }
  return done(before.id, after.version, { before, after });
}, { act: 'revoke' });
