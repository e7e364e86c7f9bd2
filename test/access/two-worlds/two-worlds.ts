import fc from 'fast-check';
import { type FieldNode, type GraphQLSchema, type OperationDefinitionNode, parse, validate } from 'graphql';
import { copyTestDatabase, type TestDatabase } from '../../support/database.ts';
import { baseWorld } from '../worlds/base-world.ts';
import { home } from '../worlds/filling.ts';
import { loadWorld, renewSessions } from '../worlds/load-world.ts';
import { secondWorld } from '../worlds/second-world.ts';
import { type Random, randomFrom, type World } from '../worlds/world.ts';
import { type WorldServer, serveWorld } from '../worlds/world-server.ts';
import { type Doc, DocumentWriter, type Stock } from './document-writer.ts';
import { whatIsKnown } from './known.ts';
import { type Principal, principalsIn } from './principals.ts';
import { smaller } from './smaller.ts';
import { stockFor } from './stock.ts';

/*
 * Two worlds that one principal must not be able to tell apart. They are equal but for what he must not see, as
 * test/access/worlds/oracle.ts works it out from the product rules; every document is answered byte for byte the same,
 * status and cookies included. What may differ, and how it is kept from differing:
 *
 * - Time and ids are parameters of the server and are the same in both worlds; the request's id is the client's own.
 * - Errors of fields that are read at the same time stand in the order in which PostgreSQL answers; here reads are
 *   answered in the order in which they were asked.
 * - Told in spite of all that, and so the same in both worlds: what is unique and taken (oracle.ts, `told`), the
 *   version of a record one may change, and whose it is as far as one's own rights on it show.
 * - A record whose share or owner changes changes hands in both worlds or in none: the oracle compares rights with
 *   cells. What somebody may make his own counts as his own. Shares differ where he may neither share nor explain.
 * - Secrets that have just been drawn, and what the database's own clock says, are not asked for (document-writer.ts).
 * - How long an answer takes is not compared.
 */
export type Worlds = {
  principal: Principal;
  /** How the second world differs, in words. */
  changes: readonly string[];
  stock: Stock;
  /** Both answers to a document, in the worlds as earlier documents left them. */
  ask(doc: Doc): Promise<[string, string]>;
  /** Both answers, in worlds where nothing has happened yet but these documents. */
  askAnew(before: readonly Doc[], doc: Doc): Promise<[string, string]>;
  /** What the principal knows anew, after a change. */
  refresh(): Promise<void>;
  close(): Promise<void>;
};

export async function openWorlds(principalName: string, seed: number): Promise<Worlds> {
  const first = baseWorld(seed);
  const principal = principalsIn(first).find(({ name }) => name === principalName)!;
  const { world: second, changes } = secondWorld(first, principal.seer, seed + 1);
  const worlds: World[] = [first, second];
  const databases: TestDatabase[] = [];
  const live = await serve(async () => [await load(first), await load(second)]);
  const slug = first.workspace!.find(({ id }) => id === principal.workspaceId)?.slug as string | undefined;
  const stock = await stockFor(principal, slug ?? home, worlds, live.servers, randomFrom(seed));
  // Whoever is nobody finds nothing.
  const body = await live.servers[0]!.ask(principal.token, '{ viewer { roles { name } } }', {}, 0);
  if (principal.seer && !body.includes('"roles"')) throw new Error(`${principalName} is not signed in: ${body}`);
  let templates: TestDatabase[] | undefined;
  let number = 0;

  async function load(world: World): Promise<TestDatabase> {
    const database = await loadWorld(world);
    databases.push(database);
    return database;
  }

  async function serve(make: () => Promise<TestDatabase[]>) {
    const made = await make();
    const servers = made.map(({ url }) => serveWorld(url));
    return {
      servers, close: () => Promise.all(servers.map((server) => server.close())),
      drop: () => Promise.all(made.map((each) => each.drop())),
    };
  }

  async function askBoth(servers: readonly WorldServer[], { text, variables }: Doc): Promise<[string, string]> {
    number += 1;
    return Promise.all(servers.map((server) =>
      server.ask(principal.token, text, variables, number))) as Promise<[string, string]>;
  }

  return {
    principal, changes, stock,
    async ask(doc) {
      const answers = await askBoth(live.servers, doc);
      // Whoever has signed out would be nobody from here on, and prove nothing.
      if (endsSessions.test(doc.text)) {
        await Promise.all(worlds.map((world, at) => renewSessions(databases[at]!, world)));
      }
      return answers;
    },
    async askAnew(before, doc) {
      templates ??= [await load(first), await load(second)];
      const anew = await serve(() => Promise.all(templates!.map(copyTestDatabase)));
      try {
        for (const each of before) await askBoth(anew.servers, each);
        return await askBoth(anew.servers, doc);
      } finally {
        await anew.close();
        await anew.drop();
      }
    },
    async refresh() {
      const known = new Map(await whatIsKnown(stock.schema, stock.isSeen, live.servers[0]!, principal.token));
      // No list has deleted stages; who has deleted one may remember it.
      const stages = known.get('stage') ?? [];
      const gone = (stock.known.get('stage') ?? []).filter(({ id }) => !stages.some((stage) => stage.id === id))
        .map((stage) => (stage.isBinned ? stage : { ...stage, version: stage.version + 1, isBinned: true }));
      stock.known = known.set('stage', [...stages, ...gone]);
    },
    async close() {
      await live.close();
      for (const database of databases) await database.drop();
    },
  };
}

/** Documents of a principal, written anew each time and made smaller by pieces. */
class Documents extends fc.Arbitrary<Doc> {
  readonly #stock: Stock;

