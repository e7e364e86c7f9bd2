import { newApiKey } from '../../auth/api-key.ts';
import { memberOf } from '../../auth/principal.ts';
import { lock } from '../../db/lock.ts';
import { type CommandContext, command, done, refused } from '../command.ts';
import { type UserError, invalid, notPermitted, userError } from '../errors.ts';
import { type GrantFields, beyond, beyondProblem, grantProblems, toGrants } from '../role/role-grants.ts';
import { grantLines, grantRows } from '../role/write-grants.ts';
import { recordSecurityEvent } from '../security-log/record-event.ts';
import { tellMember } from '../tell-member.ts';
import { requiredProblems, textProblems } from '../validate.ts';

export type CreateApiKeyInput = {
  name: string;
  /** What it may do at most; all that its owner may when absent. */
  grants?: readonly GrantFields[] | null;
  /** A year from now when absent. */
  expiresAt?: Date | null;
};

const dayMilliseconds = 24 * 60 * 60_000;
const usualDays = 365;
const maxDays = 731;
/** Keys of one member that work. */
const maxKeys = 100;

/**
 * Makes a key that acts for who makes it. It never does more than both its own grants and its owner's roles allow, as
 * they are at each request; a key that makes keys gives no more than it has itself.
 */
export const createApiKey = command<CreateApiKeyInput>('apiKey.create', async (context, input) => {
  const { tx, principal, services, now } = context;
  const workspaceId = principal.workspace.id;
  const memberId = memberOf(principal);
  await lock(tx, workspaceId, 'rights');
  const expiresAt = input.expiresAt ?? new Date(now.getTime() + usualDays * dayMilliseconds);
  const problems = [
    ...requiredProblems(input.name, ['input', 'name'], true),
    ...textProblems(input.name, ['input', 'name'], { min: 1, max: 100 }),
    ...grantProblems(input.grants),
    ...expiryProblems(expiresAt, now),
  ];
  if (problems.length > 0) return refused(...problems);
  const grants = input.grants ? toGrants(input.grants) : [];
  const against = [...breadthProblems(context, input), ...await numberProblems(context, memberId)];
  if (against.length > 0) return refused(...against);
  const tooMuch = beyond(context, grants);
  if (tooMuch.length > 0) return refused(beyondProblem(tooMuch, 'input', 'grants'));

  const { token, prefix, tokenHash } = newApiKey();
  const kept = {
    workspaceId, id: services.newId(), memberId, name: input.name.trim(), prefix, hasAllGrants: !input.grants,
    expiresAt, createdAt: now, updatedAt: now,
  };
  await tx.apiKey.create({ data: { ...kept, tokenHash }, select: { id: true } });
  if (grants.length > 0) {
    await tx.apiKeyGrant.createMany({
      data: grantRows(context, grants).map((grant) => ({ ...grant, apiKeyId: kept.id })),
    });
  }
  await recordSecurityEvent(tx, context, {
    type: 'authn_token_created', noun: 'apiKey', recordId: kept.id, subjectId: memberId, detail: `key ${kept.name}`,
  });
  await tellMember(tx, services, { workspaceId, memberId }, 'api-key-created', { at: now, key: kept.name });
  return done(kept.id, 1, { after: { ...kept, grants: grantLines(grants) }, report: token });
});

function expiryProblems(expiresAt: Date, now: Date): UserError[] {
  const days = (expiresAt.getTime() - now.getTime()) / dayMilliseconds;
  if (days > 0 && days <= maxDays) return [];
  return [invalid('A key expires in the future, and within two years.', 'input', 'expiresAt')];
}

/** What a key may do at most is less than what its owner may, so "all that he may" is not the key's to give. */
function breadthProblems({ principal: { apiKey } }: CommandContext, { grants }: CreateApiKeyInput): UserError[] {
  if (grants || !apiKey) return [];
  const message = 'A key gives no more than it may do itself: name the grants.';
  return [notPermitted(message, 'input', 'grants')];
}

async function numberProblems({ tx, principal, now }: CommandContext, memberId: string): Promise<UserError[]> {
  const count = await tx.apiKey.count({
    where: { workspaceId: principal.workspace.id, memberId, revokedAt: null, expiresAt: { gt: now } },
  });
  if (count < maxKeys) return [];
  return [userError('LIMIT_REACHED', `A member has at most ${maxKeys} keys that work.`, 'input')];
}
