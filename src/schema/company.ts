import { createCompany } from '../services/company/create-company.ts';
import { deleteCompany, restoreCompany } from '../services/company/delete-company.ts';
import { updateCompany } from '../services/company/update-company.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { addConnection, connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { bigInt, id, instant, int, many, one, orderInput, string, text, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { Money, MoneyInput, money, ownedFields } from './record-fields.ts';
import { recordOf } from './records.ts';
import {
  type InputBuilder, addressFields, deleteInput, idOfNoun, keyField, ownedInputFields, restoreInput, withMoney, writes,
} from './write-inputs.ts';

registerNode('company', 'Company');

export const Company = builder.prismaObject('Company', {
  description: 'An organisation one does business with.',
  ...recordOf('Company', 'company'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...ownedFields(t, 'company'),
    name: t.exposeString('name', { access: 'company.core', description: 'What it is called.' }),
    domain: t.exposeString('domain', {
      access: 'company.core', description: 'Host name of its web site, without `www.`.',
    }),
    websiteUrl: t.exposeString('websiteUrl', { access: 'company.core', description: 'Its web site.' }),
    industry: t.exposeString('industry', { access: 'company.core', description: 'Its branch of business.' }),
    employeeCount: t.exposeInt('employeeCount', { access: 'company.core', description: 'How many people work there.' }),
    foundedYear: t.exposeInt('foundedYear', { access: 'company.core', description: 'The year it was founded.' }),
    annualRevenue: t.field({
      type: Money, access: 'company.financial', select: { annualRevenueMinor: true, currency: true },
      description: 'What it takes in a year.',
      resolve: (company) => money(company.annualRevenueMinor, company.currency),
    }),
    currency: t.exposeString('currency', { access: 'company.core', description: 'ISO 4217 code of its revenue.' }),
    phone: t.exposeString('phone', { access: 'company.contactDetails', description: 'Its main telephone number.' }),
    street: t.exposeString('street', { access: 'company.contactDetails', description: 'Street and number.' }),
    postalCode: t.exposeString('postalCode', { access: 'company.contactDetails', description: 'Postal code.' }),
    city: t.exposeString('city', { access: 'company.core', description: 'City.' }),
    region: t.exposeString('region', { access: 'company.core', description: 'State, province or region.' }),
    country: t.exposeString('country', { access: 'company.core', description: 'ISO 3166-1 alpha-2 code.' }),
    notes: t.exposeString('notes', { access: 'company.internal', description: 'Internal notes.' }),
    parent: t.relation('parent', {
      access: 'company.core', nullable: true,
      description: 'The company it belongs to; null when out of reach.',
    }),
    mergedInto: t.relation('mergedInto', {
      access: 'company.core', nullable: true, description: 'The company it was merged into.',
    }),
  }),
});

const CompanyConnection = connectionType('Company', Company);

const CompanyWhere = whereInput('company', 'Company', () => ({
  id: id('company'),
  name: text(),
  domain: string(),
  industry: string(),
  employeeCount: int(),
  foundedYear: int(),
  annualRevenue: bigInt({ column: 'annualRevenueMinor' }),
  currency: string(),
  phone: string(),
  postalCode: string(),
  city: string(),
  region: string(),
  country: string(),
  createdAt: instant(),
  updatedAt: instant(),
  ownerId: id('member'),
  teamId: id('team'),
  parentId: id('company'),
  owner: one('owner', 'member'),
  parent: one('parent', 'company'),
  subsidiaries: many(['subsidiaries'], 'company'),
  contacts: many(['contacts'], 'contact'),
  deals: many(['deals'], 'deal'),
  tags: many(['taggings', 'tag'], 'tag'),
}));

const CompanyOrder = orderInput('company', 'Company', {
  NAME: 'name', CREATED_AT: 'createdAt', UPDATED_AT: 'updatedAt', EMPLOYEE_COUNT: 'employeeCount',
  ANNUAL_REVENUE: { field: 'annualRevenue', column: 'annualRevenueMinor' },
});

