/* npm run workspace:create: an empty workspace, its owner, and a link with which the owner sets the password. */
import { parseArgs } from 'node:util';
import { uuidv7 } from '../db/uuid.ts';
import { type Env, readEnv } from '../env.ts';
import { Refusal, runProgram } from '../refusal.ts';
import { type CreateWorkspaceInput, createWorkspace } from '../services/identity/create-workspace.ts';
import { issuePasswordLink, passwordLink } from '../services/identity/password-link.ts';
import { withDatabase } from '../db/setup/with-database.ts';

const usage = `npm run workspace:create -- --slug acme --owner a@b.example
  [--name "Acme Ltd"] [--owner-name "Ada Adams"] [--time-zone Europe/Berlin] [--locale de] [--currency EUR]`;

/** Which option each of the service's complaints is about. */
const optionOf: Record<string, string> = {
  slug: '--slug', name: '--name', timeZone: '--time-zone', locale: '--locale', currency: '--currency',
  'owner.email': '--owner', 'owner.name': '--owner-name',
};

await runProgram(async () => {
  const input = readOptions(process.argv.slice(2));
  const env = readEnv();
  await withDatabase(env, 1, async (database) => {
    const services = { database, newId: uuidv7, now: () => new Date(), cursorSecret: env.cursorSecret };
    const answer = await createWorkspace(services, input);
    if (!answer.ok) {
      const sentences = answer.userErrors.map(({ path, message }) => `${optionOf[path.join('.')]}: ${message}`);
      throw new Refusal(sentences.join('\n'));
    }
    const { hasPassword, ownerUserId } = answer.value;
    console.error(`The workspace "${input.slug}" is made.`);
    if (hasPassword) {
      console.error(`${input.owner.email} has a password already and signs in with it.`);
    } else {
      console.error(`For ${input.owner.email} alone: this link sets the password, once, within an hour.`);
      console.log(passwordLink(publicUrl(env), await issuePasswordLink(database, services, ownerUserId)));
    }
  });
});

function publicUrl({ publicUrl: configured, port }: Env): string {
  return configured ?? `http://localhost:${port}`;
}

function readOptions(args: string[]): CreateWorkspaceInput {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args,
      options: {
        slug: text, owner: text, name: text, 'owner-name': text, 'time-zone': text, locale: text, currency: text,
      },
    });
    const { slug, owner: email, name, locale, currency } = values;
    if (!slug || !email) throw new Refusal(`--slug and --owner are needed:\n${usage}`);
    return {
      slug, name, locale, currency, timeZone: values['time-zone'], owner: { email, name: values['owner-name'] },
    };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${(error as Error).message}\n${usage}`);
  }
}
