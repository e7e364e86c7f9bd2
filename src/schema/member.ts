import { type RemovalPlan, removeMember } from '../services/member/remove-member.ts';
import { reactivateMember, suspendMember } from '../services/member/suspend-member.ts';
import { updateMember } from '../services/member/update-member.ts';
import { type SchemaTypes, builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { boolean, id, instant, one, orderInput, string, text, whereInput } from './filters.ts';
import { globalId } from './global-id.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { commonFields, externalReferencesField, linkedRecords } from './record-fields.ts';
import { loadRecord } from './record-loader.ts';
import { asRecord, recordOf } from './records.ts';
import { addressFields, idOfNoun, keyField, writes } from './write-inputs.ts';

registerNode('member', 'Member');

export const Member = builder.prismaObject('Member', {
  description: 'A person in the workspace. May exist before the person has an account.',
  ...recordOf('Member', 'member'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...commonFields(t, 'member'),
    name: t.exposeString('name', { access: 'member.core', description: 'The name colleagues see.' }),
    email: t.exposeString('email', { access: 'member.account', description: 'The address the member is known by.' }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      access: 'member.account',
      description: 'When the member was last here.',
    }),
    isActive: t.exposeBoolean('isActive', {
      access: 'member.core',
      description: 'False while suspended, and once removed from the workspace.',
    }),
    removedAt: t.expose('removedAt', {
      type: 'DateTime', access: 'member.core', description: 'When the member was removed; null for a suspended one.',
    }),
    team: t.relation('team', { access: 'member.core', nullable: true, description: 'The team the member is in.' }),
    roles: linkedRecords(t, 'Role', {
      relation: 'roles',
      through: 'role',
      access: 'member.core',
      description: 'The member\'s roles.',
      orderBy: 'name',
    }),
    externalReferences: externalReferencesField(t, 'member'),
  }),
});

/** The member that an object is about, where it has only his id. */
export function memberField<Parent extends { memberId: string }>(
  t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Parent>,
) {
  return t.field({
    type: Member, access: 'member.read', extensions: { readsRecords: true }, description: 'The member.',
    resolve: ({ memberId }, _args, context, info) => (
      asRecord(loadRecord(globalId('member', memberId), context, info)) as never),
  });
}

const MemberConnection = connectionType('Member', Member);

const MemberWhere = whereInput('member', 'Member', () => ({
  id: id('member'), name: text(), email: string(), isActive: boolean(), removedAt: instant(), lastSeenAt: instant(),
  createdAt: instant(),
  teamId: id('team'), team: one('team', 'team'),
}));
const MemberOrder = orderInput('member', 'Member', {
  NAME: 'name',
  CREATED_AT: 'createdAt',
  LAST_SEEN_AT: 'lastSeenAt',
});

builder.queryFields((t) => ({
  member: t.field({
    type: Member,
    access: 'member.read',
    extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One member; null when absent.',
    resolve: resolveRecord('member'),
  }),
  members: t.field({
    type: MemberConnection,
    access: 'member.read',
    args: listArgs({ where: MemberWhere, orderBy: MemberOrder }, { canBeDeleted: false }),
    extensions: { readsRecords: true, ...listOf('member', [{ field: 'NAME', direction: 'ASC' }]) },
    description: 'Members of the workspace by name.',
    resolve: resolvePage,
  }),
}));

const MemberUpdateInput = builder.inputType('MemberUpdateInput', {
  description: 'Changes to a member; what is absent stays as it is.',
  ...writes('member', 'Member'),
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'member'),
    name: t.string({ description: 'The name colleagues see; 1 to 200 characters.' }),
    roleIds: t.idList({
      access: 'member.core',
      ...idOfNoun('role'),
      description:
        'All roles of the member, at most 50: replaces the list. Who gives or takes one holds all that it ' +
        'allows; OWNER needs `role.assignOwner`.',
    }),
    teamId: t.id({ description: 'The team the member is in; null for none.', ...idOfNoun('team') }),
    isActive: t.boolean({
      description:
        'False suspends the member, as memberSuspend does: records stay his, and he can do nothing from his next ' +
        'request on. Needs what roleIds needs.',
    }),
  }),
});

