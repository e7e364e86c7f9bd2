import { type OwnedNoun, isOwnedNoun, parsePermission } from '../auth/nouns.ts';
import { hasRecords } from '../services/access/can.ts';
import { type AccessExplanation, type AccessReason, explainAccess } from '../services/access/explain-access.ts';
import { type MemberAccess, whoCanAccess } from '../services/access/who-can-access.ts';
import { builder } from './builder.ts';
import { serviceContextOf } from './context.ts';
import { idOf, parseGlobalId } from './global-id.ts';
import { memberField } from './member.ts';
import { badInput, signedIn, withForbiddenUse } from './records.ts';

const AccessReasonKind = builder.enumType('AccessReasonKind', {
  description: 'What a step of the reasoning is about.',
  values: {
    RECORD: { description: 'The record is one of the workspace.' },
    GRANT: { description: 'A grant of a role, with its reach.' },
    SHARE: { description: 'A share of the record.' },
    LINKED_RECORD: { description: 'A record that an activity is on.' },
    NO_GRANT: { description: 'No role gives the permission.' },
    UNREADABLE: { description: 'The member cannot read the record, which every change of it needs.' },
    DELETED: { description: 'The record is in the bin, or for restoring is not.' },
  },
});

const Reason = builder.objectRef<AccessReason>('AccessReason').implement({
  description: 'One step of the reasoning behind a decision.',
  access: 'parent',
  fields: (t) => ({
    kind: t.field({
      type: AccessReasonKind, nullable: false, description: 'What it is about.', resolve: (reason) => reason.kind,
    }),
    holds: t.exposeBoolean('holds', { nullable: false, description: 'Whether it speaks for the access.' }),
    text: t.exposeString('text', { nullable: false, description: 'In words.' }),
    role: t.string({ description: 'The role of a grant.', resolve: (reason) => reason.role ?? null }),
    reach: t.string({
      description: 'The reach of a grant: own, team or any.', resolve: (reason) => reason.reach ?? null,
    }),
  }),
});

const Explanation = builder.objectRef<AccessExplanation>('AccessExplanation').implement({
  description:
    'Why somebody may do something to a record, or may not. One reason that holds is enough, unless it is in the bin.',
  access: 'parent',
  fields: (t) => ({
    isAllowed: t.exposeBoolean('isAllowed', { nullable: false, description: 'The decision, as it is enforced.' }),
    permission: t.exposeString('permission', { nullable: false, description: 'What was asked.' }),
    reasons: t.field({
      type: [Reason], nullable: { list: false, items: false },
      description: 'Every way in which it could be allowed, and whether it holds.',
      resolve: (explanation) => explanation.reasons,
    }),
    sql: t.exposeString('sql', { nullable: true, description: 'The condition on the record\'s row `r`; null to those '
      + 'who may not ask about others.' }),
  }),
});

const AccessOfMember = builder.objectRef<MemberAccess>('MemberAccess').implement({
  description: 'What a member may do to a record.',
  access: 'parent',
  fields: (t) => ({
    member: memberField(t),
    verbs: t.stringList({
      nullable: { list: false, items: false }, description: 'Such as `read` and `update`.',
      resolve: ({ verbs }) => verbs,
    }),
  }),
});

builder.queryFields((t) => ({
  accessExplain: t.field({
    type: Explanation, access: 'signedIn',
    description: 'Why a permission on a record is given or not: about oneself for what one can read, about others with '
      + '`access.explain` and the reading of every role, member and team, about an activity of every record that it '
      + 'can be on too. Null when the record or the member is absent or out of the asker\'s own reach.',
    args: {
      permission: t.arg.string({ description: 'Such as `deal.move`, or `deal.financial` for reading those fields. '
        + 'Either this or `field`.' }),
      field: t.arg.string({ description: 'Such as `Deal.amount`: the permission it needs.' }),
      id: t.arg.id({ required: true, description: 'The record.' }),
      principal: t.arg.id({ description: 'A member; oneself when absent.' }),
    },
    resolve: async (_root, args, context, info) => {
      const permission = args.permission ?? permissionOf(args.field, info.schema);
      const { noun } = parsed(permission);
      if (!hasRecords(noun)) {
        throw badInput('permission', `${noun} is no kind of record, so ${permission} is asked of none.`);
      }
      const question = {
        permission, recordId: idOf(noun, String(args.id), 'id'),
        memberId: args.principal ? idOf('member', String(args.principal), 'principal') : null,
      };
      return withForbiddenUse('accessExplain', () => (
        explainAccess(serviceContextOf(context, signedIn(context)), question)));
    },
  }),
  whoCanAccess: t.field({
    type: [AccessOfMember], access: 'access.explain', nullable: { list: true, items: false },
    description: 'Every member who may do something to a record, by name; null when the record is absent or out of the '
      + 'asker\'s own reach. One reads every role, member and team oneself, for an activity every record that it can '
      + 'be on too.',
    args: { id: t.arg.id({ required: true, description: 'A company, contact, lead, deal or activity.' }) },
    resolve: async (_root, { id }, context) => {
      const noun = parseGlobalId(String(id))?.noun as OwnedNoun;
      if (!noun || !isOwnedNoun(noun)) idOf('company, contact, lead, deal or activity', String(id), 'id');
      const recordId = idOf(noun, String(id), 'id');
      return withForbiddenUse('whoCanAccess', () => (
        whoCanAccess(serviceContextOf(context, signedIn(context)), noun, recordId)));
    },
  }),
}));

function permissionOf(field: string | null | undefined, schema: { getType(name: string): unknown }): string {
  const [typeName, fieldName] = (field ?? '').split('.') as [string, string];
  const type =
    schema.getType(typeName) as { getFields?: () => Record<string, { extensions: { access?: unknown } }> } | undefined;
  const access = type?.getFields?.()[fieldName]?.extensions.access as string | undefined;
  if (access?.includes('.')) return access;
  throw badInput('permission', 'Name a permission such as deal.move, or a field of a record such as Deal.amount.');
}

function parsed(permission: string): ReturnType<typeof parsePermission> {
  try {
    return parsePermission(permission);
  } catch (error) {
    throw badInput('permission', (error as Error).message.split(':')[0]!);
  }
}
