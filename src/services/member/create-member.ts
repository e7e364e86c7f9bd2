import { type Outcome, batchCommand, done, refused } from '../command.ts';
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
  const emails = inputs.map(({ email }) => (email ? normaliseEmail(email) : null));
  const takenEmails = await takenProblemsOf(
    context, 'member', emails.map((value) => (value === null ? null : { value, scope: null })),
    'Another member has this e-mail address.', 'input', 'email');
  const absentTeams = await linkProblemsOf(
    context, inputs.map(({ teamId }) => [{ noun: 'team', id: teamId, path: ['input', 'teamId'] }]),
  );
  const roleLists = inputs.map(({ roleIds }) => [...new Set(roleIds ?? [])]);
  const roleProblems = await roleProblemsOf(context, roleLists, (at) => ['input', 'roleIds', String(at)]);
  const takenReferences = await referenceProblemsOf(
    context, inputs.map(({ externalReferences }) => externalReferences),
  );
  const outcomes: Outcome[] = [];
  const rows = [];
  const roles: { workspaceId: string; memberId: string; roleId: string }[] = [];
  const references = [];
  for (const [at, input] of inputs.entries()) {
    const email = emails[at]!;
    const problems: UserError[] = [
      ...memberFieldProblems(input, true),
      ...(input.email ? emailRightProblems(context) : []),
      ...takenEmails[at]!,
      ...absentTeams[at]!,
      ...roleProblems[at]!,
      ...takenReferences[at]!,
    ];
    if (problems.length > 0) {
      outcomes.push(refused(...problems));
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
    roles.push(...roleLists[at]!.map((roleId) => ({ workspaceId, memberId: row.id, roleId })));
    references.push({ recordId: row.id, ...kept });
    outcomes.push(done(row.id, 1, { after: { ...row, roles: roleLists[at]!, ...kept } }));
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
function emailRightProblems({ principal: { profile } }: Parameters<typeof linkProblemsOf>[0]): UserError[] {
  const mayWrite =
    profile.reachOf('member', 'create', 'account') && profile.reachOf('member', 'read', 'account') === 'any';
  if (mayWrite) return [];
  return [notPermitted(
    'To write addresses one must see every member\'s: that needs the permission member.account.', 'input', 'email',
  )];
}
