import { GraphQLError } from 'graphql';
import { type ListedSession, endedSessionCookie, listSessions } from '../auth/session.ts';
import { type Membership, membershipsOfUser } from '../db/identity.ts';
import { changeEmail, confirmEmail } from '../services/identity/change-email.ts';
import { changePassword } from '../services/identity/change-password.ts';
import { deleteAccount } from '../services/identity/delete-account.ts';
import { deviceOf } from '../services/identity/device.ts';
import { type SignedInUser, endSession, signOutEverywhere, switchWorkspace } from '../services/identity/sessions.ts';
import { builder } from './builder.ts';
import { type GraphQLContext, originOf } from './context.ts';
import { globalId, idOf } from './global-id.ts';
import { identityMutation, sessionMutation } from './identity-mutations.ts';
import { continueAs, signedIn } from './records.ts';
import { Viewer } from './viewer.ts';

// One's own account: what a person who is signed in does about it. Nobody does it for somebody else, and no key.

const Session = builder.objectRef<ListedSession>('Session').implement({
  description: 'A sign-in that has not ended: one browser, phone or program. Only one\'s own are ever shown.',
  access: 'parent',
  fields: (t) => ({
    id: t.id({
      nullable: false, description: 'The id: `session_` and a UUID. No secret.',
      resolve: ({ id }) => globalId('session', id),
    }),
    isCurrent: t.exposeBoolean('isCurrent', { nullable: false, description: 'Whether it is the one that asks.' }),
    device: t.string({
      nullable: false, description: 'What it is, such as "Firefox on Windows", as far as the device tells.',
      resolve: ({ userAgent }) => deviceOf(userAgent),
    }),
    ipAddress: t.exposeString('ipAddress', { description: 'The network address it was last used from.' }),
    workspaceName: t.exposeString('workspaceName', { nullable: false, description: 'The workspace it works in.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: false, description: 'When somebody signed in.' }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime', nullable: false, description: 'When it was last used, to the minute.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime', nullable: false,
      description: 'When it ends unless it is used before, by the workspace\'s settings.',
    }),
  }),
});

const MembershipType = builder.objectRef<Membership>('Membership').implement({
  description: 'A workspace that one is a member of.',
  access: 'parent',
  fields: (t) => ({
    slug: t.exposeString('slug', {
      nullable: false, description: 'Short name, for signing in and for switchWorkspace.',
    }),
    name: t.exposeString('name', { nullable: false, description: 'What people call it.' }),
  }),
});

builder.objectFields(Viewer, (t) => ({
  sessions: t.field({
    type: [Session], nullable: { list: false, items: false },
    description: 'One\'s sessions in all workspaces, the one used last first. Empty for keys.',
    resolve: ({ userId }, _args, { services, sessionToken }) => (
      userId && sessionToken ? listSessions(services.database, userId, sessionToken, services.now()) : []),
  }),
  workspaces: t.field({
    type: [MembershipType], nullable: { list: false, items: false },
    description: 'The workspaces that one is a member of, by name. Empty for keys.',
    resolve: ({ userId }, _args, { services, sessionToken }) => (
      userId && sessionToken ? membershipsOfUser(services.database, userId) : []),
  }),
}));

identityMutation('endSession', {
  access: 'signedIn',
  description: 'Ends one of one\'s sessions, from its next request on.',
  input: builder.inputType('EndSessionInput', {
    description: 'Which session.',
    fields: (t) => ({ id: t.id({ required: true, description: 'Its id, from `viewer.sessions`.' }) }),
  }),
  run: ({ id }, context) => (
    endSession(context.services, userOf(context), idOf('session', id, 'input.id'), originOf(context))),
});

identityMutation('signOutEverywhere', {
  access: 'signedIn',
  description: 'Ends all of one\'s sessions in all workspaces, from their next request on.',
  input: builder.inputType('SignOutEverywhereInput', {
    description: 'Which of one\'s sessions.',
    fields: (t) => ({
      exceptThis: t.boolean({ required: true, defaultValue: false, description: 'Whether the one that asks goes on.' }),
    }),
  }),
  run: async ({ exceptThis }, context) => {
    const answer = await signOutEverywhere(context.services, userOf(context), exceptThis, originOf(context));
    if (!exceptThis) forgetSession(context);
    return answer;
  },
});

