/* npm run generate: the files that are made from others. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readArguments } from '../src/arguments.ts';
import { projectFolder } from '../src/project.ts';
import { Refusal, runProgram } from '../src/refusal.ts';
import { generatedFiles } from './generated-files.ts';

const about = 'Writes the generated files that differ.';
const usage = `npm run generate                writes all; with paths behind --, these only
npm run generate -- --check     writes nothing, names those that differ and fails`;

await runProgram(async () => {
  const { values, positionals } = readArguments(about, usage, {
    options: { check: { type: 'boolean' } }, allowPositionals: true,
  });
  const unknown = positionals.filter((wanted) => !generatedFiles.some((file) => file.path === wanted));
  if (unknown.length > 0) throw new Refusal(`Nothing generates ${unknown.join(', ')}: see scripts/generated-files.ts.`);
  const files = generatedFiles.filter((file) => positionals.length === 0 || positionals.includes(file.path));
  const stale: string[] = [];
  for (const file of files) {
    const place = path.join(projectFolder, file.path);
    const text = await file.make();
    if (text === contentOf(place)) continue;
    stale.push(file.path);
    if (values.check) continue;
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, text);
    console.log(`Wrote ${file.path}.`);
  }
  if (!values.check || stale.length === 0) return 0;
  console.error(`Out of date: ${stale.join(', ')}. npm run generate brings them up to date.`);
  return 1;
});

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
