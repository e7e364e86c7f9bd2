import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { projectFolder } from '../project.ts';

/** Somebody whom the page offers to sign in as, with one click. */
export type SignIn = { email: string; description: string; password: string };

type Asset = { type: string; content: string };

const folder = path.join(projectFolder, 'public', 'graphiql');
const examplesFolder = path.join(projectFolder, 'examples');
const javaScript = 'text/javascript; charset=utf-8';
const css = 'text/css; charset=utf-8';

/** Everything comes from this server: the page works without a network, and nobody else is told of it. */
const pagePolicy = [
  "default-src 'none'", "script-src 'self'", "worker-src 'self' blob:", "connect-src 'self'", "img-src 'self' data:",
  "font-src 'self' data:", "style-src 'self' 'unsafe-inline'", "base-uri 'none'", "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** GraphiQL with a sign-in above it and the example documents in tabs, for people with a browser. */
export class GraphiQL {
  readonly #html: string;
  #packaged: Promise<Map<string, Asset>> | undefined;
  readonly #compressed = new Map<string, Promise<Buffer>>();

  constructor(signIns: readonly SignIn[]) {
    const settings = JSON.stringify({ signIns, tabs: exampleTabs(signIns.length > 0) }).replaceAll('<', '\\u003c');
    this.#html = readFileSync(path.join(folder, 'index.html'), 'utf8').replace('{{settings}}', () => settings);
  }

  /** The page, for a browser that was pointed to the API's address. */
  page(request: Request): Response | null {
    if (request.method !== 'GET' || !request.headers.get('accept')?.includes('text/html')) return null;
    return new Response(this.#html, {
      headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': pagePolicy, vary: 'Accept' },
    });
  }

  async asset(pathname: string, request: Request): Promise<Response | null> {
    if (request.method !== 'GET' || !pathname.startsWith('/graphiql/')) return null;
    const name = pathname.slice('/graphiql/'.length);
    const own = ownAssets.get(name);
    if (own) return new Response(readFileSync(path.join(folder, name)), { headers: { 'content-type': own } });
    const packaged = (await this.#package()).get(name);
    if (!packaged) return null;
    const headers = new Headers({
      'content-type': packaged.type, 'cache-control': 'public, max-age=3600', vary: 'Accept-Encoding',
    });
    if (!request.headers.get('accept-encoding')?.includes('gzip')) return new Response(packaged.content, { headers });
    let compressed = this.#compressed.get(name);
    if (!compressed) this.#compressed.set(name, compressed = promisify(gzip)(packaged.content));
    headers.set('content-encoding', 'gzip');
    return new Response(await compressed as Uint8Array<ArrayBuffer>, { headers });
  }

  /** Ten megabytes, loaded when somebody opens the page and not before. */
  #package(): Promise<Map<string, Asset>> {
    this.#packaged ??= import('@graphql-yoga/render-graphiql/graphiql').then((files) => new Map([
      ['graphiql.js', { type: javaScript, content: files.js }],
      ['graphiql.css', { type: css, content: files.css }],
      ['editorWorkerService.worker.js', { type: javaScript, content: files.editorWorkerService }],
      ['json.worker.js', { type: javaScript, content: files.jsonWorker }],
      ['graphql.worker.js', { type: javaScript, content: files.graphqlWorker }],
    ]));
    return this.#packaged;
  }
}

const ownAssets = new Map([
  ['page.js', javaScript], ['start.js', javaScript], ['page.css', css], ['icon.svg', 'image/svg+xml'],
]);

/** One tab for each example document, in the order of their names; with records of the demo, where there is one. */
function exampleTabs(hasDemo: boolean): { query: string; variables?: string }[] {
  let names: string[];
  try {
    names = readdirSync(examplesFolder).filter((name) => name.endsWith('.graphql')).sort();
  } catch {
    return [];
  }
  const variables = hasDemo ? JSON.parse(readExample('demo-variables.json')) as Record<string, object> : {};
  return names.map((name) => {
    const known = variables[path.basename(name, '.graphql')];
    return { query: readExample(name), ...(known ? { variables: JSON.stringify(known, null, 2) } : {}) };
  });
}

function readExample(name: string): string {
  return readFileSync(path.join(examplesFolder, name), 'utf8');
}
