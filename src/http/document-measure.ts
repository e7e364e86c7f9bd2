import {
  type DefinitionNode, type DocumentNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode,
  type SelectionSetNode, type ValueNode, visit,
} from 'graphql';

/** How large an operation is when its fragments are written out wherever they are spread. */
export type OperationMeasure = {
  operation: OperationDefinitionNode;
  depth: number;
  aliases: number;
  directives: number;
  rootFields: readonly string[];
};

export type DocumentMeasure = {
  operations: readonly OperationMeasure[];
  /** Nested objects and lists in the arguments. */
  inputDepth: number;
  hasUnstorableText: boolean;
  asksForSchema: boolean;
};

type Size = Pick<OperationMeasure, 'depth' | 'aliases' | 'directives' | 'rootFields'>;

/** More root fields than anybody may ask for: from here on their number is all that counts. */
const manyRootFields = 1_000;

/**
 * Measures a document without a schema, each fragment once: a chain of fragments that doubles at every step costs no
 * more than its text, and its size is known all the same. Cycles are left to validation, which refuses them.
 */
export function measureDocument(document: DocumentNode): DocumentMeasure {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const sizes = new Map<string, Size>();
  const nothing: Size = { depth: 0, aliases: 0, directives: 0, rootFields: [] };

  const ofFragment = (name: string): Size => {
    const known = sizes.get(name);
    if (known) return known;
    const fragment = fragments.get(name);
    sizes.set(name, nothing);
    const size = fragment ? withDirectives(fragment, ofSelections(fragment.selectionSet)) : nothing;
    sizes.set(name, size);
    return size;
  };

  const ofSelections = ({ selections }: SelectionSetNode): Size => {
    let depth = 0;
    let aliases = 0;
    let directives = 0;
    const rootFields: string[] = [];
    for (const selection of selections) {
      let size: Size;
      if (selection.kind === Kind.FIELD) {
        const below = selection.selectionSet ? ofSelections(selection.selectionSet) : nothing;
        size = {
          depth: below.depth + 1, aliases: below.aliases + (selection.alias ? 1 : 0), directives: below.directives,
          rootFields: [selection.name.value],
        };
      } else {
        size = selection.kind === Kind.INLINE_FRAGMENT
          ? ofSelections(selection.selectionSet)
          : ofFragment(selection.name.value);
      }
      depth = Math.max(depth, size.depth);
      aliases += size.aliases;
      directives += size.directives + (selection.directives?.length ?? 0);
      if (rootFields.length < manyRootFields) rootFields.push(...size.rootFields);
    }
    return { depth, aliases, directives, rootFields };
  };

  const operations = document.definitions.filter(isOperation).map((operation): OperationMeasure => ({
    operation, ...withDirectives(operation, ofSelections(operation.selectionSet)),
  }));
  return { operations, ...measureValues(document) };
}

function withDirectives(node: OperationDefinitionNode | FragmentDefinitionNode, size: Size): Size {
  const onVariables = (node.variableDefinitions ?? []).reduce((sum, each) => sum + (each.directives?.length ?? 0), 0);
  return { ...size, directives: size.directives + (node.directives?.length ?? 0) + onVariables };
}

function isOperation(definition: DefinitionNode): definition is OperationDefinitionNode {
  return definition.kind === Kind.OPERATION_DEFINITION;
}

function measureValues(document: DocumentNode): Omit<DocumentMeasure, 'operations'> {
  let inputDepth = 0;
  let hasUnstorableText = false;
  let asksForSchema = false;
  const measureValue = (value: ValueNode, depth: number): void => {
    inputDepth = Math.max(inputDepth, depth);
    if (value.kind === Kind.STRING) hasUnstorableText ||= value.value.includes('\0') || !value.value.isWellFormed();
    if (value.kind === Kind.LIST) value.values.forEach((each) => measureValue(each, depth + 1));
    if (value.kind === Kind.OBJECT) value.fields.forEach((each) => measureValue(each.value, depth + 1));
  };
  visit(document, {
    Field({ name }) {
      asksForSchema ||= name.value === '__schema' || name.value === '__type';
    },
    Argument({ value }) {
      measureValue(value, 0);
      return false;
    },
    VariableDefinition({ defaultValue }) {
      if (defaultValue) measureValue(defaultValue, 0);
    },
  });
  return { inputDepth, hasUnstorableText, asksForSchema };
}
