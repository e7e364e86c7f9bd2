import { type CommandContext, type Outcome, batchCommand, done, refused } from '../command.ts';
import { type UserError, invalid, notPermitted } from '../errors.ts';
import {
  type ExternalReferenceFields, keptReferences, referenceProblemsOf, writeReferences,
} from '../external-references.ts';
import { normaliseEmail } from '../../auth/email.ts';
import { linkProblemsOf } from '../records.ts';
import { recordSecurityEvent } from '../security-log/record-event.ts';
import { takenProblemsOf } from '../taken-names.ts';
import { requiredProblems, textProblems } from '../validate.ts';
import { roleProblemsOf } from './member-roles.ts';

export type CreateMemberInput = {
  name: string;
  /** The address the member is known by, and will sign in with. */
  email?: string | null;
  teamId?: string | null;
  /** None: the member owns records and can do nothing. */
  roleIds?: readonly string[] | null;
  externalReferences?: readonly ExternalReferenceFields[] | null;
};

/** Makes members who have no account yet, so that records can belong to them. */
export const createMember = batchCommand<CreateMemberInput>('member.create', async (context, inputs) => {
  const { tx, principal, services, now } = context;
  const workspaceId = principal.workspace.id;
  const members = inputs.map((input): NewMember => ({
    input, email: input.email ? normaliseEmail(input.email) : null, roleIds: [...new Set(input.roleIds ?? [])],
  }));
  const problems = await problemsOf(context, members);
  const outcomes: Outcome[] = [];
  const rows = [];
  const roles: { workspaceId: string; memberId: string; roleId: string }[] = [];
  const references = [];
  for (const [at, { input, email, roleIds }] of members.entries()) {
    if (problems[at]!.length > 0) {
      outcomes.push(refused(...problems[at]!));
      continue;
    }
    const row = {
      workspaceId,
      id: services.newId(),
      name: input.name.trim(),
      email,
      teamId: input.teamId ?? null,
      createdAt: now,
      updatedAt: now,
    };
    const kept = keptReferences(input.externalReferences);
    rows.push(row);
    roles.push(...roleIds.map((roleId) => ({ workspaceId, memberId: row.id, roleId })));
    references.push({ recordId: row.id, ...kept });
    outcomes.push(done(row.id, 1, { after: { ...row, roles: roleIds, ...kept } }));
  }
  if (rows.length > 0) {
    await tx.member.createMany({ data: rows });
    if (roles.length > 0) await tx.memberRole.createMany({ data: roles });
    await writeReferences(context, references);
    await recordSecurityEvent(tx, context, ...rows.map(({ id }) => (
      { type: 'user_created' as const, subjectId: id, detail: 'without an account' })));
  }
  return outcomes;
}, { batchPermission: 'member.import' });

type NewMember = { input: CreateMemberInput; email: string | null; roleIds: string[] };

/** All that is wrong with each of the members: a few statements, however many they are. */
async function problemsOf(context: CommandContext, members: readonly NewMember[]): Promise<UserError[][]> {
  const names = members.map(({ email }) => (email === null ? null : { value: email, scope: null }));
  const takenEmails = await takenProblemsOf(
    context, 'member', names, 'Another member has this e-mail address.', 'input', 'email');
  const absentTeams = await linkProblemsOf(context, members.map(({ input: { teamId } }) => (
    [{ noun: 'team', id: teamId, path: ['input', 'teamId'] }])));
  const roles = await roleProblemsOf(
    context, members.map(({ roleIds }) => roleIds), (at) => ['input', 'roleIds', String(at)]);
  const takenReferences = await referenceProblemsOf(
    context, members.map(({ input: { externalReferences } }) => externalReferences));
  return members.map(({ input }, at) => [
    ...memberFieldProblems(input, true),
    ...(input.email ? emailRightProblems(context) : []),
    ...takenEmails[at]!,
    ...absentTeams[at]!,
    ...roles[at]!,
    ...takenReferences[at]!,
  ]);
}

/** Everything that is wrong with the values themselves. @param isNew a new one must have a name */
export function memberFieldProblems(
  { name, email }: Partial<Pick<CreateMemberInput, 'name' | 'email'>>, isNew: boolean,
): UserError[] {
  return [
    ...requiredProblems(name, ['input', 'name'], isNew),
    ...textProblems(name, ['input', 'name'], { min: 1, max: 200 }),
    ...(email && normaliseEmail(email) === null
      ? [invalid('This is no e-mail address that can sign in.', 'input', 'email')] : []),
  ];
}

/** Addresses are of the group `account`; that one is taken may only learn who could read it. */
function emailRightProblems({ principal: { profile } }: CommandContext): UserError[] {
  const mayWrite =
    profile.reachOf('member', 'create', 'account') && profile.reachOf('member', 'read', 'account') === 'any';
  if (mayWrite) return [];
  return [notPermitted(
    'To write addresses one must see every member\'s: that needs the permission member.account.', 'input', 'email',
  )];
}
