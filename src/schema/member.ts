import { updateMember } from '../services/member/update-member.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { boolean, id, instant, one, orderInput, string, text, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { commonFields, externalReferencesField, linkedRecords } from './record-fields.ts';
import { recordOf } from './records.ts';
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
      description: 'False once removed from the workspace.',
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

export const MemberConnection = connectionType('Member', Member);

export const MemberWhere = whereInput('member', 'Member', () => ({
  id: id('member'), name: text(), email: string(), isActive: boolean(), lastSeenAt: instant(), createdAt: instant(),
  teamId: id('team'), team: one('team', 'team'),
}));
export const MemberOrder = orderInput('member', 'Member', {
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
        'False removes the member: records stay his, and he can do nothing from his next request on. Needs what ' +
        'roleIds needs.',
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
