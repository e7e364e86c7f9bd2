import {
  type MemberPreview, type RightChange, maxPreviewMembers, previewPolicy,
} from '../services/access/preview-policy.ts';
import { grantProblems, toGrants } from '../services/role/role-grants.ts';
import { builder } from './builder.ts';
import { serviceContextOf } from './context.ts';
import { idOf } from './global-id.ts';
import { memberField } from './member.ts';
import { badInput, signedIn, withForbiddenUse } from './records.ts';
import { GrantInput } from './role.ts';

const RightChangeType = builder.objectRef<RightChange>('RightChange').implement({
  description: 'A right that a member would gain, lose, or have over more or fewer records.',
  access: 'parent',
  fields: (t) => ({
    permission: t.exposeString('permission', {
      nullable: false, description: 'Such as `deal.move`, or `deal.financial` for a group of fields.',
    }),
    verb: t.exposeString('verb', {
      nullable: false, description: 'For a group of fields: whether it is read, created or updated.',
    }),
    before: t.exposeString('before', {
      nullable: true, description: 'Its reach now: own, team or any; null for not at all.',
    }),
    after: t.exposeString('after', { nullable: true, description: 'Its reach then.' }),
  }),
});

const RecordCountChange = builder.objectRef<MemberPreview['records'][number]>('RecordCountChange').implement({
  description: 'How many records of a noun somebody can read now, and then.',
  access: 'parent',
  fields: (t) => ({
    noun: t.exposeString('noun', { nullable: false, description: 'Such as `deal`.' }),
    before: t.exposeInt('before', { nullable: false, description: 'How many now.' }),
    after: t.exposeInt('after', { nullable: false, description: 'How many then.' }),
  }),
});

const Preview = builder.objectRef<MemberPreview>('MemberPolicyPreview').implement({
  description: 'What a draft of a role would change for one member.',
  access: 'parent',
  fields: (t) => ({
    member: memberField(t),
    changes: t.field({
      type: [RightChangeType], nullable: { list: false, items: false }, description: 'Rights that change.',
      resolve: ({ changes }) => changes,
    }),
    records: t.field({
      type: [RecordCountChange], nullable: { list: false, items: false },
      description: 'Nouns of which the member could read more or fewer records.',
      resolve: ({ records }) => records,
    }),
  }),
});

builder.queryField('policyPreview', (t) => t.field({
  type: [Preview], access: 'access.explain', nullable: { list: true, items: false },
  description:
    'What a draft of a role would change, and for whom, before it is written. One reads every role, member and team '
    + `oneself; counted are nouns of which one reads every record. At most ${maxPreviewMembers} members.`,
  args: {
    roleId: t.arg.id({ description: 'The role whose grants the draft would replace.' }),
    grants: t.arg({ type: [GrantInput], required: true, description: 'The grants of the draft.' }),
    memberIds: t.arg.idList({
      description: `Who would get a role that is yet to be made; at most ${maxPreviewMembers}.`,
    }),
  },
  resolve: async (_root, { roleId, grants, memberIds }, context) => {
    if (memberIds && memberIds.length > maxPreviewMembers) {
      throw badInput('memberIds', `memberIds takes at most ${maxPreviewMembers} ids.`);
    }
    const problems = grantProblems(grants);
    if (problems.length > 0) throw badInput('grants', problems.map(({ message }) => message).join(' '));
    const draft = {
      roleId: roleId ? idOf('role', String(roleId), 'roleId') : null,
      grants: toGrants(grants),
      memberIds: memberIds?.map((each) => idOf('member', String(each), 'memberIds')) ?? null,
    };
    return withForbiddenUse('policyPreview', () => (
      previewPolicy(serviceContextOf(context, signedIn(context)), draft)));
  },
}));
