import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

export type Question = { query: string; variables: Record<string, unknown>; token?: string };

/** Of each kind, the questions to ask, one for each sample. */
export type Kinds = Record<string, readonly Question[]>;

/** Milliseconds from the first byte sent to the last one received, and the answer as it came. */
type Sample = { took: number; answer: string };

/**
 * Asks everything in one random order, so that whatever the machine does meanwhile happens to all kinds alike; several
 * at a time, each on a connection of its own that is kept.
 */
export async function takeSamples(url: string, kinds: Kinds, lanes: number): Promise<Record<string, Sample[]>> {
  const waiting = Object.entries(kinds)
    .flatMap(([kind, questions]) => questions.map((question) => ({ kind, question })))
    .map((each) => ({ each, at: Math.random() })).sort((left, right) => left.at - right.at).map(({ each }) => each);
  const samples: Record<string, Sample[]> = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  await Promise.all(Array.from({ length: lanes }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      samples[next.kind]!.push(await ask(url, agent, next.question));
    }
    agent.destroy();
  }));
  return samples;
}

function ask(url: string, agent: Agent, { query, variables, token }: Question): Promise<Sample> {
  const body = JSON.stringify({ query, variables });
  const headers = {
    // One for all, so that answers can be compared to the byte.
    'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-request-id': 'one-for-all',
    ...(token && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    request(`${url}/graphql`, { method: 'POST', agent, headers }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (chunk: string) => { answer += chunk; })
        .on('end', () => resolve({ took: performance.now() - startedAt, answer: `${response.statusCode} ${answer}` }));
    }).on('error', reject).end(body);
  });
}
