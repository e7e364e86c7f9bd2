import { deliverMail } from '../../src/mail/deliver-mail.ts';
import type { Mailer, OutgoingMail } from '../../src/mail/mailer.ts';
import { platformWorkspaceId } from '../../src/db/platform-workspace.ts';
import type { World } from './world.ts';

/** Keeps mails instead of sending them. */
export function memoryMailer(): { mailer: Mailer; sent: OutgoingMail[] } {
  const sent: OutgoingMail[] = [];
  const mailer: Mailer = {
    from: { address: 'crm@gatehouse.test', name: 'Gatehouse' },
    publicUrl: () => 'https://crm.example',
    async send(mail) {
      sent.push(mail);
      return '250 kept';
    },
  };
  return { mailer, sent };
}

/** Delivers what waits, in the world's workspace and of no workspace, and answers with the mails, oldest first. */
export async function deliverMails(world: World): Promise<OutgoingMail[]> {
  const { database, services } = world;
  const { mailer, sent } = memoryMailer();
  for (const workspaceId of [platformWorkspaceId, world.workspaceId]) {
    const waiting = await database.transaction(workspaceId, (tx) => tx.mail.findMany({
      where: { workspaceId, status: 'QUEUED' }, orderBy: { id: 'asc' }, select: { id: true },
    }));
    for (const { id } of waiting) await deliverMail({ ...services, mailer }, { workspaceId, mailId: id });
  }
  return sent;
}
