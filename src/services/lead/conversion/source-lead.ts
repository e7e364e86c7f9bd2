import type { Prisma } from '../../../db/generated/prisma/client.ts';
import type { withSight } from '../../records.ts';

/** A lead as a conversion reads it: with what says who can read which of its fields. */
export type SourceLead = Prisma.LeadGetPayload<{ include: typeof withSight }>;
