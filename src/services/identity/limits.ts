import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller } from '../../db/identity.ts';
import { takeTurn } from '../../db/limits.ts';
import type { Origin, Services } from '../context.ts';

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
export const defaultAttemptsPerNetwork = 300;

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
  const all = ipAddress.includes('::') ? [...groups, ...Array(8 - groups.length - end.length).fill('0'), ...end] : groups;
  return `${all.slice(0, 4).join(':')}::/64`;
}

/** Key of a network's failed sign-ins. */
export function signInsOf(network: string): string {
  return `sign-ins from ${network}`;
}

/** @throws ThrottledError when the network has had too many that failed */
export async function takeNetworkTurn(
  caller: Caller, { attemptsPerNetwork = defaultAttemptsPerNetwork }: Pick<Services, 'attemptsPerNetwork'>,
  network: string | null,
): Promise<void> {
  if (network === null) return;
  const wait = await takeTurn(caller, signInsOf(network), { capacity: attemptsPerNetwork, seconds: quarterOfAnHour });
  if (wait > 0) throw new ThrottledError(wait);
}

/**
 * Whether a stranger may cause another mail to this address. The address's own limit is kept in silence, because it
 * would tell what is known about the address; that of the network is said.
 *
 * @throws ThrottledError when the network has caused too many
 */
export async function mayCauseMail(
  caller: Caller, { attemptsPerNetwork = defaultAttemptsPerNetwork }: Pick<Services, 'attemptsPerNetwork'>,
  network: string | null, email: string,
): Promise<boolean> {
  if (network !== null) {
    const capacity = Math.ceil(attemptsPerNetwork / 3);
    const wait = await takeTurn(caller, `mails from ${network}`, { capacity, seconds: quarterOfAnHour });
    if (wait > 0) throw new ThrottledError(wait);
  }
  const key = `mails to ${createHash('sha256').update(email).digest('hex')}`;
  return await takeTurn(caller, key, { capacity: mailsPerAddress, seconds: hour }) === 0;
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

