import { isBreached } from './breached-passwords.ts';

/** What is left of a password without the words that anybody would guess must be worth something by itself. */
const minRest = 8;
/** Shorter ones are parts of too many innocent words. */
const minWord = 4;

/**
 * Why a password would be guessed, however long it is; null when it would not. NIST SP 800-63B-4 §3.1.1.2 and ASVS 5.0
 * (6.2.4, 6.2.11, 6.2.12): common and breached ones, repetitions, and what is written on the door.
 *
 * @param words what belongs to the person and the place: address, workspace
 */
export function guessableBecause(password: string, words: readonly string[] = []): string | null {
  const text = plain(password);
  const core = text.replace(/^[^\p{L}]{1,4}/u, '').replace(/[^\p{L}]{1,4}$/u, '');
  if (isBreached(text) || (core.length >= minRest && isBreached(core))) {
    return 'This password is known from breaches, and is tried first by whoever guesses. Choose another.';
  }
  const unit = repeatedUnit(text);
  if (unit.length < text.length && (unit.length < minRest || isBreached(unit))) {
    return 'This password repeats the same few characters. Choose another.';
  }
  if (restWithout(text, words).length < minRest) {
    return 'This password is mostly the address, the name of the workspace, or ours. Choose another.';
  }
  return null;
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** The shortest piece of which the text is a repetition, the last time perhaps cut: `abcabca` → `abc`. */
function repeatedUnit(text: string): string {
  const characters = [...text];
  // The table of Knuth, Morris and Pratt: linear, whatever somebody sends.
  const borders = [0];
  for (let at = 1, length = 0; at < characters.length; at += 1) {
    while (length > 0 && characters[at] !== characters[length]) length = borders[length - 1]!;
    if (characters[at] === characters[length]) length += 1;
    borders.push(length);
  }
  const period = characters.length - (borders.at(-1) ?? 0);
  return period * 2 <= characters.length ? characters.slice(0, period).join('') : text;
}

/** Letters and digits that are left when the words, and the parts of addresses, are taken away. */
function restWithout(text: string, words: readonly string[]): string {
  const parts = ['gatehouse', ...words]
    .flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u)])
    .map((word) => plain(word.trim()))
    .filter((word) => word.length >= minWord)
    .sort((left, right) => right.length - left.length);
  const rest = parts.reduce((left, part) => left.replaceAll(part, ''), text);
  // Without a word of one's own in it, everything counts, spaces included.
  return rest === text ? text : rest.replace(/[^\p{L}\p{N}]/gu, '');
}
