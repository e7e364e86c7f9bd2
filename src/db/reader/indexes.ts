import type { Model } from '../models.ts';
import type { OrderKey } from './order.ts';

/**
 * What the reader knows of the database's indexes. All are of what is in use (where deleted_at is null), begin with the
 * workspace and end with the id; test/plans/indexes.test.ts holds these lists and the database together.
 */
type Columns = Readonly<Record<string, readonly string[]>>;
type Order = readonly OrderKey[];
type ColumnsWithin = Readonly<Record<string, Columns>>;

/**
 * Columns by whose values records can be asked for, and found by an index: (workspace_id, column, …, id). Enumerations
 * are not among them: below row-level security PostgreSQL looks none of their values up.
 */
export const filteredColumns: Columns = {
  Company: [
    'annualRevenueMinor', 'city', 'country', 'createdAt', 'currency', 'domain', 'employeeCount', 'foundedYear',
    'industry', 'ownerId', 'parentId', 'phone', 'postalCode', 'region', 'updatedAt',
  ],
  Contact: ['birthOn', 'companyId', 'createdAt', 'firstName', 'jobTitle', 'lastName', 'ownerId', 'updatedAt'],
  Lead: [
    'amountMinor', 'city', 'closedAt', 'companyId', 'companyName', 'convertedAt', 'convertedCompanyId',
    'convertedContactId', 'convertedDealId', 'country', 'createdAt', 'currency', 'email', 'firstName', 'lastName',
    'ownerId', 'score', 'source', 'stageEnteredAt', 'stageReason', 'updatedAt',
  ],
  Deal: [
    'amountMinor', 'closedAt', 'companyId', 'createdAt', 'currency', 'expectedCloseOn', 'lossReason', 'ownerId',
    'probability', 'source', 'stageEnteredAt', 'stageReason', 'updatedAt',
  ],
  Activity: [
    'companyId', 'completedAt', 'contactId', 'createdAt', 'dealId', 'dueAt', 'happensAt', 'leadId', 'ownerId',
    'updatedAt',
  ],
};

/** Orders in which an index has the records that share a value: (workspace_id, column, order, id). */
export const ordersWithin: ColumnsWithin = {
  Company: { industry: ['name', 'createdAt'], ownerId: ['name', 'createdAt'] },
  Contact: { jobTitle: ['fullName'], ownerId: ['fullName', 'createdAt'] },
  Lead: {
    ownerId: ['createdAt', 'updatedAt', 'title', 'stageEnteredAt', 'score'],
    source: ['createdAt'],
    stageId: ['createdAt'],
  },
  Deal: {
    ownerId: ['createdAt', 'updatedAt', 'title', 'amountMinor', 'expectedCloseOn', 'closedAt', 'stageEnteredAt'],
    stageId: ['createdAt'],
  },
  Activity: { ownerId: ['createdAt', 'dueAt', 'happensAt'] },
};

/** Orders, besides that by creation, in which an index has what one record has, by the column of the key. */
export const ordersBelow: ColumnsWithin = {
  Deal: { company_id: ['expectedCloseOn'] },
  Activity: { company_id: ['happensAt', 'dueAt'] },
};

/** Orders in which an index has what each owner has of one record: (workspace_id, owner_id, key, order, id). */
export const ownersBelow: ColumnsWithin = {
  Deal: { company_id: ['createdAt'] },
  Contact: { company_id: ['fullName'] },
};

export function isFiltered(model: Model, field: string): boolean {
  return filteredColumns[model.name]?.includes(field) ?? false;
}

export function hasOrderWithin(model: Model, field: string, order: Order): boolean {
  return ordersWithin[model.name]?.[field]?.includes(order[0]!.column) ?? false;
}

export function hasOrderBelow(model: Model, key: string, order: Order): boolean {
  return ordersBelow[model.name]?.[key]?.includes(order[0]!.column) ?? false;
}

export function hasOwnersBelow(model: Model, key: string, order: Order): boolean {
  return ownersBelow[model.name]?.[key]?.includes(order[0]!.column) ?? false;
}
