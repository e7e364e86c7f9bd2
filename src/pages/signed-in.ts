import { authenticate } from '../auth/authenticate.ts';
import type { SignedInUser } from '../services/identity/sessions.ts';
import type { PageExchange } from './exchange.ts';

/** Who is signed in: by the cookie, and by nothing else, because pages are for browsers. */
export async function userOf(
  { services, request, secureCookies, origin }: PageExchange,
): Promise<SignedInUser | null> {
  const headers = new Headers({ cookie: request.headers.get('cookie') ?? '' });
  const { principal, sessionToken: token } = await authenticate(services.database, headers, secureCookies, { origin });
  return principal?.userId && token ? { userId: principal.userId, principal, token } : null;
}
