/**
 * The columns that an input names, with their values: absent means as it is, null means empty. Texts come without the
 * spaces around them, and a text of nothing but spaces is no text.
 *
 * @param required columns that are never null here: their command refuses that before it writes
 */
export function namedValues<Input extends object, Column extends keyof Input, Required extends Column = never>(
  input: Input, columns: readonly Column[], required: readonly Required[] = [],
): { [C in Exclude<Column, Required>]?: Input[C] } & { [C in Required]?: NonNullable<Input[C]> } {
  return Object.fromEntries(columns.filter((column) => input[column] !== undefined).map((column) => {
    const value = input[column];
    if (typeof value !== 'string') return [column, value];
    const text = value.trim();
    return [column, text === '' && !(required as readonly Column[]).includes(column) ? null : text];
  })) as never;
}
