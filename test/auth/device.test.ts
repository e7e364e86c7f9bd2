import { expect, test } from 'vitest';
import { deviceOf } from '../../src/services/identity/device.ts';

test('a device is called by what people know of it', () => {
  const named: Record<string, string> = {
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0': 'Firefox on Windows',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15':
      'Safari on macOS',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile Safari/604.1':
      'Chrome on iPhone',
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36':
      'Chrome on Android',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/150.0 Safari/537.36':
      'Chrome on Linux',
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0':
      'Edge on Windows',
    'curl/8.5.0': 'curl', 'node': 'Node', 'acme-sync 1.2': 'acme-sync 1.2', '': 'an unknown device',
    '<script>alert(1)</script>': 'an unknown device',
  };
  expect(Object.fromEntries(Object.keys(named).map((agent) => [agent, deviceOf(agent)]))).toEqual(named);
  expect(deviceOf(null)).toBe('an unknown device');
});
