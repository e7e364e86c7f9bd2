import { contactFieldProblems, contactValues } from '../../services/contact/contact-fields.ts';
import { createContact } from '../../services/contact/create-contact.ts';
import { updateContact } from '../../services/contact/update-contact.ts';
import { tagRecord } from '../../services/tag/tag-record.ts';
import { currentRecord } from './current-record.ts';
import type { FieldDefinition, ImportNoun } from './noun.ts';
import * as shared from './shared-fields.ts';

const label: FieldDefinition = { type: 'text', description: 'What it is for, such as work; at most 50 characters.' };
const addressParts = ['street', 'postalCode', 'city', 'region', 'country'] as const;
const lower = (text: unknown) => String(text ?? '').trim().toLowerCase();

export const contactNoun: ImportNoun = {
  noun: 'contact',
  plural: 'contacts',
  hasKey: true,
  matchBy: {
    email: ({ emails }) => (emails as { address?: string }[] | undefined)?.[0]?.address,
    name: ({ firstName, lastName }) => [firstName, lastName].filter(Boolean).join(' '),
  },
  fields: {
    firstName: { type: 'text', description: 'At most 200 characters. A contact has a first or a last name.' },
    lastName: { type: 'text', description: 'At most 200 characters.' },
    jobTitle: { type: 'text', description: 'At most 200 characters.' },
    birthOn: { type: 'date', isPast: true, description: 'Birthday.' },
    notes: shared.notes,
    createdAt: shared.importedAt,
  },
  links: {
    company: { to: 'company', input: 'companyId', description: 'Where the person works.' },
    owner: shared.owner,
    team: shared.team,
  },
  children: {
    emails: {
      input: 'emails',
      description: 'E-mail addresses; the first is the primary one of a new contact.',
      fields: { address: { type: 'text', isRequired: true, description: 'The address.' }, label },
      links: {},
      needs: ['address'],
      isOnce: true,
      identity: ({ address }) => lower(address),
    },
    phones: {
      input: 'phones',
      description: 'Telephone numbers; the first is the primary one of a new contact.',
      fields: {
        number: { type: 'text', isRequired: true, description: 'As it is written; 2 to 64 characters.' }, label,
      },
      links: {},
      needs: ['number'],
      isOnce: true,
      identity: ({ number }) => lower(number).replace(/[^\p{L}\d+*#]/gu, ''),
    },
    addresses: {
      input: 'addresses',
      group: 'contactDetails',
      description: 'Postal addresses; the first is the primary one of a new contact.',
      fields: {
        street: { type: 'text', description: 'Street and number; at most 500 characters.' },
        postalCode: { type: 'text', description: 'At most 32 characters.' },
        city: { type: 'text', description: 'At most 200 characters.' },
        region: { type: 'text', description: 'State, province; at most 200 characters.' },
        country: shared.country,
        label,
      },
      links: {},
      needs: addressParts,
      isOnce: true,
      identity: (address) => addressParts.map((part) => lower(address[part])).join('\n'),
    },
    tags: shared.tags,
  },
  create: createContact,
  update: updateContact,
  tag: tagRecord.contact,
  fieldProblems: contactFieldProblems,
  kept: contactValues,
  async read(tx, where) {
    const orderBy = { position: 'asc' } as const;
    const entry = { label: true, isPrimary: true } as const;
    const contacts = await tx.contact.findMany({
      where,
      include: {
        emails: { orderBy, select: { address: true, ...entry } },
        phones: { orderBy, select: { number: true, ...entry } },
        addresses: {
          orderBy, select: { street: true, postalCode: true, city: true, region: true, country: true, ...entry },
        },
        externalReferences: true, taggings: shared.tagged, owner: { select: { teamId: true } },
      },
    });
    return contacts.map(({ externalReferences, ...contact }) => currentRecord(contact, externalReferences));
  },
};
