import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Progress } from '../../src/import/run/progress.ts';
import { type EmptyWorkspace, type ImportWorld, openImportWorld } from './import-world.ts';

const mapping = {
  source: 'shop',
  files: [{ file: 'c.csv', noun: 'company', key: 'Id', fields: { name: 'Name', employeeCount: 'People' } }],
};

// Each starts a process of its own.
vi.setConfig({ testTimeout: 60_000 });

describe('npm run import', () => {
  let world: ImportWorld;
  let workspace: EmptyWorkspace;
  beforeAll(async () => {
    world = await openImportWorld();
    workspace = await world.anEmptyWorkspace();
  });
  afterAll(() => world.world.close());

  async function run(csv: string, ...more: string[]) {
    const { folder, mappingPath } = world.aFolder(mapping, { 'c.csv': csv });
    const { finished, cwd } = world.start([
      '--workspace', workspace.slug, '--as', workspace.email, '--mapping', mappingPath, folder, ...more,
    ]);
    return { ...await finished, cwd, filesMade: readdirSync(cwd) };
  }

  test('ends with 0 when all is well, and says what it did', async () => {
    const { code, stdout, stderr, filesMade } = await run('Id,Name,People\n1,One,10\n2,Two,\n');
    expect({ code, filesMade }).toEqual({ code: 0, filesMade: [] });
    expect(stdout).toMatch(/^Done in [\d.]+ s: 2 created\.\n$/);
    expect(stderr).toBe('c.csv: UTF-8, comma, 2 rows\ncompanies from c.csv: 2 created\n');
  });

  test('ends with 2 when rows were refused, with a report that spreadsheets open harmlessly', async () => {
    const { code, stdout, cwd, filesMade } = await run('Id,Name,People\n3,Three,=1+1\n4,Four,4\n');
    expect(code).toBe(2);
    expect(filesMade).toEqual([expect.stringMatching(/^import-refused-.*\.csv$/)]);
    expect(stdout).toContain(`1 created, 1 refused.\nWhat was refused or not taken stands in ${path.join(cwd, filesMade[0]!)}`);
    expect(readFileSync(path.join(cwd, filesMade[0]!), 'utf8')).toBe(
      '\uFEFFfile,line,key,outcome,column,field,value,code,reason,suggestion\n'
      + 'c.csv,2,3,REFUSED,People,employeeCount,\'=1+1,VALUE,"People is no number with ""."" before the fraction.",'
      + '"If ""="" belongs to every number: ""strip"": [""=""]."\n');
  });

  test('writes the report where it is told to, as JSON lines if the name says so', async () => {
    const { code, cwd } = await run('Id,Name,People\n5,,1\n', '--report', 'why.jsonl', '--all-or-nothing');
    expect(code).toBe(2);
    expect(JSON.parse(readFileSync(path.join(cwd, 'why.jsonl'), 'utf8'))).toMatchObject({
      file: 'c.csv', line: 2, column: 'Name', field: 'name',
    });
  });

  test('ends with 1 and a sentence when it cannot begin', async () => {
    const [wrongColumn, empty, nothing, wrongOption] = await Promise.all([
      run('Id,Title\n'), run(''), world.start([]).finished, world.start(['--colour']).finished,
    ]);
    expect(wrongColumn).toMatchObject({
      code: 1, stdout: '', stderr: expect.stringContaining('there is no column "Name"') as string,
    });
    expect(empty).toMatchObject({ code: 1, stderr: expect.stringContaining('c.csv is empty.') as string });
    expect(nothing.stderr).toMatch(/^--workspace, --as, --mapping, a folder or file are missing:\nnpm run import/);
    expect(wrongOption).toMatchObject({
      code: 1, stderr: expect.stringMatching(/^Unknown option '--colour'/) as string,
    });
    expect(wrongOption.stderr).not.toContain('    at ');
  });

  test('says what it does and takes when asked, and does nothing else', async () => {
    const { code, stdout } = await world.start(['--workspace', 'acme', '--help']).finished;
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Reads CSV files .*--all-or-nothing .*npm run import/s)]);
  });

  test('says what a dry run would do', async () => {
    const { code, stdout } = await run('Id,Name,People\n9,Nine,9\n', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Tried, nothing written, in [\d.]+ s: 1 created\.\n$/);
  });
});

describe('progress', () => {
  function tell(isTTY: boolean): string {
    let text = '';
    let now = 0;
    const progress = new Progress({ write: (piece) => { text += piece; }, isTTY, columns: 60 }, () => now);
    progress.begin('writing deals', 4_000);
    for (let done = 500; done <= 4_000; done += 500) {
      now += 2_000;
      progress.at(done);
    }
    progress.say('deals: 4,000 created');
    return text;
  }

  test('is a line that changes on a terminal, and goes', () => {
    expect(tell(true)).toContain(
      '\r\u001b[K  writing deals: 4,000 of 4,000 (100 %), 250 rows/s\r\u001b[Kdeals: 4,000 created\n');
  });

  test('is a line every few seconds elsewhere', () => {
    expect(tell(false)).toBe(
      '  writing deals: 1,500 of 4,000 (37 %), 250 rows/s\n  writing deals: 3,000 of 4,000 (75 %), 250 rows/s\ndeals: 4,000 created\n',
    );
  });
});
