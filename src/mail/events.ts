import type { Transaction } from '../db/database.ts';
import type { MailEventKind } from '../db/generated/prisma/client.ts';
import type { Services } from '../services/context.ts';

/** Adds to a mail's timeline. @param attempt none, where it happened outside of one */
export async function addEvent(
  tx: Transaction, { newId }: Pick<Services, 'newId'>, { workspaceId, id }: { workspaceId: string; id: string },
  { kind, attempt = null, answer = null, at }: {
    kind: MailEventKind; attempt?: number | null; answer?: string | null; at: Date;
  },
): Promise<void> {
  await tx.mailEvent.create({ data: { workspaceId, id: newId(), mailId: id, kind, attempt, answer, at } });
}
