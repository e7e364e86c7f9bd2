import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import { startSession } from '../../src/auth/session.ts';
import { Progress } from '../../src/import/run/progress.ts';
import { type ImportOutcome, runImport } from '../../src/import/run/run-import.ts';
import { projectFolder } from '../../src/project.ts';
import { createWorkspace } from '../../src/services/identity/create-workspace.ts';
import { type Api, openWorld } from '../support/world.ts';

export type Reported = {
  file: string; line: number; key: string | null; outcome: string; column: string | null;
  field: string | null; value: string | null; code: string;
  reason: string; suggestion: string | null;
};
type Imported = ImportOutcome & {
  /** The report's entries. */
  reported: Reported[];
  /** What was told on the way. */
  told: string;
};
export type EmptyWorkspace = { slug: string; email: string; workspaceId: string; api: Api };
type Finished = { code: number | null; signal: string | null; stdout: string; stderr: string };

/** A world in which imports can be tried, in this process or as the command. */
export async function openImportWorld() {
  const world = await openWorld();
  const [{ name }] = await world.rows<{ name: string }>('select current_database() as name') as [{ name: string }];
  const databaseUrl = Object.assign(new URL(inject('database').serverUrl), { pathname: `/${name}` }).href;
  let count = 0;

  /** As `npm run workspace:create` makes it: an owner, the roles, the first pipelines. */
  async function anEmptyWorkspace(settings: { timeZone?: string; currency?: string } = {}): Promise<EmptyWorkspace> {
    count += 1;
    const slug = `empty-${count}`;
    const email = `owner@${slug}.example`;
    const made = await createWorkspace(world.services, { slug, owner: { email }, ...settings });
    if (!made.ok) throw new Error(JSON.stringify(made.userErrors));
    const { workspaceId, ownerUserId } = made.value;
    const token = await startSession(world.database, { userId: ownerUserId, workspaceId, userAgent: 'Test' });
    return { slug, email, workspaceId, api: world.as({ ...world.owner, token }) };
  }

  /** A folder with these files, and beside it the mapping. */
  function aFolder(mapping: object, files: Record<string, string | Buffer>): { folder: string; mappingPath: string } {
    const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-import-'));
    for (const [file, content] of Object.entries(files)) writeFileSync(path.join(folder, file), content);
    const mappingPath = path.join(mkdtempSync(path.join(tmpdir(), 'gatehouse-mapping-')), 'mapping.json');
    writeFileSync(mappingPath, JSON.stringify({ source: 'test', ...mapping }));
    return { folder, mappingPath };
  }

  /** Imports in this process. */
  async function importFiles(
    who: { slug: string; email: string }, mapping: object, files: Record<string, string | Buffer>,
    options: { isDryRun?: boolean; isAllOrNothing?: boolean; place?: string; signal?: AbortSignal } = {},
  ): Promise<Imported> {
    const { folder, mappingPath } = aFolder(mapping, files);
    return importFolder(who, mappingPath, options.place ? path.join(folder, options.place) : folder, options);
  }

  async function importFolder(
    who: { slug: string; email: string }, mappingPath: string, place: string,
    { isDryRun = false, isAllOrNothing = false, signal }: {
      isDryRun?: boolean; isAllOrNothing?: boolean; signal?: AbortSignal;
    } = {},
  ): Promise<Imported> {
    let told = '';
    const reportPath = path.join(mkdtempSync(path.join(tmpdir(), 'gatehouse-report-')), 'report.jsonl');
    const outcome = await runImport({
      services: world.services, member: { workspace: who.slug, email: who.email }, mappingPath, place, isDryRun,
      isAllOrNothing,
      reportPath, signal, progress: new Progress({ write: (text) => { told += text; } }),
    });
    const lines = existsSync(reportPath) ? readFileSync(reportPath, 'utf8').trim().split('\n') : [];
    return { ...outcome, told, reported: lines.map((line) => JSON.parse(line) as Reported) };
  }

  /** Starts the command; it works in a folder of its own. */
  function start(args: string[]): { child: ChildProcess; finished: Promise<Finished>; cwd: string } {
    const cwd = mkdtempSync(path.join(tmpdir(), 'gatehouse-cwd-'));
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', path.join(projectFolder, 'src/cli/import.ts'), ...args],
      { cwd, env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl }, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    child.stdout!.on('data', (piece) => { said.stdout += String(piece); });
    child.stderr!.on('data', (piece) => { said.stderr += String(piece); });
    const finished = new Promise<Finished>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal, ...said }));
    });
    return { child, finished, cwd };
  }

  /** What stands in tables, behind the wall of this workspace. */
  async function rowsOf<T>(workspace: { workspaceId: string }, text: string): Promise<T[]> {
    return world.database.transaction(workspace.workspaceId, (tx) => tx.$queryRawUnsafe<T[]>(text));
  }

  return { world, rowsOf, anEmptyWorkspace, aFolder, importFiles, importFolder, start };
}

export type ImportWorld = Awaited<ReturnType<typeof openImportWorld>>;
