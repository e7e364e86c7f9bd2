import type { UserErrorCode } from '../services/errors.ts';

/** Every code that an entry of `userErrors` carries. Public and permanent; messages may be reworded. */
export const userErrorCodes: Record<UserErrorCode, { meaning: string; remedy: string }> = {
  NOT_FOUND: {
    meaning:
      'There is no such record, or one may not see it, or not do this to it: one answer for all, so that ' +
      'ids tell nothing.',
    remedy: 'Ask for the record first; `viewerCan` says what may be done to it.',
  },
  INVALID_INPUT: {
    meaning: 'The value at `path` makes no sense.',
    remedy: 'Correct it: everything that is wrong is said at once.',
  },
  VERSION_CONFLICT: {
    meaning: 'The record has changed since the version given; `currentVersion` is what it is now.',
    remedy: 'Read it again, and repeat the change if it is still wanted.',
  },
  TAKEN: {
    meaning: 'Another record has this name, address or external id, and it may exist once only.',
    remedy: 'Choose another, or use that record.',
  },
  IN_USE: {
    meaning: 'Other records still need this one; `count` says how many.',
    remedy: 'Move or delete those first.',
  },
  NOT_PERMITTED: {
    meaning: 'This part of the input needs a permission, named in the message, that the caller lacks for this record.',
    remedy: 'Leave that part out, or ask an administrator for the permission.',
  },
  LAST_OWNER: {
    meaning: 'The workspace would be left without an owner who can sign in.',
    remedy: 'Make somebody else owner first.',
  },
  LEAD_CONVERTED: {
    meaning:
      'The lead was converted, so it is read-only; `lead` says what it became, as far as the caller can see that.',
    remedy: 'Change what it became, or take the conversion back with leadUnconvert.',
  },
  CONVERSION_SETTLED: {
    meaning:
      'The conversion cannot be taken back any more: a record it made or filled has changed since (`CHANGED`), '
        + 'something hangs on one it made (`IN_USE`, `count` says how much of it the caller can see), or one is out of '
        + 'the caller\'s reach (`OUT_OF_REACH`). One entry for each reason.',
    remedy: 'Change the records that the lead became by hand.',
  },
  LIMIT_REACHED: {
    meaning: 'There would be more of something than there may be; the message has the limit.',
    remedy: 'Take some away first.',
  },
  STAGE_NOT_ALLOWED: {
    meaning:
      'The pipeline does not lead from the record\'s stage to the one asked for; `allowedStageIds` says ' +
      'where it leads.',
    remedy: 'Move it along the pipeline.',
  },
  STAGE_REQUIREMENTS_MISSING: {
    meaning: 'The stage asks for fields that the record would not have; `fieldNames` has all of them.',
    remedy:
      'Send them with the move, or fill them in first. Whoever may not see one of them asks somebody who may.',
  },
  STAGE_ROLE_MISSING: {
    meaning: 'Only some roles may move records into the stage, or out of it; `direction` says which.',
    remedy: 'Ask somebody who has such a role.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    meaning: 'The same `idempotencyKey` came with another input before.',
    remedy: 'Take a new key for a new input.',
  },
  INVALID_CREDENTIALS: {
    meaning:
      'The address or the password is wrong, there is no membership in that workspace, or there were too many tries: ' +
      'one answer for all.',
    remedy: 'Try again after a while, or set a new password with a link (requestPasswordReset).',
  },
};
