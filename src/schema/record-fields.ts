import { getRefFromModel } from '@pothos/plugin-prisma';
import { type FieldPermission, type Noun, type OwnedNoun, type Verb, nouns } from '../auth/nouns.ts';
import type { Profile } from '../auth/profile.ts';
import { allowed, inPlaceFor } from '../auth/reach.ts';
import type { Row } from '../db/database.ts';
import { type Predicate, all, always, test } from '../db/predicate.ts';
import type PrismaTypes from '../db/generated/pothos.ts';
import type { ListOptions } from '../db/reader/arguments.ts';
import type { RecordType } from '../db/reader/reading.ts';
import { type SchemaTypes, builder } from './builder.ts';
import { globalId } from './global-id.ts';
import { asRecord } from './records.ts';

/** Money in one currency. */
export type MoneyShape = { amountMinor: bigint | string; currency: string };

export const Money = builder.objectRef<MoneyShape>('Money').implement({
  description: 'An amount of money.',
  access: 'parent',
  fields: (t) => ({
    amountMinor: t.field({
      type: 'BigInt', nullable: false,
      description: 'Integer minor units: "1250" with EUR is EUR 12.50; JPY has none, so "1" is one yen.',
      resolve: (money) => money.amountMinor,
    }),
    currency: t.exposeString('currency', { nullable: false, description: 'ISO 4217 code.' }),
  }),
});

export const MoneyInput = builder.inputType('MoneyInput', {
  description: 'An amount of money.',
  fields: (t) => ({
    amountMinor: t.field({
      type: 'BigInt', required: true, description: 'Integer minor units: "1250" with EUR is EUR 12.50.',
    }),
    currency: t.string({ description: 'ISO 4217 code; the workspace\'s default when absent.' }),
  }),
});

/** Money of two columns of a row: null without an amount. */
export function money(amountMinor: unknown, currency: unknown): MoneyShape | null {
  if (amountMinor === null || amountMinor === undefined) return null;
  return { amountMinor: amountMinor as string, currency: currency as string };
}

const rightVerbs = ['update', 'move', 'close', 'reopen', 'convert', 'assign', 'share', 'delete', 'restore'] as const;

/** What the viewer may do with a record, computed with the record itself: `viewerCan`. */
const RecordRights = builder.objectRef<Row>('RecordRights').implement({
  description: 'What the viewer may do with this record, as of now.',
  access: 'parent',
  fields: (t) => Object.fromEntries(rightVerbs.map((verb) => [verb, t.boolean({
    nullable: false,
    description: `Whether the viewer may ${verb} it; false where the kind of record knows no such act.`,
    resolve: (row) => row[`can.${verb}`] === true,
  })])),
});

/** The conditions behind `viewerCan`, for the read compiler to put into the record's statement. */
function rightsOf(
  noun: Noun,
): { reading: { kind: 'flags'; flags: (profile: Profile) => Map<string, Predicate> } } {
  return {
    reading: {
      kind: 'flags',
      flags: (profile) => new Map(rightVerbs
        .filter((verb) => (nouns[noun].verbs as readonly Verb[]).includes(verb))
        .map((verb) => [
        // That the record can be read is seen by its being here.
        `can.${verb}`, all(allowed(profile, noun, verb), inPlaceFor(noun, verb), changeableBy(noun, verb)),
      ])),
    },
  };
}

/** A lead that was converted is read-only: it can still be given to others, and its conversion be taken back. */
function changeableBy(noun: Noun, verb: Verb): Predicate {
  return noun === 'lead' && verb !== 'convert' && verb !== 'share' ? test('convertedAt', 'isNull') : always;
}

/** Extensions of a plain list of children: it comes whole, ordered by this column. */
export function orderedBy(column: string): { extensions: { list: ListOptions } } {
  return {
    extensions: {
      list: {
        paged: false, orderable: () => ({ ONLY: { column, fieldGroup: 'core' } }),
        defaultOrder: [{ field: 'ONLY', direction: 'ASC' }],
      },
    },
  };
}

