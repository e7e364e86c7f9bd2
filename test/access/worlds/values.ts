import type { Random } from './world.ts';

/**
 * Values that columns take: few, so that filters meet them and records tie in every order; with nulls, case, accents,
 * and the letters that patterns are made of.
 */
const names = ['Alpha', 'alpha two', 'Ärger & Söhne', 'Beta', 'beta_100%', 'Γάμμα', 'Delta\\Co', 'Zeta'];
const words = ['red', 'Red', 'reden', 'blue', '50%_off', 'ünder', 'x'];
const currencies = ['USD', 'EUR', 'JPY'];
const instants = [
  '2026-01-05T08:00:00.000Z', '2026-03-01T00:00:00.000Z', '2026-03-01T00:00:00.001Z', '2026-09-30T12:30:00.500Z',
];
const dates = ['2026-01-31', '2026-02-28', '2026-12-24'];
const amounts = ['0', '1000', '1250', '99999999999', '-500'];
/** Many, so that of two worlds one has a company of that domain and the other has none. */
const domains = Array.from({ length: 24 }, (_each, at) => `d${at}.example`);
const people = ['Anna', 'anna', 'Bruno', 'Çelik', 'de la Cruz'];

type Values = { values: readonly unknown[]; nullable: boolean };

function some(values: readonly unknown[]): Values {
  return { values, nullable: true };
}
function always(values: readonly unknown[]): Values {
  return { values, nullable: false };
}

/** Columns that say something by themselves, with what they may hold; fill-records.ts draws keys to other records. */
export const columnValues: Record<string, Record<string, Values>> = {
  company: {
    name: always(names), domain: some(domains), website_url: some(['https://alpha.example']),
    industry: some(words), employee_count: some([0, 10, 500]), founded_year: some([1990, 2020]),
    annual_revenue_minor: some(amounts.filter((each) => Number(each) >= 0)), currency: always(currencies),
    phone: some(['+49 30 1', '+1 555 0100']),
    street: some(['Hauptstr. 1', 'High St 2']), postal_code: some(['10115', 'SW1A']), city: some(['Berlin', 'Bern']),
    region: some(['BE', 'Kent']), country: some(['DE', 'CH']), notes: some(words),
  },
  contact: {
    first_name: always(people), last_name: some(people), job_title: some(words), birth_on: some(dates),
    notes: some(words),
  },
  lead: {
    title: always(names), first_name: some(people), last_name: some(people), company_name: some(names),
    job_title: some(words),
    email: some(['anna@lead.example', 'Bruno@Lead.example']), phone: some(['+49 30 2']), city: some(['Berlin', 'Bern']),
    country: some(['DE', 'CH']), source: some(words), notes: some(words), score: some([0, 50, 100]),
    amount_minor: some(amounts), currency: always(currencies), loss_reason: some(words),
    stage_entered_at: always(instants),
    closed_at: some(instants),
  },
  deal: {
    title: always(names), amount_minor: some(amounts), currency: always(currencies),
    probability: always([0, 10, 60, 100]),
    is_probability_set_by_hand: always([false, true]), forecast_category: some(['OMITTED', 'BEST_CASE', 'COMMIT']),
    expected_close_on: some(dates), closed_at: some(instants),
    loss_reason: some(words), source: some(words), notes: some(words), stage_entered_at: always(instants),
  },
  activity: {
    subject: always(names), body: some(words), happens_at: some(instants),
  },
  contact_email: {
    address: always(['a@x.example', 'B@x.example', 'c@y.example', 'd@z.example']), label: some(['work', 'home']),
  },
  contact_phone: { number: always(['+49 1', '+49 2']), label: some(['mobile']) },
  contact_address: {
    label: some(['home']), street: some(['Weg 1', 'Weg 2']), postal_code: some(['10115', '3000']),
    city: some(['Berlin', 'Bern']),
    region: some(['BE']), country: some(['DE', 'CH']),
  },
  deal_contact: { role: some(['decision maker', 'user']) },
  deal_line: {
    description: always(words), quantity: always(['1', '2.5']), unit_price_minor: always(amounts),
    discount_percent: always(['0', '12.5']),
  },
  stage_change: {
    entered_at: always(instants), recorded_at: always(instants), is_imported: always([false, true]),
    amount_minor: some(amounts),
    currency: always(currencies), probability: some([0, 10, 60]), expected_close_on: some(dates),
  },
  product: {
    name: always(names), family: some(words), price_minor: some(['0', '1000']), currency: always(currencies),
    description: some(words),
    is_active: always([true, false]),
  },
  tag: { color: some(['#ff0000', '#00ff00']) },
  member: { last_seen_at: some(instants) },
};

/** What every record carries. */
export const bookkeeping: Record<string, Values> = {
  version: always([1, 1, 1, 2]), created_at: always(instants), updated_at: always(instants), deleted_at: some(instants),
};

export function valueOf(random: Random, { values, nullable }: Values): unknown {
  return nullable && random.chance(0.25) ? null : random.pick(values);
}

const pools = new Map<string, readonly unknown[]>();

/** What columns whose names fit hold, for documents that ask for it. */
export function pool(fits: (column: string) => boolean): readonly unknown[] {
  const columns = [...new Set(Object.values(columnValues).flatMap((table) => Object.keys(table)))].filter(fits);
  const key = columns.join();
  let found = pools.get(key);
  if (!found) {
    const tables = Object.values(columnValues);
    pools.set(key, (found = [
      ...new Set(columns.flatMap((column) => tables.flatMap((table) => table[column]?.values ?? []))),
    ]));
  }
  return found;
}
