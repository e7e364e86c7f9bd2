import { deleteCommand, restoreCommand } from '../delete-records.ts';

export const deleteDeal = deleteCommand('deal');
export const restoreDeal = restoreCommand('deal');