/** The same for those children alone that fulfil a condition. */
export function onlyWhere(only: Predicate, column: string): { extensions: { list: ListOptions } } {
  return { extensions: { list: { ...orderedBy(column).extensions.list, only } } };
}

type DealFieldBuilder = PothosSchemaTypes.PrismaObjectFieldBuilder<SchemaTypes, PrismaTypes['Deal']>;

/** What every record has: its id, its version, and when it was created and changed. */
export function commonFields(t: object, noun: Noun) {
  const b = t as DealFieldBuilder;
  const access = `${noun}.core` as FieldPermission;
  return {
    id: b.field({
      type: 'ID', nullable: false, access, extensions: { reading: { kind: 'nothing' } },
      description: `The id: \`${noun}_\` and a UUID.`, resolve: ({ id }) => globalId(noun, id),
    }),
    version: b.exposeInt('version', {
      access, description: 'Raised by every write; name it when changing the record.',
    }),
    createdAt: b.expose('createdAt', { type: 'DateTime', access, description: 'When it was created.' }),
    updatedAt: b.expose('updatedAt', { type: 'DateTime', access, description: 'When it was last changed.' }),
  };
}

/** What records have that go to a bin. */
export function deletableFields(t: object, noun: Noun) {
  const b = t as DealFieldBuilder;
  return {
    ...commonFields(t, noun),
    deletedAt: b.expose('deletedAt', {
      type: 'DateTime', access: `${noun}.core` as FieldPermission,
      description: 'When it was deleted; null while it is not.',
    }),
  };
}

const ExternalReference = builder.prismaObject('ExternalReference', {
  description: 'The id that a record has in another system.',
  extensions: { record: { model: 'ExternalReference', noun: null } satisfies RecordType },
  select: { id: true },
  fields: (t) => ({
    source: t.exposeString('source', { access: 'parent', description: 'The other system.' }),
    key: t.exposeString('key', {
      access: 'parent',
      description: 'The record\'s id there; unique in the workspace for each kind of record and source.',
    }),
  }),
});

/** What records have that other systems know too. */
export function externalReferencesField(t: object, noun: OwnedNoun | 'product' | 'member') {
  return (t as DealFieldBuilder).relation('externalReferences', {
    type: ExternalReference, access: `${noun}.core`, nullable: true, description: 'Its ids in other systems.',
    ...orderedBy('source'),
  });
}

/** What records have that belong to somebody: owner, team, tags, external ids, the viewer's rights. */
export function ownedFields(t: object, noun: OwnedNoun) {
  const b = t as DealFieldBuilder;
  const access = `${noun}.core` as FieldPermission;
  return {
    ...deletableFields(t, noun),
    owner: b.relation('owner', { access, nullable: true, description: 'The member it belongs to.' }),
    team: b.relation('team', {
      access, nullable: true, description: 'The team that looks after it while it has no owner.',
    }),
    tags: linkedRecords(t, 'Tag', {
      relation: 'taggings', through: 'tag', access, description: 'Tags put on it.', orderBy: 'name',
    }),
    externalReferences: externalReferencesField(t, noun),
    shares: b.relation('shares', {
      access: `${noun}.share`, nullable: true,
      description: 'To whom it is given, for those who may give it themselves.', ...orderedBy('createdAt'),
    }),
    viewerCan: b.field({
      type: RecordRights, access, extensions: rightsOf(noun), description: 'What the viewer may do with it.',
      resolve: (row) => asRecord(row),
    }),
  };
}

/** A plain list of records that a table of links leads to. */
export function linkedRecords(t: object, model: string, options: {
  relation: string; through: string; access: FieldPermission; description: string; orderBy: string;
}) {
  const { relation, through, access, description, orderBy } = options;
  const field: object = {
    type: [getRefFromModel(model, builder as never)], access, description, nullable: { list: true, items: false },
    extensions: { reading: { kind: 'relation', relation, through }, ...orderedBy(orderBy).extensions },
  };
  return (t as DealFieldBuilder).field(field as never);
}
