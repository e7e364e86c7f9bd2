import { deleteCommand, restoreCommand } from '../delete-records.ts';

export const deleteExchangeRate = deleteCommand('exchangeRate');

/** The day's key of the database refuses it while there is another rate of that day. */
export const restoreExchangeRate = restoreCommand('exchangeRate');
