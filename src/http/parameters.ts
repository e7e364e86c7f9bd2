import { limits } from './limits.ts';
import { requestError } from './request-error.ts';
import { hasOnlyStorableText, isDeeperThan, isStorableText } from './well-formed.ts';

/** What a request asks for, in the words of the GraphQL-over-HTTP specification. */
export type Parameters = {
  query?: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  extensions?: Record<string, unknown>;
  documentId?: string;
};

const bad = (message: string) => requestError('BAD_REQUEST', message);
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads what a request asks for: POST with JSON, or GET. Everything else, and everything malformed, is refused here, so
 * that later steps meet only well-formed text of a bounded size and depth.
 */
export async function readParameters(request: Request, readBody: () => Promise<Uint8Array>): Promise<Parameters> {
  checkContentType(request);
  if (request.method === 'GET') return parametersFromAddress(request.url);
  const body = await readBody();
  if (body.length === 0) throw bad('The body is empty.');
  let text;
  try {
    text = utf8.decode(body);
  } catch {
    throw bad('The body is not UTF-8.');
  }
  return parametersFrom(parseJson(text, 'The body'));
}

/**
 * JSON is what a foreign page cannot send without asking first. A GET has no body, but it may have the header, and some
 * of its values (`message/rfc822`) make checks elsewhere think that it is harmless.
 */
function checkContentType(request: Request): void {
  const contentType = request.headers.get('content-type');
  if (request.method === 'GET' && contentType === null) return;
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';').map((part) => part.trim());
  const isUtf8 = parameters.every((each) => !each.startsWith('charset=') || /^charset="?utf-?8"?$/.test(each));
  if (type !== 'application/json' || !isUtf8 || request.headers.has('content-encoding')) {
    throw requestError('UNSUPPORTED_MEDIA_TYPE', 'Send Content-Type: application/json, in UTF-8, uncompressed.');
  }
}

function parametersFromAddress(address: string): Parameters {
  const { search } = new URL(address);
  let pairs: [string, string][];
  try {
    pairs = search.slice(1).split('&').filter(Boolean).map((pair) => {
      const [name = '', ...value] = pair.replaceAll('+', ' ').split('=');
      return [decodeURIComponent(name), decodeURIComponent(value.join('='))];
    });
  } catch {
    throw bad('The address is not UTF-8.');
  }
  const values = new Map<string, unknown>();
  for (const [name, value] of pairs) {
    if (!isStorableText(value)) throw bad('The address has characters that cannot be stored.');
    if (values.has(name)) throw bad('The address has a parameter twice.');
    const isJson = name === 'variables' || name === 'extensions';
    values.set(name, isJson && value ? parseJson(value, `The parameter ${name}`) : value || null);
  }
  return parametersFrom(Object.fromEntries(values));
}

function parseJson(text: string, what: string): unknown {
  if (isDeeperThan(limits.jsonDepth, text)) throw bad(`${what} nests deeper than ${limits.jsonDepth} levels.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw bad(`${what} is not JSON.`);
  }
  if (!hasOnlyStorableText(text, parsed)) throw bad(`${what} has characters that cannot be stored.`);
  return parsed;
}

const shapes = {
  query: 'string', operationName: 'string', documentId: 'string', variables: 'object', extensions: 'object',
} as const;

function parametersFrom(given: unknown): Parameters {
  if (Array.isArray(given)) throw bad('Send one operation at a time: batches are not accepted.');
  if (typeof given !== 'object' || given === null) throw bad('The body must be a JSON object.');
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(shapes, name)) throw bad(`Unknown parameter: ${name.slice(0, 50)}.`);
    if (value === null) continue;
    const shape = shapes[name as keyof typeof shapes];
    if (typeof value !== shape || Array.isArray(value)) {
      throw bad(`The parameter ${name} must be ${shape === 'object' ? 'an object' : 'a string'}.`);
    }
    parameters[name] = value;
  }
  return parameters;
}
