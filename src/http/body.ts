import type { IncomingMessage } from 'node:http';
import type { GraphQLError } from 'graphql';
import { limits } from './limits.ts';
import { requestError } from './request-error.ts';

const tooLarge = (): GraphQLError => requestError('PAYLOAD_TOO_LARGE', 'The body is larger than 1 MiB.');

function checkDeclaredLength(length: string | null | undefined): void {
  if (Number(length ?? 0) > limits.bodyBytes) throw tooLarge();
}

/**
 * Reads a body from a socket. Of one that is too large nothing is kept: what still arrives is thrown away, so that the
 * answer reaches a client that is busy sending.
 */
export async function readMessageBody(message: IncomingMessage): Promise<Uint8Array> {
  checkDeclaredLength(message.headers['content-length']);
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    message.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limits.bodyBytes) {
        chunks.push(chunk);
      } else {
        chunks = [];
        reject(tooLarge());
      }
    });
    message.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    // Nobody will read the answer, nor was anything wrong on our side.
    const brokenOff = () => reject(requestError('BAD_REQUEST', 'The body was broken off.'));
    message.on('close', () => {
      if (!message.complete) brokenOff();
    });
    message.on('error', brokenOff);
  });
}

/** The same for a request that comes as an object. */
export async function readRequestBody(request: Request): Promise<Uint8Array> {
  checkDeclaredLength(request.headers.get('content-length'));
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > limits.bodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
