import { Agent, request } from 'node:http';
import type { Running } from '../contestants/contestant.ts';

/** Body of the i-th request; requests of one workload may differ in their variables. */
export type BodyOf = (i: number) => string;
export type Load = { calls: number; seconds: number; latencies: number[] };

/** One after the other on kept connections, as many at a time as there are clients. */
export class Driver {
  readonly #agent: Agent;
  readonly #running: Running;
  #asked = 0;

  constructor(running: Running, clients: number) {
    this.#running = running;
    this.#agent = new Agent({ keepAlive: true, maxSockets: clients });
  }

  /** @throws Error for an answer that is none: another status than 200, or errors in it */
  ask(body: string): Promise<string> {
    const { url, headers } = this.#running;
    return new Promise((resolve, reject) => {
      const outgoing = request(url, {
        method: 'POST', agent: this.#agent,
        headers: { ...headers, 'content-type': 'application/json', accept: 'application/json', 'content-length': Buffer.byteLength(body) },
      }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (incoming.statusCode === 200 && !text.startsWith('{"errors"')) resolve(text);
          else reject(new Error(`${this.#running.name} answers ${incoming.statusCode}: ${text.slice(0, 2_000)}`));
        });
      });
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  async drive(bodyOf: BodyOf, clients: number, seconds: number): Promise<Load> {
    const latencies: number[] = [];
    const start = performance.now();
    const end = start + seconds * 1_000;
    await Promise.all(Array.from({ length: clients }, async () => {
      while (performance.now() < end) {
        const before = performance.now();
        await this.ask(bodyOf(this.#asked++));
        latencies.push(performance.now() - before);
      }
    }));
    return { calls: latencies.length, seconds: (performance.now() - start) / 1_000, latencies };
  }

  async drain(): Promise<void> {
    this.#agent.destroy();
  }
}
