import { createDeal } from '../../services/deal/create-deal.ts';
import { type DealFields, dealFieldProblems, dealValues } from '../../services/deal/deal-fields.ts';
import { moveDeal } from '../../services/deal/move-deal.ts';
import { updateDeal } from '../../services/deal/update-deal.ts';
import { tagRecord } from '../../services/tag/tag-record.ts';
import { currentRecord } from './current-record.ts';
import type { ImportNoun } from './noun.ts';
import * as shared from './shared-fields.ts';

export const dealNoun: ImportNoun = {
  noun: 'deal',
  plural: 'deals',
  hasKey: true,
  matchBy: { title: ({ title }) => title as string },
  fields: {
    title: { type: 'text', isRequired: true, description: 'What it is called; at most 500 characters.' },
    amount: { type: 'money', input: 'amountMinor', description: 'What it is worth.' },
    currency: shared.currency,
    probability: { type: 'percent', description: 'Per cent, 0 to 100; the stage\'s unless given.' },
    expectedCloseOn: { type: 'date', description: 'The day on which it is expected to close.' },
    source: { type: 'text', description: 'Where it came from; at most 200 characters.' },
    lossReason: { type: 'text', description: 'Why it was lost; only in a stage that means lost.' },
    stageReason: { type: 'text', description: 'Why it is in its stage: one of the stage\'s reasons.' },
    notes: shared.notes,
    createdAt: shared.createdAt,
    stageEnteredAt: shared.stageEnteredAt,
  },
  links: {
    stage: shared.stage,
    company: { to: 'company', input: 'companyId', description: 'Who might buy.' },
    owner: shared.owner,
    team: shared.team,
  },
  children: {
    lines: {
      input: 'lines',
      description: 'What is sold. A line with the same product, or without one the same description, is replaced.',
      fields: {
        description: { type: 'text', description: 'What is sold; the product\'s name unless given.' },
        quantity: { type: 'decimal', description: 'How many; 1 unless given.' },
        unitPrice: {
          type: 'money', input: 'unitPriceMinor', isRequired: true,
          description: 'Price of one, in the deal\'s currency.',
        },
        discountPercent: { type: 'decimal', description: 'Per cent taken off, 0 to 100.' },
      },
      links: { product: { to: 'product', input: 'productId', description: 'The product.' } },
      needs: ['product', 'description'],
      identity: ({ productId, description }) => String(productId ?? description ?? ''),
    },
    contacts: {
      input: 'contacts',
      description: 'People involved.',
      fields: { role: { type: 'text', description: 'The part the person plays; at most 100 characters.' } },
      links: { contact: { to: 'contact', input: 'contactId', isRequired: true, description: 'The person.' } },
      needs: ['contact'],
      isOnce: true,
      identity: ({ contactId }) => String(contactId ?? ''),
    },
    tags: shared.tags,
  },
  create: createDeal,
  update: updateDeal,
  move: moveDeal,
  tag: tagRecord.deal,
  fieldProblems: (input: DealFields) => dealFieldProblems(input, false),
  kept: dealValues,
  async read(tx, where) {
    const deals = await tx.deal.findMany({
      where,
      include: {
        lines: { orderBy: { position: 'asc' } }, contacts: { orderBy: { position: 'asc' } }, externalReferences: true,
        taggings: shared.tagged, owner: { select: { teamId: true } },
      },
    });
    return deals.map(({ lines, contacts, externalReferences, ...deal }) => currentRecord(deal, externalReferences, {
      lines: lines.map(({ productId, description, quantity, unitPriceMinor, discountPercent }) => ({
        productId, description, quantity: String(quantity), unitPriceMinor, discountPercent: String(discountPercent),
      })),
      contacts: contacts.map(({ contactId, role }) => ({ contactId, role })),
    }));
  },
};
