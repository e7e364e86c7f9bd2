/* npm run operations:add: registers the documents that a client will send by id. */
import { readFileSync } from 'node:fs';
import { readArguments } from '../arguments.ts';
import { registerOperation } from '../db/identity.ts';
import { readEnv } from '../env.ts';
import { Documents } from '../http/documents.ts';
import { readManifest } from '../http/operations-manifest.ts';
import { Refusal, runProgram } from '../refusal.ts';
import { schema } from '../schema/index.ts';
import { withDatabase } from '../db/setup/with-database.ts';

const usage = 'npm run operations:add -- --client web persisted-documents.json';
const about = `Registers the documents of a manifest, which the client then sends by id (docs/http.md).

  --client  the name of the client whose documents they are`;

await runProgram(async () => {
  const { client, file } = readOptions();
  const { documents, problems } = readManifest(readFile(file), new Documents(schema, { introspection: false }));
  if (problems.length > 0) {
    throw new Refusal([`Nothing was registered, because of what is wrong in ${file}:`, ...problems].join('\n  '));
  }
  await withDatabase(readEnv(), 1, async (database) => {
    for (const document of documents) await registerOperation(database, client, document);
    console.log(`Registered for ${client}: ${documents.length} documents. Servers know them within seconds.`);
  });
});

function readOptions(): { client: string; file: string } {
  const { values: { client }, positionals: [file, ...more] } = readArguments(about, usage, {
    options: { client: { type: 'string' } }, allowPositionals: true,
  });
  if (!client || !file || more.length > 0) throw new Refusal(`One client and one manifest are needed:\n${usage}`);
  if (!/^[\w.@/-]{1,100}$/.test(client)) throw new Refusal('--client takes letters, digits and . _ - @ /.');
  return { client, file };
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refusal(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
