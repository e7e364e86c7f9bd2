import { createApiKey } from '../services/api-key/create-api-key.ts';
import { revokeApiKey } from '../services/api-key/revoke-api-key.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { id, instant, orderInput, string, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { commonFields, orderedBy } from './record-fields.ts';
import { childOf, recordOf } from './records.ts';
import { GrantInput, Reach } from './role.ts';
import { addressFields, keyField, writes } from './write-inputs.ts';

registerNode('apiKey', 'ApiKey');

const ApiKeyGrant = builder.prismaObject('ApiKeyGrant', {
  description: 'One grant of a key: what it may do at most, to which records, over which fields.',
  ...childOf('ApiKeyGrant', 'apiKey'),
  select: { id: true },
  fields: (t) => ({
    noun: t.exposeString('noun', { access: 'parent', description: 'The kind of record, such as `deal`.' }),
    verb: t.exposeString('verb', { access: 'parent', description: 'What may be done, such as `move`.' }),
    reach: t.expose('reach', { type: Reach, access: 'parent', description: 'To which records, seen from the owner.' }),
    fieldGroups: t.exposeStringList('fieldGroups', {
      access: 'parent', description: 'Over which groups of fields; `core` comes with the record.',
    }),
  }),
});

const ApiKey = builder.prismaObject('ApiKey', {
  description:
    'A secret with which a program acts for a member: never more than both the key\'s grants and the member\'s roles ' +
    'allow, as of each request.',
  ...recordOf('ApiKey', 'apiKey'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...commonFields(t, 'apiKey'),
    name: t.exposeString('name', { access: 'apiKey.core', description: 'What it is for.' }),
    prefix: t.exposeString('prefix', {
      access: 'apiKey.core', description: 'How the secret begins, to tell keys apart. The rest is nowhere kept.',
    }),
    member: t.relation('member', { access: 'apiKey.core', nullable: true, description: 'The member it acts for.' }),
    hasAllGrants: t.exposeBoolean('hasAllGrants', {
      access: 'apiKey.core',
      description: 'Whether it may do all that its member may; then it has no grants of its own.',
    }),
    grants: t.relation('grants', {
      type: ApiKeyGrant, access: 'apiKey.core', nullable: true, description: 'What it may do at most.',
      ...orderedBy('noun'),
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime', access: 'apiKey.core', description: 'When it stops working.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime', access: 'apiKey.core', description: 'When it was last used, to the minute; null for never.',
    }),
    lastUsedFrom: t.exposeString('lastUsedFrom', {
      access: 'apiKey.core', description: 'From which address it was last used.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime', access: 'apiKey.core', description: 'When it was revoked; null while it is not.',
    }),
  }),
});

const ApiKeyConnection = connectionType('ApiKey', ApiKey);

const ApiKeyWhere = whereInput('apiKey', 'ApiKey', () => ({
  id: id('apiKey'), name: string(), prefix: string(), memberId: id('member'), expiresAt: instant(),
  lastUsedAt: instant(), revokedAt: instant(), createdAt: instant(),
}));
const ApiKeyOrder = orderInput('apiKey', 'ApiKey', {
  CREATED_AT: 'createdAt', NAME: 'name', EXPIRES_AT: 'expiresAt', LAST_USED_AT: 'lastUsedAt',
});

builder.queryFields((t) => ({
  apiKey: t.field({
    type: ApiKey,
    access: 'apiKey.read',
    extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One key; null when it is absent.',
    resolve: resolveRecord('apiKey'),
  }),
  apiKeys: t.field({
    type: ApiKeyConnection,
    access: 'apiKey.read',
    args: listArgs({ where: ApiKeyWhere, orderBy: ApiKeyOrder }, { canBeDeleted: false }),
    extensions: { readsRecords: true, ...listOf('apiKey', [{ field: 'CREATED_AT', direction: 'DESC' }]) },
    description: 'Keys of the workspace, newest first; revoked and expired ones too.',
    resolve: resolvePage,
  }),
}));

const ApiKeyCreateInput = builder.inputType('ApiKeyCreateInput', {
  description: 'A new key, which acts for you.',
  ...writes('apiKey', 'ApiKey'),
  fields: (t) => ({
    ...keyField(t),
    name: t.string({ required: true, description: 'What it is for; 1 to 100 characters.' }),
    grants: t.field({
      type: [GrantInput],
      description:
        'What it may do at most: up to 400 grants, none that you do not hold. When absent all that you may, as of ' +
        'each request; a key that makes a key names them.',
    }),
    expiresAt: t.field({
      type: 'DateTime', description: 'When it stops working, within two years; a year from now when absent.',
    }),
  }),
});

const ApiKeyRevokeInput = builder.inputType('ApiKeyRevokeInput', {
  description: 'Which key is revoked.', fields: (t) => ({ ...keyField(t), ...addressFields(t, 'apiKey') }),
});

commandMutation('apiKeyCreate', createApiKey, {
  description:
    'Makes a key for a program that acts for you, at most 100 that work. It is sent as ' +
    '`Authorization: Bearer <key>`, and dies with your membership.',
  input: ApiKeyCreateInput,
  record: { apiKey: ApiKey },
  more: (t) => ({
    token: t.string({
      description:
        'The key. Shown this once and nowhere kept; null when the answer to an `idempotencyKey` is repeated.',
      resolve: ({ report }) => (report as string | undefined) ?? null,
    }),
  }),
});
commandMutation('apiKeyRevoke', revokeApiKey, {
  description: 'Ends a key for good, from the next request on. Revoking it again changes nothing.',
  input: ApiKeyRevokeInput,
  record: { apiKey: ApiKey },
});
