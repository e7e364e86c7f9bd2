import { Prisma } from './generated/prisma/client.ts';

/** What a JSON column is set to where there is nothing: null alone could be the JSON value of that name. */
export const noJson = Prisma.DbNull;
