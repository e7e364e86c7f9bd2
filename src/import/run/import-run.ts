import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { memberOf } from '../../auth/principal.ts';
import type { Work } from './importer.ts';
import type { Counts } from './counts.ts';

/** SHA-256 over the mapping and the files: the same import again is recognised by it. */
export async function fingerprintOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    hash.update(`\n${path.split(/[\\/]/).at(-1)}\n`);
    await pipeline(createReadStream(path), async (chunks) => {
      for await (const chunk of chunks) hash.update(chunk as Buffer);
    });
  }
  return hash.digest('hex');
}

/** The row of `import_run` that says where an import stands. */
export type ImportRun = { id: string; /** When an earlier attempt began that did not end. */ resumedFrom: Date | null };

/** Writes down that an import has begun; one that began before and did not end is taken up again. */
export async function beginRun({ tx, principal, services }: Work, fingerprint: string): Promise<ImportRun> {
  const workspaceId = principal.workspace.id;
  const open = await tx.importRun.findFirst({
    where: { workspaceId, fingerprint, finishedAt: null }, orderBy: { id: 'desc' },
    select: { id: true, startedAt: true },
  });
  if (open) return { id: open.id, resumedFrom: open.startedAt };
  const id = services.services.newId();
  await tx.importRun.create({
    data: { workspaceId, id, memberId: memberOf(principal), fingerprint, startedAt: services.services.now() },
  });
  return { id, resumedFrom: null };
}

/** Adds what a batch has done, in the batch's own transaction. */
export async function addToRun({ tx, principal }: Work, { id }: ImportRun, counts: Counts): Promise<void> {
  const { created, updated, unchanged, kept, refused } = counts;
  await tx.importRun.updateMany({
    where: { workspaceId: principal.workspace.id, id },
    data: {
      createdCount: { increment: created }, updatedCount: { increment: updated },
      skippedCount: { increment: unchanged + kept }, refusedCount: { increment: refused },
    },
  });
}

export async function endRun({ tx, principal, services }: Work, { id }: ImportRun): Promise<void> {
  await tx.importRun.updateMany({
    where: { workspaceId: principal.workspace.id, id }, data: { finishedAt: services.services.now() },
  });
}
