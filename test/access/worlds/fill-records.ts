import type { Filling } from './filling.ts';
import { bookkeeping, columnValues, valueOf } from './values.ts';

/** Two pipelines for deals and one for leads, of four stages each. */
export function addPipelines(filling: Filling): void {
  const { world, workspaceId } = filling;
  for (const kind of ['DEAL', 'DEAL', 'LEAD'] as const) {
    const pipelineId = filling.add('pipeline', {
      name: `Pipeline ${world.pipeline!.length}`, kind, position: world.pipeline!.length, ...filling.kept(), version: 1,
    });
    const stageIds = (['OPEN', 'OPEN', 'WON', 'LOST'] as const).map((status, position) => filling.add('stage', {
      pipeline_id: pipelineId, name: `${status} ${position}`, position, status, ...filling.kept(), version: 1,
      probability: status === 'WON' ? 100 : status === 'LOST' ? 0 : 10 + position * 20,
      ...(status === 'OPEN' ? {
        rot_after_days: 10, forecast_category: position === 0 ? null : 'COMMIT',
      } : {}),
      rot_clock: status !== 'OPEN' ? 'STAGE_CHANGE' : position === 0 ? 'OWNER_ACTIVITY' : 'TWO_WAY_CONTACT',
    }));
    // The second pipeline lets no deal jump from its first stage to its last.
    if (world.pipeline!.length % 3 === 2) {
      world.stage_transition!.push({
        workspace_id: workspaceId, pipeline_id: pipelineId, from_stage_id: stageIds[0], to_stage_id: stageIds[1],
      });
    }
  }
}

/** A rate, products and tags. */
export function addCatalogue(filling: Filling): void {
  filling.add('exchange_rate', {
    currency: 'EUR', to_currency: 'USD', valid_on: '2026-01-01', rate: '1.1', ...filling.kept(), version: 1,
  });
  for (let at = 0; at < filling.upTo('product'); at += 1) {
    filling.add('product', { ...filling.values('product'), sku: `SKU-${at}`, ...filling.kept(), version: 1 });
  }
  for (let at = 0; at < filling.upTo('tag'); at += 1) {
    filling.add('tag', { ...filling.values('tag'), name: `tag ${at}`, ...filling.kept(), version: 1 });
  }
}

export function addCompanies(filling: Filling): void {
  for (let at = 0; at < filling.upTo('company'); at += 1) {
    filling.add('company', {
      ...filling.values('company'), ...filling.record(at), parent_id: at > 3 ? filling.pick('company', 0.5) : null,
      merged_into_id: at % 7 === 6 ? filling.pick('company') : null,
    });
  }
}

export function addContacts(filling: Filling): void {
  const { random } = filling;
  for (let at = 0; at < filling.upTo('contact'); at += 1) {
    const contactId = filling.add('contact', {
      ...filling.values('contact'), ...filling.record(at), company_id: filling.pick('company'), merged_into_id: null,
    });
    const child = (table: string) => ({ ...filling.values(table), contact_id: contactId });
    const addresses = [...columnValues.contact_email!.address!.values].slice(0, random.number(3));
    addresses.forEach((address, position) => (
      filling.add('contact_email', { ...child('contact_email'), address, position, is_primary: position === 0 })));
    if (random.chance(0.5)) {
      filling.add('contact_phone', { ...child('contact_phone'), position: 0, is_primary: true });
    }
    if (random.chance(0.6)) {
      filling.add('contact_address', { ...child('contact_address'), position: 0, is_primary: true });
    }
  }
}

export function addLeads(filling: Filling): void {
  for (let at = 0; at < filling.upTo('lead'); at += 1) {
    filling.add('lead', {
      ...filling.values('lead'), ...filling.record(at), ...filling.stage('LEAD'), company_id: filling.pick('company'),
      merged_into_id: null,
    });
    addEntry(filling, 'lead');
  }
}

export function addDeals(filling: Filling): void {
  for (let at = 0; at < filling.upTo('deal'); at += 1) addDeal(filling, at);
}

