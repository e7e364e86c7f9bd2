import { transferOwnership } from '../services/workspace/transfer-ownership.ts';
import {
  type SecuritySettings as Settings,
  readSecuritySettings,
  updateSecuritySettings,
} from '../services/workspace/security-settings.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { serviceContextOf } from './context.ts';
import { signedIn } from './records.ts';
import { idOfNoun, keyField } from './write-inputs.ts';

const Inviters = builder.enumType('Inviters', {
  description: 'Who may invite, of those whose roles give `invitation.create`.',
  values: {
    OWNERS: { description: 'Owners alone.' },
    ADMINS: { description: "Who may make members: owners and administrators, unless roles of one's own say more." },
    LEADERS: {
      description: 'Managers too, into their own team and those below it, with roles that go no further than theirs.',
    },
  },
});

const SecuritySettings = builder.objectRef<Settings>('SecuritySettings').implement({
  description: 'How a workspace guards itself.',
  access: 'parent',
  fields: (t) => ({
    sessionIdleMinutes: t.exposeInt('sessionIdleMinutes', {
      nullable: false,
      description: 'Sessions end after so many minutes without a request.',
    }),
    sessionLifetimeMinutes: t.exposeInt('sessionLifetimeMinutes', {
      nullable: false,
      description: 'Sessions end so many minutes after the sign-in, however much they are used.',
    }),
    inviters: t.expose('inviters', { type: Inviters, nullable: false, description: 'Who may invite.' }),
    allowedEmailDomains: t.exposeStringList('allowedEmailDomains', {
      nullable: { list: false, items: false },
      description:
        'Domains of the addresses that may be invited, and that members may change theirs to; any when empty.',
    }),
    version: t.exposeInt('version', {
      nullable: false,
      description: 'Raised by every write; name it when changing the settings.',
    }),
  }),
});

builder.queryField('securitySettings', (t) =>
  t.field({
    type: SecuritySettings,
    access: 'workspace.update',
    description: 'How the workspace guards itself.',
    resolve: (_root, _args, context) => readSecuritySettings(serviceContextOf(context, signedIn(context))),
  }),
);

const SecuritySettingsUpdateInput = builder.inputType('SecuritySettingsUpdateInput', {
  description: 'Changes to the security settings; what is absent stays as it is.',
  fields: (t) => ({
    ...keyField(t),
    version: t.int({
      required: true,
      description: 'The version they were read with; another answers VERSION_CONFLICT.',
    }),
    sessionIdleMinutes: t.int({ description: 'Between 5 and 525,600, a year; at most `sessionLifetimeMinutes`.' }),
    sessionLifetimeMinutes: t.int({ description: 'Between 5 and 1,051,200, two years.' }),
    inviters: t.field({ type: Inviters, description: 'Who may invite.' }),
    allowedEmailDomains: t.stringList({
      description:
        'Domains of the addresses that may be invited, and that members may change theirs to, such as `example.com`, ' +
        'at most 100; any when empty. Who is a member already stays one.',
    }),
  }),
});

commandMutation('securitySettingsUpdate', updateSecuritySettings, {
  description:
    'Changes how long sessions last, who may invite, and whom: from the next request on, for sessions that run too. ' +
    'Invitations that wait are measured by them when they are accepted.',
  input: SecuritySettingsUpdateInput,
  more: (t) => ({
    securitySettings: t.field({
      type: SecuritySettings,
      description: 'The settings as they are now; null when nothing was done.',
      resolve: ({ recordId }, _args, context) =>
        recordId ? readSecuritySettings(serviceContextOf(context, signedIn(context))) : null,
    }),
  }),
});

const OwnershipTransferInput = builder.inputType('OwnershipTransferInput', {
  description: 'To whom the workspace is handed over.',
  fields: (t) => ({
    ...keyField(t),
    toMemberId: t.id({
      required: true,
      description: 'An active member with an account, who is owner from then on.',
      ...idOfNoun('member'),
    }),
    version: t.int({
      required: true,
      description: 'The version the member was read with; another answers VERSION_CONFLICT.',
    }),
  }),
});

commandMutation('ownershipTransfer', transferOwnership, {
  description:
    'Transfers ownership: the member gets the role OWNER, and you keep ADMIN in its place. One change, so that ' +
    'there is an owner at every moment; both are told by mail.',
  input: OwnershipTransferInput,
});
