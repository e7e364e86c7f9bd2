import { insertRows } from '../../db/insert-rows.ts';
import { type Outcome, batchCommand, done, refused } from '../command.ts';
import { keptReferences, writeReferences } from '../external-references.ts';
import { checkNew } from '../owned-records.ts';
import { type EntryFields, entryColumns, entryProblems, ledgerEntry, stagesEntered } from '../pipeline/enter-stage.ts';
import { type LeadFields, leadFieldProblems, leadShape, leadValues } from './lead-fields.ts';

export type CreateLeadInput = LeadFields & EntryFields & { title: string };

/** Creates leads in a stage; a closed one needs `lead.createClosed`, a history `lead.backdate`. */
export const createLead = batchCommand<CreateLeadInput>('lead.create', async (context, inputs) => {
  const { tx, principal, services } = context;
  const stages = await stagesEntered(context, inputs);
  const checks = await checkNew(context, inputs, leadShape);
  const outcomes: Outcome[] = [];
  const rows = [];
  const references = [];
  for (const [at, input] of inputs.entries()) {
    const stage = stages[at];
    const { ownership, problems: found } = checks[at]!;
    const values = leadValues(input);
    const problems = [
      ...leadFieldProblems(input, true), ...entryProblems(context, input, stage, { ...values, ...ownership }), ...found,
    ];
    if (problems.length > 0 || !stage) {
      outcomes.push(refused(...problems));
      continue;
    }
    const row = {
      ...values, ...ownership, ...entryColumns(context, input, stage),
      workspaceId: principal.workspace.id, id: services.newId(), title: input.title.trim(),
      currency: input.currency ?? principal.workspace.defaultCurrency,
    };
    const lists = keptReferences(input.externalReferences);
    rows.push(row);
    const entry = ledgerEntry(context, row, { probability: stage.probability, isImported: Boolean(input.history) });
    references.push({ recordId: row.id, ...lists });
    outcomes.push(done(row.id, 1, { after: { ...row, ...lists }, entry }));
  }
  if (rows.length > 0) {
    await insertRows(tx, 'Lead', rows);
    await writeReferences(context, references);
  }
  return outcomes;
});
