/**
 * Answers of different servers in one form, so that they can be compared: ids without the noun in front, instants in
 * UTC with milliseconds, connections as plain lists cut to their page, money as two fields of its record (both left out
 * where there is no amount), tags without the row that links them. Cursors and `hasNextPage` are each server's own
 * affair.
 */
function commonForm(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(commonForm);
  if (typeof answer === 'string') return commonText(answer);
  if (typeof answer !== 'object' || answer === null) return answer;
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(answer)) {
    if (name === 'pageInfo' || name === 'position' && 'part' in answer || name === 'part') continue;
    if (name === 'amount') Object.assign(fields, (value as object | null) ?? { amountMinor: null });
    else fields[name] = commonForm(value);
  }
  if ('amountMinor' in fields && fields.amountMinor === null) delete fields.currency;
  const names = Object.keys(fields);
  if (names.length === 1 && names[0] === 'nodes') return fields.nodes;
  if (names.length === 1 && names[0] === 'tag') return fields.tag;
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const uuid = /^(?:[a-z][A-Za-z]*_)?([0-9a-f]{8}-[0-9a-f-]{27})$/;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const decimal = /^-?\d+\.\d+$/;

function commonText(text: string): string {
  const id = uuid.exec(text)?.[1];
  if (id) return id;
  if (instant.test(text)) return new Date(/(Z|[+-]\d\d(:?\d\d)?)$/.test(text) ? text : `${text}Z`).toISOString();
  return decimal.test(text) ? String(Number(text)) : text;
}

/**
 * The floor reads one row more than a page, to know whether there is another.
 *
 * @throws Error saying where two answers differ
 */
export function requireEqual(workload: string, answers: (readonly [who: string, answer: unknown])[]): void {
  const [[firstName, first] = [], ...others] = answers.map(([name, answer]) => [name, commonForm(answer)] as const);
  for (const [name, other] of others) {
    const difference = findDifference(first, other, '');
    if (difference) throw new Error(`${workload}: ${firstName} and ${name} answer differently ${difference}`);
  }
}

const pageLengths = [50, 20, 3];

function findDifference(left: unknown, right: unknown, path: string): string | null {
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length && !(left.length === right.length + 1 && pageLengths.includes(right.length))) {
      return `at ${path}: ${left.length} and ${right.length} rows`;
    }
    return firstOf(right.map((each, at) => findDifference(left[at], each, `${path}[${at}]`)));
  }
  if (left && right && typeof left === 'object' && typeof right === 'object') {
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return firstOf([...names].map((name) =>
      findDifference(
        (left as Record<string, unknown>)[name], (right as Record<string, unknown>)[name], `${path}.${name}`)));
  }
  return left === right ? null : `at ${path}: ${JSON.stringify(left)} and ${JSON.stringify(right)}`;
}

function firstOf(differences: (string | null)[]): string | null {
  return differences.find((each) => each !== null) ?? null;
}
