import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCompany } from '../../src/services/company/create-company.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

test('a company belongs to whoever creates it and comes back as it is kept', async () => {
  const company = await world.as(world.rep).done('companyCreate', {
    name: '  Bauer & Söhne ', websiteUrl: 'www.Bauer.example/impressum', industry: ' Timber ', employeeCount: 12,
    foundedYear: 1901,
    annualRevenue: { amountMinor: '120000000', currency: 'EUR' }, phone: '+49 40 1234', street: 'Kai 1',
    postalCode: '20457',
    city: 'Hamburg', region: ' ', country: 'DE', notes: 'Pays late.', externalReferences: [
      { source: ' erp ', key: 'K-1' },
    ],
  }, `name domain websiteUrl industry employeeCount foundedYear annualRevenue { amountMinor currency } phone street
      postalCode city region country notes owner { name } team { id } externalReferences { source key } version`);
  expect(company).toEqual({
    name: 'Bauer & Söhne', domain: 'bauer.example', websiteUrl: 'https://www.bauer.example/impressum',
    industry: 'Timber',
    employeeCount: 12, foundedYear: 1901, annualRevenue: { amountMinor: '120000000', currency: 'EUR' },
    phone: '+49 40 1234',
    street: 'Kai 1', postalCode: '20457', city: 'Hamburg', region: null, country: 'DE', notes: 'Pays late.',
    owner: { name: 'Rep' },
    team: { id: `team_${world.teams.north.id}` }, externalReferences: [{ source: 'erp', key: 'K-1' }], version: 1,
  });
});

test.each([
  ['Example.COM', 'example.com'],
  ['https://www.example.com:8080/a?b#c', 'example.com'],
  ['http://user@example.com', null],
  ['www.com', 'www.com'],
  ['shop.www.example.com.', 'shop.www.example.com'],
  ['Müller.example', 'xn--mller-kva.example'],
  ['localhost', null],
  ['192.168.1.10', null],
  ['javascript:alert(1)', null],
  ['ftp://example.com', null],
  ['two words.com', null],
])('the domain %s is kept as %s', async (domain, kept) => {
  const { record, userErrors } = await world.as(world.rep).mutate<{ domain: string }>(
    'companyCreate', { name: 'X', domain }, 'domain'
  );
  if (kept) expect(record).toEqual({ domain: kept });
  else expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'domain'] }]);
});

test('everything that is wrong is said at once, and nothing is written', async () => {
  const colleagues = await world.aCompany({ owner: world.colleague });
  const before = await counts();
  const { record, userErrors } = await world.as(world.rep).mutate('companyCreate', {
    name: ' ', domain: 'nowhere', websiteUrl: 'mailto:a@b.example', employeeCount: -1, foundedYear: 3, country: 'XX',
    annualRevenue: { amountMinor: '-1', currency: 'EURO' }, industry: 'x'.repeat(201),
    parentId: `company_${world.teams.north.id}`,
    ownerId: `member_${world.southRep.id}`, teamId: `team_${colleagues.id}`,
    externalReferences: [{ source: 'erp', key: 'A' }, { source: 'erp', key: ' A ' }, { source: '', key: 'B' }],
  });
  expect(record).toBeNull();
  expect(userErrors.map(({ code, path }) => [code, path.join('.')])).toEqual(expect.arrayContaining([
    ['INVALID_INPUT', 'input.name'], ['INVALID_INPUT', 'input.domain'], ['INVALID_INPUT', 'input.websiteUrl'],
    ['INVALID_INPUT', 'input.employeeCount'], ['INVALID_INPUT', 'input.foundedYear'], [
      'INVALID_INPUT', 'input.country',
    ],
    ['INVALID_INPUT', 'input.annualRevenue'], ['INVALID_INPUT', 'input.annualRevenue.currency'], [
      'INVALID_INPUT', 'input.industry',
    ],
    ['NOT_FOUND', 'input.parentId'], ['NOT_FOUND', 'input.teamId'],
    ['INVALID_INPUT', 'input.externalReferences.1.key'], ['INVALID_INPUT', 'input.externalReferences.2.source'],
  ]));
  expect(await counts()).toEqual(before);
});

test('a rep cannot create a company for somebody of another team; a manager can', async () => {
  const theirs = { name: 'For the south', ownerId: `member_${world.southRep.id}` };
  expect((await world.as(world.rep).mutate('companyCreate', theirs)).userErrors)
    .toMatchObject([{ code: 'NOT_PERMITTED', path: ['input', 'ownerId'] }]);
  const company = await world.as(world.manager).done('companyCreate', theirs, 'owner { name }');
  expect(company).toEqual({ owner: { name: 'South Rep' } });
});

