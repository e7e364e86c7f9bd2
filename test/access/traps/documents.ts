/*
 * Documents written by hand for the traps of docs/permission-traps.md: each is a way that others have left open. They
 * ask about whatever there is, seen or not; traps.test.ts sends them as everybody, in two worlds that differ in what
 * he must not see.
 */
export type Trap = { name: string; text: string; variables?: Record<string, unknown> };
export type Known = {
  /** Ids of a noun's records: seen, hidden, deleted, merged and of another workspace, in both worlds or in one. */
  ids(noun: string): readonly string[];
  /** Cursors that the owner was given, of each list in one order: `DealConnection [{ field: AMOUNT }]`. */
  cursors: ReadonlyMap<string, readonly string[]>;
};

const list = (values: readonly string[]) => JSON.stringify(values);
const money = '{ amountMinor currency }';

/** Every way from one record to others and back, through fragments on the interface, under other names. */
const around = `
fragment AnyRecord on Node {
  __typename key: id
  ... on Company { name worth: annualRevenue ${money} phone parent { id name phone annualRevenue ${money} }
    mergedInto { id name notes }
    ...Company }
  ... on Contact { ...Contact }
  ... on Lead { title amount ${money} email score source notes company { id name } mergedInto { id }
    convertedBy { id name email } convertedCompany { ...Company } convertedContact { ...Contact } convertedDeal {
      ...Deal }
    stageChanges { toStage { id } amount ${money} reason movedBy { id email } } shares { level member { id } team {
      id } } }
  ... on Deal { ...Deal }
  ... on Activity { subject body company { ...Company } contact { ...Contact } lead { id title amount ${money} } deal
    { ...Deal } }
  ... on Member { name email lastSeenAt team { id name members { id email } } roles { id name } }
}
fragment Company on Company {
  id name domain notes deletedAt owner { id email } tags { id } externalReferences { key }
  subsidiaries(first: 3) { totalCount nodes { id name annualRevenue ${money} } }
  all: deals(first: 50) { totalCount edges { cursor node { id title } } pageInfo { hasNextPage startCursor endCursor } }
  open: deals(first: 2, where: { stage: { status: { eq: OPEN } } }, orderBy: [{ field: TITLE }]) { totalCount nodes {
    title } }
  rich: deals(first: 2, where: { amount: { gt: "0" } }) { totalCount nodes { title amount ${money} } }
  leads(first: 2) { totalCount nodes { id convertedDeal { id amount ${money} } } }
  bin: contacts(first: 5, deleted: ONLY) { totalCount nodes { id } }
  viewerCan { update delete share assign restore }
}
fragment Contact on Contact {
  id fullName birthOn notes emails { address } phones { number } addresses { street city }
  company { id name } deals(first: 3, orderBy: [{ field: CREATED_AT, direction: DESC }]) { totalCount nodes { id } }
  activities(first: 3) { totalCount nodes { subject body deal { id } lead { id } company { id } } }
  convertedLeads(first: 3) { totalCount nodes { id email amount ${money} } }
}
fragment Deal on Deal {
  id title amount ${money} probability weightedAmount ${money} forecastCategory lossReason source notes version
  contacts { role contact { id fullName emails { address } deals(first: 2) { totalCount nodes { id amount ${money} }
    } } }
  lines { description unitPriceMinor product { id name } } stageTimes { stage { id } totalSeconds }
  stageChanges { amount ${money} probability reason fromStage { id } toStage { id } movedBy { id name } }
  rotting { clock since isRotting rotsAt } shares { level endsAt member { id } team { id } }
  company { id name annualRevenue ${money} deals(first: 2) { totalCount } } activities(first: 2) { totalCount nodes {
    id } }
  viewerCan { update move close reopen delete assign share restore }
}`;

