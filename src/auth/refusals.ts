import { type FieldNode, GraphQLError } from 'graphql';

type Refusal = { path: readonly (string | number)[]; field: string; permission: string };

/**
 * Collects the fields that a document asked for and its principal may not read: one error per field of the document,
 * with the path where it was first met, however many rows were asked for.
 */
export class Refusals {
  readonly #byNode = new Map<FieldNode, Refusal>();
  /** Root fields that were refused: who asks for them asks for what is not his, not merely for one field too many. */
  readonly denials: { field: string; permission: string }[] = [];

  note(node: FieldNode, path: () => readonly (string | number)[], field: string, permission: string): void {
    if (!this.#byNode.has(node)) this.#byNode.set(node, { path: path(), field, permission });
  }

  errors(): GraphQLError[] {
    return [...this.#byNode].map(([node, { path, field, permission }]) => new GraphQLError(
      `You may not read ${field}: that needs the permission ${permission}.`,
      { nodes: [node], path, extensions: { code: 'FORBIDDEN', field, permission } },
    ));
  }
}
