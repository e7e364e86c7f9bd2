import {
  type DirectiveNode, type FieldNode, GraphQLIncludeDirective, type GraphQLObjectType, type GraphQLResolveInfo,
  GraphQLSkipDirective, Kind, type SelectionSetNode, getDirectiveValues, isAbstractType, visit,
} from 'graphql';

/** Enough of an operation to say what it selects. */
export type Selecting = Pick<GraphQLResolveInfo, 'schema' | 'operation' | 'fragments' | 'variableValues'>;

/**
 * Combinations of conditions and merged fields that are remembered for one part of a document: as many as three
 * variables have. Each takes as much memory as the parsed document, and who sends that says how many there are.
 */
export const maxVariants = 8;

/**
 * The fields that are selected below these nodes on a concrete type, through fragments, as far as @skip and @include
 * let them stand; each fragment once, as GraphQL says.
 */
export function fieldsSelected(
  selecting: Selecting, below: readonly { selectionSet?: SelectionSetNode }[], type: GraphQLObjectType,
): FieldNode[] {
  const found: FieldNode[] = [];
  const seen = new Set<string>();
  for (const { selectionSet } of below) if (selectionSet) collect(selecting, selectionSet, type, seen, found);
  return found;
}

function collect(
  selecting: Selecting, { selections }: SelectionSetNode, type: GraphQLObjectType, seen: Set<string>,
  found: FieldNode[],
): void {
  const { fragments, variableValues } = selecting;
  for (const selection of selections) {
    // In this order: of a fragment that is there already no condition is looked at, however wrong it is.
    if (selection.kind === Kind.FRAGMENT_SPREAD && seen.has(selection.name.value)) continue;
    if (getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.if === true) continue;
    if (getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.if === false) continue;
    if (selection.kind === Kind.FIELD) {
      found.push(selection);
      continue;
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) seen.add(selection.name.value);
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value]! : selection;
    if (appliesTo(selecting, fragment.typeCondition?.name.value, type)) {
      collect(selecting, fragment.selectionSet, type, seen, found);
    }
  }
}

function appliesTo({ schema }: Selecting, condition: string | undefined, type: GraphQLObjectType): boolean {
  if (!condition || condition === type.name) return true;
  const abstract = schema.getType(condition);
  return isAbstractType(abstract) && schema.isSubType(abstract, type);
}

/** Values of the variables that @skip and @include look at: what is selected is the same wherever these are. */
export function conditionsOf({ operation, fragments, variableValues }: Selecting): string {
  let names = conditionNames.get(operation);
  if (!names) conditionNames.set(operation, (names = namesIn([operation, ...Object.values(fragments)])));
  // Null is neither: whoever looks at it is told that it is wrong.
  return names.map((name) => (variableValues[name] === null ? '-' : Number(variableValues[name]))).join('');
}

const conditionNames = new WeakMap<object, string[]>();

function namesIn(definitions: Parameters<typeof visit>[0][]): string[] {
  const found = new Set<string>();
  const note = (directive: DirectiveNode) => {
    if (directive.name.value !== 'skip' && directive.name.value !== 'include') return;
    for (const { value } of directive.arguments ?? []) if (value.kind === Kind.VARIABLE) found.add(value.name.value);
  };
  for (const definition of definitions) visit(definition, { Directive: note });
  return [...found];
}
