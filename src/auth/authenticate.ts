import type { Caller } from '../db/caller.ts';
import { type PrincipalRow, findWorkspaceBySlug, principalOfMember } from '../db/identity.ts';
import { uuidv7 } from '../db/uuid.ts';
import { findApiKey, looksLikeApiKey } from './api-key.ts';
import { type Grant, intersectGrants } from './grants.ts';
import { type FieldGroup, allVerbs, nouns } from './nouns.ts';
import { type Origin, unknownOrigin } from './origin.ts';
import { builtInGrants } from './policies/index.ts';
import type { Door, Principal } from './principal.ts';
import { type Profile, profileOf } from './profile.ts';
import { findSession, readSessionCookie, sessionCookie } from './session.ts';

export type Authentication = {
  /** Null when nobody is signed in: no token, or one that is unknown or expired. */
  principal: Principal | null;
  /** What the request brought, whether it was any good or not. */
  credentials: 'cookie' | 'bearer' | 'none';
  /** The session's token as the client sent it, for signing out; null with a key. */
  sessionToken: string | null;
  /** A `Set-Cookie` for the answer, when the session was extended. */
  newCookie: string | null;
};

export const nobody: Authentication = { principal: null, credentials: 'none', sessionToken: null, newCookie: null };

/**
 * Who sends this request: one statement, which finds the session or the key, the member, his teams, roles, grants and
 * shares as they are now, and once a minute notes that it is in use.
 *
 * @param secureCookies whether PUBLIC_URL is https
 * @throws DatabaseUnavailableError when there is no connection in time
 */
export async function authenticate(
  caller: Caller, headers: Headers, secureCookies: boolean,
  { origin = unknownOrigin, newId = uuidv7 }: { origin?: Origin; newId?: () => string } = {},
): Promise<Authentication> {
  const { credentials, token } = readCredentials(headers, secureCookies);
  if (!token) return nobody;
  if (credentials === 'bearer' && looksLikeApiKey(token)) {
    const row = await findApiKey(caller, token, origin, newId);
    return { ...nobody, credentials, principal: row && principalFrom(row, 'API_KEY') };
  }
  const found = await findSession(caller, token, origin.ipAddress);
  return {
    principal: found && principalFrom(found.row, 'API'),
    credentials,
    sessionToken: token,
    newCookie: found?.isExtended && credentials === 'cookie' ? sessionCookie(token, secureCookies) : null,
  };
}

/** The token that a request brought, good or not. A bearer token goes before a cookie. */
export function readCredentials(
  headers: Headers, secureCookies: boolean,
): { credentials: Authentication['credentials']; token: string | null } {
  const bearer = /^bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (bearer) return { credentials: 'bearer', token: bearer };
  const cookie = readSessionCookie(headers.get('cookie') ?? '', secureCookies);
  return { credentials: cookie ? 'cookie' : 'none', token: cookie };
}

/**
 * The member that a program acts as (`--workspace acme --as a@b.example`), with exactly the rights he has through the
 * API. For programs whose user has the database's password anyway.
 *
 * @param email as `normaliseEmail` gives it
 * @returns null when there is no such workspace, or no active member with this address in it
 */
export async function principalByEmail(
  caller: Caller, workspaceSlug: string, email: string, door: Door,
): Promise<Principal | null> {
  const workspaceId = await findWorkspaceBySlug(caller, workspaceSlug);
  const row = workspaceId && await principalOfMember(caller, workspaceId, email);
  return row ? principalFrom(row, door) : null;
}

export function principalFrom(row: PrincipalRow, door: Door): Principal {
  const { apiKey } = row;
  return {
    kind: apiKey ? 'apiKey' : 'member',
    door,
    ...(apiKey ? { apiKey: { id: apiKey.id, name: apiKey.name } } : {}),
    workspace: row.workspace,
    memberId: row.member.id,
    userId: row.member.userId,
    teamId: row.member.teamId,
    teamIds: row.teamIds,
    teamChainIds: row.teamChainIds,
    roles: row.roles,
    sharedNouns: row.sharedNouns,
    profile: profileFrom(row),
  };
}

/** What the member may do; through a key, what the key's own grants allow too. */
function profileFrom({ roles, grants, sharedNouns, apiKey }: PrincipalRow): Profile {
  const builtInRoles = roles.flatMap(({ builtIn }) => builtIn ?? []);
  const ownGrants = grants.flatMap(knownGrant);
  if (!apiKey?.grants) return profileOf(builtInRoles, ownGrants, sharedNouns);
  const ofOwner = [...new Set(builtInRoles)].flatMap(builtInGrants).concat(ownGrants);
  return profileOf([], intersectGrants(apiKey.grants.flatMap(knownGrant), ofOwner), sharedNouns);
}

/** Grants outlive versions of this program: what they say in words that are no more is not granted. */
export function knownGrant({ noun, verb, reach, fieldGroups }: Grant): Grant[] {
  if (!Object.hasOwn(nouns, noun) || !allVerbs(noun).includes(verb)) return [];
  const known = nouns[noun].fieldGroups as readonly FieldGroup[];
  return [{ noun, verb, reach, fieldGroups: fieldGroups.filter((each) => known.includes(each)) }];
}