  constructor(stock: Stock) {
    super();
    this.#stock = stock;
  }

  override generate(source: fc.Random): fc.Value<Doc> {
    const random: Random = {
      number: (below) => source.nextInt(0, below - 1),
      pick: (from) => from[source.nextInt(0, from.length - 1)]!,
      chance: (probability) => source.nextInt(0, 999_999) < probability * 1_000_000,
    };
    let doc = new DocumentWriter(this.#stock, random).write();
    // Selections that cannot be merged and the like: rare enough to throw away.
    for (let attempt = 0; attempt < 10 && !isValid(doc, this.#stock.schema); attempt += 1) {
      doc = new DocumentWriter(this.#stock, random).write();
    }
    return new fc.Value(doc, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Doc {
    return typeof (value as Partial<Doc>).text === 'string';
  }

  override shrink(doc: Doc): fc.Stream<fc.Value<Doc>> {
    return fc.stream(smaller(doc, this.#stock.schema)).map((each) => new fc.Value(each, undefined));
  }
}

function isValid({ text }: Doc, schema: GraphQLSchema): boolean {
  return validate(schema, parse(text)).length === 0;
}

/** Mutations about sessions and accounts. */
const endsSessions =
  /\b(signIn|signOut|signOutEverywhere|endSession|changePassword|setPassword|confirmSignUp|confirmEmail|switchWorkspace|deleteAccount)\b/;

export type Leak = { document: string; first: string; second: string; before: readonly string[] };
export type Search = {
  runs: number; answered: number; refused: number; asNobody: number;
  /** Documents with a mutation, and how often each root field among them changed something. */
  mutations: number; done: ReadonlyMap<string, number>;
  leak: Leak | null;
};

/** The one root field of a mutation that was written here. */
function rootOf({ text }: Doc): string {
  const [operation] = parse(text).definitions as OperationDefinitionNode[];
  return (operation!.selectionSet.selections[0] as FieldNode).name.value;
}

/** Whether everything that the document would change was changed: a trial changes nothing. */
function hasChanged({ text }: Doc, answer: string): boolean {
  return /"userErrors":\[\]/.test(answer) && !/"(code|message)":"/.test(answer) && !text.includes('dryRun: true');
}

type SearchOptions = {
  runs: number;
  seed: number;
  /** Documents ask for whatever there is, not mostly for what introspection shows to the principal. */
  isCurious?: boolean;
  /** Of how many documents one is a mutation; three in ten when absent. */
  mutationShare?: number;
  focus?: RegExp;
  /** Mutations that half of the mutations are taken from; those that changed something are taken out. */
  wanted?: Set<string>;
  /** Whether a leak is looked at until no smaller document shows it. */
  makesSmaller?: boolean;
};

/** Sends random documents to both worlds until an answer differs; the leak is the smallest document that shows it. */
export async function searchLeaks(
  worlds: Worlds, { runs, seed, isCurious = false, makesSmaller = true, ...options }: SearchOptions,
): Promise<Search> {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const stock: Stock = { ...worlds.stock, ...(isCurious ? { isSeen: () => true } : {}), ...given };
  const found = { answered: 0, refused: 0, asNobody: 0, mutations: 0, done: new Map<string, number>() };
  const history: Doc[] = [];
  let met: [string, string] = ['', ''];
  let isShrinking = false;
  let needsHistory = false;

  async function differs(doc: Doc): Promise<boolean> {
    const isMutation = doc.text.startsWith('mutation');
    if (isShrinking) {
      // A query leaves the worlds as they are, so they can be asked again.
      const [first, second] = isMutation ? await worlds.askAnew(needsHistory ? history : [], doc)
        : await worlds.ask(doc);
      return first !== second;
    }
    const [first, second] = await worlds.ask(doc);
    found.answered += 1;
    if (/"code":"(FORBIDDEN|UNAUTHENTICATED)"/.test(first)) found.refused += 1;
    if (/"code":"UNAUTHENTICATED"/.test(first)) found.asNobody += 1;
    if (isMutation) found.mutations += 1;
    if (first === second) {
      if (isMutation) history.push(doc);
      if (isMutation && /"userErrors":\[\]/.test(first)) {
        await worlds.refresh();
        stock.known = worlds.stock.known;
      }
      if (isMutation && hasChanged(doc, first)) {
        const root = rootOf(doc);
        found.done.set(root, (found.done.get(root) ?? 0) + 1);
        options.wanted?.delete(root);
      }
      return false;
    }
    isShrinking = true;
    met = [first, second];
    const anew = await worlds.askAnew([], doc);
    needsHistory = anew[0] === anew[1];
    return true;
  }

  const result = await fc.check(
    fc.asyncProperty(new Documents(stock), async (doc) => !await differs(doc)),
    { numRuns: runs, seed, endOnFailure: !makesSmaller });
  if (!result.failed) return { runs: result.numRuns, ...found, leak: null };
  const doc = result.counterexample![0];
  const before = needsHistory ? history : [];
  const anew = await worlds.askAnew(before, doc);
  // What does not come again is told as it was met.
  const [first, second] = anew[0] === anew[1] ? met : anew;
  return {
    runs: result.numRuns, ...found, leak: { document: doc.text, first, second, before: before.map(({ text }) => text) },
  };
}

/** What a person who has to close the leak needs. */
export function describeLeak(principal: Principal, { document, first, second, before }: Leak): string {
  return [
    `${principal.name} can tell two worlds apart that look the same to him. The smallest document that shows it:`, '',
    document, '',
    `The first world answers:\n${first}`, '', `the second:\n${second}`,
    ...(before.length ? ['', 'after these:', ...before] : []),
  ].join('\n');
}