const companyListArgs = listArgs({ where: CompanyWhere, orderBy: CompanyOrder }, { canBeDeleted: true });
const byName = [{ field: 'NAME', direction: 'ASC' }] as const;

addConnection('Company', 'subsidiaries', 'company', {
  relation: 'subsidiaries', access: 'company.core', connection: CompanyConnection, args: companyListArgs,
  defaultOrder: byName,
  description: 'Companies that belong to it.',
});

builder.queryFields((t) => ({
  company: t.field({
    type: Company, access: 'company.read', extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One company; null when it is absent or out of reach.', resolve: resolveRecord('company'),
  }),
  companies: t.field({
    type: CompanyConnection, access: 'company.read', args: companyListArgs,
    extensions: { readsRecords: true, ...listOf('company', byName) },
    description: 'Companies of the workspace in reach, by name.', resolve: resolvePage,
  }),
}));

/** Fields of a company that creating and updating share. */
export const companyInputFields = (t: InputBuilder) => ({
  domain: t.string({
    description: 'Host name of its web site, or an address with one: kept lower-cased, in ASCII (`xn--…`), without '
      + '`www.`. Taken from `websiteUrl` while it is not given.',
  }),
  websiteUrl: t.string({ description: 'An http address, `https` when it says no scheme; at most 2,000 characters.' }),
  industry: t.string({ description: 'Its branch of business; at most 200 characters.' }),
  employeeCount: t.int({ description: 'How many people work there; 0 or more.' }),
  foundedYear: t.int({ description: 'The year it was founded; 1000 to 9999.' }),
  annualRevenue: t.field({ type: MoneyInput, description: 'What it takes in a year; 0 or more.' }),
  phone: t.string({ description: 'Its main telephone number; at most 64 characters.' }),
  street: t.string({ description: 'Street and number; at most 500 characters.' }),
  postalCode: t.string({ description: 'Postal code; at most 32 characters.' }),
  city: t.string({ description: 'City; at most 200 characters.' }),
  region: t.string({ description: 'State, province or region; at most 200 characters.' }),
  country: t.string({ description: 'ISO 3166-1 alpha-2 code, such as `DE`.' }),
  notes: t.string({ description: 'Internal notes; at most 20,000 characters.' }),
  parentId: t.id({
    description: 'The company it belongs to; neither itself nor one below it.', ...idOfNoun('company'),
  }),
  ...ownedInputFields(t, 'company'),
});

const CompanyCreateInput = builder.inputType('CompanyCreateInput', {
  description: 'A new company.',
  ...writes('company', 'Company'),
  fields: (t) => ({
    ...keyField(t),
    name: t.string({ required: true, description: 'What it is called; 1 to 500 characters.' }),
    ...companyInputFields(t),
  }),
});

const CompanyUpdateInput = builder.inputType('CompanyUpdateInput', {
  description: 'Changes to a company; what is absent stays as it is, null takes a value away.',
  ...writes('company', 'Company'),
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'company'),
    name: t.string({ description: 'What it is called; 1 to 500 characters.' }),
    ...companyInputFields(t),
  }),
});

/** Its revenue as the two columns. */
export const withRevenue = withMoney('annualRevenue', 'annualRevenueMinor');

commandMutation('companyCreate', createCompany, {
  description: 'Creates a company.', input: CompanyCreateInput, record: { company: Company }, toInput: withRevenue,
});
commandMutation('companyUpdate', updateCompany, {
  description: 'Changes a company.', input: CompanyUpdateInput, record: { company: Company }, toInput: withRevenue,
});
commandMutation('companyDelete', deleteCompany, {
  description:
    'Puts a company into the bin. Its contacts, leads, deals and activities stay; their company is null meanwhile.',
  input: deleteInput('Company', 'company'), record: { company: Company },
});
commandMutation('companyRestore', restoreCompany, {
  description: 'Takes a company out of the bin.', input: restoreInput('Company', 'company'),
  record: { company: Company },
});
