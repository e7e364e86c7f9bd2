import { hasShares } from '../auth/profile.ts';
import type { LoadedRow } from '../db/evaluate.ts';
import type { CommandContext } from './command.ts';
import type { UserError } from './errors.ts';
import { type ExternalReferenceFields, referenceProblems, referenceProblemsOf } from './external-references.ts';
import {
  type Link, type Ownership, type WrittenColumn, linkProblems, linkProblemsOf, ownershipProblems, ownershipProblemsOf,
  writeProblems,
} from './records.ts';

/** What the inputs of all owned nouns have in common. */
export type OwnedFields = {
  ownerId?: string | null;
  teamId?: string | null;
  externalReferences?: readonly ExternalReferenceFields[] | null;
};

/** What a noun knows of its inputs: the records they name, and the columns they write. */
export type InputShape<Input> = {
  links: (input: Input) => Link[];
  written: (input: Input) => WrittenColumn[];
};

/** Who a new record belongs to: whoever creates it and his team, unless the input says otherwise. */
export function ownershipOfNew({ principal }: CommandContext, { ownerId, teamId }: OwnedFields): Ownership {
  if (ownerId !== undefined) return { ownerId, teamId: teamId ?? null };
  return { ownerId: principal.memberId, teamId: teamId ?? principal.teamId };
}

/**
 * What stands against new records as far as it follows from owners, links, external ids and field groups. A few
 * statements, however many records there are.
 */
export async function checkNew<Input extends OwnedFields>(
  context: CommandContext, inputs: readonly Input[], { links, written }: InputShape<Input>,
): Promise<{ ownership: Ownership; problems: UserError[] }[]> {
  const ownerships = inputs.map((input) => ownershipOfNew(context, input));
  const byOwner = await ownershipProblemsOf(context, ownerships);
  const byLink = await linkProblemsOf(context, inputs.map(links));
  const byReference = await referenceProblemsOf(context, inputs.map(({ externalReferences }) => externalReferences));
  return inputs.map((input, at) => {
    const ownership = ownerships[at]!;
    return {
      ownership,
      problems: [
        ...byOwner[at]!, ...byLink[at]!, ...byReference[at]!, ...writeProblems(context, written(input), ownership),
      ],
    };
  });
}

/** The same for a change of one record, which must be in reach before and after. */
export async function checkChange<Input extends OwnedFields & { id: string }>(
  context: CommandContext, input: Input, before: Ownership & { owner: { teamId: string | null } | null },
  { links, written }: InputShape<Input>,
): Promise<UserError[]> {
  const { ownerId, teamId, owner } = before;
  const shares = await sharesOf(context, input.id);
  const isHandedOver = input.ownerId !== undefined || input.teamId !== undefined;
  return [
    ...writeProblems(context, written(input), { ownerId, teamId, owner, shares }),
    ...(isHandedOver
      ? await ownershipProblems(context, { ownerId: input.ownerId, teamId: input.teamId }, { ownerId, teamId }) : []),
    ...(await linkProblems(context, links(input))),
    ...(await referenceProblems(context, input.externalReferences, input.id)),
  ];
}

/** To whom the record is given; not asked where nothing of its kind is given to the principal. */
async function sharesOf({ tx, principal, noun }: CommandContext, id: string): Promise<LoadedRow[]> {
  if (!hasShares(principal.profile, noun)) return [];
  return tx.recordShare.findMany({
    where: { workspaceId: principal.workspace.id, [`${noun}Id`]: id },
    select: { memberId: true, teamId: true, level: true, endsAt: true },
  });
}
