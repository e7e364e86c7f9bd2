import type { ListArguments } from '../../../src/db/reader/arguments.ts';
import type { RecordPlan } from '../../../src/db/reader/plan.ts';
import type { Predicate } from '../../../src/db/predicate.ts';

/**
 * Leaks to be found: mistakes of the kinds that other systems were caught with, each in one function of one module. The
 * test puts the mistaken function in the place of the real one; the product knows nothing of it.
 */
export type Plant = {
  leak: string;
  /** The module that has the mistake, as the test imports it. */
  module: string;
  /** Somebody who can see it. */
  principal: string;
  /** For mistakes in commands: most documents are mutations then. */
  mutationShare?: number;
  /** Root fields that half of the documents are about, where the mistake shows seldom. */
  focus?: RegExp;
  mistaken(
    real: AnyModule, load: (module: string) => Promise<AnyModule>,
  ): Promise<Partial<AnyModule>> | Partial<AnyModule>;
};
type AnyFunction = (...all: never[]) => unknown;
type AnyModule = Record<string, AnyFunction>;

const source = '../../../src';
/** The second workspace of every world (worlds/world.ts: the table's number, and a running one). */
const otherWorkspace = '019a0000-0001-7000-8000-000000000002';

/** The module's function as if whoever asks could read every field of every record. */
function asIfAllSeeing(real: AnyModule, name: string, at: number): Partial<AnyModule> {
  return {
    [name]: (...all: never[]) => {
      const profile = all[at] as unknown as object;
      return real[name]!(...all.with(at, { ...profile, readVerdict: () => 'always' } as never) as never[]);
    },
  };
}

type Context = {
  tx: Record<string, {
    findFirst(query: object): Promise<Record<string, unknown> | null>; count(query: object): Promise<number>;
  }>;
  principal: { workspace: { id: string } };
};
type Asked = readonly { record: RecordPlan; ids: readonly string[] }[];
type Links = readonly (readonly { noun: string; id?: string | null; path: readonly string[] }[])[];

