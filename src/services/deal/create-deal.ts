import { insertRows } from '../../db/insert-rows.ts';
import { type Outcome, batchCommand, done, refused } from '../command.ts';
import { keptReferences, writeReferences } from '../external-references.ts';
import { checkNew } from '../owned-records.ts';
import { type EntryFields, entryColumns, entryProblems, ledgerEntry, stagesEntered } from '../pipeline/enter-stage.ts';
import { keptLists, writeDealLists } from './deal-children.ts';
import { type DealFields, dealFieldProblems, dealShape, dealValues } from './deal-fields.ts';

export type CreateDealInput = DealFields & EntryFields & { title: string };

/** Creates deals in a stage; a closed one needs `deal.createClosed`, a history `deal.backdate`. */
export const createDeal = batchCommand<CreateDealInput>('deal.create', async (context, inputs) => {
  const { tx, principal, services } = context;
  const stages = await stagesEntered(context, inputs);
  const checks = await checkNew(context, inputs, dealShape);
  const outcomes: Outcome[] = [];
  const rows = [];
  const children = [];
  const lists = await keptLists(context, inputs);
  for (const [at, input] of inputs.entries()) {
    const stage = stages[at];
    const { ownership, problems: found } = checks[at]!;
    const values = dealValues(input);
    const problems = [
      ...dealFieldProblems(input, true),
      ...entryProblems(context, input, stage, { ...values, ...ownership, ...lists[at] }), ...found,
    ];
    if (problems.length > 0 || !stage) {
      outcomes.push(refused(...problems));
      continue;
    }
    const row = {
      ...values, ...ownership, ...entryColumns(context, input, stage),
      workspaceId: principal.workspace.id, id: services.newId(), title: input.title.trim(),
      currency: input.currency ?? principal.workspace.defaultCurrency,
      probability: input.probability ?? stage.probability,
      isProbabilitySetByHand: input.probability !== undefined && input.probability !== null,
    };
    const ownLists = { ...lists[at]!, ...keptReferences(input.externalReferences) };
    rows.push(row);
    const entry = ledgerEntry(context, row, { probability: row.probability, isImported: Boolean(input.history) });
    children.push({ recordId: row.id, ...ownLists });
    outcomes.push(done(row.id, 1, { after: { ...row, ...ownLists }, entry }));
  }
  if (rows.length > 0) {
    await insertRows(tx, 'Deal', rows);
    await writeDealLists(context, children);
    await writeReferences(context, children);
  }
  return outcomes;
});
