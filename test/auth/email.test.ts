import { expect, test } from 'vitest';
import { normaliseEmail } from '../../src/auth/email.ts';

test.each([
  ['ada@example.com', 'ada@example.com'],
  ['  Ada.Adams+crm@Example.COM\n', 'ada.adams+crm@example.com'],
  ['o\'brien_1@sub.mail-host.example', 'o\'brien_1@sub.mail-host.example'],
  ['owner@demo.test', 'owner@demo.test'],
  ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
  ['ada@BU\u0308CHER.example', 'ada@xn--bcher-kva.example'],
  ['ada@ｅｘａｍｐｌｅ.com', 'ada@example.com'],
  ['ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example'],
  [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
])('%j signs in as %j', (written, email) => {
  expect(normaliseEmail(written)).toBe(email);
});

test.each([
  '', 'ada', '@example.com', 'ada@', 'ada@localhost', 'ada@example.com.', 'ada@.example.com', 'ada@exa..mple.com',
  'ada@@example.com', 'ada@b@example.com',
  'ada＠example.com', '.ada@example.com', 'ada.@example.com', 'a..b@example.com',
  'ada\0@example.com', 'ada@example.com\0', 'ada adams@example.com', 'ada@exam ple.com', 'ada\r\nbcc:x@example.com',
  'ａda@example.com', 'аda@example.com', '"ada"@example.com', 'ada@[127.0.0.1]', 'ada@127.0.0.1', 'ada@-example.com',
  'ada@example.com:80', 'ada@ex%61mple.com', 'ada@example.com/x', 'ada@exämple.com:80', 'İda@example.com',
  `${'a'.repeat(65)}@example.com`, `ada@${'a'.repeat(64)}.com`, `ada@${'a.'.repeat(130)}com`,
])('%j is no address to sign in with', (written) => {
  expect(normaliseEmail(written)).toBeNull();
});

test('a megabyte is no address, and is not looked through', () => {
  const start = performance.now();
  for (const part of ['a', 'a.', '@', ' ']) expect(normaliseEmail(part.repeat(1_000_000))).toBeNull();
  expect(performance.now() - start).toBeLessThan(50);
});
