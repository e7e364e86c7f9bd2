import { around, money } from './any-record.ts';
import { conditionTraps, keyTraps, linkTraps } from './conditions.ts';
import { sumTraps } from './sums.ts';
import { type Known, type Trap, forEach, listed, parts } from './trap.ts';

/*
 * Documents written by hand for the traps of docs/permission-traps.md: each is a way that others have left open. They
 * ask about whatever there is, seen or not; traps.test.ts sends them as everybody, in two worlds that differ in what
 * he must not see.
 */
export function trapsOf(known: Known): Trap[] {
  return [
    ...recordTraps(known), relationTrap, ...orderTraps, ...cursorTraps(known), ...conditionTraps, ...linkTraps,
    ...keyTraps(known), ...sumTraps(known), ...searchTraps, ...rightTraps(known),
  ];
}

const recordNouns = ['company', 'contact', 'lead', 'deal', 'activity'] as const;

function recordTraps({ ids }: Known): Trap[] {
  const all = [...recordNouns, 'member'].flatMap((noun) => ids(noun));
  return [
    ...parts(all, 40).map((some) => ({
      name: 'fragments on the interface, by node and nodes',
      text: `{ all: nodes(ids: ${listed(some)}) { ...AnyRecord } again: nodes(ids: ${listed(some)}) { id } } ${around}`,
    })),
    ...recordNouns.flatMap((noun) => parts(ids(noun), 14).map((some) => ({
      name: 'one record at a time',
      text: forEach(some, (id, at) => `
        r${at}: ${noun}(id: "${id}") { id viewerCan { update delete restore } }
        n${at}: node(id: "${id}") { id }`),
    }))),
  ];
}

const relationTrap: Trap = {
  name: 'nested relations back to hidden nouns',
  text: `{
    activities(first: 50) { totalCount nodes {
      id deal { id contacts { contact { company { parent { subsidiaries(first: 2) {
        totalCount nodes { contacts(first: 2) { totalCount nodes { deals(first: 2) { totalCount nodes { amount ${money} } } } } }
      } } } } } }
    } }
    teams(first: 20) { nodes { name parent { id } children { id } members { email roles { name } } } }
    tags(first: 20) { nodes { id name } }
  }`,
};

const orders = {
  deals: ['AMOUNT', 'CLOSED_AT', 'EXPECTED_CLOSE_ON', 'STAGE_ENTERED_AT', 'TITLE', 'UPDATED_AT'],
  leads: ['SCORE', 'TITLE'],
  companies: ['ANNUAL_REVENUE', 'EMPLOYEE_COUNT', 'NAME'],
  contacts: ['BIRTH_ON', 'FULL_NAME'],
  activities: ['DUE_AT', 'HAPPENS_AT'],
};

const orderTraps: Trap[] = Object.entries(orders).map(([list, fields]) => ({
  name: `orders of ${list}`,
  text: forEach(fields, (field) => `
    up${field}: ${list}(first: 3, orderBy: [{ field: ${field} }]) { nodes { id } pageInfo { hasNextPage endCursor } }
    down${field}: ${list}(last: 3, orderBy: [{ field: ${field}, direction: DESC }, { field: CREATED_AT }]) {
      nodes { id } pageInfo { startCursor }
    }`),
}));

const lists: Record<string, string> = {
  DealConnection: 'deals', LeadConnection: 'leads', CompanyConnection: 'companies', ContactConnection: 'contacts',
  ActivityConnection: 'activities',
};

function cursorTraps({ cursors }: Known): Trap[] {
  return [...cursors].flatMap(([key, known]) => {
    const [connection, ...rest] = key.split(' ');
    const order = rest.join(' ');
    const list = lists[connection!];
    if (!list) return [];
    const some = [...new Set(known)].filter((_each, at) => at % 3 === 0).slice(0, 7);
    const inOrder = (orderBy: string) => (orderBy ? `, orderBy: ${orderBy}` : '');
    const others = [order, '[{ field: CREATED_AT }]', '[{ field: UPDATED_AT, direction: DESC }]'];
    return [
      {
        name: 'cursors made by another, for this order or for others',
        text: forEach(some, (cursor, at) => others.map((orderBy, place) => `
          a${at}_${place}: ${list}(first: 2, after: "${cursor}"${inOrder(orderBy)}) {
            nodes { id } pageInfo { hasPreviousPage hasNextPage }
          }`).join('')),
      },
      {
        name: 'cursors backwards',
        text: forEach(some, (cursor, at) => `
          b${at}: ${list}(last: 2, before: "${cursor}"${inOrder(order)}) {
            totalCount nodes { id } pageInfo { hasPreviousPage }
          }`),
      },
    ];
  });
}

const searchTraps: Trap[] = ['deal', 'a', 'acme', '+1', 'example', 'no', '12'].map((text) => ({
  name: 'search',
  text: `{ search(query: "${text}", first: 50) { field score record { ...AnyRecord } } } ${around}`,
}));

function rightTraps({ ids }: Known): Trap[] {
  const permissions = ['read', 'update', 'financial', 'internal'];
  return ['deal', 'company', 'activity'].flatMap((noun) => permissions.map((permission) => ({
    name: 'what one may',
    text: `{ viewer ${forEach(ids(noun).slice(0, 25), (id, at) => (
      `c${at}: can(permission: "${noun}.${permission}", id: "${id}")`))} }`,
  })));
}
