import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { configurationPage } from '../../src/configuration-page.ts';
import { readEnv } from '../../src/env.ts';
import { projectFolder } from '../../src/project.ts';

const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://gatehouse_server:secret@db.example/crm',
  PUBLIC_URL: 'https://crm.example',
  CURSOR_SECRET: 'x'.repeat(32),
  SMTP_URL: 'smtps://crm:secret@mail.example',
  MAIL_FROM: 'Acme CRM <crm@acme.example>',
};

const refusal = (source: NodeJS.ProcessEnv) => {
  try {
    readEnv(source);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
};

test('an empty environment is a development server on port 4000 of this machine', () => {
  expect(readEnv({})).toMatchObject({
    isProduction: false, port: 4000, host: '127.0.0.1', databaseUrl: undefined, seedDemo: undefined,
    databasePooling: 'session', databasePoolSize: 10, persistedOnly: 'none', corsOrigins: [],
  });
});

test('an empty variable counts as unset', () => {
  expect(readEnv({ PORT: '', DATABASE_URL: ' ' })).toMatchObject({ port: 4000, databaseUrl: undefined });
});

test('the development secret stays the same and is long enough', () => {
  const { cursorSecret } = readEnv({});
  expect(cursorSecret).toBe(readEnv({}).cursorSecret);
  expect(Buffer.byteLength(cursorSecret)).toBeGreaterThanOrEqual(32);
});

test('a state folder that cannot be used is refused in a sentence', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'gatehouse-env-')), 'file');
  writeFileSync(file, '');
  expect(() => readEnv({ STATE_FOLDER: file })).toThrow(`Nothing can be kept in ${file} (EEXIST)`);
  expect(() => readEnv({ STATE_FOLDER: `${file}/deeper` })).toThrow(`Nothing can be kept in ${file}/deeper (EEXIST)`);
  const broken = mkdtempSync(path.join(tmpdir(), 'gatehouse-env-'));
  mkdirSync(path.join(broken, 'cursor-secret'));
  expect(() => readEnv({ STATE_FOLDER: broken })).toThrow(`Nothing can be kept in ${broken} (EISDIR)`);
});

test('all wrong variables are named at once, one line each', () => {
  const lines = refusal({ PORT: 'eighty', DATABASE_POOLING: 'yes', DATABASE_POOL_SIZE: '0', LOG_LEVEL: 'loud' });
  expect(lines?.split('\n')).toEqual([
    'PORT must be a whole number from 0 to 65535, not "eighty".',
    'DATABASE_POOLING must be one of session, transaction, not "yes".',
    'DATABASE_POOL_SIZE must be a whole number from 1 to 1000, not "0".',
    'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, not "loud".',
  ]);
});

test('production demands its database, its address, its secret and its mail server', () => {
  expect(refusal({ NODE_ENV: 'production' })?.split('\n')).toEqual([
    'DATABASE_URL must be set when NODE_ENV is production.',
    'PUBLIC_URL must be set when NODE_ENV is production.',
    'CURSOR_SECRET must be set when NODE_ENV is production.',
    'SMTP_URL must be set when NODE_ENV is production.',
    'MAIL_FROM must be set when NODE_ENV is production.',
  ]);
  expect(readEnv(production)).toMatchObject({ isProduction: true, publicUrl: 'https://crm.example' });
  expect(readEnv(production).mailFrom).toEqual({ name: 'Acme CRM', address: 'crm@acme.example' });
});

test.each([
  ['a short secret', { CURSOR_SECRET: 'changeme' }, 'CURSOR_SECRET must have at least 32 bytes.'],
  ['an address without TLS', { PUBLIC_URL: 'http://crm.example' },
    'PUBLIC_URL must start with https when NODE_ENV is production.'],
  ['the demo', { SEED_DEMO: '1' }, 'SEED_DEMO must not be 1 when NODE_ENV is production.'],
])('production refuses %s', (_, change, message) => {
  expect(refusal({ ...production, ...change })).toBe(message);
});

test.each([
  ['PORT', '65536'], ['PORT', '-1'], ['PORT', '1e3'], ['HOST', 'a b'], ['PUBLIC_URL', 'https://crm.example/app'],
  ['PUBLIC_URL', 'ftp://crm.example'], ['DATABASE_URL', 'mysql://a@b/c'], ['DATABASE_ADMIN_URL', 'localhost'],
  ['SEED_DEMO', 'true'], ['CORS_ORIGINS', '*'], ['CORS_ORIGINS', 'https://a.example/'], ['PERSISTED_ONLY', 'some'],
  ['SMTP_URL', 'mail.example'], ['SMTP_URL', 'https://mail.example'],
  ['MAIL_FROM', 'Acme'], ['MAIL_FROM', 'a@b.example, c@d.example'], ['TRUSTED_PROXIES', '10.0.0.0/33'],
  ['TRUSTED_PROXIES', 'proxy'], ['NODE_ENV', 'prod'],
])('%s=%s is refused by name', (name, value) => {
  expect(refusal({ [name]: value })).toMatch(new RegExp(`^${name} must .*\\.$`));
});

test('a refused secret is not repeated', () => {
  expect(refusal({ DATABASE_URL: 'mysql://root:hunter2@b/c' })).not.toContain('hunter2');
  expect(refusal({ SMTP_URL: 'http://root:hunter2@b' })).not.toContain('hunter2');
});

test('trusted proxies are addresses and networks of both families', () => {
  const { trustedProxies } = readEnv({ TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.1,2001:db8::/32' });
  expect(trustedProxies.check('10.1.2.3')).toBe(true);
  expect(trustedProxies.check('192.0.2.2')).toBe(false);
  expect(trustedProxies.check('2001:db8::1', 'ipv6')).toBe(true);
});

test('docs/configuration.md is up to date (npm run generate writes it)', () => {
  const page = readFileSync(path.join(projectFolder, 'docs', 'configuration.md'), 'utf8');
  expect(page).toBe(configurationPage());
});
