/* npm run workspace:create: an empty workspace, its owner, and a link with which the owner sets the password. */
import { readArguments } from '../arguments.ts';
import { uuidv7 } from '../db/uuid.ts';
import { type Env, readEnv } from '../env.ts';
import { Refusal, runProgram } from '../refusal.ts';
import { type CreateWorkspaceInput, createWorkspace } from '../services/identity/create-workspace.ts';
import { issuePasswordLink, passwordLink } from '../services/identity/password-link.ts';
import { withDatabase } from '../db/setup/with-database.ts';

const usage = `npm run workspace:create -- --slug acme --owner a@b.example
  [--name "Acme Ltd"] [--owner-name "Ada Adams"] [--time-zone Europe/Berlin] [--locale de] [--currency EUR]`;

const about = `Makes an empty workspace and its owner, and prints a link with which the owner sets the password.

  --slug        the workspace's short name, in addresses and commands
  --owner       the owner's e-mail address
  --name        the workspace's name, else the slug
  --owner-name  the owner's name
  --time-zone   in which its days begin, like Europe/Berlin
  --locale      of its mails and texts, like de
  --currency    of amounts where none is named, like EUR`;

/** Which option each of the service's complaints is about. */
const optionOf: Record<string, string> = {
  slug: '--slug', name: '--name', timeZone: '--time-zone', locale: '--locale', currency: '--currency',
  'owner.email': '--owner', 'owner.name': '--owner-name',
};

await runProgram(async () => {
  const input = readOptions();
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

function readOptions(): CreateWorkspaceInput {
  const text = { type: 'string' } as const;
  const { values } = readArguments(about, usage, {
    options: {
      slug: text, owner: text, name: text, 'owner-name': text, 'time-zone': text, locale: text, currency: text,
    },
  });
  const { slug, owner: email, name, locale, currency } = values;
  if (!slug || !email) throw new Refusal(`--slug and --owner are needed:\n${usage}`);
  return {
    slug, name, locale, currency, timeZone: values['time-zone'], owner: { email, name: values['owner-name'] },
  };
}
