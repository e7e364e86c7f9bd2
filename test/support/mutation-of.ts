import { typeNameOf } from '../../src/type-name.ts';

/** The document of a mutation whose input is `$input`, asking this of its payload. */
export function mutationOf(name: string, selection: string): string {
  return `mutation($input: ${typeNameOf(name)}Input!) { ${name}(input: $input) { ${selection} } }`;
}
