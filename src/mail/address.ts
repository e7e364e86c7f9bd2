import { normaliseEmail } from '../auth/email.ts';

/** Whom a mail is for: one address, and what the person is called. */
export type Recipient = { address: string; name: string | null };

/**
 * The one recipient that an address and a name stand for, or null where they do not stand for exactly one: line breaks,
 * commas, quoted local parts and whatever else a mail server could understand as a second recipient, or as a header.
 * Names lose their control characters, and what a mail program could take for an address in them.
 */
export function recipientOf({ address, name }: { address: string; name?: string | null }): Recipient | null {
  const normalised = /[\p{Cc}\s]/u.test(address.trim()) ? null : normaliseEmail(address);
  if (normalised === null) return null;
  const shown = (name ?? '').normalize('NFC').toWellFormed()
    .replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069<>"@,;:\\]+/gu, ' ').replace(/\s+/g, ' ').trim();
  return { address: normalised, name: [...shown].slice(0, 100).join('').trim() || null };
}

/** Reads `Acme CRM <crm@acme.example>`, or an address alone; null where it is neither. */
export function senderFrom(text: string): Recipient | null {
  const [, name, address] = /^(?:"?([^"<>]*?)"?\s*<([^<>]+)>|.*)$/.exec(text.trim()) ?? [];
  return recipientOf(address === undefined ? { address: text } : { address, name });
}
