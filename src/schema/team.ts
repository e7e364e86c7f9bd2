import { builder } from './builder.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { id, one, orderInput, string, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { deletableFields, orderedBy } from './record-fields.ts';
import { recordOf } from './records.ts';

registerNode('team', 'Team');

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

export const TeamConnection = connectionType('Team', Team);

export const TeamWhere = whereInput('team', 'Team', () => ({
  id: id('team'), name: string(), parentId: id('team'), parent: one('parent', 'team'),
}));
export const TeamOrder = orderInput('team', 'Team', { NAME: 'name', CREATED_AT: 'createdAt' });

builder.queryFields((t) => ({
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
