import { insertRows } from '../../db/insert-rows.ts';
import { type Outcome, batchCommand, done, refused } from '../command.ts';
import { keptReferences, writeReferences } from '../external-references.ts';
import { type History, historyProblems } from '../history.ts';
import { checkNew } from '../owned-records.ts';
import { type ContactFields, contactFieldProblems, contactShape, contactValues } from './contact-fields.ts';
import { keptLists, writeContactLists } from './contact-lists.ts';

export type CreateContactInput = ContactFields & {
  /** Needs `contact.import`. */
  history?: History | null;
};

/** Creates contacts with their addresses. */
export const createContact = batchCommand<CreateContactInput>('contact.create', async (context, inputs) => {
  const { tx, principal, services, now } = context;
  const checks = await checkNew(context, inputs, contactShape);
  const outcomes: Outcome[] = [];
  const rows = [];
  const children = [];
  for (const [at, input] of inputs.entries()) {
    const { ownership, problems: found } = checks[at]!;
    const problems = [
      ...contactFieldProblems(input, now), ...historyProblems(context, input.history, 'import'), ...found,
    ];
    if (problems.length > 0) {
      outcomes.push(refused(...problems));
      continue;
    }
    const row = {
      ...contactValues(input), ...ownership, workspaceId: principal.workspace.id, id: services.newId(),
      createdAt: input.history?.createdAt ?? now, updatedAt: now,
    };
    const lists = { ...keptLists(input), ...keptReferences(input.externalReferences) };
    rows.push(row);
    children.push({ recordId: row.id, ...lists });
    outcomes.push(done(row.id, 1, { after: { ...row, ...lists } }));
  }
  if (rows.length > 0) {
    await insertRows(tx, 'Contact', rows);
    await writeContactLists(context, children);
    await writeReferences(context, children);
  }
  return outcomes;
});