test('a viewer creates nothing', async () => {
  const { errors } = await world.as(world.viewer).mutate('companyCreate', { name: 'X' });
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'company.create' } }]);
});

test('texts that PostgreSQL cannot keep are refused, by whatever door they come in', async () => {
  const input = {
    name: 'a\u0000b', city: 'half \ud800 of one', externalReferences: [{ source: 'e\u0000', key: '\udfff' }],
  };
  const [batch] = await createCompany.runBatch(await world.contextOf(world.rep, 'IMPORT'), [input]);
  expect(batch!.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`).sort()).toEqual([
    'INVALID_INPUT input.city', 'INVALID_INPUT input.externalReferences.0.key',
    'INVALID_INPUT input.externalReferences.0.source',
    'INVALID_INPUT input.name',
  ]);
  const { errors } = await world.as(world.rep).mutate('companyCreate', input);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
});

test('audit and outbox are written in the transaction of the change itself, the outbox without values', async () => {
  const { id } = await world.as(world.rep).done('companyCreate', { name: 'Audited', city: 'Kiel' });
  expect(await world.audited(id)).toEqual([
    { by: 'Rep', did: 'company.create', fields: expect.arrayContaining(['name', 'city', 'currency', 'ownerId']) },
  ]);
  const events = await world.rows(
    'select type, noun, record_version, dispatched_at from outbox_event where record_id = $1', [uuidOf(id)]
  );
  expect(events).toEqual([{ type: 'company.create', noun: 'company', record_version: 1, dispatched_at: null }]);
  const [written] = await world.rows<{ by: number }>(`
    select count(distinct by)::int as by from (
      select xmin::text as by from company where id = $1
      union all select xmin::text from audit_entry where record_id = $1
      union all select xmin::text from audit_change where about_id = $1
      union all select xmin::text from outbox_event where record_id = $1
    ) as transactions`, [uuidOf(id)]);
  expect(written).toEqual({ by: 1 });
});

test('the same key makes one company, however often and however much at once it is sent', async () => {
  const input = { name: 'Once', idempotencyKey: 'once', externalReferences: [{ source: 'erp', key: 'once' }] };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => world.as(world.rep).mutate('companyCreate', input))
  );
  const later = await world.as(world.rep).mutate('companyCreate', input);
  for (const { userErrors, errors } of answers) expect([...userErrors, ...errors]).toEqual([]);
  expect(new Set([...answers, later].map(({ record }) => record!.id)).size).toBe(1);
  expect(await world.rows(`select name from company where name = 'Once'`)).toHaveLength(1);
  expect(await world.audited(later.record!.id)).toHaveLength(1);

  const other = await world.as(world.rep).mutate('companyCreate', { ...input, name: 'Twice' });
  expect(other).toMatchObject({
    record: null, userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', path: ['input', 'idempotencyKey'] }],
  });
  const colleagues = await world.as(world.colleague).mutate('companyCreate', { name: 'Mine', idempotencyKey: 'once' });
  expect(colleagues.record).not.toBeNull();
});

test('who waits for his own first attempt gets its answer, not that its external id is taken', async () => {
  const input = {
    name: 'Impatient', idempotencyKey: 'impatient', externalReferences: [{ source: 'erp', key: 'impatient' }],
  };
  // Both have looked and found the id free before either can write it.
  await world.rows('begin');
  await world.rows('lock table external_reference in share mode');
  const sent = [1, 2].map(() => world.as(world.rep).mutate('companyCreate', input));
  await world.someoneWaits(2);
  await world.rows('commit');
  const [first, second] = await Promise.all(sent);
  expect(first!.record).not.toBeNull();
  expect(second).toEqual(first);
});

test('a key that is too long is told with all else that is wrong, and nothing is written', async () => {
  const idempotencyKey = 'k'.repeat(256);
  const pathsOf = async (input: object) => (await world.as(world.rep).mutate('companyCreate', {
    ...input, idempotencyKey,
  })).userErrors.map(({ path }) => path.at(-1));
  expect(await pathsOf({ name: ' ', country: 'XX' })).toEqual(['idempotencyKey', 'name', 'country']);
  expect(await pathsOf({ name: 'Long key' })).toEqual(['idempotencyKey']);
  expect(await world.rows(`select name from company where name = 'Long key'`)).toEqual([]);
});

test('what was refused is not remembered under its key', async () => {
  const refused = await world.as(world.rep).mutate('companyCreate', { name: '', idempotencyKey: 'later right' });
  expect(refused.userErrors).toHaveLength(1);
  await world.as(world.rep).done('companyCreate', { name: 'Right', idempotencyKey: 'later right' });
});

test('of two that claim the same external id at the same moment, one gets it and the other is told', async () => {
  const claims = await Promise.all(['First', 'Second', 'Third'].map((name) => world.as(world.rep).mutate(
    'companyCreate', { name, externalReferences: [{ source: 'race', key: '1' }] })));
  expect(claims.filter(({ record }) => record)).toHaveLength(1);
  for (const { record, userErrors, errors } of claims) {
    expect(errors).toEqual([]);
    if (!record) expect(userErrors).toMatchObject([{ code: 'TAKEN' }]);
  }
});

test('a batch takes as many statements for fifty as for two, and refuses only what is wrong in it', async () => {
  const parent = await world.aCompany({ owner: world.southRep });
  const context = await world.contextOf(world.admin, 'IMPORT');
  const inputs = (from: number, count: number) => Array.from({ length: count }, (_, at) => ({
    name: `Company ${from + at}`, domain: `c${from + at}.example`, parentId: parent.id, ownerId: world.rep.id,
    externalReferences: [{ source: 'batch', key: String(from + at) }],
    history: { createdAt: new Date('2020-01-01') },
  }));
  const few = await world.statementsOf(() => createCompany.runBatch(context, inputs(0, 2)));
  const many = await world.statementsOf(() => createCompany.runBatch(context, inputs(2, 50)));
  expect(many).toBe(few);

  const mixed = await createCompany.runBatch(context, [
    ...inputs(52, 1), { name: '' }, { name: 'Same id', externalReferences: [{ source: 'batch', key: '52' }] },
    ...inputs(53, 1),
  ]);
  expect(mixed.map(({ userErrors }) => userErrors.map(({ code }) => code)))
    .toEqual([[], ['INVALID_INPUT'], ['TAKEN'], []]);
  const [row] = await world.rows<{ created_at: Date }>(`select created_at from company where name = 'Company 53'`);
  expect(row!.created_at).toEqual(new Date('2020-01-01'));
});

test('what the database alone refuses costs only its own row of a batch', async () => {
  const other = await world.aCompany();
  const commit = Promise.withResolvers<void>();
  const faster = world.database.transaction(world.workspaceId, async (tx) => {
    await tx.externalReference.create({
      data: {
        workspaceId: world.workspaceId, id: world.services.newId(), noun: 'company', source: 'late', key: 'c',
        companyId: other.id,
      },
    });
    await commit.promise;
  });
  const keys = ['a', 'b', 'c', 'd', 'e'];
  const running = createCompany.runBatch(
    await world.contextOf(world.admin),
    keys.map((key) => ({ name: `Late ${key}`, externalReferences: [{ source: 'late', key }] })));
  await world.someoneWaits();
  commit.resolve();
  await faster;
  const results = await running;
  expect(results.map(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual([[], [], ['TAKEN'], [], []]);
  const written = await world.rows(`
    select name, (select count(*)::int from audit_entry where record_id = c.id) as audited
    from company c where name like 'Late %' order by name`);
  expect(written).toEqual(['a', 'b', 'd', 'e'].map((key) => ({ name: `Late ${key}`, audited: 1 })));
});

test('only who may import gives a company a past', async () => {
  const input = { name: 'Old', history: { createdAt: new Date('2020-01-01') } };
  const [refused] = await createCompany.runBatch(await world.contextOf(world.rep), [input]);
  expect(refused!.userErrors).toMatchObject([{ code: 'NOT_PERMITTED', path: ['input', 'history'] }]);
  const [future] = await createCompany.runBatch(
    await world.contextOf(world.manager), [{ ...input, history: { createdAt: new Date('2999-01-01') } }]
  );
  expect(future!.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'history'] }]);
});

function uuidOf(id: string): string {
  return id.slice(id.indexOf('_') + 1);
}

async function counts() {
  return world.rows(`select (select count(*) from company) as companies, (select count(*) from audit_entry) as entries,
    (select count(*) from outbox_event) as events, (select count(*) from external_reference) as references`);
}
