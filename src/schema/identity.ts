import { endedSessionCookie } from '../auth/session.ts';
import type { UserError } from '../services/errors.ts';
import { confirmSignUp } from '../services/identity/confirm-sign-up.ts';
import { requestPasswordReset } from '../services/identity/reset-password.ts';
import { setPassword } from '../services/identity/set-password.ts';
import { signIn } from '../services/identity/sign-in.ts';
import { signOut } from '../services/identity/sign-out.ts';
import { resendSignUp, signUp } from '../services/identity/sign-up.ts';
import { builder } from './builder.ts';
import { userErrorsField } from './commands.ts';
import { originOf } from './context.ts';
import { Transport, identityMutation, replacedToken, sessionMutation } from './identity-mutations.ts';
import { continueAs } from './records.ts';

// What people do who are not signed in. A document may hold one of these: one try for each request.

const passwordDescription = 'At least 15 characters of any kind, at most 1,024; none that is known from breaches, and '
  + 'not the address or the name of the workspace.';

sessionMutation('signIn', {
  access: 'public',
  description:
    'Starts a session. An unknown address, a wrong password, a workspace one is no member of and too many tries are ' +
    'one answer: INVALID_CREDENTIALS.',
  input: builder.inputType('SignInInput', {
    description: 'Who wants to sign in, and where.',
    fields: (t) => ({
      email: t.string({ required: true, description: 'The address of the account.' }),
      password: t.string({ required: true, description: 'The password of the account.' }),
      workspace: t.string({
        description: 'Slug of the workspace to work in; the first by name of those one is a member of, when absent.',
      }),
      transport: t.field({
        type: Transport, required: true, defaultValue: 'BEARER', description: 'How to keep the session.',
      }),
    }),
  }),
  run: (input, context) => signIn(context.services, {
    ...input, ...originOf(context), replacedToken: replacedToken(input, context),
  }),
});

identityMutation('signUp', {
  access: 'public',
  description:
    'Asks for an account and a workspace. The answer is always the same: look into your mail. The link there makes ' +
    'them (confirmSignUp); to an address that has an account a mail is sent that says so.',
  input: builder.inputType('SignUpInput', {
    description: 'Who wants an account, and a workspace of his own.',
    fields: (t) => ({
      email: t.string({ required: true, description: 'The address to sign in with.' }),
      workspaceName: t.string({ required: true, description: 'What to call the workspace: at most 200 characters.' }),
      name: t.string({
        description: 'What colleagues call the person: at most 200 characters. What stands before the @, when absent.',
      }),
      timeZone: t.string({ description: 'IANA time zone of the workspace, like Europe/Berlin; UTC when absent.' }),
      locale: t.string({ description: 'BCP 47 language tag of the workspace, like de; `en` when absent.' }),
      currency: t.string({ description: 'ISO 4217 code that new amounts get; USD when absent.' }),
    }),
  }),
  run: (input, context) => signUp(context.services, input, originOf(context)),
});

identityMutation('resendSignUp', {
  access: 'public',
  description:
    'Sends the mail of a sign-up again; the link of the one before stops working. The answer is the same where no ' +
    'sign-up is waiting. At most five mails an hour are sent to one address.',
  input: builder.inputType('ResendSignUpInput', {
    description: 'Whose sign-up it is.',
    fields: (t) => ({ email: t.string({ required: true, description: 'The address that signed up.' }) }),
  }),
  run: ({ email }, context) => resendSignUp(context.services, email, originOf(context)),
});

sessionMutation('confirmSignUp', {
  access: 'public',
  description:
    'Makes the account and its workspace, and starts a session. A link that was used, superseded, is too old or never '
      + 'was: NOT_FOUND.',
  input: builder.inputType('ConfirmSignUpInput', {
    description: 'The link of a sign-up, and the password of the new account.',
    fields: (t) => ({
      token: t.string({ required: true, description: 'What stands behind `token=` in the mail\'s link.' }),
      password: t.string({ required: true, description: passwordDescription }),
      transport: t.field({
        type: Transport, required: true, defaultValue: 'BEARER', description: 'How to keep the session.',
      }),
    }),
  }),
  run: (input, context) => (
    confirmSignUp(context.services, { ...input, replacedToken: replacedToken(input, context) }, originOf(context))),
});

identityMutation('requestPasswordReset', {
  access: 'public',
  description:
    'Sends a link that sets a new password (setPassword) to the address of an account. The answer is the same where ' +
    'there is none. At most five mails an hour are sent to one address.',
  input: builder.inputType('RequestPasswordResetInput', {
    description: 'Whose password was forgotten.',
    fields: (t) => ({ email: t.string({ required: true, description: 'The address of the account.' }) }),
  }),
  run: ({ email }, context) => requestPasswordReset(context.services, email, originOf(context)),
});

identityMutation('setPassword', {
  access: 'public',
  description:
    'Sets the password of whoever holds the link of a mail, ends all of his sessions, and lets him sign in at once ' +
    'where too many tries kept him out. A link that was used, superseded, is too old or never was: NOT_FOUND.',
  input: builder.inputType('SetPasswordInput', {
    description: 'The link of a mail, and the new password.',
    fields: (t) => ({
      token: t.string({ required: true, description: 'What stands behind `token=` in the mail\'s link.' }),
      password: t.string({ required: true, description: passwordDescription }),
    }),
  }),
  run: (input, context) => setPassword(context.services, input, originOf(context)),
});

const SignOutPayload = builder.objectRef<{ userErrors: readonly UserError[] }>('SignOutPayload').implement({
  description: 'What signOut answers.',
  access: 'parent',
  fields: (t) => ({
    userErrors: t.field({ ...userErrorsField, description: 'Always empty: a session that is over is over.' }),
  }),
});

builder.mutationField('signOut', (t) => t.field({
  type: SignOutPayload,
  access: 'public',
  description: 'Ends the session that this request came with, from the next request on; without one nothing happens.',
  resolve: async (_root, _args, context) => {
    if (context.sessionToken) await signOut(context.services, context.sessionToken, originOf(context));
    if (context.credentials === 'cookie') {
      context.responseHeaders.append('set-cookie', endedSessionCookie(context.secureCookies));
    }
    continueAs(context, null);
    return { userErrors: [] };
  },
}));
