import { createContact } from '../services/contact/create-contact.ts';
import { deleteContact, restoreContact } from '../services/contact/delete-contact.ts';
import { updateContact } from '../services/contact/update-contact.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { addConnection, connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { date, id, instant, many, one, orderInput, string, text, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { orderedBy, ownedFields } from './record-fields.ts';
import { childOf, recordOf } from './records.ts';
import {
  type InputBuilder, addressFields, deleteInput, idOfNoun, keyField, ownedInputFields, restoreInput, writes,
} from './write-inputs.ts';

registerNode('contact', 'Contact');

export const Contact = builder.prismaObject('Contact', {
  description: 'A person one does business with.',
  ...recordOf('Contact', 'contact'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...ownedFields(t, 'contact'),
    firstName: t.exposeString('firstName', { access: 'contact.core', description: 'First name.' }),
    lastName: t.exposeString('lastName', { access: 'contact.core', description: 'Last name.' }),
    fullName: t.exposeString('fullName', { access: 'contact.core', description: 'First and last name.' }),
    jobTitle: t.exposeString('jobTitle', { access: 'contact.core', description: 'Job title.' }),
    birthOn: t.expose('birthOn', { type: 'Date', access: 'contact.contactDetails', description: 'Birthday.' }),
    notes: t.exposeString('notes', { access: 'contact.internal', description: 'Internal notes.' }),
    company: t.relation('company', {
      access: 'contact.core', nullable: true,
      description: 'Where the contact works; null when out of reach.',
    }),
    mergedInto: t.relation('mergedInto', {
      access: 'contact.core', nullable: true, description: 'The contact it was merged into.',
    }),
    emails: t.relation('emails', {
      access: 'contact.contactDetails', nullable: true, description: 'E-mail addresses in order.',
      ...orderedBy('position'),
    }),
    phones: t.relation('phones', {
      access: 'contact.contactDetails', nullable: true, description: 'Telephone numbers in order.',
      ...orderedBy('position'),
    }),
    addresses: t.relation('addresses', {
      access: 'contact.core', nullable: true,
      description: 'Postal addresses in order.', ...orderedBy('position'),
    }),
  }),
});

builder.prismaObject('ContactEmail', {
  description: 'An e-mail address of a contact.',
  ...childOf('ContactEmail', 'contact'),
  select: { id: true },
  fields: (t) => ({
    address: t.exposeString('address', { access: 'parent', description: 'The address.' }),
    label: t.exposeString('label', { access: 'parent', description: 'What it is for, such as `work`.' }),
    isPrimary: t.exposeBoolean('isPrimary', {
      access: 'parent', description: 'Whether it is the first to use; at most one is.',
    }),
  }),
});

builder.prismaObject('ContactPhone', {
  description: 'A telephone number of a contact.',
  ...childOf('ContactPhone', 'contact'),
  select: { id: true },
  fields: (t) => ({
    number: t.exposeString('number', { access: 'parent', description: 'The number as it was given.' }),
    label: t.exposeString('label', { access: 'parent', description: 'What it is for, such as `mobile`.' }),
    isPrimary: t.exposeBoolean('isPrimary', {
      access: 'parent', description: 'Whether it is the first to use; at most one is.',
    }),
  }),
});

builder.prismaObject('ContactAddress', {
  description: 'A postal address of a contact.',
  ...childOf('ContactAddress', 'contact'),
  select: { id: true },
  fields: (t) => ({
    label: t.exposeString('label', { access: 'parent', description: 'What it is for, such as `home`.' }),
    street: t.exposeString('street', { access: 'contact.contactDetails', description: 'Street and number.' }),
    postalCode: t.exposeString('postalCode', { access: 'contact.contactDetails', description: 'Postal code.' }),
    city: t.exposeString('city', { access: 'parent', description: 'City.' }),
    region: t.exposeString('region', { access: 'parent', description: 'State, province or region.' }),
    country: t.exposeString('country', { access: 'parent', description: 'ISO 3166-1 alpha-2 code.' }),
    isPrimary: t.exposeBoolean('isPrimary', {
      access: 'parent', description: 'Whether it is the first to use; at most one is.',
    }),
  }),
});

const ContactConnection = connectionType('Contact', Contact);

const ContactWhere = whereInput('contact', 'Contact', () => ({
  id: id('contact'),
  firstName: string(),
  lastName: string(),
  fullName: text(),
  jobTitle: string(),
  birthOn: date(),
  createdAt: instant(),
  updatedAt: instant(),
  ownerId: id('member'),
  teamId: id('team'),
  companyId: id('company'),
  owner: one('owner', 'member'),
  company: one('company', 'company'),
  deals: many(['deals', 'deal'], 'deal'),
  activities: many(['activities'], 'activity'),
  tags: many(['taggings', 'tag'], 'tag'),
}));