function addDeal(filling: Filling, at: number): void {
  const dealId = filling.add('deal', {
    ...filling.values('deal'), ...filling.record(at), ...filling.stage('DEAL'), company_id: filling.pick('company'),
    merged_into_id: null,
  });
  const picked = [filling.pick('contact', 0.3), filling.pick('contact', 0.5)];
  const contacts = new Set(picked.filter((each) => each !== null));
  [...contacts].forEach((contactId, position) => filling.add('deal_contact', {
    ...filling.values('deal_contact'), deal_id: dealId, contact_id: contactId, position,
  }));
  for (let position = 0; position < filling.random.number(3); position += 1) {
    filling.add('deal_line', {
      ...filling.values('deal_line'), deal_id: dealId, product_id: filling.pick('product', 0.4), position,
    });
  }
  addEntry(filling, 'deal');
}

/** The ledger's row of the last record. */
function addEntry(filling: Filling, noun: 'deal' | 'lead'): void {
  const { world, random } = filling;
  const { id, pipeline_id: pipelineId, stage_id: toStageId } = world[noun]!.at(-1)!;
  const from = world.stage!.filter((each) => each.pipeline_id === pipelineId && each.id !== toStageId);
  filling.add('stage_change', {
    ...filling.values('stage_change'), deal_id: noun === 'deal' ? id : null, lead_id: noun === 'lead' ? id : null,
    from_stage_id: random.chance(0.5) ? null : random.pick(from).id, to_stage_id: toStageId,
    moved_by_id: filling.pick('member'), door: 'API',
  });
}

/**
 * Those that came to something became records, half of them new ones; what that did is kept by names and versions.
 */
export function convertLeads(filling: Filling): void {
  const { world, random } = filling;
  const won = filling.rowsOf('stage').filter((each) => each.status === 'WON');
  const leads = filling.rowsOf('lead').filter((each) => each.deleted_at === null);
  for (const [at, lead] of leads.entries()) {
    const stageOfLead = won.find(({ pipeline_id }) => pipeline_id === lead.pipeline_id);
    if (!stageOfLead || at % 2 === 0) continue;
    const ids = {
      company: filling.pick('company', 0.3), contact: filling.pick('contact', 0.1), deal: filling.pick('deal', 0.5),
    };
    if (!ids.company && !ids.contact) continue;
    const became = Object.entries(ids).filter((each): each is [string, string] => each[1] !== null);
    const creates = became.filter(() => random.chance(0.5)).map(([noun]) => noun);
    Object.assign(lead, {
      stage_id: stageOfLead.id, closed_at: bookkeeping.created_at!.values[0],
      converted_at: bookkeeping.created_at!.values[1],
      converted_by_id: random.pick([...filling.members.values()]), converted_company_id: ids.company,
      converted_contact_id: ids.contact, converted_deal_id: ids.deal,
      conversion: {
        creates, conflicts: [{ target: 'contact', field: 'phones', from: 'phone' }],
        fills: [{ target: 'contact', field: 'emails', from: 'email' }, {
          target: 'deal', field: 'amount', from: 'amount',
        }],
        left: [{ target: 'deal', field: 'notes', from: 'notes', permission: 'lead.internal' }], moves: [], stays: [],
        undoing: {
          from: { stageId: stageOfLead.id, stageReason: null, lossReason: null, closedAt: null }, activities: [],
          targets: Object.fromEntries(became.filter(() => random.chance(0.7)).map(([noun, id]) => (
            [noun, { version: world[noun]!.find((row) => row.id === id)!.version, was: {} }]))),
        },
      },
    });
  }
}

export function addActivities(filling: Filling): void {
  const { random } = filling;
  for (let at = 0; at < filling.upTo('activity'); at += 1) {
    const kind = random.pick(['CALL', 'MEETING', 'NOTE', 'EMAIL', 'TASK', 'TASK', 'TASK']);
    const dates = kind === 'TASK'
      ? [bookkeeping.created_at!, bookkeeping.deleted_at!].map((each) => valueOf(random, each)) : [null, null];
    filling.add('activity', {
      ...filling.values('activity'), ...filling.record(at), kind, due_at: dates[0], completed_at: dates[1],
      company_id: filling.pick('company', 0.7), contact_id: filling.pick('contact', 0.7),
      lead_id: filling.pick('lead', 0.7), deal_id: filling.pick('deal', 0.5),
    });
  }
}
