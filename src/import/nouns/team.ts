import { createTeam } from '../../services/team/create-team.ts';
import { updateTeam } from '../../services/team/update-team.ts';
import { currentRecord } from './current-record.ts';
import type { ImportNoun } from './noun.ts';

export const teamNoun: ImportNoun = {
  noun: 'team',
  plural: 'teams',
  hasKey: false,
  matchBy: { name: ({ name }) => name as string },
  fields: {
    name: { type: 'text', isRequired: true, description: 'What it is called; at most 200 characters.' },
  },
  links: { parent: { to: 'team', input: 'parentId', description: 'The team above it.' } },
  children: {},
  create: createTeam,
  update: updateTeam,
  kept: (input) => ({ ...input, name: (input.name as string | undefined)?.trim() }),
  async read(tx, where) {
    return (await tx.team.findMany({ where })).map((team) => currentRecord(team, []));
  },
};
