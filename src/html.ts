/** A piece of HTML; texts put into it are escaped, pieces are not. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function html(
  strings: TemplateStringsArray, ...values: (string | number | Html | readonly Html[])[]
): Html {
  const parts = values.map((value) => {
    if (value instanceof Html) return value.text;
    return typeof value === 'object' ? value.map(({ text }) => text).join('') : escape(String(value));
  });
  return new Html(strings.map((text, at) => text + (parts[at] ?? '')).join(''));
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
