import type { FieldGroup, FieldPermission } from '../../../auth/nouns.ts';
import type { CommandContext } from '../../command.ts';
import { type Ownership, writeProblems } from '../../records.ts';
import type { Left, Line } from './report.ts';
import { type Slot, type TargetNoun, type Values, type Way, groupOf, isSame } from './ways.ts';

/** A record that is there, with what a conversion has to see of it. */
export type Found = Values & {
  id: string; version: number; ownerId: string | null; teamId: string | null; companyId?: string | null;
};

/** A record that a lead becomes: one that is there, or a new one as far as it is known. */
export type Target = {
  noun: TargetNoun;
  /** Asks for the right to create it, or to update it. */
  context: CommandContext;
  owned: Ownership & { owner?: { teamId: string | null } | null };
  /** Null for a new one. `hiddenCompanyId` is a company that it belongs to and that the caller cannot see. */
  existing: { row: Found; readable: ReadonlySet<FieldGroup>; hiddenCompanyId: string | null } | null;
  /** What the caller says of a new one himself; it goes before what the lead says. */
  given: Values;
};

/** A lead, and by which groups the caller can read its fields. */
export type Source = { lead: Values; readable: ReadonlySet<FieldGroup> };

export type Sorted = { values: Values; fills: Line[]; conflicts: Line[]; left: Left[] };

/**
 * What of the lead goes into a target. What the caller may not read on the lead never does, whatever he could write;
 * and into what is there already goes only what he can both see to be empty and write. Of fields that he cannot read
 * nothing is told but that he lacks the right, whatever they hold.
 */
export function sortOut(target: Target, { lead, readable }: Source, ways: readonly Way[]): Sorted {
  const { noun, existing, given } = target;
  const sorted: Sorted = { values: given, fills: [], conflicts: [], left: [] };
  for (const { from, of, to } of ways) {
    const slot = slotOf(to, target);
    if (!slot) continue;
    const line = { target: noun, field: slot.field, from };
    if ('column' in of && !readable.has(groupOf('lead', from))) {
      sorted.left.push({ ...line, permission: `lead.${groupOf('lead', from)}` as FieldPermission });
      continue;
    }
    const value = 'column' in of ? lead[of.column] : of.link;
    if (value === null) continue;
    const lacking = lackingRight(target, slot);
    if (lacking) {
      sorted.left.push({ ...line, permission: lacking });
      continue;
    }
    const held = existing ? slot.held(existing.row, lead) ?? null : null;
    if (held === null) {
      sorted.values = { ...sorted.values, ...slot.give(lead, { ...existing?.row, ...sorted.values }) };
      sorted.fills.push(line);
    } else if (!isSame(held, value)) {
      sorted.conflicts.push(line);
    }
  }
  return sorted;
}

/** The slot of a target that a value goes to, unless the caller has said himself what is to stand there. */
function slotOf(to: readonly Slot[], { noun, given }: Target): Slot | undefined {
  const slot = to.find(({ target }) => target === noun);
  return slot && (slot.isAdded || given[columnOf(slot)] === undefined) ? slot : undefined;
}

function columnOf({ written }: Slot): string {
  return typeof written === 'string' ? written : written.column;
}

/** The permission that the caller lacks to see that the slot is empty and to write it. */
function lackingRight({ noun, context, owned, existing }: Target, slot: Slot): FieldPermission | null {
  const group = groupOf(noun, slot.field);
  if (existing && !existing.readable.has(group)) return `${noun}.${group}` as FieldPermission;
  if (writeProblems(context, [slot.written], owned).length === 0) return null;
  const { written } = slot;
  return `${noun}.${typeof written === 'string' ? group : written.group}` as FieldPermission;
}
