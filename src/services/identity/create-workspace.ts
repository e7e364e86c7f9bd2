import { type BuiltInRole, builtInRoles } from '../../auth/grants.ts';
import type { Door } from '../../auth/principal.ts';
import { callerIn } from '../../db/caller.ts';
import type { Transaction } from '../../db/database.ts';
import * as identity from '../../db/identity.ts';
import type { Services } from '../context.ts';
import { type UserError, alreadyTaken, invalid } from '../errors.ts';
import { type NewUser, prepareUser } from './create-user.ts';
import { type Answer, declined, succeeded } from './errors.ts';
import { createStarterPipelines } from './starter-pipelines.ts';

export type CreateWorkspaceInput = {
  /** Lower-case letters, digits and hyphens, at most 63; used in addresses and when signing in. */
  slug: string;
  /** What people call it; otherwise the slug. */
  name?: string | null;
  /** IANA name; otherwise UTC. */
  timeZone?: string | null;
  /** BCP 47 tag; otherwise `en`. */
  locale?: string | null;
  /** ISO 4217 code; otherwise USD. */
  currency?: string | null;
  owner: NewUser;
};
export type CreatedWorkspace = {
  workspaceId: string;
  ownerMemberId: string;
  ownerUserId: string;
  /** Otherwise he needs a link to set one (`issuePasswordLink`). One that he has is not touched. */
  hasPassword: boolean;
};

const roleNames: Record<BuiltInRole, string> = {
  OWNER: 'Owner', ADMIN: 'Admin', MANAGER: 'Manager', REP: 'Rep', VIEWER: 'Viewer',
};

/**
 * Makes a workspace that can be worked in: the built-in roles, its owner, a pipeline for deals and one for leads. All
 * of it or, when the slug is taken, nothing. Nobody's permission is asked: this is for whoever runs the server.
 */
export async function createWorkspace(
  { database, newId, now }: Pick<Services, 'database' | 'newId' | 'now'>, input: CreateWorkspaceInput,
): Promise<Answer<CreatedWorkspace>> {
  const { workspace, problems } = checkWorkspace(input, newId());
  const owner = await prepareUser(input.owner, 'owner');
  if (!owner.ok) problems.push(...owner.userErrors);
  if (problems.length > 0 || !owner.ok) return declined(...problems);

  return database.transaction(workspace.id, async (tx) => {
    const caller = callerIn(tx);
    if (!await identity.createWorkspace(caller, workspace)) {
      return declined(alreadyTaken(`There is a workspace "${workspace.slug}" already.`, 'slug'));
    }
    const { email, name } = owner.value;
    const ownerUserId = await identity.createUser(caller, { id: newId(), ...owner.value });
    const user = await identity.findUserByEmail(caller, email);
    const ownerMemberId = await furnishWorkspace(
      tx, workspace.id, { userId: ownerUserId, email, name }, { newId, now }, { principal: 'operator', door: 'CLI' });
    return succeeded({
      workspaceId: workspace.id, ownerMemberId, ownerUserId, hasPassword: Boolean(user?.passwordHash),
    });
  });
}

/**
 * What every workspace begins with: roles, its owner, pipelines, and the first line of its audit.
 *
 * @returns the owner's member id
 */
export async function furnishWorkspace(
  tx: Transaction, workspaceId: string, owner: { userId: string; email: string; name: string },
  { newId, now }: Pick<Services, 'newId' | 'now'>, by: { principal: string; door: Door },
): Promise<string> {
  const memberId = await createOwner(tx, workspaceId, owner, newId);
  await createStarterPipelines(tx, workspaceId, newId, now());
  await tx.auditEntry.create({
    data: {
      workspaceId, id: newId(), at: now(), ...by, noun: 'workspace', verb: 'create', recordId: workspaceId,
    },
  });
  return memberId;
}

async function createOwner(
  tx: Transaction, workspaceId: string, owner: { userId: string; email: string; name: string }, newId: () => string,
): Promise<string> {
  const roles = builtInRoles.map((builtIn) => ({ workspaceId, id: newId(), name: roleNames[builtIn], builtIn }));
  await tx.role.createMany({ data: roles });
  const memberId = newId();
  await tx.member.create({ data: { workspaceId, id: memberId, ...owner } });
  const roleId = roles.find(({ builtIn }) => builtIn === 'OWNER')!.id;
  await tx.memberRole.create({ data: { workspaceId, memberId, roleId } });
  return memberId;
}

export type NewWorkspace = Parameters<typeof identity.createWorkspace>[1];

/** The workspace as it is kept, and everything that is wrong with it. */
export function checkWorkspace(
  input: Omit<CreateWorkspaceInput, 'owner'>, id: string,
): { workspace: NewWorkspace; problems: UserError[] } {
  const problems: UserError[] = [];
  const check = (isFine: boolean, path: string, message: string) => isFine || problems.push(invalid(message, path));
  const slug = input.slug.trim().toLowerCase();
  const name = input.name?.normalize('NFC').trim() || slug;
  const timeZone = input.timeZone?.trim() || 'UTC';
  const locale = input.locale?.trim() || 'en';
  const defaultCurrency = input.currency?.trim().toUpperCase() || 'USD';
  check(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(slug), 'slug',
    'A slug has 1 to 63 lower-case letters, digits and hyphens, and begins and ends with a letter or digit.');
  check(name.length <= 200, 'name', 'A name has at most 200 characters.');
  check(isTimeZone(timeZone), 'timeZone', 'A time zone is named like Europe/Berlin or UTC.');
  check(isLocale(locale), 'locale', 'A locale is a language tag like en or de-AT.');
  check(Intl.supportedValuesOf('currency').includes(defaultCurrency), 'currency',
    'A currency is an ISO 4217 code like EUR.');
  return { workspace: { id, slug, name, timeZone, locale, defaultCurrency }, problems };
}

/** Offsets such as +02:00 are no zones: they know no summer time. */
function isTimeZone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && doesNotThrow(() => new Intl.DateTimeFormat('en', { timeZone: name }));
}

function isLocale(tag: string): boolean {
  return doesNotThrow(() => Intl.getCanonicalLocales(tag));
}

function doesNotThrow(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