export const plants: readonly Plant[] = [
  {
    leak: 'a list is sorted by a field that is hidden',
    module: `${source}/db/reader/order.ts`, principal: 'Vic Viewer',
    mistaken: (real) => asIfAllSeeing(real, 'compileOrder', 5),
  },
  {
    leak: 'a filter looks at a field that is hidden',
    module: `${source}/db/reader/filter.ts`, principal: 'Vic Viewer',
    mistaken: (real) => asIfAllSeeing(real, 'compileWhere', 2),
  },
  {
    leak: 'the total count counts what is out of reach',
    module: `${source}/db/reader/print.ts`, principal: 'Rex Rep',
    mistaken: (real) => ({
      printCount: (...all) => real.printCount!(...all.with(1, { kind: 'always' } as never) as never[]),
    }),
  },
  {
    leak: 'node answers with records out of reach',
    module: `${source}/db/reader/read.ts`, principal: 'Rex Rep',
    mistaken: (real) => ({
      readByIds: (...all) => {
        const asked = (all[0] as unknown as Asked).map((each) => ({ ...each, record: { ...each.record, noun: null } }));
        return real.readByIds!(...all.with(0, asked as never) as never[]);
      },
    }),
  },
  {
    leak: 'node answers with records of another workspace',
    module: `${source}/db/reader/read.ts`, principal: 'Vic Viewer', mutationShare: 0.01,
    mistaken: (real) => ({
      readByIds: (async (...all: never[]) => {
        const away = { ...all[2] as unknown as object, workspaceId: otherWorkspace };
        const own = await real.readByIds!(...all) as unknown[][];
        const others = await real.readByIds!(...all.with(2, away as never) as never[]) as unknown[][];
        return own.map((rows, at) => [...rows, ...others[at]!]);
      }) as AnyFunction,
    }),
  },
  {
    leak: 'a relation lists what is out of reach',
    module: `${source}/db/reader/print.ts`, principal: 'Rex Rep',
    mistaken: (real) => ({
      // A connection below a record: its arguments are asked for while the parent is printed.
      printRows: (...all) => {
        const [, , list, printing] = all as unknown as [
          RecordPlan, Predicate, ListArguments, { argumentsOf(child: unknown): ListArguments },
        ];
        const open = (child: { record: RecordPlan }) => {
          const args = printing.argumentsOf(child);
          return child.record.noun ? { ...args, deleted: args.deleted
            ?? { kind: 'test', field: 'deletedAt', operator: 'isNull', operand: { value: null } } } : args;
        };
        return real.printRows!(
          ...all.with(2, list as never).with(3, { ...printing, argumentsOf: open } as never) as never[]);
      },
    }),
  },
  {
    leak: 'a page that begins behind a cursor looks for the cursor\'s row',
    module: `${source}/db/reader/order.ts`, principal: 'Rex Rep',
    mistaken: (real) => ({
      printAfter: (...all) => {
        const [, cursor, , , values] = all as unknown as [
          unknown, unknown[], string, boolean, { add(value: unknown, type: string): string },
        ];
        const id = values.add(cursor.at(-1), 'uuid');
        const tables = [
          'company', 'contact', 'lead', 'deal', 'activity', 'product', 'tag', 'pipeline', 'stage', 'team', 'member',
          'role',
        ];
        const isThere = tables.map((table) => `exists (select from gatehouse.${table} c where c.id = ${id})`)
          .join(' or ');
        return `(${real.printAfter!(...all) as string} and (${isThere}))`;
      },
    }),
  },
  {
    leak: 'a search is cut to its length before it is cut to what is in reach',
    module: `${source}/db/search.ts`, principal: 'Rex Rep', mutationShare: 0.01, focus: /^search$/,
    mistaken: (real) => ({
      searchCandidates: (...all) => {
        const reach = Object.keys(all[3] as unknown as object).filter((name) => name !== 'shared')
          .map((name) => [name, 'any']);
        return real.searchCandidates!(...all.with(3, Object.fromEntries(reach) as never) as never[]);
      },
    }),
  },
  {
    leak: 'a list is cut to its length before it is cut to what is in reach',
    module: `${source}/db/reader/print.ts`, principal: 'Rex Rep', mutationShare: 0.01, focus: /^(deal|lead)s$/,
    mistaken: (real) => ({
      printRows: (...all) => {
        const [plan, , list] = all as unknown as [RecordPlan, Predicate, ListArguments];
        const { table, columns } = plan.model;
        if (!columns.has('title')) return real.printRows!(...all);
        const cut = `from (select * from ${table} order by title, id limit ${list.limit})`;
        return (real.printRows!(...all) as string).replaceAll(`from ${table} `, `${cut} `);
      },
    }),
  },
  {
    leak: 'a sum adds up what is out of reach',
    module: `${source}/db/pipeline-summary.ts`, principal: 'Rex Rep', mutationShare: 0.01, focus: /^pipelineSummary$/,
    mistaken: async (real, load) => {
      const owner = (await load(`${source}/auth/profile.ts`)).profileOf!(['OWNER'] as never, [] as never, [] as never);
      return {
        readPipelineSummary: (...all) => real.readPipelineSummary!(
          ...all.with(3, { ...all[3] as unknown as object, profile: owner } as never) as never[]),
      };
    },
  },
  {
    leak: 'not turns a condition round that holds on some records only, with the reach it was meant to stay in',
    module: `${source}/db/predicate.ts`, principal: 'Kim Sometimes',
    mistaken: (real) => ({
      not: ((of: Predicate) => real.not!((of.kind === 'all' ? of.of.at(-1) : of) as never)) as AnyFunction,
    }),
  },
  {
    leak: 'a record that cannot be seen can be linked to',
    module: `${source}/services/records.ts`, principal: 'Odd One', mutationShare: 0.9,
    focus: /^(contact|lead|deal|activity)Create$/,
    mistaken: async (_real, load) => {
      const { notFound } = await load(`${source}/services/errors.ts`);
      return { linkProblemsOf: ((context: Context, inputs: Links) =>
        Promise.all(inputs.map((links) => existing(context, links, notFound!)))) as AnyFunction };
    },
  },
  {
    leak: 'a domain is refused because a company that cannot be seen has it',
    module: `${source}/services/owned-records.ts`, principal: 'Odd One', mutationShare: 0.9, focus: /^companyCreate$/,
    mistaken: async (real, load) => {
      const { userError } = await load(`${source}/services/errors.ts`);
      return {
        checkNew: (async (context: Context, inputs: readonly { domain?: string }[], ...rest: never[]) => {
          const checks = await real.checkNew!(context as never, inputs as never, ...rest) as { problems: unknown[] }[];
          for (const [at, { domain }] of inputs.entries()) {
            const where = { workspaceId: context.principal.workspace.id, domain };
            if (domain && await context.tx.company!.count({ where }) > 0) {
              checks[at]!.problems.push(userError!('TAKEN' as never, 'Another company has this domain.' as never));
            }
          }
          return checks;
        }) as AnyFunction,
      };
    },
  },
  {
    leak: 'an error carries what a hidden field holds',
    module: `${source}/services/owned-records.ts`, principal: 'Fay Fragments', mutationShare: 0.9,
    focus: /^companyUpdate$/,
    mistaken: async (_real, load) => {
      const { versionConflict } = await load(`${source}/services/errors.ts`);
      return { checkChange: (async (_context: never, _input: never, { annualRevenueMinor }: {
        annualRevenueMinor?: bigint;
      }) => (
        [versionConflict!(Number(annualRevenueMinor ?? 0) as never)])) as AnyFunction };
    },
  },
  {
    leak: 'others\' rights are explained to somebody who does not see their roles',
    module: `${source}/services/access/about-others.ts`, principal: 'Fay Fragments', mutationShare: 0.01,
    mistaken: () => ({ requireToExplain: () => undefined }),
  },
  {
    leak: 'who reads an activity is told to somebody who does not see the records that it is on',
    module: `${source}/services/access/about-others.ts`, principal: 'Eve Explains', mutationShare: 0.01,
    mistaken: (real) => ({ requireToExplain: ((profile: never) => real.requireToExplain!(profile)) as AnyFunction }),
  },
  {
    leak: 'a change tells whether a record is there that cannot be seen',
    module: `${source}/services/records.ts`, principal: 'Rex Rep', mutationShare: 0.9,
    focus: /^(company|contact|lead|deal|activity)Update$/,
    mistaken: () => ({
      reachable: (({ principal }: Context) => ({
        workspaceId: principal.workspace.id, deletedAt: null,
      })) as unknown as AnyFunction,
    }),
  },
];

async function existing(context: Context, links: Links[number], notFound: AnyFunction): Promise<unknown[]> {
  const problems: unknown[] = [];
  for (const { noun, id, path } of links) {
    if (id && await context.tx[noun]!.count({ where: { workspaceId: context.principal.workspace.id, id } }) === 0) {
      problems.push(notFound(noun as never, ...path as never[]));
    }
  }
  return problems;
}
