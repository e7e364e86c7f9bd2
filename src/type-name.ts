/** What a type is called after a noun or a mutation: `dealMove` and `DealMove`. */
export function typeNameOf(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
