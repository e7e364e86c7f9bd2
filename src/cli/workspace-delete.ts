/* npm run workspace:delete: a workspace, everything that is in it, and the accounts of people who are nowhere else. */
import { readArguments } from '../arguments.ts';
import { connect } from '../db/setup/connect.ts';
import { deleteWorkspace } from '../db/setup/delete-workspace.ts';
import { findDatabase } from '../db/setup/open-database.ts';
import { readDatabaseEnv } from '../env.ts';
import { Refusal, runProgram } from '../refusal.ts';

const usage = 'npm run workspace:delete -- --slug acme --yes-delete-everything-of acme';
const about = `Deletes a workspace, all that is in it, and the accounts of people who are nowhere else, for good. It needs
DATABASE_ADMIN_URL where the database is not the embedded one.

  --slug                      the workspace's short name
  --yes-delete-everything-of  the same once more: it is meant`;

await runProgram(async () => {
  const text = { type: 'string' } as const;
  const { values } = readArguments(about, usage, { options: { slug: text, 'yes-delete-everything-of': text } });
  const { slug, 'yes-delete-everything-of': confirmed } = values;
  if (!slug) throw new Refusal(`--slug is needed:\n${usage}`);
  if (confirmed !== slug) {
    const meant = usage.replaceAll('acme', slug);
    throw new Refusal(`This deletes the workspace "${slug}" with all that is in it, for good. `
      + `Keep a backup, and if it is meant:\n${meant}`);
  }
  const database = await findDatabase(readDatabaseEnv(), console.error);
  try {
    if (!database.adminUrl) throw new Refusal('workspace:delete needs DATABASE_ADMIN_URL beside DATABASE_URL.');
    const client = await connect(database.adminUrl, 'DATABASE_ADMIN_URL');
    try {
      const deleted = await deleteWorkspace(client, slug);
      if (!deleted) throw new Refusal(`There is no workspace "${slug}".`);
      for (const { table, count } of deleted.rows) console.log(`${table}: ${count}`);
      console.log(`The workspace "${deleted.name}" is gone, and ${deleted.accountCount} accounts with it.`);
    } finally {
      await client.end();
    }
  } finally {
    await database.close();
  }
});
