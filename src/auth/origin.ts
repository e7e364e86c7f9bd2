/** From where something was done; null for what is not known, all of it for programs. */
export type Origin = { ipAddress: string | null; userAgent: string | null; requestId: string | null };

export const unknownOrigin: Origin = { ipAddress: null, userAgent: null, requestId: null };
