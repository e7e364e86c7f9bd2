import { lockRecord } from '../../../db/lock.ts';
import { createCompany } from '../../company/create-company.ts';
import { updateCompany } from '../../company/update-company.ts';
import { type Command, type CommandContext, contextFor } from '../../command.ts';
import { createContact } from '../../contact/create-contact.ts';
import { updateContact } from '../../contact/update-contact.ts';
import { createDeal } from '../../deal/create-deal.ts';
import { updateDeal } from '../../deal/update-deal.ts';
import { type UserError, invalid, notFound, versionConflict } from '../../errors.ts';
import { recordsOf } from '../../noun-models.ts';
import { ownershipProblems, reachable, readableGroups, readableIds, readableWhere, withSight } from '../../records.ts';
import type { Found, Target } from './sort-out.ts';
import type { TargetNoun, Values } from './ways.ts';

/** Which record a lead becomes: one that is there, or a new one. */
export type TargetInput = {
  id?: string | null;
  /** Of the one that is there. What is filled is empty at that moment, so it may be left out. */
  version?: number | null;
  /** A new one; what is not said here is taken over from the lead. */
  create?: Values | null;
};

/** The commands by which targets are written: they bring rules, audit and events with them. */
export const commandsOf = {
  company: { create: createCompany, update: updateCompany },
  contact: { create: createContact, update: updateContact },
  deal: { create: createDeal, update: updateDeal },
} as unknown as Record<TargetNoun, { create: Command<Values>; update: Command<Values> }>;

const inOrder = { orderBy: { position: 'asc' } } as const;

/** What a conversion has to see of a record beside its columns. */
function included(context: CommandContext, noun: TargetNoun): object {
  switch (noun) {
    case 'company': return withSight;
    case 'contact': return { ...withSight, emails: inOrder, phones: inOrder, addresses: inOrder };
    case 'deal': return {
      ...withSight,
      contacts: {
        where: { contact: { is: readableWhere(context, 'contact') } }, ...inOrder,
        select: { contactId: true, role: true },
      },
    };
  }
}

/**
 * A record that is there and that the caller may update, held until the transaction ends. A link of it to a record that
 * he cannot see is no link to him.
 */
export async function findTarget(
  context: CommandContext, noun: TargetNoun, { id, version }: TargetInput & { id: string },
): Promise<{ target: Target | null; problems: UserError[] }> {
  const { tx, principal } = context;
  const own = contextFor(context, `${noun}.update`);
  const path = ['input', noun];
  if (!principal.profile.reachOf(noun, 'update')) return { target: null, problems: [notFound(noun, ...path, 'id')] };
  await lockRecord(tx, principal.workspace.id, noun, id);
  const row = await recordsOf<Found>(tx, noun).findFirst({
    where: { AND: [reachable(own), { id }] }, include: included(own, noun),
  });
  if (!row) return { target: null, problems: [notFound(noun, ...path, 'id')] };
  const isConflict = typeof version === 'number' && version !== row.version;
  const seen = row.companyId && !(await readableIds(own, 'company', [row.companyId])).has(row.companyId)
    ? { ...row, companyId: null } : row;
  const { ownerId, teamId } = row;
  return {
    target: {
      noun, context: own, given: {},
      owned: { ownerId, teamId, owner: row.owner as { teamId: string | null } | null },
      existing: {
        row: seen, readable: readableGroups(own, noun, row), hiddenCompanyId: seen === row ? null : row.companyId!,
      },
    },
    problems: isConflict ? [{ ...versionConflict(row.version), path: [...path, 'version'] }] : [],
  };
}

/** A new record, whose owner is who the caller says, or else the lead's. */
export async function newTarget(
  context: CommandContext, noun: TargetNoun, create: Values, owner: { ownerId: string | null | undefined },
): Promise<{ target: Target | null; problems: UserError[] }> {
  const own = contextFor(context, `${noun}.create`);
  const given = create.ownerId === undefined ? { ...create, ownerId: owner.ownerId } : create;
  const owned = { ownerId: (given.ownerId as string | null) ?? null, teamId: (given.teamId as string | null) ?? null };
  if (given.ownerId === undefined || (create.ownerId === undefined && !owner.ownerId)) {
    return {
      target: null,
      problems: [invalid('The lead has no owner: say by ownerId whose the new records are.', 'input', 'ownerId')],
    };
  }
  // Asked here so that rights over fields are decided for the owner to be; the command refuses what stands against him.
  await ownershipProblems(own, owned);
  return { target: { noun, context: own, owned, existing: null, given }, problems: [] };
}

/** The problem of a target's command, with the path that it has in the conversion's input. */
export function inConversion(noun: TargetNoun, create: Values | null, problem: UserError): UserError {
  const [, ...rest] = problem.path;
  const path = (...all: string[]) => ({ ...problem, path: ['input', ...all] });
  if (rest.length === 0) return path(noun);
  if (!create) return path(noun, rest[0] === 'version' ? 'version' : 'id');
  if (rest[0] === 'ownerId' && create.ownerId === undefined) return path('ownerId');
  return path(noun, 'create', ...rest);
}