commandMutation('memberUpdate', updateMember, {
  description:
    'Changes a member\'s name, roles and team, or whether he is one still. LAST_OWNER when nobody would be owner ' +
    'any more.',
  input: MemberUpdateInput,
  record: { member: Member },
});

const MemberSuspendInput = builder.inputType('MemberSuspendInput', {
  description: 'Who is suspended.', fields: (t) => ({ ...keyField(t), ...addressFields(t, 'member') }),
});
const MemberReactivateInput = builder.inputType('MemberReactivateInput', {
  description: 'Who is taken in again.', fields: (t) => ({ ...keyField(t), ...addressFields(t, 'member') }),
});

commandMutation('memberSuspend', suspendMember, {
  description:
    'Lets a member do nothing until he is reactivated: his sessions end, his keys rest, from the next request on. ' +
    'Records, roles and team stay his. Needs what memberUpdate needs of his roles.',
  input: MemberSuspendInput,
  record: { member: Member },
});
commandMutation('memberReactivate', reactivateMember, {
  description:
    'Takes a suspended member in again, with the roles he has; a removed one without any. He signs in anew. Needs ' +
    'what memberUpdate needs of his roles.',
  input: MemberReactivateInput,
  record: { member: Member },
});

const MemberRemoveInput = builder.inputType('MemberRemoveInput', {
  description: 'Who is removed, and who gets the records.',
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'member'),
    handOverToId: t.id({
      description:
        'Who gets the companies, contacts, leads, deals and activities that the member owns, those in the bin too: ' +
        'an active member. IN_USE where it is left out and he owns any.',
      ...idOfNoun('member'),
    }),
    dryRun: t.boolean({ description: 'True: nothing is changed, and the plan is told all the same.' }),
  }),
});

const OwnedCount = builder.objectRef<RemovalPlan['records'][number]>('OwnedRecordCount').implement({
  description: 'How many records of one kind somebody owns.',
  access: 'parent',
  fields: (t) => ({
    noun: t.exposeString('noun', { nullable: false, description: 'The kind of record, such as `deal`.' }),
    count: t.exposeInt('count', { nullable: false, description: 'How many, those in the bin included.' }),
  }),
});

const Plan = builder.objectRef<RemovalPlan>('MemberRemovalPlan').implement({
  description: 'What removing a member does, or would do.',
  access: 'parent',
  fields: (t) => ({
    records: t.field({
      type: [OwnedCount], nullable: { list: false, items: false }, description: 'Records that are handed over.',
      resolve: ({ records }) => [...records],
    }),
    isInBackground: t.exposeBoolean('isInBackground', {
      nullable: false,
      description: 'Whether they are too many for one transaction (2,000): then a job hands them over, soon after.',
    }),
    apiKeyCount: t.int({
      access: 'apiKey.read',
      description: 'Keys of his that are revoked.',
      resolve: (plan) => plan.apiKeyCount,
    }),
    invitationCount: t.int({
      access: 'invitation.read',
      description: 'Invitations of his that wait, and are revoked.',
      resolve: (plan) => plan.invitationCount,
    }),
  }),
});

commandMutation('memberRemove', removeMember, {
  description:
    'Removes a member: his records go to another, his roles, keys, shares and invitations end, and he is signed out, ' +
    'from his next request on. What he did stays his. LAST_OWNER when nobody would be owner any more.',
  input: MemberRemoveInput,
  record: { member: Member },
  more: (t) => ({
    plan: t.field({
      type: Plan, description: 'What was done, or with `dryRun` would be; null when it is refused or repeated.',
      resolve: ({ report }) => (report as RemovalPlan | undefined) ?? null,
    }),
  }),
});
