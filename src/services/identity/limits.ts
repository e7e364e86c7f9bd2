import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { findUserByEmail } from '../../db/identity.ts';
import { takeTurn } from '../../db/limits.ts';
import type { Origin, Services } from '../context.ts';
import { recordAccountEvent } from '../security-log/record-event.ts';

/** Somebody tries something too often from one network; the API answers THROTTLED. */
export class ThrottledError extends Error {
  override name = 'ThrottledError';
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('Too many tries from this network.');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const quarterOfAnHour = 900;
const hour = 3_600;

/** Failed sign-ins of one network in a quarter of an hour; offices share an address, so it is not few. */
const defaultAttemptsPerNetwork = 300;

/** Mails that strangers can cause to one address in an hour: sign-up, reset, sent again. */
const mailsPerAddress = 5;

/**
 * What counts as one place: an IPv4 address, or the /64 of an IPv6 address, of which each customer of a provider has at
 * least one. Without an address (programs, tests in one process) there is none, and nothing to count by.
 */
export function networkOf({ ipAddress }: Partial<Origin>): string | null {
  if (!ipAddress?.includes(':')) return ipAddress ?? null;
  const [head = '', tail = ''] = ipAddress.split('::');
  const groups = head ? head.split(':') : [];
  const end = tail ? tail.split(':') : [];
  const all = ipAddress.includes('::') ? [...groups, ...Array(8 - groups.length - end.length).fill('0'), ...end]
    : groups;
  return `${all.slice(0, 4).join(':')}::/64`;
}

/** Key of a network's failed sign-ins. */
export function signInsOf(network: string): string {
  return `sign-ins from ${network}`;
}

type LimitServices = Pick<Services, 'database' | 'newId' | 'now' | 'attemptsPerNetwork'>;

/**
 * Writes into the security log that a limit was reached: once in a quarter of an hour, however many servers there are,
 * so that whoever goes on trying does not fill it.
 *
 * @param limit whose limit, which stands nowhere as it is
 */
export async function noteExcess(
  services: LimitServices, origin: Origin, limit: string, { userId, detail }: { userId: string | null; detail: string },
): Promise<void> {
  const key = `told of ${createHash('sha256').update(limit).digest('hex')}`;
  if (await takeTurn(services.database, key, { capacity: 1, seconds: quarterOfAnHour }) > 0) return;
  await recordAccountEvent(services.database, services, origin, { type: 'excess_rate_limit_exceeded', userId, detail });
}

/** @throws ThrottledError when the network has had too many that failed */
export async function takeNetworkTurn(services: LimitServices, origin: Origin): Promise<void> {
  const network = networkOf(origin);
  if (network === null) return;
  const { attemptsPerNetwork = defaultAttemptsPerNetwork } = services;
  await takeOrThrow(services, origin, signInsOf(network), attemptsPerNetwork, 'failed sign-ins from one network');
}

async function takeOrThrow(
  services: LimitServices, origin: Origin, key: string, capacity: number, detail: string,
): Promise<void> {
  const wait = await takeTurn(services.database, key, { capacity, seconds: quarterOfAnHour });
  if (wait === 0) return;
  await noteExcess(services, origin, key, { userId: null, detail });
  throw new ThrottledError(wait);
}

/**
 * Whether a stranger may cause another mail to this address. The address's own limit is kept in silence, because it
 * would tell what is known about the address; that of the network is said.
 *
 * @throws ThrottledError when the network has caused too many
 */
export async function mayCauseMail(services: LimitServices, origin: Origin, email: string): Promise<boolean> {
  const { database, attemptsPerNetwork = defaultAttemptsPerNetwork } = services;
  const network = networkOf(origin);
  if (network !== null) {
    const capacity = Math.ceil(attemptsPerNetwork / 3);
    await takeOrThrow(services, origin, `mails from ${network}`, capacity, 'mails caused from one network');
  }
  const key = `mails to ${createHash('sha256').update(email).digest('hex')}`;
  if (await takeTurn(database, key, { capacity: mailsPerAddress, seconds: hour }) === 0) return true;
  const user = await findUserByEmail(database, email);
  await noteExcess(services, origin, key, { userId: user?.id ?? null, detail: 'mails to one address' });
  return false;
}

/**
 * Lets an answer out at the next of even points in time, so that how long it took says nothing about what was done for
 * it: a mail queued or not, a password checked or not.
 *
 * @param options.startedAt when the work began, where that was before
 * @param options.stepMilliseconds longer than the work takes, also on a machine that has much to do
 */
export async function inEvenTime<T>(
  work: () => Promise<T>,
  { startedAt = performance.now(), stepMilliseconds = 400 }: { startedAt?: number; stepMilliseconds?: number } = {},
): Promise<T> {
  try {
    return await work();
  } finally {
    const taken = performance.now() - startedAt;
    await sleep(Math.ceil(taken / stepMilliseconds) * stepMilliseconds - taken);
  }
}

