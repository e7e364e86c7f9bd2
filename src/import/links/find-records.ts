import type { FieldGroup, Noun, Verb } from '../../auth/nouns.ts';
import { allowed, readable } from '../../auth/reach.ts';
import type { Row } from '../../db/database.ts';
import { all } from '../../db/predicate.ts';
import { normaliseDomain } from '../../services/company/web-site.ts';
import { recordsOf } from '../../services/noun-models.ts';
import { whereOf } from '../../services/records.ts';
import type { LinkTarget, LookUp } from '../nouns/link-targets.ts';
import type { Work } from '../run/importer.ts';

/** Which records to look for, and what leads to them. */
export type Search = { to: FoundNoun; by: LookUp; source: string };
/** Activities are never linked to, but found again by their key; stages are found with their pipelines (stages.ts). */
type FoundNoun = Exclude<LinkTarget, 'stage'> | 'activity';

export type FoundRecord = { id: string; text: string };

/** The column that a look-up compares, and the field group one must be able to read for it. */
const columns: Record<FoundNoun, Partial<Record<LookUp, { column: string; group?: FieldGroup }>>> = {
  company: { name: { column: 'name' }, domain: { column: 'domain' } },
  contact: { name: { column: 'fullName' }, email: { column: 'emails.address', group: 'contactDetails' } },
  lead: { title: { column: 'title' }, email: { column: 'email', group: 'contactDetails' } },
  deal: { title: { column: 'title' } },
  member: { name: { column: 'name' }, email: { column: 'email', group: 'account' } },
  product: { name: { column: 'name' }, sku: { column: 'sku' } },
  team: { name: { column: 'name' } },
  tag: { name: { column: 'name' } },
  role: { name: { column: 'name' } },
  activity: {},
};

/** Texts are compared without case and without spaces around them; domains as they are kept. */
export function foldText(by: LookUp, text: string): string {
  if (by === 'key') return text.trim();
  return (by === 'domain' ? normaliseDomain(text) ?? text : text).normalize('NFC').trim().toLowerCase();
}

/**
 * Records that the member can read, by these folded texts: every one that fits, with the text it fits by. What he may
 * not read he cannot find either, be it the record or the field.
 */
export async function findRecords(work: Work, search: Search, texts: readonly string[]): Promise<FoundRecord[]> {
  return search.by === 'key' ? findByKey(work, search, texts) : findByText(work, search, texts);
}

async function findByKey(work: Work, { to, source }: Search, keys: readonly string[]): Promise<FoundRecord[]> {
  const references = await work.tx.externalReference.findMany({
    where: { workspaceId: work.principal.workspace.id, noun: to, source, key: { in: [...keys] } },
  });
  const recordKey = `${to}Id` as 'companyId';
  const ids = references.flatMap((each) => each[recordKey] ?? []);
  if (ids.length === 0) return [];
  const where = { AND: [readableRecords(work, to), { id: { in: ids } }] };
  const found = await recordsOf<Row>(work.tx, to).findMany({ where, select: { id: true } });
  const known = new Set(found.map(({ id }) => id));
  return references.filter((each) => known.has(each[recordKey])).map((each) => ({
    id: each[recordKey]!, text: each.key,
  }));
}

async function findByText(work: Work, search: Search, texts: readonly string[]): Promise<FoundRecord[]> {
  const { to, by } = search;
  const { column, group } = columns[to][by]!;
  const isText = { in: [...texts], mode: 'insensitive' };
  const where = {
    AND: [
      readableRecords(work, to, group), narrowed(to),
      column === 'emails.address' ? { emails: { some: { address: isText } } } : { [column]: isText },
    ],
  };
  if (column === 'emails.address') {
    const contacts = await work.tx.contact.findMany({
      where, select: { id: true, emails: { select: { address: true } } },
    });
    return contacts.flatMap(({ id, emails }) => emails.map(({ address }) => ({ id, text: foldText(by, address) })))
      .filter(({ text }) => texts.includes(text));
  }
  const rows = await recordsOf<Row>(work.tx, to).findMany({ where, select: { id: true, [column]: true } });
  return rows.map((row) => ({ id: row.id as string, text: foldText(by, row[column] as string) }));
}

/** Some texts by which records could be found, to say which of them was meant. */
export async function someTexts(work: Work, search: Search, limit: number): Promise<string[]> {
  const named = columns[search.to][search.by];
  if (!named || named.column.includes('.')) return [];
  const where = { AND: [readableRecords(work, search.to, named.group), narrowed(search.to)] };
  const rows = await recordsOf<Row>(work.tx, search.to).findMany({
    where, select: { [named.column]: true }, take: limit,
  });
  return rows.flatMap((row) => (row[named.column] as string | null) ?? []);
}

/** What a link of this kind may lead to at all. */
function narrowed(to: FoundNoun): object {
  return to === 'member' ? { isActive: true } : {};
}

/** Records that the member can read; with `group`, those of which he can read these fields. */
export function readableRecords(work: Work, to: Noun, group?: FieldGroup): object {
  const context = work.contextFor(to, 'read' as Verb);
  const { profile } = work.principal;
  return whereOf(context, to, all(readable(profile, to), ...(group ? [allowed(profile, to, 'read', group)] : [])));
}