sessionMutation('switchWorkspace', {
  access: 'signedIn',
  description: 'Goes on in another workspace. The session gets a new secret, and the one it had stops working.',
  input: builder.inputType('SwitchWorkspaceInput', {
    description: 'Where to go on.',
    fields: (t) => ({
      workspace: t.string({ required: true, description: 'Slug of the workspace, from `viewer.workspaces`.' }),
    }),
  }),
  run: ({ workspace }, context) => switchWorkspace(context.services, userOf(context), workspace, originOf(context)),
});

const currentPassword = 'The password of now, to show that it is oneself.';

sessionMutation('changePassword', {
  access: 'signedIn',
  description:
    'Changes one\'s password. All of one\'s sessions end; the one that asks goes on with a new secret. A mail tells '
      + 'it. A wrong password is INVALID_CREDENTIALS, and so are too many tries.',
  input: builder.inputType('ChangePasswordInput', {
    description: 'The password of now, and the next one.',
    fields: (t) => ({
      currentPassword: t.string({ required: true, description: currentPassword }),
      newPassword: t.string({
        required: true,
        description: 'At least 15 characters of any kind, at most 1,024; none that is known from breaches, and not ' +
          'the address or the name of the workspace.',
      }),
    }),
  }),
  run: (input, context) => changePassword(context.services, userOf(context), input, originOf(context)),
});

identityMutation('changeEmail', {
  access: 'signedIn',
  description:
    'Sends a link to another address, which makes it the one to sign in with (confirmEmail). Until then nothing ' +
    'changes. The answer is the same where the address has an account already. NOT_PERMITTED names the workspaces of ' +
    'which one is a member that take only addresses of other domains.',
  input: builder.inputType('ChangeEmailInput', {
    description: 'The address to sign in with from then on.',
    fields: (t) => ({
      newEmail: t.string({ required: true, description: 'The new address.' }),
      currentPassword: t.string({ required: true, description: currentPassword }),
    }),
  }),
  run: (input, context) => changeEmail(context.services, userOf(context), input, originOf(context)),
});

identityMutation('confirmEmail', {
  access: 'public',
  description:
    'Makes a new address the one to sign in with, by the link that was sent to it. Both addresses are told, and all of '
      + 'the person\'s sessions end. A link that was used, superseded, is too old or never was: NOT_FOUND.',
  input: builder.inputType('ConfirmEmailInput', {
    description: 'The link of a mail.',
    fields: (t) => ({
      token: t.string({ required: true, description: 'What stands behind `token=` in the mail\'s link.' }),
    }),
  }),
  run: ({ token }, context) => confirmEmail(context.services, token, originOf(context)),
});

identityMutation('deleteAccount', {
  access: 'signedIn',
  description:
    'Deletes one\'s account and ends one\'s membership in every workspace; records and history stay there. LAST_OWNER '
      + 'names the workspaces of which one is the last owner: make somebody else owner first.',
  input: builder.inputType('DeleteAccountInput', {
    description: 'That it is meant.',
    fields: (t) => ({ currentPassword: t.string({ required: true, description: currentPassword }) }),
  }),
  run: async (input, context) => {
    const answer = await deleteAccount(
      context.services, userOf(context), input.currentPassword, originOf(context));
    if (answer.ok) forgetSession(context);
    return answer;
  },
});

/** The person behind the request. Keys and jobs have no account to change. */
function userOf(context: GraphQLContext): SignedInUser {
  const principal = signedIn(context);
  const { userId } = principal;
  const { sessionToken: token } = context;
  if (userId && token) return { userId, principal, token };
  throw new GraphQLError('That needs somebody who is signed in: no key does it.', {
    extensions: { code: 'FORBIDDEN' },
  });
}

function forgetSession(context: GraphQLContext): void {
  if (context.credentials === 'cookie') {
    context.responseHeaders.append('set-cookie', endedSessionCookie(context.secureCookies));
  }
  continueAs(context, null);
}
