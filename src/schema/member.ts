import { builder } from './builder.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { boolean, id, instant, one, orderInput, string, text, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { commonFields, deletableFields, linkedRecords, orderedBy } from './record-fields.ts';
import { recordOf } from './records.ts';

registerNode('member', 'Member');
registerNode('team', 'Team');

export const Member = builder.prismaObject('Member', {
  description: 'A person in the workspace. May exist before the person has an account.',
  ...recordOf('Member', 'member'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...commonFields(t, 'member'),
    name: t.exposeString('name', { access: 'member.core', description: 'The name colleagues see.' }),
    email: t.exposeString('email', { access: 'member.account', description: 'The address the member is known by.' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime', access: 'member.account', description: 'When the member was last here.' }),
    isActive: t.exposeBoolean('isActive', { access: 'member.core', description: 'False once removed from the workspace.' }),
    team: t.relation('team', { access: 'member.core', nullable: true, description: 'The team the member is in.' }),
    roles: linkedRecords(t, 'Role', {
      relation: 'roles', through: 'role', access: 'member.core', description: 'The member\'s roles.', orderBy: 'name',
    }),
  }),
});

export const Role = builder.prismaObject('Role', {
  description: 'A named set of grants.',
  ...recordOf('Role', 'role'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...commonFields(t, 'role'),
    name: t.exposeString('name', { access: 'role.core', description: 'What it is called.' }),
    isBuiltIn: t.boolean({
      access: 'role.core', select: { builtIn: true }, description: 'Whether every workspace has it.',
      resolve: (role) => role.builtIn !== null,
    }),
  }),
});
registerNode('role', 'Role');

export const Team = builder.prismaObject('Team', {
  description: 'A group of members. Teams form a tree: who reaches a team reaches those below it.',
  ...recordOf('Team', 'team'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...deletableFields(t, 'team'),
    name: t.exposeString('name', { access: 'team.core', description: 'What it is called.' }),
    parent: t.relation('parent', { access: 'team.core', nullable: true, description: 'The team above.' }),
    children: t.relation('children', { access: 'team.core', nullable: true, description: 'The teams right below.', ...orderedBy('name') }),
    members: t.relation('members', { access: 'team.core', nullable: true, description: 'Who is in it.', ...orderedBy('name') }),
  }),
});

export const MemberConnection = connectionType('Member', Member);
export const TeamConnection = connectionType('Team', Team);

export const MemberWhere = whereInput('member', 'Member', () => ({
  id: id('member'), name: text(), email: string(), isActive: boolean(), lastSeenAt: instant(), createdAt: instant(),
  teamId: id('team'), team: one('team', 'team'),
}));
export const TeamWhere = whereInput('team', 'Team', () => ({
  id: id('team'), name: string(), parentId: id('team'), parent: one('parent', 'team'),
}));
export const MemberOrder = orderInput('member', 'Member', { NAME: 'name', CREATED_AT: 'createdAt', LAST_SEEN_AT: 'lastSeenAt' });
export const TeamOrder = orderInput('team', 'Team', { NAME: 'name', CREATED_AT: 'createdAt' });

builder.queryFields((t) => ({
  member: t.field({
    type: Member, access: 'member.read', extensions: { readsRecords: true }, args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One member; null when absent.', resolve: resolveRecord('member'),
  }),
  members: t.field({
    type: MemberConnection, access: 'member.read', args: listArgs({ where: MemberWhere, orderBy: MemberOrder }, { canBeDeleted: false }),
    extensions: { readsRecords: true, ...listOf('member', [{ field: 'NAME', direction: 'ASC' }]) },
    description: 'Members of the workspace by name.', resolve: resolvePage,
  }),
  team: t.field({
    type: Team, access: 'team.read', extensions: { readsRecords: true }, args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One team; null when it is absent.', resolve: resolveRecord('team'),
  }),
  teams: t.field({
    type: TeamConnection, access: 'team.read', args: listArgs({ where: TeamWhere, orderBy: TeamOrder }, { canBeDeleted: true }),
    extensions: { readsRecords: true, ...listOf('team', [{ field: 'NAME', direction: 'ASC' }]) },
    description: 'Teams of the workspace by name.', resolve: resolvePage,
  }),
}));
