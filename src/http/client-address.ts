import { type BlockList, isIP } from 'node:net';

/** More proxies in a row than anybody has: what stands further left was made up by whoever sent it. */
const maxHops = 20;

/**
 * The address that a request came from. `X-Forwarded-For` is believed as far as the addresses that wrote it are
 * trusted: read from the right, the first one that is not is the client's. So whoever is no trusted proxy cannot choose
 * his own.
 *
 * @param peer the other end of the connection; undefined once it is gone
 * @returns in one way of writing, an IPv4 address never as IPv6; null where there is none
 */
export function clientAddress(
  peer: string | undefined, forwardedFor: string | null, trustedProxies: BlockList,
): string | null {
  let client = plainAddress(peer ?? '');
  if (client === null || !forwardedFor) return client;
  const hops = forwardedFor.split(',').slice(-maxHops).reverse();
  for (const hop of hops) {
    if (!trustedProxies.check(client, isIP(client) === 4 ? 'ipv4' : 'ipv6')) break;
    const before = plainAddress(hop.trim());
    if (before === null) break;
    client = before;
  }
  return client;
}

/** Without port and zone, in PostgreSQL's and everybody else's form; null for what is no address. */
function plainAddress(text: string): string | null {
  const address = text.replace(/^\[([^\]]*)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1').split('%')[0]!;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped && isIP(mapped) === 4) return mapped;
  switch (isIP(address)) {
    case 4: return address;
    // The URL parser knows the shortest form (RFC 5952).
    case 6: return new URL(`http://[${address}]`).hostname.slice(1, -1);
    default: return null;
  }
}
