import { type CreateMemberInput, createMember, memberFieldProblems } from '../../services/member/create-member.ts';
import { updateMember } from '../../services/member/update-member.ts';
import { currentRecord } from './current-record.ts';
import type { ImportNoun } from './noun.ts';

export const memberNoun: ImportNoun = {
  noun: 'member',
  plural: 'members',
  hasKey: true,
  matchBy: { name: ({ name }) => name as string, email: ({ email }) => email as string },
  fields: {
    name: { type: 'text', isRequired: true, description: 'The name colleagues see; at most 200 characters.' },
    email: { type: 'text', onCreation: true, description: 'The address the member will sign in with; unique.' },
  },
  links: {
    team: { to: 'team', input: 'teamId', description: 'The team the member is in.' },
    role: {
      to: 'role', input: 'roleIds.0', onCreation: true,
      description: 'What the member may do: Owner, Admin, Manager, Rep, Viewer or a role of your own. None unless '
        + 'given: then he owns records and can do nothing.',
    },
  },
  children: {},
  create: createMember,
  update: updateMember,
  fieldProblems: (input: CreateMemberInput) => memberFieldProblems(input, false),
  kept: (input) => ({ ...input, name: (input.name as string | undefined)?.trim() }),
  async read(tx, where) {
    const members = await tx.member.findMany({ where, include: { externalReferences: true } });
    return members.map(({ externalReferences, ...member }) => currentRecord(member, externalReferences));
  },
};