export function trapsOf({ ids, cursors }: Known): Trap[] {
  const traps: Trap[] = [];
  const add = (name: string, text: string, variables?: Record<string, unknown>) => (
    traps.push({ name, text, variables }));
  const [companies, contacts, leads, deals, activities, members] = [
    'company', 'contact', 'lead', 'deal', 'activity', 'member',
  ].map((noun) => ids(noun));
  const records = [...companies!, ...contacts!, ...leads!, ...deals!, ...activities!, ...members!];

  for (let at = 0; at < records.length; at += 40) {
    const some = list(records.slice(at, at + 40));
    add(
      'fragments on the interface, by node and nodes',
      `{ all: nodes(ids: ${some}) { ...AnyRecord } again: nodes(ids: ${some}) { id } } ${around}`,
    );
  }
  for (const [name, of] of [
    ['company', companies],
    ['contact', contacts],
    ['lead', leads],
    ['deal', deals],
    ['activity', activities],
  ] as const) {
    for (let at = 0; at < of!.length; at += 14) {
      const looks = of!.slice(at, at + 14).map(
        (id, place) => `r${place}: ${name}(id: "${id}") { id viewerCan { update delete restore } }
        n${place}: node(id: "${id}") { id }`,
      );
      add('one record at a time', `{ ${looks.join('\n')} }`);
    }
  }

  add(
    'nested relations back to hidden nouns',
    `{
    activities(first: 50) { totalCount nodes { id deal { id contacts { contact { company { parent {
      subsidiaries(first: 2) {
      totalCount nodes { contacts(first: 2) { totalCount nodes { deals(first: 2) { totalCount nodes { amount ${money}
        } } } } } } } } } } } } }
    teams(first: 20) { nodes { name parent { id } children { id } members { email roles { name } } } }
    tags(first: 20) { nodes { id name } }
  }`,
  );

  for (const [listed, fields] of [
    ['deals', ['AMOUNT', 'CLOSED_AT', 'EXPECTED_CLOSE_ON', 'STAGE_ENTERED_AT', 'TITLE', 'UPDATED_AT']],
    ['leads', ['SCORE', 'TITLE']],
    ['companies', ['ANNUAL_REVENUE', 'EMPLOYEE_COUNT', 'NAME']],
    ['contacts', ['BIRTH_ON', 'FULL_NAME']],
    ['activities', ['DUE_AT', 'HAPPENS_AT']],
  ] as const) {
    add(
      `orders of ${listed}`,
      `{ ${fields
        .map(
          (field) => `
      up${field}: ${listed}(first: 3, orderBy: [{ field: ${field} }]) { nodes { id } pageInfo { hasNextPage endCursor
        } }
      down${field}: ${listed}(last: 3, orderBy: [{ field: ${field}, direction: DESC }, { field: CREATED_AT }]) {
        nodes { id } pageInfo { startCursor } }`,
        )
        .join('')} }`,
    );
  }

  for (const [key, known] of cursors) {
    const [connection, ...order] = key.split(' ');
    const listed = { Deal: 'deals', Lead: 'leads', Company: 'companies', Contact: 'contacts', Activity: 'activities' }[
      connection!.replace('Connection', '')
    ];
    if (!listed) continue;
    const some = [...new Set(known)].filter((_each, at) => at % 3 === 0).slice(0, 7);
    const orders = [order.join(' '), '[{ field: CREATED_AT }]', '[{ field: UPDATED_AT, direction: DESC }]'];
    add(
      'cursors made by another, for this order or for others',
      `{ ${some
        .flatMap((cursor, at) =>
          orders.map(
            (orderBy, place) => `
      a${at}_${place}: ${listed}(first: 2, after: "${cursor}"${orderBy ? `, orderBy: ${orderBy}` : ''}) { nodes { id
        } pageInfo { hasPreviousPage hasNextPage } }`,
          ),
        )
        .join('')} }`,
    );
    add(
      'cursors backwards',
      `{ ${some
        .map(
          (cursor, at) => `
      b${at}: ${listed}(last: 2, before: "${cursor}"${order.join(' ') ? `, orderBy: ${order.join(' ')}` : ''}) {
        totalCount nodes { id } pageInfo { hasPreviousPage } }`,
        )
        .join('')} }`,
    );
  }

  const tests = {
    deals: [
      'amount: { gte: "0" }',
      'amount: { isNull: true }',
      'probability: { lt: 50 }',
      'source: { ne: "nothing" }',
      'lossReason: { isNull: false }',
    ],
    leads: ['amount: { isNull: false }', 'email: { isNull: true }', 'score: { gt: 1 }', 'source: { isNull: true }'],
    companies: ['annualRevenue: { gt: "1" }', 'phone: { isNull: true }', 'postalCode: { ne: "1" }'],
    contacts: ['birthOn: { isNull: false }', 'birthOn: { lt: "1990-01-01" }'],
  };
  for (const [listed, all] of Object.entries(tests)) {
    for (const test of all) {
      add(
        'filters under "sometimes", turned round',
        `{
        is: ${listed}(where: { ${test} }) { totalCount nodes { id } } not: ${listed}(where: { not: { ${test} } }) {
          totalCount nodes { id } }
        twice: ${listed}(where: { not: { not: { ${test} } } }) { totalCount } none: ${listed}(where: { not: { or: [{
          ${test} }, { not: { ${test} } }] } }) { totalCount }
        bin: ${listed}(deleted: ONLY, where: { or: [{ ${test} }, { id: { isNull: true } }] }) { totalCount nodes { id
          } }
      }`,
      );
    }
  }

  const links = [
    'id: { isNull: false }',
    'createdAt: { gt: "2020-01-01T00:00:00Z" }',
    'owner: { isActive: { eq: false } }',
  ];
  for (const link of links) {
    add(
      'some, none and not over links that are hidden',
      `{
      a: companies(where: { deals: { some: { ${link} } } }) { totalCount nodes { id } } b: companies(where: { deals:
        { none: { ${link} } } }) { totalCount }
      c: companies(where: { not: { deals: { none: { ${link} } } } }) { totalCount } d: companies(where: { contacts: {
        some: { deals: { none: { ${link} } } } } }) { totalCount }
      e: contacts(where: { activities: { none: { ${link} } } }) { totalCount nodes { id } } f: contacts(where: {
        company: { subsidiaries: { some: { id: { isNull: false } } } } }) { totalCount }
      g: contacts(where: { not: { company: { id: { isNull: false } } } }) { totalCount } h: contacts(where: { deals:
        { none: { company: { ${link} } } } }) { totalCount }
      i: activities(where: { not: { deal: { ${link} } } }) { totalCount } j: activities(where: { not: { lead: {
        ${link} } } }) { totalCount }
      k: activities(where: { or: [{ deal: { ${link} } }, { not: { company: { ${link} } } }] }) { totalCount nodes {
        id } }
      l: deals(where: { contacts: { none: { activities: { some: { ${link} } } } } }) { totalCount } m: deals(where: {
        company: { id: { isNull: true } } }) { totalCount }
      n: leads(where: { not: { company: { ${link} } } }) { totalCount } o: deals(where: { activities: { none: {
        ${link} } } }) { totalCount }
      p: deals(where: { owner: { email: { ne: "a" } } }) { totalCount } q: members(where: { email: { in:
        ["rex@acme.example"] } }) { totalCount }
    }`,
    );
  }
  for (const [listed, keys] of [
    ['deals', ['companyId', 'ownerId', 'teamId', 'stageId']],
    ['activities', ['dealId', 'leadId', 'contactId', 'companyId', 'ownerId']],
    ['leads', ['companyId', 'convertedById', 'convertedCompanyId', 'convertedContactId', 'convertedDealId']],
    ['contacts', ['companyId']],
  ] as const) {
    const nounOf = (key: string) =>
      key
        .replace(/^converted/, '')
        .replace(/Id$/, '')
        .toLowerCase()
        .replace(/^(owner|by)$/, 'member');
    add(
      `keys of ${listed}`,
      `{ ${keys
        .map(
          (key) => `
      none${key}: ${listed}(where: { ${key}: { isNull: true } }) { totalCount nodes { id } }
      some${key}: ${listed}(where: { ${key}: { in: ${list(ids(nounOf(key)))} } }) { totalCount }
      others${key}: ${listed}(where: { ${key}: { notIn: ${list(ids(nounOf(key)).filter((_id, at) => at % 2 === 0))} }
        }) { totalCount }`,
        )
        .join('')} }`,
    );
  }

  const pipelines = ids('pipeline');
  add(
    'sums and counts, now and then',
    `{ ${pipelines
      .map(
        (id, at) => `
    s${at}: pipelineSummary(pipelineId: "${id}") { stages { stage { id } count sum ${money} weightedSum ${money} }
      lost { count } }
    o${at}: pipelineSummary(pipelineId: "${id}", asOf: "2026-06-01T00:00:00Z") { open { count sum ${money} } won {
      count } }
    f${at}: pipelineFlow(pipelineId: "${id}") { stage { id } entered left medianSeconds next { stage { id } count
      share } }
    m${at}: forecast(by: [MEMBER, TEAM, MONTH], pipelineIds: ["${id}"]) { groups { month member { id email } team {
      id } count sum ${money} converted ${money} } }`,
      )
      .join('')} }`,
  );
  add(
    'sums under conditions',
    `{ ${pipelines
      .map(
        (id, at) => `
    s${at}: pipelineSummary(pipelineId: "${id}", where: { not: { amount: { gt: "100" } } }) { open { count sum
      ${money} } }
    f${at}: pipelineFlow(pipelineId: "${id}", where: { or: [{ probability: { gt: 10 } }, { company: { annualRevenue:
      { gt: "1" } } }] }) { entered }
    t${at}: forecast(by: [CATEGORY], where: { activities: { none: { id: { isNull: false } } } }) { groups { category
      count } }`,
      )
      .join('')} }`,
  );

  for (const text of ['deal', 'a', 'acme', '+1', 'example', 'no', '12']) {
    add('search', `{ search(query: "${text}", first: 50) { field score record { ...AnyRecord } } } ${around}`);
  }
  for (const noun of ['deal', 'company', 'activity'] as const) {
    for (const permission of ['read', 'update', 'financial', 'internal']) {
      add(
        'what one may',
        `{ viewer { ${ids(noun)
          .slice(0, 25)
          .map((id, at) => `c${at}: can(permission: "${noun}.${permission}", id: "${id}")`)
          .join(' ')} } }`,
      );
    }
  }
  return traps;
}
