import { domainToASCII } from 'node:url';

/**
 * A web site's address as it is kept: with a scheme, `https` when none is given.
 *
 * @returns null when the text is no http address
 */
export function normaliseWebsiteUrl(text: string): string | null {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text.trim()) ? text.trim() : `https://${text.trim()}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || !isDomain(url.hostname)) return null;
  return url.pathname === '/' && !url.search && !url.hash ? url.origin : url.href;
}

/**
 * The domain of a company as it is kept: lower-cased, in ASCII (`xn--…`), without `www.` and what an address has
 * besides.
 *
 * @param text a host name, or the address of a web site
 * @returns null when there is no domain in it
 */
export function normaliseDomain(text: string): string | null {
  const url = normaliseWebsiteUrl(text);
  return url ? domainToASCII(new URL(url).hostname.replace(/\.$/, '')).replace(/^www\.(?=.+\.)/, '') : null;
}

/** Names with a dot in them; neither `localhost` nor an IP address is anybody's domain. */
function isDomain(hostname: string): boolean {
  const names = /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\.?$/;
  return hostname.length <= 253 && names.test(hostname);
}
