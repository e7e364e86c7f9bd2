import { variable } from './source.ts';

/**
 * The markup that mails are written in, out of which both their HTML and their plain text are made. A subset of
 * Markdown: `# heading`, paragraphs, `- lists`, `**strong**`, `[label](address)`, and `---` before the small print. A
 * paragraph that is nothing but a link becomes a button. Everything else, HTML included, is plain text.
 */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'variable'; name: string }
  | { kind: 'strong'; inner: Inline[] }
  | { kind: 'link'; inner: Inline[]; href: string };

export type Block =
  | { kind: 'heading' | 'paragraph'; inner: Inline[] }
  | { kind: 'list'; items: Inline[][] }
  | { kind: 'button'; inner: Inline[]; href: string }
  | { kind: 'smallPrint' };

/** The address of the mail's own link, as it is written in a template. */
export const ownLink = '{{link}}';

export function parseMarkup(body: string): Block[] {
  return body.trim().replace(/\r\n?/g, '\n').split(/\n[ \t]*\n\s*/).filter(Boolean).map(parseBlock);
}

function parseBlock(text: string): Block {
  if (/^-{3,}$/.test(text.trim())) return { kind: 'smallPrint' };
  if (text.startsWith('# ')) return { kind: 'heading', inner: parseInlines(oneLine(text.slice(2))) };
  if (text.startsWith('- ')) {
    return { kind: 'list', items: text.slice(2).split(/\n- /).map((item) => parseInlines(oneLine(item))) };
  }
  const inner = parseInlines(oneLine(text));
  const [only, ...more] = inner;
  return only?.kind === 'link' && more.length === 0 ? { ...only, kind: 'button' } : { kind: 'paragraph', inner };
}

/** Lines of a source are as long as its editor likes them. */
function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}

const mark = /\*\*(.+?)\*\*|\[([^[\]]+)\]\(([^()\s]+)\)/;

function parseInlines(text: string): Inline[] {
  const found = mark.exec(text);
  if (!found) return parseVariables(text);
  const [all, strong, label, href] = found;
  return [
    ...parseVariables(text.slice(0, found.index)),
    strong === undefined
      ? { kind: 'link', inner: parseVariables(label!), href: href! }
      : { kind: 'strong', inner: parseInlines(strong) },
    ...parseInlines(text.slice(found.index + all.length)),
  ];
}

function parseVariables(text: string): Inline[] {
  // Splitting by a pattern with a group gives texts and names in turn.
  return text.split(variable).flatMap((part, at): Inline[] => {
    if (at % 2 === 1) return [{ kind: 'variable', name: part }];
    return part === '' ? [] : [{ kind: 'text', text: part }];
  });
}

/** Where the links of a text lead, as they are written. */
export function hrefsIn(blocks: readonly Block[]): string[] {
  const within = (inlines: readonly Inline[]): string[] => inlines.flatMap((inline) => {
    if (inline.kind === 'link') return [inline.href];
    return inline.kind === 'strong' ? within(inline.inner) : [];
  });
  return blocks.flatMap((block) => {
    switch (block.kind) {
      case 'button': return [block.href];
      case 'list': return block.items.flatMap(within);
      case 'smallPrint': return [];
      default: return within(block.inner);
    }
  });
}
