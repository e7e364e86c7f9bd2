/**
 * The columns that an input names, with their values: absent means as it is, null means empty. Names and titles come
 * without the spaces around them.
 *
 * A required column (`Required`) is never null here: its command refuses that before it writes.
 */
export function namedValues<Input extends object, Column extends keyof Input, Required extends Column = never>(
  input: Input, columns: readonly Column[], trimmed: readonly Required[] = [],
): { [C in Exclude<Column, Required>]?: Input[C] } & { [C in Required]?: NonNullable<Input[C]> } {
  return Object.fromEntries(columns.filter((column) => input[column] !== undefined).map((column) => {
    const value = input[column];
    return [column, typeof value === 'string' && (trimmed as readonly Column[]).includes(column) ? value.trim() : value];
  })) as never;
}
