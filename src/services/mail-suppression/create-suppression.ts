import { recipientOf } from '../../mail/address.ts';
import { command, done, refused } from '../command.ts';
import { type UserError, alreadyTaken, invalid } from '../errors.ts';
import { textProblems } from '../validate.ts';

export type CreateMailSuppressionInput = { address: string; note?: string | null; endsAt?: Date | null };

/** Puts an address on the list of those that get no mail of the workspace. */
export const createMailSuppression = command<CreateMailSuppressionInput>('mailSuppression.create', async (
  context, input,
) => {
  const { tx, principal, services, now } = context;
  const workspaceId = principal.workspace.id;
  const address = recipientOf(input)?.address;
  const problems: UserError[] = textProblems(input.note, ['input', 'note'], { max: 500 });
  if (!address) problems.push(invalid('address is no e-mail address.', 'input', 'address'));
  if (input.endsAt && input.endsAt <= now) problems.push(invalid('endsAt is in the past.', 'input', 'endsAt'));
  if (problems.length > 0 || !address) return refused(...problems);
  // One that has ended is no entry any more.
  await tx.mailSuppression.deleteMany({ where: { workspaceId, address, endsAt: { lte: now } } });
  if (await tx.mailSuppression.count({ where: { workspaceId, address } }) > 0) {
    return refused(alreadyTaken('The address is on the list already.', 'input', 'address'));
  }
  const row = {
    workspaceId, id: services.newId(), address, reason: 'MANUAL' as const, note: input.note?.trim() || null,
    endsAt: input.endsAt ?? null, createdAt: now, updatedAt: now,
  };
  await tx.mailSuppression.create({ data: row });
  return done(row.id, 1, { after: row });
});
