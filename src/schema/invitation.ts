import { acceptInvitation } from '../services/invitation/accept-invitation.ts';
import { createInvitation } from '../services/invitation/create-invitation.ts';
import { resendInvitation } from '../services/invitation/resend-invitation.ts';
import { revokeInvitation } from '../services/invitation/revoke-invitation.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { originOf } from './context.ts';
import { id, instant, orderInput, string, whereInput } from './filters.ts';
import { Transport, replacedToken, sessionMutation } from './identity-mutations.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { commonFields, linkedRecords } from './record-fields.ts';
import { recordOf } from './records.ts';
import { BuiltInRole } from './role.ts';
import { addressFields, idOfNoun, keyField, writes } from './write-inputs.ts';

registerNode('invitation', 'Invitation');

const Status = builder.enumType('InvitationStatus', {
  description: 'What has become of an invitation.',
  values: {
    WAITING: { description: 'Its link can be used.' },
    EXPIRED: { description: 'Its link is too old; it can be sent again.' },
    ACCEPTED: { description: 'The person is a member.' },
    REVOKED: { description: 'It was taken back.' },
  },
});

const Invitation = builder.prismaObject('Invitation', {
  description: 'A person asked to join, by a link that works once and for one address.',
  ...recordOf('Invitation', 'invitation'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...commonFields(t, 'invitation'),
    email: t.exposeString('email', { access: 'invitation.account', description: 'The address it is for.' }),
    name: t.exposeString('name', { access: 'invitation.core', description: 'What colleagues will see.' }),
    status: t.field({
      type: Status,
      access: 'invitation.core',
      select: { acceptedAt: true, revokedAt: true, expiresAt: true },
      description: 'What has become of it.',
      resolve: ({ acceptedAt, revokedAt, expiresAt }, _args, { services }) => {
        if (acceptedAt) return 'ACCEPTED';
        if (revokedAt) return 'REVOKED';
        return new Date(expiresAt) <= services.now() ? 'EXPIRED' : 'WAITING';
      },
    }),
    team: t.relation('team', {
      access: 'invitation.core',
      nullable: true,
      description: 'The team the person will be in.',
    }),
    roles: linkedRecords(t, 'Role', {
      relation: 'roles',
      through: 'role',
      access: 'invitation.core',
      description: 'The roles the person will have.',
      orderBy: 'name',
    }),
    invitedBy: t.relation('invitedBy', { access: 'invitation.core', nullable: true, description: 'Who invites.' }),
    member: t.relation('member', {
      access: 'invitation.core',
      nullable: true,
      description: 'Who has joined by it; before that the member without an account whom it is for.',
    }),
    sentAt: t.expose('sentAt', {
      type: 'DateTime',
      access: 'invitation.core',
      description: 'When it was last sent.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      access: 'invitation.core',
      description: 'Until when its link works.',
    }),
    acceptedAt: t.expose('acceptedAt', {
      type: 'DateTime',
      access: 'invitation.core',
      description: 'When it was accepted.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      access: 'invitation.core',
      description: 'When it was taken back.',
    }),
  }),
});

const InvitationConnection = connectionType('Invitation', Invitation);

const InvitationWhere = whereInput('invitation', 'Invitation', () => ({
  id: id('invitation'),
  email: string(),
  name: string(),
  invitedById: id('member'),
  teamId: id('team'),
  createdAt: instant(),
  expiresAt: instant(),
  acceptedAt: instant(),
  revokedAt: instant(),
}));
const InvitationOrder = orderInput('invitation', 'Invitation', {
  CREATED_AT: 'createdAt',
  SENT_AT: 'sentAt',
  EXPIRES_AT: 'expiresAt',
});

builder.queryFields((t) => ({
  invitation: t.field({
    type: Invitation,
    access: 'invitation.read',
    extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One invitation; null when it is absent.',
    resolve: resolveRecord('invitation'),
  }),
  invitations: t.field({
    type: InvitationConnection,
    access: 'invitation.read',
    args: listArgs({ where: InvitationWhere, orderBy: InvitationOrder }, { canBeDeleted: false }),
    extensions: { readsRecords: true, ...listOf('invitation', [{ field: 'CREATED_AT', direction: 'DESC' }]) },
    description: 'Invitations of the workspace, newest first; those that were accepted or revoked too.',
    resolve: resolvePage,
  }),
}));

const InvitationCreateInput = builder.inputType('InvitationCreateInput', {
  description: 'Whom to invite, and into what.',
  ...writes('invitation', 'Invitation'),
  fields: (t) => ({
    ...keyField(t),
    email: t.string({
      required: true,
      access: 'invitation.core',
      description: 'The address: nobody else can accept. TAKEN when a member has it, or an invitation waits for it.',
    }),
    name: t.string({
      description: 'What colleagues will see, unless the person says otherwise; at most 200 characters.',
    }),
    teamId: t.id({ description: 'The team the person will be in.', ...idOfNoun('team') }),
    roleIds: t.idList({
      access: 'invitation.core',
      ...idOfNoun('role'),
      description: 'Roles of the person, at most 50: none that allows more than you may.',
    }),
    builtInRoles: t.field({
      type: [BuiltInRole],
      access: 'invitation.core',
      description: 'Further roles, by what every workspace calls them: for those who may not read roles.',
    }),
  }),
});

const record = { invitation: Invitation };
commandMutation('invitationCreate', createInvitation, {
  description:
    "Sends a link for joining to one address, for seven days. Who may is said in the workspace's security settings " +
    'too. What is asked of you now is asked again when it is accepted.',
  input: InvitationCreateInput,
  record,
});
commandMutation('invitationResend', resendInvitation, {
  description: 'Sends an invitation again, with a new link and seven more days; the link before it works no more.',
  input: builder.inputType('InvitationResendInput', {
    description: 'Which invitation is sent again.',
    fields: (t) => ({ ...keyField(t), ...addressFields(t, 'invitation') }),
  }),
  record,
});
commandMutation('invitationRevoke', revokeInvitation, {
  description: 'Takes an invitation back: its link works no more. Taking it back again changes nothing.',
  input: builder.inputType('InvitationRevokeInput', {
    description: 'Which invitation is taken back.',
    fields: (t) => ({ ...keyField(t), ...addressFields(t, 'invitation') }),
  }),
  record,
});

sessionMutation('acceptInvitation', {
  access: 'public',
  description:
    'Makes whoever holds the link of an invitation a member, and starts a session in that workspace. A new account is '
      + 'made with the password; who has one with the address gives its password, or is signed in to it. A link that '
      + 'was used, superseded, taken back, is too old or never was: NOT_FOUND. Signed in with another address: '
      + 'NOT_PERMITTED.',
  input: builder.inputType('AcceptInvitationInput', {
    description: 'The link of an invitation, and who accepts it.',
    fields: (t) => ({
      token: t.string({ required: true, description: "What stands behind `token=` in the mail's link." }),
      password: t.string({
        description:
          'Of the account with this address, or of the one to be made: 15 characters at least. Not needed by ' +
          'who is signed in to it.',
      }),
      name: t.string({
        description: 'What colleagues see, at most 200 characters; what the invitation says, when absent.',
      }),
      transport: t.field({
        type: Transport,
        required: true,
        defaultValue: 'BEARER',
        description: 'How to keep the session.',
      }),
    }),
  }),
  run: (input, context) => acceptInvitation(
    context.services, { ...input, replacedToken: replacedToken(input, context) }, context.principal, originOf(context)),
});
