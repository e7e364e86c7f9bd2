import { createTeam } from '../services/team/create-team.ts';
import { deleteTeam, restoreTeam } from '../services/team/delete-team.ts';
import { updateTeam } from '../services/team/update-team.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { id, one, orderInput, string, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { deletableFields, orderedBy } from './record-fields.ts';
import { recordOf } from './records.ts';
import { addressFields, deleteInput, idOfNoun, keyField, restoreInput, writes } from './write-inputs.ts';

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
    children: t.relation('children', {
      access: 'team.core',
      nullable: true,
      description: 'The teams right below.',
      ...orderedBy('name'),
    }),
    members: t.relation('members', {
      access: 'team.core',
      nullable: true,
      description: 'Who is in it.',
      ...orderedBy('name'),
    }),
  }),
});

const TeamConnection = connectionType('Team', Team);

const TeamWhere = whereInput('team', 'Team', () => ({
  id: id('team'), name: string(), parentId: id('team'), parent: one('parent', 'team'),
}));
const TeamOrder = orderInput('team', 'Team', { NAME: 'name', CREATED_AT: 'createdAt' });

builder.queryFields((t) => ({
  team: t.field({
    type: Team,
    access: 'team.read',
    extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One team; null when it is absent.',
    resolve: resolveRecord('team'),
  }),
  teams: t.field({
    type: TeamConnection,
    access: 'team.read',
    args: listArgs({ where: TeamWhere, orderBy: TeamOrder }, { canBeDeleted: true }),
    extensions: { readsRecords: true, ...listOf('team', [{ field: 'NAME', direction: 'ASC' }]) },
    description: 'Teams of the workspace by name.',
    resolve: resolvePage,
  }),
}));

const name = '1 to 200 characters. TAKEN when another team below the same one has it.';

const TeamCreateInput = builder.inputType('TeamCreateInput', {
  description: 'A new team.',
  ...writes('team', 'Team'),
  fields: (t) => ({
    ...keyField(t),
    name: t.string({ required: true, description: `What it is called; ${name}` }),
    parentId: t.id({ description: 'The team above it; at the top when absent.', ...idOfNoun('team') }),
  }),
});

const TeamUpdateInput = builder.inputType('TeamUpdateInput', {
  description: 'Changes to a team; what is absent stays as it is.',
  ...writes('team', 'Team'),
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'team'),
    name: t.string({ description: `What it is called; ${name}` }),
    parentId: t.id({
      description: 'The team above it; null puts it at the top. Never itself, nor a team below it.',
      ...idOfNoun('team'),
    }),
  }),
});

const record = { team: Team };
commandMutation('teamCreate', createTeam, { description: 'Makes a team.', input: TeamCreateInput, record });
commandMutation('teamUpdate', updateTeam, {
  description: 'Renames a team or puts it elsewhere in the tree, which changes what the teams above it reach.',
  input: TeamUpdateInput,
  record,
});
commandMutation('teamDelete', deleteTeam, {
  description: 'Puts a team into the bin. IN_USE while it has members or teams below it.',
  input: deleteInput('Team', 'team'),
  record,
});
commandMutation('teamRestore', restoreTeam, {
  description: 'Takes a team out of the bin.',
  input: restoreInput('Team', 'team'),
  record,
});
