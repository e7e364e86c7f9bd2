import { deleteCommand, restoreCommand } from '../delete-records.ts';
import { convertedProblemsOf } from './converted.ts';

/** A lead that was converted stays: what it became leads back to it. */
export const deleteLead = deleteCommand('lead', (context, id) => convertedProblemsOf(context, id));
export const restoreLead = restoreCommand('lead');
