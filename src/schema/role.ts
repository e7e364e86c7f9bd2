import type { Grant } from '../auth/grants.ts';
import { builtInGrants } from '../auth/policies/index.ts';
import type { Row } from '../db/database.ts';
import { relatedRows } from '../db/reader/read.ts';
import { createRole } from '../services/role/create-role.ts';
import { deleteRole } from '../services/role/delete-role.ts';
import { updateRole } from '../services/role/update-role.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { enumeration, id, orderInput, string, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { commonFields, orderedBy } from './record-fields.ts';
import { childOf, recordOf } from './records.ts';
import { addressFields, keyField, writes } from './write-inputs.ts';

registerNode('role', 'Role');

export const BuiltInRole = builder.enumType('BuiltInRole', {
  description: 'The roles that every workspace has; docs/permissions.md says what each may do.',
  values: {
    OWNER: { description: 'Everything, and who else is an owner.' },
    ADMIN: { description: 'Everything but what is the owners\'.' },
    MANAGER: { description: 'What belongs to the own team and the teams below it.' },
    REP: { description: 'What is one\'s own.' },
    VIEWER: { description: 'Reads; neither amounts nor addresses nor notes.' },
  },
});

export const Reach = builder.enumType('Reach', {
  description: 'Which records a grant covers.',
  values: {
    OWN: { description: 'Those whose owner one is.' },
    TEAM: { description: 'Those whose owner is in one\'s team or below it, and one\'s own.' },
    ANY: { description: 'All of the workspace.' },
  },
});

const RoleGrant = builder.prismaObject('RoleGrant', {
  description: 'One grant of a role: what may be done, to which records, over which fields.',
  ...childOf('RoleGrant', 'role'),
  select: { id: true },
  fields: (t) => ({
    noun: t.exposeString('noun', { access: 'parent', description: 'The kind of record, such as `deal`.' }),
    verb: t.exposeString('verb', { access: 'parent', description: 'What may be done, such as `move`.' }),
    reach: t.expose('reach', { type: Reach, access: 'parent', description: 'To which records.' }),
    fieldGroups: t.exposeStringList('fieldGroups', {
      access: 'parent', description: 'Over which groups of fields; `core` comes with the record.',
    }),
  }),
});

const Role = builder.prismaObject('Role', {
  description: 'A named set of grants.',
  ...recordOf('Role', 'role'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...commonFields(t, 'role'),
    name: t.exposeString('name', { access: 'role.core', description: 'What it is called.' }),
    builtIn: t.expose('builtIn', {
      type: BuiltInRole,
      access: 'role.core',
      description: 'Which of the roles that every workspace has; null for one of the workspace\'s own.',
    }),
    isBuiltIn: t.boolean({
      access: 'role.core',
      select: { builtIn: true },
      description: 'Whether every workspace has it.',
      resolve: (role) => role.builtIn !== null,
    }),
    grants: t.field({
      type: [RoleGrant],
      access: 'role.core',
      nullable: { list: true, items: false },
      description: 'What the role allows.',
      extensions: {
        reading: { kind: 'relation', relation: 'grants', columns: ['builtIn'] },
        ...orderedBy('noun').extensions,
      },
      // The built-in roles' grants stand in src/auth/policies, not in rows.
      resolve: ((role: Row, _args: unknown, _context: unknown, info: never) =>
        sorted(
          role.builtIn ? builtInGrants(role.builtIn as never).map(asRow) : (relatedRows(role, info) as Row[]),
        )) as never,
    }),
  }),
});

function asRow({ noun, verb, reach, fieldGroups }: Grant): Row {
  return { noun, verb, reach: reach.toUpperCase(), fieldGroups };
}

function sorted(grants: readonly Row[]): Row[] {
  const key = ({ noun, verb, reach }: Row) => [noun, verb, reach].join(' ');
  return [...grants].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}

const RoleConnection = connectionType('Role', Role);

const RoleWhere = whereInput('role', 'Role', () => ({
  id: id('role'), name: string(), builtIn: enumeration('BuiltInRole', BuiltInRole),
}));
const RoleOrder = orderInput('role', 'Role', { NAME: 'name', CREATED_AT: 'createdAt' });

builder.queryFields((t) => ({
  role: t.field({
    type: Role,
    access: 'role.read',
    extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One role; null when it is absent.',
    resolve: resolveRecord('role'),
  }),
  roles: t.field({
    type: RoleConnection,
    access: 'role.read',
    args: listArgs({ where: RoleWhere, orderBy: RoleOrder }, { canBeDeleted: false }),
    extensions: { readsRecords: true, ...listOf('role', [{ field: 'NAME', direction: 'ASC' }]) },
    description: 'Roles of the workspace by name.',
    resolve: resolvePage,
  }),
}));

export const GrantInput = builder.inputType('GrantInput', {
  description: 'One grant of a role.',
  fields: (t) => ({
    noun: t.string({ required: true, description: 'The kind of record, such as `deal`; docs/permissions.md has all.' }),
    verb: t.string({ required: true, description: 'What may be done, such as `move`.' }),
    reach: t.field({
      type: Reach,
      required: true,
      description: 'To which records; ANY for kinds that belong to the whole workspace.',
    }),
    fieldGroups: t.stringList({
      description: 'Over which groups of fields, such as `financial`; `core` comes with the record.',
    }),
  }),
});

const name = '1 to 200 characters. TAKEN when another role has it.';

const RoleCreateInput = builder.inputType('RoleCreateInput', {
  description: 'A new role of the workspace\'s own.',
  ...writes('role', 'Role'),
  fields: (t) => ({
    ...keyField(t),
    name: t.string({ required: true, description: `What it is called; ${name}` }),
    grants: t.field({
      type: [GrantInput],
      required: true,
      description: 'What it allows, at most 400 grants; nobody grants what he does not hold.',
    }),
  }),
});

const RoleUpdateInput = builder.inputType('RoleUpdateInput', {
  description: 'Changes to a role of the workspace\'s own; what is absent stays as it is.',
  ...writes('role', 'Role'),
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'role'),
    name: t.string({ description: `What it is called; ${name}` }),
    grants: t.field({
      type: [GrantInput], description: 'All that it allows: replaces the list. What is added, one must hold oneself.',
    }),
  }),
});

const RoleDeleteInput = builder.inputType('RoleDeleteInput', {
  description: 'Which role is deleted.', fields: (t) => ({ ...keyField(t), ...addressFields(t, 'role') }),
});

const record = { role: Role };
commandMutation('roleCreate', createRole, {
  description: 'Makes a role, out of the grants that the built-in ones are made of.', input: RoleCreateInput, record,
});
commandMutation('roleUpdate', updateRole, {
  description:
    'Changes a role for everybody who has it, from the next request on. The built-in roles cannot be changed.',
  input: RoleUpdateInput,
  record,
});
commandMutation('roleDelete', deleteRole, {
  description: 'Deletes a role for good. IN_USE while members have it. The built-in roles cannot be deleted.',
  input: RoleDeleteInput,
  record,
});
