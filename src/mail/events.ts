import type { Transaction } from '../db/database.ts';
import type { MailEventKind } from '../db/generated/prisma/client.ts';
import { uuidv7 } from '../db/uuid.ts';

/** Adds to a mail's timeline. @param attempt none, where it happened outside of one */
export async function addEvent(
  tx: Transaction, { workspaceId, id }: { workspaceId: string; id: string },
  { kind, attempt = null, answer = null, at }: {
    kind: MailEventKind; attempt?: number | null; answer?: string | null; at: Date;
  },
): Promise<void> {
  await tx.mailEvent.create({ data: { workspaceId, id: uuidv7(), mailId: id, kind, attempt, answer, at } });
}
