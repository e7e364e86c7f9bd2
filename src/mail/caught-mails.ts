import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Recipient } from './address.ts';
import type { Mailer, OutgoingMail } from './mailer.ts';

/** A mail that was caught instead of sent. */
export type CaughtMail = OutgoingMail & { from: Recipient; caughtAt: string };

const kept = 200;

/**
 * Catches mails where there is no mail server, in development: as files, so that every process of one machine shows the
 * same ones and a restart keeps them. They hold links that work, so nobody else may read them.
 */
export class CaughtMails {
  readonly #folder: string;

  constructor(stateFolder: string) {
    this.#folder = path.join(stateFolder, 'mails');
  }

  mailer(from: Recipient, publicUrl: () => string): Mailer {
    return {
      from,
      publicUrl,
      send: async (mail) => {
        this.#write({ ...mail, from, caughtAt: new Date().toISOString() });
        return 'Caught: there is no SMTP_URL.';
      },
    };
  }

  /** The latest first. */
  list(): CaughtMail[] {
    return this.#files().map((file) => this.#read(file)).filter((mail) => mail !== null);
  }

  find(id: string): CaughtMail | null {
    return this.list().find((mail) => mail.id === id) ?? null;
  }

  #write(mail: CaughtMail): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const file = path.join(this.#folder, `${mail.caughtAt.replaceAll(/[-:.]/g, '')}-${mail.id}.json`);
    // Whoever reads meanwhile sees all of it, or nothing.
    writeFileSync(`${file}.part`, JSON.stringify(mail), { mode: 0o600 });
    renameSync(`${file}.part`, file);
    for (const old of this.#files().slice(kept)) rmSync(path.join(this.#folder, old), { force: true });
  }

  #files(): string[] {
    try {
      return readdirSync(this.#folder).filter((file) => file.endsWith('.json')).sort().reverse();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  #read(file: string): CaughtMail | null {
    try {
      return JSON.parse(readFileSync(path.join(this.#folder, file), 'utf8')) as CaughtMail;
    } catch {
      // Another process has just thrown it away.
      return null;
    }
  }
}
