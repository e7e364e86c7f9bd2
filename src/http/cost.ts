import {
  type ArgumentNode, type ConstValueNode, type DirectiveNode, type DocumentNode, type FieldNode,
  type FragmentDefinitionNode, type GraphQLError, type GraphQLField, type GraphQLNamedType, type GraphQLOutputType,
  type GraphQLSchema, Kind, type OperationDefinitionNode, SchemaMetaFieldDef, type SelectionSetNode, TypeMetaFieldDef,
  type ValueNode, getNamedType, isCompositeType, isInterfaceType, isListType, isNonNullType, isObjectType,
} from 'graphql';
import { defaultPageSize } from '../db/reader/arguments.ts';
import { limits } from './limits.ts';
import { requestError } from './request-error.ts';

/** How many rows a list has that nobody gave a length: of stages, tags, roles. */
const unpagedLength = 10;
/** The same within the schema itself, whose lists are short. */
const introspectionLength = 5;

export type Cost = {
  /** How many values the answer can hold. */
  requested: number;
  /** Pages that are too long. */
  errors: readonly GraphQLError[];
  /** Other variables could give another cost. */
  dependsOnVariables: boolean;
};

/**
 * The requested cost of an operation: one for each value that the answer can hold, so a field counts once for each row
 * of the lists it stands in. `first` and `last` give the length of a list, `ids` by their number. Fields that two
 * selections share are counted twice; what @skip and @include leave out is not counted. A field may weigh more than one
 * by its extension `cost`.
 *
 * Each fragment is counted once for each length it is spread under, so that no document takes long to count.
 */
export function costOf(
  schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Cost {
  const count = new CostCount(schema, document, operation, variables);
  const root = schema.getRootType(operation.operation);
  const requested = root ? count.ofSelections(root, operation.selectionSet) : 0;
  return { requested, errors: count.errors, dependsOnVariables: count.dependsOnVariables };
}

/** One operation being counted. */
class CostCount {
  readonly errors: GraphQLError[] = [];
  dependsOnVariables = false;
  readonly #schema: GraphQLSchema;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #defaults: ReadonlyMap<string, ConstValueNode | undefined>;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Of fragments, by the length of the page they are spread on. */
  readonly #counted = new Map<string, number>();

  constructor(
    schema: GraphQLSchema, { definitions }: DocumentNode, { variableDefinitions = [] }: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ) {
    this.#schema = schema;
    this.#variables = variables;
    this.#defaults = new Map(variableDefinitions.map((each) => [each.variable.name.value, each.defaultValue]));
    this.#fragments = new Map(definitions
      .filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]));
  }

  /** @param pageLength of the connection that this is selected on */
  ofSelections(parent: GraphQLNamedType, { selections }: SelectionSetNode, pageLength?: number): number {
    let sum = 0;
    for (const selection of selections) {
      if (this.#isLeftOut(selection.directives)) continue;
      if (selection.kind === Kind.FIELD) {
        sum += this.#ofField(parent, selection, pageLength);
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        sum += this.#ofFragment(selection.name.value, pageLength);
      } else {
        const type = this.#typeOf(selection.typeCondition?.name.value) ?? parent;
        sum += this.ofSelections(type, selection.selectionSet, pageLength);
      }
    }
    return sum;
  }

  #ofField(parent: GraphQLNamedType, node: FieldNode, pageLength: number | undefined): number {
    const field = fieldOf(this.#schema, parent, node.name.value);
    if (!field) return 1;
    const weight = typeof field.extensions.cost === 'number' ? field.extensions.cost : 1;
    if (!node.selectionSet) return weight;
    const ownLength = this.#lengthOf(field, node);
    const type = getNamedType(field.type);
    // A connection hands its length down to its `nodes` and `edges`; a list has used it up itself.
    if (!hasList(field.type)) return weight + this.ofSelections(type, node.selectionSet, ownLength);
    const usualLength = parent.name.startsWith('__') ? introspectionLength : unpagedLength;
    return weight + (ownLength ?? pageLength ?? usualLength) * this.ofSelections(type, node.selectionSet);
  }

  #ofFragment(name: string, pageLength: number | undefined): number {
    const key = `${name} ${pageLength ?? ''}`;
    const known = this.#counted.get(key);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    const type = this.#typeOf(fragment?.typeCondition.name.value);
    const cost = fragment && type ? this.ofSelections(type, fragment.selectionSet, pageLength) : 0;
    this.#counted.set(key, cost);
    return cost;
  }

  /** How long the lists of this field are; undefined for one that takes no length. */
  #lengthOf(field: GraphQLField<unknown, unknown>, node: FieldNode): number | undefined {
    let length: number | undefined;
    let isPaged = false;
    for (const { name, defaultValue } of field.args) {
      if (name !== 'first' && name !== 'last' && name !== 'ids') continue;
      isPaged = true;
      const argument = node.arguments?.find((each) => each.name.value === name);
      const value = (argument && this.#valueOf(argument)) ?? defaultValue;
      if (typeof value !== 'number') continue;
      if (value > limits.pageSize) {
        this.errors.push(requestError(
          'BAD_USER_INPUT',
          name === 'ids' ? `ids: at most ${limits.pageSize} at a time.` : `${name} must be at most ${limits.pageSize}.`,
          { nodes: argument ?? node, extensions: { argument: name } }));
      }
      length = Math.max(length ?? 0, value);
    }
    return isPaged ? length ?? defaultPageSize : undefined;
  }

  #isLeftOut(directives: readonly DirectiveNode[] | undefined): boolean {
    return directives?.some(({ name, arguments: [condition] = [] }) =>
      condition !== undefined && ((name.value === 'skip' && this.#valueOf(condition) === true)
        || (name.value === 'include' && this.#valueOf(condition) === false))) ?? false;
  }

  /** A number, a boolean or a list's length; undefined for anything else, which execution will refuse. */
  #valueOf({ value }: ArgumentNode): number | boolean | undefined {
    let node: ValueNode = value;
    if (node.kind === Kind.VARIABLE) {
      this.dependsOnVariables = true;
      const name = node.name.value;
      const given = Object.hasOwn(this.#variables, name) ? this.#variables[name] : undefined;
      if (Array.isArray(given)) return given.length;
      if (typeof given === 'number' || typeof given === 'boolean') return given;
      const byDefault = given === undefined ? this.#defaults.get(name) : undefined;
      if (!byDefault) return undefined;
      node = byDefault;
    }
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind === Kind.BOOLEAN) return node.value;
    if (node.kind === Kind.LIST) return node.values.length;
    return undefined;
  }

  #typeOf(name: string | undefined): GraphQLNamedType | undefined {
    const type = name === undefined ? undefined : this.#schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }
}

function fieldOf(
  schema: GraphQLSchema, parent: GraphQLNamedType, name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === SchemaMetaFieldDef.name && parent === schema.getQueryType()) return SchemaMetaFieldDef;
  if (name === TypeMetaFieldDef.name && parent === schema.getQueryType()) return TypeMetaFieldDef;
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}

function hasList(type: GraphQLOutputType): boolean {
  if (isNonNullType(type)) return hasList(type.ofType as GraphQLOutputType);
  return isListType(type);
}
