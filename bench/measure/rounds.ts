import { type Observer, cpuBetween } from './backends.ts';
import { Driver, type Entry } from './load.ts';
import { cpuMilliseconds, memoryMegabytes } from './system.ts';

export type Round = {
  serverMs: number; databaseMs: number; totalMs: number;
  callsPerSecond: number; p50Ms: number; p99Ms: number; calls: number;
};
export type Measured = {
  label: string;
  rounds: Round[];
  memoryMb: { now: number; peak: number };
  statementsPerCall: number;
  buffersPerCall: number;
};
export type RoundOptions = { rounds: number; roundSeconds: number; warmUpSeconds: number; clients: number };

const countedCalls = 20;
const warmUpCalls = 500;
const leastCalls = 40;

/**
 * Asks the contestants in turn, round by round, beginning with another one each time: what else happens on the machine
 * meets all of them alike, and ratios are taken within a round.
 */
export async function measure(entries: Entry[], observer: Observer, options: RoundOptions): Promise<Measured[]> {
  const drivers = entries.map((entry) => new Driver(entry, options.clients));
  const measured = entries.map(({ label }): Measured => (
    { label, rounds: [], memoryMb: { now: 0, peak: 0 }, statementsPerCall: 0, buffersPerCall: 0 }));
  for (const driver of drivers) await driver.drive(options.clients, options.warmUpSeconds, warmUpCalls);
  for (let round = 0; round < options.rounds; round += 1) {
    for (let turn = 0; turn < entries.length; turn += 1) {
      const at = (round + turn) % entries.length;
      measured[at]!.rounds.push(await oneRound(entries[at]!, drivers[at]!, observer, options));
    }
  }
  for (const [at, { running }] of entries.entries()) {
    const counted = await observer.count(running, async () => {
      for (let i = 0; i < countedCalls; i += 1) await drivers[at]!.next();
    });
    Object.assign(measured[at]!, {
      memoryMb: memoryMegabytes(running.pid),
      statementsPerCall: counted.statements / countedCalls, buffersPerCall: counted.buffers / countedCalls,
    });
    drivers[at]!.close();
  }
  return measured;
}

async function oneRound(
  { running }: Entry, driver: Driver, observer: Observer, { clients, roundSeconds }: RoundOptions,
): Promise<Round> {
  const databaseBefore = await observer.cpuOfBackends(running);
  const serverBefore = cpuMilliseconds(running.pid);
  const { calls, seconds, latencies } = await driver.drive(clients, roundSeconds, leastCalls);
  const serverMs = (cpuMilliseconds(running.pid) - serverBefore) / calls;
  const databaseMs = cpuBetween(databaseBefore, await observer.cpuOfBackends(running)) / calls;
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]!;
  return {
    serverMs, databaseMs, totalMs: serverMs + databaseMs, callsPerSecond: calls / seconds, p50Ms: at(0.5),
    p99Ms: at(0.99), calls,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The median of the rounds' ratios: both sides of each were measured within seconds of one another. */
export function ratio(of: Measured, to: Measured, what: keyof Round = 'totalMs'): number {
  return median(of.rounds.map((round, at) => round[what] / to.rounds[at]![what]));
}

export function medianOf({ rounds }: Measured, what: keyof Round): number {
  return median(rounds.map((round) => round[what]));
}
