import { createHash } from 'node:crypto';

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; margin: 15vh auto 0; max-width: 26rem; padding: 0 1rem; color: #1c2430 }
  h1 { font-size: 1.4rem } label { display: block; margin-top: 1rem; font-weight: 600 }
  input, button { font: inherit; padding: .6rem; border-radius: 6px }
  input { box-sizing: border-box; width: 100%; border: 1px solid #8a94a3 }
  button { margin-top: 1.5rem; padding-inline: 1.2rem; border: 0; background: #1d4ed8; color: #fff }
  .hint { color: #5b6675 } .wrong { padding: .6rem; border-left: 4px solid #b91c1c; background: #fef2f2 }
`;

/** Nothing is loaded, no script runs, nobody frames the page, and forms go nowhere but here. */
const contentSecurityPolicy = [
  `default-src 'none'`, `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  `form-action 'self'`, `frame-ancestors 'none'`, `base-uri 'none'`,
].join('; ');

/** For pages that deal with secrets: kept by no cache, and their address told to no other page. */
export const privateHeaders = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** A piece of HTML; texts put into it are escaped, pieces are not. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function html(strings: TemplateStringsArray, ...values: (string | number | Html)[]): Html {
  const parts = values.map((value) => (value instanceof Html ? value.text : escape(String(value))));
  return new Html(strings.map((text, at) => text + (parts[at] ?? '')).join(''));
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

/** A whole page as the answer. */
export function page(
  { title, body, status = 200, headers = {} }: {
    title: string; body: Html; status?: number; headers?: Record<string, string>;
  },
): Response {
  const { text } = html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
<h1>${title}</h1>
${body}
</html>
`;
  return new Response(text, {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': contentSecurityPolicy, ...privateHeaders,
      ...headers,
    },
  });
}