const ContactOrder = orderInput('contact', 'Contact', {
  FULL_NAME: 'fullName', CREATED_AT: 'createdAt', UPDATED_AT: 'updatedAt', BIRTH_ON: 'birthOn',
});

const contactListArgs = listArgs({ where: ContactWhere, orderBy: ContactOrder }, { canBeDeleted: true });
const byName = [{ field: 'FULL_NAME', direction: 'ASC' }] as const;

addConnection('Company', 'contacts', 'contact', {
  relation: 'contacts', access: 'company.core', connection: ContactConnection, args: contactListArgs,
  defaultOrder: byName,
  description: 'People who work there.',
});

builder.queryFields((t) => ({
  contact: t.field({
    type: Contact, access: 'contact.read', extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One contact; null when it is absent or out of reach.', resolve: resolveRecord('contact'),
  }),
  contacts: t.field({
    type: ContactConnection, access: 'contact.read', args: contactListArgs,
    extensions: { readsRecords: true, ...listOf('contact', byName) },
    description: 'Contacts of the workspace in reach, by name.', resolve: resolvePage,
  }),
}));

/** What the entries of a contact's lists have in common. */
const entryFields = (t: InputBuilder, example: string) => ({
  label: t.string({ description: `What it is for, such as \`${example}\`; at most 50 characters.` }),
  isPrimary: t.boolean({
    description: 'Whether it is the first to use. At most one of a list is; where none says so, the first.',
  }),
});

const ContactEmailInput = builder.inputType('ContactEmailInput', {
  description: 'An e-mail address of a contact.',
  fields: (t) => ({
    address: t.string({ required: true, description: 'The address; once in a list, whatever the case.' }),
    ...entryFields(t, 'work'),
  }),
});

const ContactPhoneInput = builder.inputType('ContactPhoneInput', {
  description: 'A telephone number of a contact.',
  fields: (t) => ({
    number: t.string({
      required: true, description: 'The number as people write it; 2 to 64 characters, once in a list.',
    }),
    ...entryFields(t, 'mobile'),
  }),
});

const ContactAddressInput = builder.inputType('ContactAddressInput', {
  description: 'A postal address of a contact; at least one of its parts is given.',
  fields: (t) => ({
    street: t.string({ description: 'Street and number; at most 500 characters.' }),
    postalCode: t.string({ description: 'Postal code; at most 32 characters.' }),
    city: t.string({ description: 'City; at most 200 characters.' }),
    region: t.string({ description: 'State, province or region; at most 200 characters.' }),
    country: t.string({ description: 'ISO 3166-1 alpha-2 code, such as `DE`.' }),
    ...entryFields(t, 'home'),
  }),
});

/** Fields of a contact that creating and updating share. */
export const contactInputFields = (t: InputBuilder) => ({
  firstName: t.string({ description: 'First name; at most 200 characters. A contact has a first or a last name.' }),
  lastName: t.string({ description: 'Last name; at most 200 characters.' }),
  jobTitle: t.string({ description: 'Job title; at most 200 characters.' }),
  birthOn: t.field({ type: 'Date', description: 'Birthday; from 1850 to today.' }),
  notes: t.string({ description: 'Internal notes; at most 20,000 characters.' }),
  companyId: t.id({ description: 'Where the contact works.', ...idOfNoun('company') }),
  emails: t.field({ type: [ContactEmailInput], description: 'All e-mail addresses: replaces the list. At most 20.' }),
  phones: t.field({ type: [ContactPhoneInput], description: 'All telephone numbers: replaces the list. At most 20.' }),
  addresses: t.field({
    type: [ContactAddressInput], access: 'contact.contactDetails',
    description: 'All postal addresses, streets included: replaces the list. At most 20.',
  }),
  ...ownedInputFields(t, 'contact'),
});

const ContactCreateInput = builder.inputType('ContactCreateInput', {
  description: 'A new contact.',
  ...writes('contact', 'Contact'),
  fields: (t) => ({ ...keyField(t), ...contactInputFields(t) }),
});

const ContactUpdateInput = builder.inputType('ContactUpdateInput', {
  description: 'Changes to a contact; what is absent stays as it is, null takes a value away or empties a list.',
  ...writes('contact', 'Contact'),
  fields: (t) => ({ ...keyField(t), ...addressFields(t, 'contact'), ...contactInputFields(t) }),
});

commandMutation('contactCreate', createContact, {
  description: 'Creates a contact.', input: ContactCreateInput, record: { contact: Contact },
});
commandMutation('contactUpdate', updateContact, {
  description: 'Changes a contact.', input: ContactUpdateInput, record: { contact: Contact },
});
commandMutation('contactDelete', deleteContact, {
  description: 'Puts a contact into the bin. Its deals and activities stay; their contact is null meanwhile.',
  input: deleteInput('Contact', 'contact'), record: { contact: Contact },
});
commandMutation('contactRestore', restoreContact, {
  description: 'Takes a contact out of the bin.', input: restoreInput('Contact', 'contact'),
  record: { contact: Contact },
});
