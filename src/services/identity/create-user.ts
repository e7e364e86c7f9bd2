import { hashPassword, passwordProblem } from '../../auth/password.ts';
import type { Caller } from '../../db/caller.ts';
import { createUser as insertUser } from '../../db/identity.ts';
import { type UserError, invalid } from '../errors.ts';
import { normaliseEmail } from '../../auth/email.ts';
import { type Answer, declined, succeeded } from './errors.ts';

export type NewUser = {
  email: string;
  /** What colleagues call the person; otherwise what stands before the @. */
  name?: string | null;
  /** Without one, nobody can sign in until it was set through a one-time link. */
  password?: string | null;
};
/** A user as `createUser` inserts it: everything checked, the password hashed. */
export type PreparedUser = { email: string; name: string; passwordHash: string | null };

/**
 * Makes a user, or finds the one who has the address already: his name and password stay as they are, so that nobody
 * takes over an account by creating it again.
 */
export async function createUser(
  caller: Caller, newId: () => string, user: NewUser,
): Promise<Answer<{ userId: string; isNew: boolean }>> {
  const prepared = await prepareUser(user);
  if (!prepared.ok) return prepared;
  const id = newId();
  const userId = await insertUser(caller, { id, ...prepared.value });
  return succeeded({ userId, isNew: userId === id });
}

/** Checks and hashes: the slow part, which does not belong into a transaction. @param path of the user in the input */
export async function prepareUser(user: NewUser, ...path: string[]): Promise<Answer<PreparedUser>> {
  const problems: UserError[] = [];
  const email = normaliseEmail(user.email);
  if (email === null) problems.push(invalid('This is no e-mail address that can sign in.', ...path, 'email'));
  const name = user.name?.normalize('NFC').trim() || email?.split('@')[0] || '';
  if (name.length > 200) problems.push(invalid('A name has at most 200 characters.', ...path, 'name'));
  const wrong = user.password == null ? null : passwordProblem(user.password);
  if (wrong) problems.push(invalid(wrong, ...path, 'password'));
  if (email === null || problems.length > 0) return declined(...problems);
  return succeeded({ email, name, passwordHash: user.password == null ? null : await hashPassword(user.password) });
}
