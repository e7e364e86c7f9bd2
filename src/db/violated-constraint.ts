import pg from 'pg';

type ErrorShape = { meta?: { driverAdapterError?: { cause?: { originalCode?: unknown; originalMessage?: unknown } } } };

/**
 * The name of the constraint that a write in a transaction ran into; null for every other error.
 *
 * PostgreSQL sends the name on its own, but Prisma hands on no more than its message.
 */
export function violatedConstraint(error: unknown): string | null {
  if (error instanceof pg.DatabaseError) return named(error.code, error.message);
  const { originalCode, originalMessage } = (error as ErrorShape | null)?.meta?.driverAdapterError?.cause ?? {};
  return named(originalCode, originalMessage);
}

function named(code: unknown, text: unknown): string | null {
  if (typeof code !== 'string' || !code.startsWith('23')) return null;
  const message = String(text);
  // Raised by our own triggers (walls, 7), whose words do not have it.
  const tree = /^(company|team) [0-9a-f-]{36} would stand below itself$/.exec(message);
  return tree ? `${tree[1]}_tree_check` : /constraint "([^"]+)"/.exec(message)?.[1] ?? null;
}
