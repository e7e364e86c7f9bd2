import type { Transaction } from '../db/database.ts';
import type { MailSuppressionReason } from '../db/generated/prisma/client.ts';
import type { Services } from '../services/context.ts';
import { platformWorkspaceId } from '../db/platform-workspace.ts';
import type { MailPurpose } from './templates.ts';

/** Where nobody administers the list, an address that bounced is tried again after a day. */
const platformMilliseconds = 24 * 3_600_000;

/**
 * Why an address gets no mail of this purpose; null when it gets it. Mail about somebody's own account goes to who
 * wants no mail, or has complained of some: he may be waiting for it. It does not go to addresses that bounce.
 */
export async function suppressionOf(
  tx: Transaction, { workspaceId, address, purpose, now }: {
    workspaceId: string; address: string; purpose: MailPurpose; now: Date;
  },
): Promise<MailSuppressionReason | null> {
  const entry = await tx.mailSuppression.findFirst({
    where: { workspaceId, address, OR: [{ endsAt: null }, { endsAt: { gt: now } }] }, select: { reason: true },
  });
  if (!entry || (purpose === 'security' && entry.reason !== 'BOUNCE')) return null;
  return entry.reason;
}

/** Puts an address on the list, or says anew why it is there. What somebody has entered by hand stays as it is. */
export async function suppress(
  tx: Transaction, { newId }: Pick<Services, 'newId'>, { workspaceId, address, reason, note, now }: {
    workspaceId: string; address: string; reason: 'BOUNCE' | 'COMPLAINT'; note: string; now: Date;
  },
): Promise<void> {
  const endsAt = workspaceId === platformWorkspaceId ? new Date(now.getTime() + platformMilliseconds) : null;
  const entry = { reason, note: note.slice(0, 500), endsAt, updatedAt: now };
  // Of two at once the second finds the first one's.
  const { count } = await tx.mailSuppression.createMany({
    data: [{ workspaceId, id: newId(), address, createdAt: now, ...entry }], skipDuplicates: true,
  });
  if (count > 0) return;
  await tx.mailSuppression.updateMany({
    where: { workspaceId, address, reason: { not: 'MANUAL' } }, data: { ...entry, version: { increment: 1 } },
  });
}
