/** The words of a template: a subject, and a body in the markup of markup.ts, both with `{{variables}}`. */
export type TemplateSource = { subject: string; body: string };

/**
 * Reads a template's file: `Subject: …` in the first line, an empty one, the body.
 *
 * @throws Error when there is no subject, which is a mistake in our own file
 */
export function readSource(text: string): TemplateSource {
  const [, subject, body] = /^Subject: (.+)\n\n([^]+)$/.exec(text) ?? [];
  if (!subject || !body) throw new Error('A template begins with "Subject: …" and an empty line.');
  return { subject: subject.trim(), body: body.trim() };
}

/** The variables that a text names, in their order, each as often as it is named. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(variable)].map(([, name]) => name!);
}

/** `{{name}}`; what is between other braces is plain text. */
export const variable = /\{\{\s*([A-Za-z][A-Za-z0-9]*)\s*\}\}/g;
