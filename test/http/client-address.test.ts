import { expect, test } from 'vitest';
import { readEnv } from '../../src/env.ts';
import { clientAddress } from '../../src/http/client-address.ts';

const { trustedProxies } = readEnv({ TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8', STATE_FOLDER: '.gatehouse' });

test('whoever is no trusted proxy is his own address, whatever he writes', () => {
  for (const made of [null, '192.0.2.9', '10.0.0.1', '10.0.0.1, 10.0.0.2', 'nonsense']) {
    expect(clientAddress('198.51.100.7', made, trustedProxies)).toBe('198.51.100.7');
  }
});

test('behind trusted proxies the client is the first address from the right that is not trusted', () => {
  expect(clientAddress('10.0.0.1', '203.0.113.5', trustedProxies)).toBe('203.0.113.5');
  expect(clientAddress('10.0.0.1', '192.0.2.66, 203.0.113.5, 10.9.9.9', trustedProxies)).toBe('203.0.113.5');
  expect(clientAddress('fd00::1', '2001:DB8:0:0::5', trustedProxies)).toBe('2001:db8::5');
  expect(clientAddress('10.0.0.1', '10.0.0.2', trustedProxies)).toBe('10.0.0.2');
});

test('what is no address ends the way back', () => {
  expect(clientAddress('10.0.0.1', '203.0.113.5, unknown', trustedProxies)).toBe('10.0.0.1');
  expect(clientAddress('10.0.0.1', `203.0.113.5${', 10.0.0.3'.repeat(50)}`, trustedProxies)).toBe('10.0.0.3');
  expect(clientAddress(undefined, '203.0.113.5', trustedProxies)).toBeNull();
});

test('one address is written in one way', () => {
  expect(clientAddress('::ffff:198.51.100.7', null, trustedProxies)).toBe('198.51.100.7');
  expect(clientAddress('::ffff:10.0.0.1', '203.0.113.5:4711', trustedProxies)).toBe('203.0.113.5');
  expect(clientAddress('10.0.0.1', '[2001:db8::1]:443', trustedProxies)).toBe('2001:db8::1');
  expect(clientAddress('fe80::1%eth0', null, trustedProxies)).toBe('fe80::1');
});
