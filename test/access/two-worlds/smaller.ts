import {
  type ASTNode, type DocumentNode, type FieldNode, type GraphQLSchema, type ListValueNode, Kind, parse, print, validate,
  visit,
} from 'graphql';
import type { Doc } from './document-writer.ts';

/**
 * Documents that are smaller by one piece each, the largest pieces first: a field with all below it, a fragment, an
 * argument, a condition, an item, an alias. Only valid ones.
 */
export function* smaller(doc: Doc, schema: GraphQLSchema): Generator<Doc> {
  const document = parse(doc.text, { noLocation: true });
  const whole = print(document).length;
  for (const { node, instead } of piecesOf(document)) {
    const next = withoutUnused(
      visit(document, { enter: (each) => (each === node ? instead : undefined) }) as DocumentNode);
    const text = print(next);
    if (text.length < whole && isValid(next, schema)) yield { ...doc, text };
  }
}

/** Parsed anew, because the printed text of a document that lost too much does not parse. */
function isValid(document: DocumentNode, schema: GraphQLSchema): boolean {
  try {
    return validate(schema, parse(print(document))).length === 0;
  } catch {
    return false;
  }
}

type Piece = { node: ASTNode; instead: ASTNode | null };

function piecesOf(document: DocumentNode): Piece[] {
  const pieces: Piece[] = [];
  const remove = (node: ASTNode, instead: ASTNode | null = null) => pieces.push({ node, instead });
  visit(document, {
    enter(node) {
      switch (node.kind) {
        case Kind.FIELD:
          remove(node);
          if (node.alias) remove(node, { ...node, alias: undefined } as FieldNode);
          break;
        case Kind.FRAGMENT_SPREAD: {
          remove(node);
          const fragment = document.definitions
            .find((each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === node.name.value);
          if (fragment?.kind === Kind.FRAGMENT_DEFINITION) {
            remove(node, {
              kind: Kind.INLINE_FRAGMENT, typeCondition: fragment.typeCondition, selectionSet: fragment.selectionSet,
              directives: [],
            });
          }
          break;
        }
        case Kind.INLINE_FRAGMENT: case Kind.ARGUMENT: case Kind.DIRECTIVE: case Kind.VARIABLE_DEFINITION:
          remove(node);
          break;
        case Kind.OBJECT_FIELD:
          remove(node);
          break;
        case Kind.LIST:
          for (const item of node.values) {
            remove(node, { ...node, values: node.values.filter((each) => each !== item) } as ListValueNode);
          }
          break;
        case Kind.OBJECT:
          for (const inner of innerObjects(node)) remove(node, inner);
          break;
      }
    },
  });
  return pieces;
}

/** `{ and: [X] }`, `{ or: [X] }` and `{ not: X }` become X. */
function innerObjects(node: ASTNode & { kind: Kind.OBJECT }): ASTNode[] {
  return node.fields.flatMap(({ name, value }) => {
    if (name.value === 'not') return [value];
    return (name.value === 'and' || name.value === 'or') && value.kind === Kind.LIST ? [...value.values] : [];
  });
}

/** Without fragments and variables that nothing uses any more. */
function withoutUnused(document: DocumentNode): DocumentNode {
  const text = print(document);
  return {
    ...document,
    definitions: document.definitions
      .filter((each) => each.kind !== Kind.FRAGMENT_DEFINITION
      || new RegExp(`\\.\\.\\.\\s?${each.name.value}\\b`).test(text))
      .map((each) => (each.kind === Kind.OPERATION_DEFINITION ? {
        ...each, variableDefinitions: each.variableDefinitions
        ?.filter(({ variable }) => text.split(`$${variable.name.value}`).length > 2),
      } : each)),
  };
}
