/** Tables as people write them: a line of column names, then a line for each row, its name first; columns by spaces. */
export type Table = ReadonlyMap<string, ReadonlyMap<string, string>>;

export function table(text: string): Table {
  const [head = '', ...lines] = text.split('\n').filter((line) => line.trim());
  const columns = head.trim().split(/\s+/);
  return new Map(lines.flatMap((line) => {
    const cells = line.trim().split(/\s+/);
    const names = cells.splice(0, cells.length - columns.length);
    if (names.length === 0) {
      throw new Error(`The line "${line.trim()}" has too few cells for the columns ${columns.join(', ')}.`);
    }
    return names.map((name) => [name, new Map(columns.map((column, at) => [column, cells[at]!]))] as const);
  }));
}

/** Lines of a name and the words behind it: `Deal.financial  amount probability`. */
export function lists(text: string): ReadonlyMap<string, readonly string[]> {
  return new Map(text.split('\n').filter((line) => line.trim()).map((line) => {
    const [name, ...words] = line.trim().split(/\s+/);
    return [name!, words];
  }));
}
