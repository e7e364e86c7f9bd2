import { type Outcome, batchCommand, done, refused } from '../command.ts';
import { linkProblemsOf } from '../records.ts';
import { takenProblemsOf } from '../taken-names.ts';
import { type TeamFields, teamFieldProblems, teamNameTaken } from './team-fields.ts';

export type CreateTeamInput = TeamFields & { name: string };

/** Makes teams, at the top or below others. */
export const createTeam = batchCommand<CreateTeamInput>('team.create', async (context, inputs) => {
  const { tx, principal, services, now } = context;
  const links = await linkProblemsOf(context, inputs.map(({ parentId }) => (
    [{ noun: 'team', id: parentId, path: ['input', 'parentId'] }])));
  const names = inputs.map(({ name, parentId }) => ({ value: name.trim(), scope: parentId ?? null }));
  const taken = await takenProblemsOf(context, 'team', names, teamNameTaken, 'input', 'name');
  const rows: { workspaceId: string; id: string; name: string; parentId: string | null }[] = [];
  const outcomes = inputs.map((input, at): Outcome => {
    const problems = [...teamFieldProblems(input, true), ...links[at]!, ...taken[at]!];
    if (problems.length > 0) return refused(...problems);
    const row = {
      workspaceId: principal.workspace.id,
      id: services.newId(),
      name: input.name.trim(),
      parentId: input.parentId ?? null,
      createdAt: now,
      updatedAt: now,
    };
    rows.push(row);
    return done(row.id, 1, { after: row });
  });
  if (rows.length > 0) await tx.team.createMany({ data: rows });
  return outcomes;
}, { batchPermission: 'team.import' });
