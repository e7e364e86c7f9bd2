import { type Permission, parsePermission } from '../auth/nouns.ts';
import { type Principal, memberOf } from '../auth/principal.ts';
import { findUser } from '../db/identity.ts';
import { readRecord } from '../db/reader/read.ts';
import { Permissions, hasRecords } from '../services/access/can.ts';
import { builder } from './builder.ts';
import { type GraphQLContext, serviceContextOf } from './context.ts';
import { globalId, idOf } from './global-id.ts';
import { Member } from './member.ts';
import { BuiltInRole } from './role.ts';
import { asRecord, badInput, readContextOf, signedIn, withApiErrors } from './records.ts';

const User = builder
  .objectRef<{ id: string; email: string; name: string }>('User')
  .implement({
    description: 'A person who can sign in, to one workspace or several. Only one\'s own is ever shown.',
    access: 'parent',
    fields: (t) => ({
      id: t.id({
        nullable: false,
        description: 'The id: `user_` and a UUID.',
        resolve: (user) => globalId('user', user.id),
      }),
      email: t.exposeString('email', { nullable: false, description: 'The address to sign in with.' }),
      name: t.exposeString('name', { nullable: false, description: 'The name given when the account was made.' }),
    }),
  });

const Workspace = builder.objectRef<Principal['workspace']>('Workspace').implement({
  description: 'A customer of Gatehouse: what belongs to one workspace is never seen from another.',
  fields: (t) => ({
    id: t.id({
      access: 'workspace.core', description: 'The id: `workspace_` and a UUID.',
      resolve: (workspace) => globalId('workspace', workspace.id),
    }),
    slug: t.exposeString('slug', { access: 'workspace.core', description: 'Short name, used when signing in.' }),
    name: t.exposeString('name', { access: 'workspace.core', description: 'What people call it.' }),
    timeZone: t.exposeString('timeZone', {
      access: 'workspace.core', description: 'IANA time zone, in which calendar dates are understood.',
    }),
    locale: t.exposeString('locale', { access: 'workspace.core', description: 'BCP 47 language tag.' }),
    defaultCurrency: t.exposeString('defaultCurrency', {
      access: 'workspace.core', description: 'ISO 4217 code that new amounts get when none is given.',
    }),
  }),
});

const ViewerRole = builder
  .objectRef<Principal['roles'][number]>('ViewerRole')
  .implement({
    description: 'A role that the viewer holds. Everybody may know his own; other people\'s need `role.read`.',
    access: 'parent',
    fields: (t) => ({
      id: t.id({
        nullable: false,
        description: 'The id: `role_` and a UUID.',
        resolve: (role) => globalId('role', role.id),
      }),
      name: t.exposeString('name', { nullable: false, description: 'What it is called.' }),
      builtIn: t.field({
        type: BuiltInRole,
        description: 'Which of the roles that every workspace has; null for one of the workspace\'s own.',
        resolve: (role) => role.builtIn,
      }),
    }),
  });

const ViewerApiKey = builder
  .objectRef<NonNullable<Principal['apiKey']>>('ViewerApiKey')
  .implement({
    description: 'The key that a request came with. Every key may know itself; others need `apiKey.read`.',
    access: 'parent',
    fields: (t) => ({
      id: t.id({
        nullable: false,
        description: 'The id: `apiKey_` and a UUID.',
        resolve: (key) => globalId('apiKey', key.id),
      }),
      name: t.exposeString('name', { nullable: false, description: 'What it is for.' }),
    }),
  });

/** Who sends the request. */
export const Viewer = builder
  .objectRef<Principal>('Viewer')
  .implement({
    description: 'Who sends the request: a user, as a member of one workspace, with a session or through a key.',
    access: 'parent',
    fields: (t) => ({
      user: t.field({
        type: User,
        description: 'The account that is signed in; null where none is, as in a job or through a key.',
        // A key reads of its owner what its grants give (`member`), and an account is no part of a workspace.
        resolve: ({ userId, apiKey }, _args, { services }) => (
          userId && !apiKey ? findUser(services.database, userId) : null),
      }),
      member: t.field({
        type: Member,
        access: 'member.read',
        extensions: { readsRecords: true },
        description: 'The person in this workspace.',
        resolve: (principal, _args, context, info) =>
          asRecord(withApiErrors(() => readRecord(info, memberOf(principal), readContextOf(context)))),
      }),
      apiKey: t.field({
        type: ViewerApiKey,
        description: 'The key that acts for the member; null with a session.',
        resolve: ({ apiKey }) => apiKey ?? null,
      }),
      workspace: t.field({
        type: Workspace,
        access: 'workspace.read',
        description: 'The workspace that the session works in.',
        resolve: (principal) => principal.workspace,
      }),
      roles: t.field({
        type: [ViewerRole],
        nullable: { list: false, items: false },
        description: 'The roles held here; what they allow adds up.',
        resolve: (principal) => [...principal.roles],
      }),
      can: t.boolean({
        nullable: false,
        args: {
          permission: t.arg.string({
            required: true,
            description: 'Such as `deal.move`, or `deal.financial` for reading fields; docs/permissions.md has all.',
          }),
          id: t.arg.id({ description: 'The record it is about; without one: whether there can be any.' }),
        },
        description:
          'Whether the viewer may do this, as of now, from the same rules that enforce it. False about a record ' +
          'that the viewer cannot read.',
        resolve: (_principal, { permission, id }, context) =>
          can(context, permission, id === null || id === undefined ? null : String(id)),
      }),
    }),
  });

builder.queryField('viewer', (t) => t.field({
  type: Viewer, access: 'public', description: 'Who sends the request; null when nobody is signed in.',
  resolve: (_root, _args, { principal }) => principal,
}));

const permissionsOf = new WeakMap<Principal, Permissions>();

async function can(context: GraphQLContext, permission: string, id: string | null): Promise<boolean> {
  const principal = signedIn(context);
  const { noun } = known(permission);
  let permissions = permissionsOf.get(principal);
  if (!permissions) {
    permissionsOf.set(principal, (permissions = new Permissions(serviceContextOf(context, principal))));
  }
  if (id === null) return permissions.canAnywhere(permission as Permission);
  if (!hasRecords(noun)) throw badInput('id', `${permission} is not about single records: leave out the id.`);
  return permissions.canOn(permission as Permission, idOf(noun, id, 'id'));
}

function known(permission: string): ReturnType<typeof parsePermission> {
  try {
    return parsePermission(permission);
  } catch {
    throw badInput(
      'permission', 'This is no permission: they look like deal.move, and docs/permissions.md has all of them.',
    );
  }
}
