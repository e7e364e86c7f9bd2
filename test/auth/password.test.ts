import { parseOptions } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { loadBreachedPasswords } from '../../src/auth/breached-passwords.ts';
import { HashQueue, OverloadedError } from '../../src/auth/hash-queue.ts';
import { hashPassword, needsRehash, passwordProblem, verifyPassword } from '../../src/auth/password.ts';

const hundred = 'x'.repeat(100);
/** Of any length, and no repetition. */
const varied = (length: number) => Array.from({ length }, (_, at) => ((at * at) % 97).toString(36).at(-1)).join('');

test('passwords are hashed with argon2id, at least as hard as OWASP asks, each with its own salt', async () => {
  const [one, other] = [await hashPassword('correct horse battery'), await hashPassword('correct horse battery')];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(parseOptions(one).saltLen).toBeGreaterThanOrEqual(16);
  expect(one).not.toBe(other);
  expect(needsRehash(one)).toBe(false);
});

test('every character counts, also the hundred-and-first', async () => {
  const passwordHash = await hashPassword(`${hundred}a`);
  expect(await verifyPassword(passwordHash, `${hundred}a`)).toBe(true);
  expect(await verifyPassword(passwordHash, `${hundred}b`)).toBe(false);
});

test('a password is the same however its letters were composed', async () => {
  const composed = 'Ångström über alles'.normalize('NFC');
  const passwordHash = await hashPassword(composed);
  expect(await verifyPassword(passwordHash, composed.normalize('NFD'))).toBe(true);
  expect(await verifyPassword(passwordHash, composed.toLowerCase())).toBe(false);
});

test('fifteen to 1,024 characters will do, of any kind', () => {
  for (const fine of [
    'demo-password-1', 'a b c d e f g h', '密钥不重复的很长的一句话还要长', '🔑🌲🌳🌴🌵🌶🌷🌸🌹🌺🌻🌼🌽🌾🌿', varied(1_024),
    varied(64), varied(128), varied(1_023).normalize('NFD') + 'e\u0301', '¿Qué? ¡Más de quince!',
  ]) {
    expect(passwordProblem(fine)).toBeNull();
  }
});

test('too short, too long and broken passwords are told apart', () => {
  for (const short of ['', 'x'.repeat(14), '🔑'.repeat(8), 'e\u0301'.repeat(8)]) {
    expect(passwordProblem(short)).toMatch(/at least 15/);
  }
  for (const long of ['x'.repeat(1_025), 'x'.repeat(10_000_000)]) expect(passwordProblem(long)).toMatch(/at most 1024/);
  expect(passwordProblem(`\ud800${'x'.repeat(20)}`)).toMatch(/whole/);
});

test('a password of a megabyte is refused without being hashed', async () => {
  const passwordHash = await hashPassword('correct horse battery');
  const start = performance.now();
  for (let round = 0; round < 20; round += 1) {
    expect(await verifyPassword(passwordHash, 'x'.repeat(1_000_000))).toBe(false);
  }
  expect(performance.now() - start).toBeLessThan(50);
});

test('nobody is right where there is no password', async () => {
  expect(await verifyPassword(null, 'correct horse battery')).toBe(false);
});

test('a queue runs no more at once than it may, in order, and refuses what it has no place for', async () => {
  const queue = new HashQueue({ parallel: 2, waiting: 3 });
  const ends: (() => void)[] = [];
  const began: number[] = [];
  const task = (number: number) => queue.run(async () => {
    began.push(number);
    await new Promise<void>((resolve) => ends.push(resolve));
    return number;
  });
  const all = [1, 2, 3, 4, 5].map(task);
  await expect(task(6)).rejects.toThrow(OverloadedError);
  expect(began).toEqual([1, 2]);
  while (ends.length > 0) {
    expect(ends.length).toBeLessThanOrEqual(2);
    ends.shift()!();
    await new Promise(setImmediate);
  }
  expect(await Promise.all(all)).toEqual([1, 2, 3, 4, 5]);
  expect(began).toEqual([1, 2, 3, 4, 5]);
});

test('a task that fails gives its place back', async () => {
  const queue = new HashQueue({ parallel: 1, waiting: 0 });
  await expect(queue.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await queue.run(() => Promise.resolve('fine'))).toBe('fine');
});

test('common and breached passwords are refused, also behind other letters, repeated, or with a little around them', () => {
  for (const known of [
    'qwertyuiopasdfghjkl', '1234567890qwertyuiop', 'passwordpassword', 'PasswordPassword', 'manchesterunited',
    'ManchesterUnited1!', 'ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ', 'worldofwarcraft', 'aaaaaaaaaaaaaaaaaaaa', 'abcabcabcabcabcabc',
    'letmeinletmeinletmein', 'qwerty123qwerty123qwerty123', '        '.repeat(3),
  ]) {
    expect(passwordProblem(known), known).toMatch(/breaches|repeats/);
  }
  for (const fine of ['correct horse battery', 'manchester united by the sea', 'letmein but not like this']) {
    expect(passwordProblem(fine)).toBeNull();
  }
});

test('one\'s own address and the workspace\'s name are no password, alone or next to each other', () => {
  const words = ['ada.lovelace@analytical.example', 'Analytical Engines', 'analytical-engines'];
  for (const obvious of [
    'ada.lovelace@analytical.example', 'ADA.LOVELACE@analytical.example', 'Analytical Engines 1843',
    'gatehouse gatehouse 1',
    'lovelace-analytical-1', 'analytical-engines!',
  ]) {
    expect(passwordProblem(obvious, words), obvious).toMatch(/mostly|repeats/);
  }
  expect(passwordProblem('Analytical horse battery staple', words)).toBeNull();
  expect(passwordProblem('Ada said so in the year 1843', words)).toBeNull();
});

test('looking whether a password can be guessed takes no longer for a hostile one', () => {
  const start = performance.now();
  for (const text of ['a'.repeat(1_023) + 'b', 'ab'.repeat(512), '-'.repeat(1_024), varied(1_024)]) {
    passwordProblem(text, [varied(200), 'a'.repeat(200)]);
  }
  expect(performance.now() - start).toBeLessThan(50);
});

test('without its list of breached passwords the server does not start', () => {
  expect(() => loadBreachedPasswords('/nowhere/list.bin')).toThrow(/list of breached passwords is missing/);
  expect(() => loadBreachedPasswords(import.meta.filename)).toThrow(/not whole/);
});
