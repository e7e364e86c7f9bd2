import { type Known, type Trap, forEach, listed } from './trap.ts';

const tests = {
  deals: [
    'amount: { gte: "0" }', 'amount: { isNull: true }', 'probability: { lt: 50 }', 'source: { ne: "nothing" }',
    'lossReason: { isNull: false }',
  ],
  leads: ['amount: { isNull: false }', 'email: { isNull: true }', 'score: { gt: 1 }', 'source: { isNull: true }'],
  companies: ['annualRevenue: { gt: "1" }', 'phone: { isNull: true }', 'postalCode: { ne: "1" }'],
  contacts: ['birthOn: { isNull: false }', 'birthOn: { lt: "1990-01-01" }'],
};

export const conditionTraps: Trap[] = Object.entries(tests).flatMap(([list, all]) => all.map((test) => ({
  name: 'filters under "sometimes", turned round',
  text: `{
    is: ${list}(where: { ${test} }) { totalCount nodes { id } }
    not: ${list}(where: { not: { ${test} } }) { totalCount nodes { id } }
    twice: ${list}(where: { not: { not: { ${test} } } }) { totalCount }
    none: ${list}(where: { not: { or: [{ ${test} }, { not: { ${test} } }] } }) { totalCount }
    bin: ${list}(deleted: ONLY, where: { or: [{ ${test} }, { id: { isNull: true } }] }) { totalCount nodes { id } }
  }`,
})));

const links = [
  'id: { isNull: false }', 'createdAt: { gt: "2020-01-01T00:00:00Z" }', 'owner: { isActive: { eq: false } }',
];

export const linkTraps: Trap[] = links.map((link) => ({
  name: 'some, none and not over links that are hidden',
  text: `{
    a: companies(where: { deals: { some: { ${link} } } }) { totalCount nodes { id } }
    b: companies(where: { deals: { none: { ${link} } } }) { totalCount }
    c: companies(where: { not: { deals: { none: { ${link} } } } }) { totalCount }
    d: companies(where: { contacts: { some: { deals: { none: { ${link} } } } } }) { totalCount }
    e: contacts(where: { activities: { none: { ${link} } } }) { totalCount nodes { id } }
    f: contacts(where: { company: { subsidiaries: { some: { id: { isNull: false } } } } }) { totalCount }
    g: contacts(where: { not: { company: { id: { isNull: false } } } }) { totalCount }
    h: contacts(where: { deals: { none: { company: { ${link} } } } }) { totalCount }
    i: activities(where: { not: { deal: { ${link} } } }) { totalCount }
    j: activities(where: { not: { lead: { ${link} } } }) { totalCount }
    k: activities(where: { or: [{ deal: { ${link} } }, { not: { company: { ${link} } } }] }) { totalCount nodes { id } }
    l: deals(where: { contacts: { none: { activities: { some: { ${link} } } } } }) { totalCount }
    m: deals(where: { company: { id: { isNull: true } } }) { totalCount }
    n: leads(where: { not: { company: { ${link} } } }) { totalCount }
    o: deals(where: { activities: { none: { ${link} } } }) { totalCount }
    p: deals(where: { owner: { email: { ne: "a" } } }) { totalCount }
    q: members(where: { email: { in: ["rex@acme.example"] } }) { totalCount }
  }`,
}));

const keys = {
  deals: ['companyId', 'ownerId', 'teamId', 'stageId'],
  activities: ['dealId', 'leadId', 'contactId', 'companyId', 'ownerId'],
  leads: ['companyId', 'convertedById', 'convertedCompanyId', 'convertedContactId', 'convertedDealId'],
  contacts: ['companyId'],
};

/** `convertedCompanyId` leads to a company, `ownerId` to a member. */
function nounOf(key: string): string {
  return key.replace(/^converted/, '').replace(/Id$/, '').toLowerCase().replace(/^(owner|by)$/, 'member');
}

export function keyTraps({ ids }: Known): Trap[] {
  return Object.entries(keys).map(([list, all]) => ({
    name: `keys of ${list}`,
    text: forEach(all, (key) => {
      const values = ids(nounOf(key));
      return `
        none${key}: ${list}(where: { ${key}: { isNull: true } }) { totalCount nodes { id } }
        some${key}: ${list}(where: { ${key}: { in: ${listed(values)} } }) { totalCount }
        others${key}: ${list}(where: { ${key}: { notIn: ${listed(values.filter((_id, at) => at % 2 === 0))} } }) { totalCount }`;
    }),
  }));
}
