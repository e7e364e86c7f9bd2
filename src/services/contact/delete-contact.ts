import { deleteCommand, restoreCommand } from '../delete-records.ts';

/** Its deals and activities stay; they answer null for the contact while it is in the bin. */
export const deleteContact = deleteCommand('contact');
export const restoreContact = restoreCommand('contact');
