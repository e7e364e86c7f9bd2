import { randomInt } from 'node:crypto';
import { findLink, takeLink } from '../../auth/link-tokens.ts';
import { hashPassword, passwordProblem } from '../../auth/password.ts';
import { callerIn } from '../../db/caller.ts';
import type { Transaction } from '../../db/database.ts';
import * as identity from '../../db/identity.ts';
import type { Origin, Services } from '../context.ts';
import { alreadyTaken, invalid } from '../errors.ts';
import { recordAccountEvent } from '../security-log/record-event.ts';
import { type NewWorkspace, checkWorkspace, furnishWorkspace } from './create-workspace.ts';
import { type Answer, declined, noSuchLink } from './errors.ts';
import type { SignUpDetails } from './sign-up.ts';
import { type NewSession, type SignedIn, beginSession, signedInBy } from './signed-in.ts';

/**
 * Makes the account, its workspace and a session, out of the link in the mail of a sign-up. The password is chosen here
 * and not before, by whoever reads the mailbox. A password that will not do leaves the link usable; of several at once,
 * one succeeds.
 *
 * @throws OverloadedError when too many passwords wait to be hashed
 */
export async function confirmSignUp(
  services: Pick<Services, 'database' | 'newId' | 'now'>,
  { token, password, replacedToken }: { token: string; password: string } & Pick<NewSession, 'replacedToken'>,
  origin: Origin,
): Promise<Answer<SignedIn>> {
  const { database, newId } = services;
  const link = await findLink(database, token, 'SIGN_UP');
  if (!link?.email) return declined(noSuchLink);
  const details = link.details as SignUpDetails;
  const { workspaceName, name, ...settings } = details;
  const wrong = passwordProblem(password, [link.email, workspaceName]);
  if (wrong) return declined(invalid(wrong, 'input', 'password'));
  const passwordHash = await hashPassword(password);
  const { workspace } = checkWorkspace({ ...settings, name: workspaceName, slug: slugOf(workspaceName) }, newId());
  const owner = { email: link.email, name: name?.normalize('NFC').trim() || link.email.split('@')[0]!, passwordHash };

  const session = await database.transaction(workspace.id, async (tx) => {
    const caller = callerIn(tx);
    if (!await takeLink(caller, token, 'SIGN_UP')) return null;
    const id = newId();
    const userId = await identity.createUser(caller, { id, ...owner });
    // An account came into being in another way meanwhile, such as by an invitation: it is not touched.
    if (userId !== id) return 'known';
    await makeWorkspace(tx, workspace);
    await furnishWorkspace(tx, workspace.id, { userId, email: owner.email, name: owner.name }, services, {
      principal: 'sign-up', door: 'API',
    });
    await recordAccountEvent(caller, services, origin, { type: 'user_created', userId, detail: 'by signing up' });
    return beginSession(tx, services, origin, { userId, workspaceId: workspace.id, replacedToken });
  });
  if (session === 'known') {
    return declined(alreadyTaken('There is an account with this address by now. Sign in to it.', 'input', 'token'));
  }
  return session === null ? declined(noSuchLink) : signedInBy(database, session);
}

/** Under its slug, or one that begins with it where it is taken. */
async function makeWorkspace(tx: Transaction, workspace: NewWorkspace): Promise<void> {
  const caller = callerIn(tx);
  for (let tries = 0; tries < 5; tries += 1) {
    const slug = tries === 0 ? workspace.slug : `${workspace.slug}-${randomInt(36 ** 4).toString(36)}`;
    if (await identity.createWorkspace(caller, { ...workspace, slug })) return;
  }
  throw new Error('No slug is free.');
}

/** `Müller & Söhne GmbH` → `muller-sohne-gmbh`; what has no such letters is called `workspace`. */
function slugOf(name: string): string {
  const slug = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50).replace(/^-+|-+$/g, '');
  return slug || 'workspace';
}
