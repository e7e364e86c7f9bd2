import { deleteCommand, restoreCommand } from '../delete-records.ts';

/** Its contacts, leads, deals and activities stay; they answer null for their company while it is in the bin. */
export const deleteCompany = deleteCommand('company');
export const restoreCompany = restoreCommand('company');
