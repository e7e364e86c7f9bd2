import { insertRows } from '../../db/insert-rows.ts';
import { type Outcome, batchCommand, done, refused } from '../command.ts';
import { keptReferences, writeReferences } from '../external-references.ts';
import { type History, historyProblems } from '../history.ts';
import { checkNew } from '../owned-records.ts';
import { type CompanyFields, companyFieldProblems, companyShape, companyValues } from './company-fields.ts';

export type CreateCompanyInput = CompanyFields & {
  name: string;
  /** Needs `company.import`. */
  history?: History | null;
};

/** Creates companies. */
export const createCompany = batchCommand<CreateCompanyInput>('company.create', async (context, inputs) => {
  const { tx, principal, services, now } = context;
  const checks = await checkNew(context, inputs, companyShape);
  const outcomes: Outcome[] = [];
  const rows = [];
  const references = [];
  for (const [at, input] of inputs.entries()) {
    const { ownership, problems: found } = checks[at]!;
    const problems = [
      ...companyFieldProblems(input, true), ...historyProblems(context, input.history, 'import'), ...found,
    ];
    if (problems.length > 0) {
      outcomes.push(refused(...problems));
      continue;
    }
    const row = {
      ...companyValues(input), ...ownership,
      workspaceId: principal.workspace.id, id: services.newId(), name: input.name.trim(),
      currency: input.currency ?? principal.workspace.defaultCurrency,
      createdAt: input.history?.createdAt ?? now, updatedAt: now,
    };
    const lists = keptReferences(input.externalReferences);
    rows.push(row);
    references.push({ recordId: row.id, ...lists });
    outcomes.push(done(row.id, 1, { after: { ...row, ...lists } }));
  }
  if (rows.length > 0) {
    await insertRows(tx, 'Company', rows);
    await writeReferences(context, references);
  }
  return outcomes;
});
