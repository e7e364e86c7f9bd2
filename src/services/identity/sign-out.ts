import { endSession } from '../../auth/session.ts';
import type { Services } from '../context.ts';

/** Ends the session of this token, in every server, from the next request on. Ending it twice is fine. */
export async function signOut({ database }: Pick<Services, 'database'>, token: string): Promise<void> {
  await endSession(database, token);
}
