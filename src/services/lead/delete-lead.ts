import { deleteCommand, restoreCommand } from '../delete-records.ts';

export const deleteLead = deleteCommand('lead');
export const restoreLead = restoreCommand('lead');
