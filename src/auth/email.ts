import { domainToASCII } from 'node:url';

/** RFC 5321: a local part has at most 64 characters, an address 254. Quoted local parts and IP literals are out. */
const localPart = /^(?=.{1,64}$)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const internationalDomain = /^[\p{L}\p{M}\p{N}.-]+$/u;
const maxLength = 254;

/**
 * The one way of writing an address that somebody signs in with: NFC, trimmed, lower-cased; a domain in another script
 * becomes its `xn--` form.
 *
 * Accepted is what any mail server takes: letters, digits and RFC 5322's punctuation in ASCII before the @, single dots
 * between them, and a domain with at least two labels behind it. Local parts outside ASCII are refused, because two of
 * them can look the same to people and differ to machines.
 *
 * @returns null when it is no such address
 */
export function normaliseEmail(text: string): string | null {
  if (text.length > maxLength * 2) return null;
  const [local, host, ...rest] = text.normalize('NFC').trim().toLowerCase().split('@');
  if (local === undefined || host === undefined || rest.length > 0) return null;
  const asciiHost = domain.test(host) || !internationalDomain.test(host) ? host : domainToASCII(host);
  const email = `${local}@${asciiHost}`;
  return localPart.test(local) && domain.test(asciiHost) && email.length <= maxLength ? email : null;
}
