import { parseArgs } from 'node:util';

/** What a run shall be, from the command line. */
export type Options = {
  deals: number;
  workspaces: number;
  /** Names of workloads; empty for all. */
  workloads: string[];
  contestants: string[];
  clients: number;
  rounds: number;
  /** How long one contestant is asked in one round, and before the first. */
  roundSeconds: number;
  warmUpSeconds: number;
  growth: boolean;
  /** Over how many requests memory is watched. */
  requests: number;
  gate: boolean;
  write: boolean;
};

const all = ['floor', 'gatehouse', 'noPolicy', 'postgraphile', 'keystone'];

const usage = `npm run bench -- [options]

  --quick                10,000 deals, short rounds: under two minutes
  --deals 100000         how many deals to generate, five activities each
  --workspaces 50        how many workspaces share them (the first holds two fifths)
  --workloads board,list only these
  --contestants floor,…  only these of floor, gatehouse, noPolicy, postgraphile, keystone (--quick: all but keystone)
  --clients 4            how many requests are under way at a time
  --rounds 9             interleaved rounds of each workload
  --seconds 1.5          how long one contestant is asked in one round
  --growth               instead: Gatehouse alone on 10³ deals and more, up to --deals; on 1 to 200 workspaces; with
                         1 to 100 clients; and its memory over --requests 100000
  --gate                 instead: fails when Gatehouse takes more statements, buffers or time than gate.json says
  --gate --write         writes gate.json anew
`;

export function readOptions(args = process.argv.slice(2)): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        quick: { type: 'boolean', default: false }, growth: { type: 'boolean', default: false },
        gate: { type: 'boolean', default: false }, write: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false }, deals: { type: 'string' },
        workspaces: { type: 'string', default: '50' },
        workloads: { type: 'string', default: '' }, contestants: { type: 'string', default: '' },
        clients: { type: 'string', default: '4' }, rounds: { type: 'string' }, seconds: { type: 'string' },
        requests: { type: 'string', default: '100000' },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const { quick } = values;
    return {
      deals: positive('deals', values.deals ?? (quick ? '10000' : '100000')),
      workspaces: positive('workspaces', values.workspaces),
      workloads: list(values.workloads),
      contestants: values.contestants ? list(values.contestants) : all.filter((each) => !quick || each !== 'keystone'),
      clients: positive('clients', values.clients),
      rounds: positive('rounds', values.rounds ?? (quick ? '3' : '9')),
      roundSeconds: positive('seconds', values.seconds ?? (quick ? '0.4' : '1.5')),
      warmUpSeconds: quick ? 0.8 : 3,
      growth: values.growth,
      requests: positive('requests', values.requests),
      gate: values.gate,
      write: values.write,
    };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(1);
  }
}

function positive(name: string, text: string): number {
  const number = Number(text.replaceAll('_', ''));
  if (!(number > 0)) throw new Error(`--${name} must be a number above 0, not "${text}".`);
  return number;
}

function list(text: string): string[] {
  return text.split(',').map((each) => each.trim()).filter(Boolean);
}
