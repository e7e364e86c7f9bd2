import { Agent, request } from 'node:http';
import type { Running } from '../contestants/contestant.ts';

/** Body of the i-th request; requests of one workload may differ in their variables. */
export type BodyOf = (i: number) => string;
/** How a contestant is asked for one workload. */
export type Entry = { label: string; running: Running; bodyOf: BodyOf; expects?: string };
export type Load = { calls: number; seconds: number; latencies: number[] };

/** Asks one after the other on kept connections, as many at a time as there are clients. */
export class Driver {
  readonly #agent: Agent;
  readonly #entry: Entry;
  #asked = 0;

  constructor(entry: Entry, clients: number) {
    this.#entry = entry;
    this.#agent = new Agent({ keepAlive: true, maxSockets: clients });
  }

  /** Sends the next request of the workload. */
  async next(): Promise<string> {
    const { bodyOf, expects, label } = this.#entry;
    const text = await this.ask(bodyOf(this.#asked++));
    if (expects && !text.includes(expects)) throw new Error(`${label} answers ${text.slice(0, 2_000)}`);
    return text;
  }

  /** @throws Error for an answer that is none: another status than 200, or errors in it */
  ask(body: string): Promise<string> {
    const { running: { url, headers }, label } = this.#entry;
    return new Promise((resolve, reject) => {
      const outgoing = request(url, {
        method: 'POST', agent: this.#agent,
        headers: {
          ...headers, 'content-type': 'application/json', accept: 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (incoming.statusCode === 200 && !text.startsWith('{"errors"')) resolve(text);
          else reject(new Error(`${label} answers ${incoming.statusCode}: ${text.slice(0, 2_000)}`));
        });
      });
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  /**
   * Asks for so many seconds, and on a busy machine for up to eight times as long, until there were `least` calls: a
   * program that has not run often enough is not yet compiled.
   */
  async drive(clients: number, seconds: number, least: number): Promise<Load> {
    const latencies: number[] = [];
    const start = performance.now();
    const isDone = () => {
      const passed = (performance.now() - start) / 1_000;
      return passed >= seconds && (latencies.length >= least || passed >= seconds * 8);
    };
    await Promise.all(Array.from({ length: clients }, async () => {
      while (!isDone()) {
        const before = performance.now();
        await this.next();
        latencies.push(performance.now() - before);
      }
    }));
    return { calls: latencies.length, seconds: (performance.now() - start) / 1_000, latencies };
  }

  close(): void {
    this.#agent.destroy();
  }
}
