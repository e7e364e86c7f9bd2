import { deleteCommand, restoreCommand } from '../delete-records.ts';

export const deleteActivity = deleteCommand('activity');
export const restoreActivity = restoreCommand('activity');
