import {
  type DocumentNode, type ExecutionArgs, type ExecutionResult, type FieldNode, type GraphQLAbstractType, GraphQLError,
  type GraphQLField, type GraphQLFieldResolver, type GraphQLObjectType, type GraphQLOutputType,
  type GraphQLResolveInfo, Kind, type OperationDefinitionNode, TypeNameMetaFieldDef, defaultFieldResolver,
  getArgumentValues, getVariableValues, isAbstractType, isListType, isNonNullType, isObjectType, locatedError,
  responsePathAsArray,
} from 'graphql';
import { type Selecting, conditionsOf, fieldsSelected, maxVariants } from '../selections.ts';

type Path = GraphQLResolveInfo['path'];

/** One execution. */
type Run = Selecting & {
  rootValue: unknown;
  context: unknown;
  errors: GraphQLError[];
  /** Where an error has put a null: what goes wrong below is not told any more. */
  nulled: Set<Path | undefined>;
  /** Arguments are the same for all rows. */
  arguments: Map<PreparedField, Record<string, unknown>>;
};

/** Makes what stands in the answer of what a resolver gave; a promise of it where something below is waited for. */
type Completion = (value: unknown, run: Run, path: Path) => unknown;

/** A place in the answer: of a field, or of the items of a list. */
type Place = { readonly nodes: readonly FieldNode[]; readonly isNonNull: boolean; readonly complete: Completion };

/**
 * Runs a query whose selections have been gone through once, when the document first came. graphql-js does that in
 * every request, and makes an object of a dozen properties for each field of each row: on a board of fifty deals that
 * was half of the server's work. Answers and errors are those of graphql-js, to which mutations and questions about the
 * schema are left (docs/decisions/0028; test/http/prepared-query.test.ts holds the two together).
 */
export function runQuery(
  args: ExecutionArgs, operation: OperationDefinitionNode,
): ExecutionResult | Promise<ExecutionResult> {
  const { schema, document, rootValue, contextValue: context } = args;
  const variables = getVariableValues(
    schema, operation.variableDefinitions ?? [], args.variableValues ?? {}, { maxErrors: 50, hideSuggestions: true });
  if (variables.errors) return { errors: variables.errors };
  const { fragments, fieldsByConditions } = preparedOf(operation, document);
  const run: Run = {
    schema, operation, fragments, variableValues: variables.coerced, rootValue, context,
    errors: [], nulled: new Set(), arguments: new Map(),
  };
  const answer = (data: unknown) => ({
    ...(run.errors.length > 0 ? { errors: run.errors } : {}), data: data as ExecutionResult['data'],
  });
  const fail = (error: unknown) => {
    noteError(run, error as GraphQLError, undefined);
    return answer(null);
  };
  try {
    const data = runFields(fieldsOf(run, fieldsByConditions), rootValue, run, undefined);
    return isPromise(data) ? data.then(answer, fail) : answer(data);
  } catch (error) {
    return fail(error);
  }
}

/** What depends on the document alone: its fragments, and root fields by the values of the operation's conditions. */
type Prepared = { fragments: Selecting['fragments']; fieldsByConditions: Map<string, PreparedField[]> };

const preparedByOperation = new WeakMap<OperationDefinitionNode, Prepared>();

function preparedOf(operation: OperationDefinitionNode, { definitions }: DocumentNode): Prepared {
  let prepared = preparedByOperation.get(operation);
  if (!prepared) {
    const fragments = Object.fromEntries(definitions
      .filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]));
    preparedByOperation.set(operation, (prepared = { fragments, fieldsByConditions: new Map() }));
  }
  return prepared;
}

function fieldsOf(run: Run, known: Prepared['fieldsByConditions']): readonly PreparedField[] {
  const { operation, schema } = run;
  const conditions = conditionsOf(run);
  let fields = known.get(conditions);
  if (!fields) {
    fields = prepare(run, [operation], schema.getQueryType()!);
    if (known.size < maxVariants) known.set(conditions, fields);
  }
  return fields;
}

function prepare(
  selecting: Selecting, below: Parameters<typeof fieldsSelected>[1], type: GraphQLObjectType,
): PreparedField[] {
  const byKey = Map.groupBy(fieldsSelected(selecting, below, type), ({ alias, name }) => (alias ?? name).value);
  return [...byKey].map(([key, nodes]) => new PreparedField(key, nodes, type));
}

/** A field of a document on a concrete type, with what depends on the document alone. */
class PreparedField implements Place {
  readonly key: string;
  readonly name: string;
  readonly nodes: FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  readonly isNonNull: boolean;
  readonly complete: Completion;

  constructor(key: string, nodes: FieldNode[], parentType: GraphQLObjectType) {
    const name = nodes[0]!.name.value;
    this.key = key;
    this.name = name;
    this.nodes = nodes;
    this.parentType = parentType;
    this.definition = name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef : parentType.getFields()[name]!;
    this.resolve = this.definition.resolve ?? defaultFieldResolver;
    this.isNonNull = isNonNullType(this.definition.type);
    this.complete = completionOf(this.definition.type, this);
  }

  get coordinate(): string {
    return `${this.parentType.name}.${this.name}`;
  }

  argumentsIn(run: Run): Record<string, unknown> {
    if (this.definition.args.length === 0) return {};
    let found = run.arguments.get(this);
    if (!found) {
      found = getArgumentValues(this.definition, this.nodes[0]!, run.variableValues);
      run.arguments.set(this, found);
    }
    return found;
  }
}

/** What resolvers are told of the field. */
class Info implements GraphQLResolveInfo {
  readonly #field: PreparedField;
  readonly #run: Run;
  readonly path: Path;

  constructor(field: PreparedField, run: Run, path: Path) {
    this.#field = field;
    this.#run = run;
    this.path = path;
  }

  get fieldName() { return this.#field.name; }
  get fieldNodes() { return this.#field.nodes; }
  get returnType() { return this.#field.definition.type; }
  get parentType() { return this.#field.parentType; }
  get schema() { return this.#run.schema; }
  get fragments() { return this.#run.fragments; }
  get rootValue() { return this.#run.rootValue; }
  get operation() { return this.#run.operation; }
  get variableValues() { return this.#run.variableValues; }
}

/** An object of the answer: without a prototype's names, as a field may be called like one of them. */
class Answer {
  [key: string]: unknown;
}
Object.setPrototypeOf(Answer.prototype, null);

function runFields(fields: readonly PreparedField[], source: unknown, run: Run, above: Path | undefined): unknown {
  const answer = new Answer();
  const waiting: Promise<unknown>[] = [];
  try {
    for (const field of fields) {
      const { key } = field;
      const value = runField(field, source, run, { prev: above, key, typename: field.parentType.name });
      answer[key] = value;
      if (isPromise(value)) waiting.push(value.then((each) => { answer[key] = each; }));
    }
  } catch (error) {
    if (waiting.length === 0) throw error;
    // What the other fields wait for is waited for, lest their failures be nobody's.
    return Promise.allSettled(waiting).then(() => { throw error; });
  }
  return waiting.length > 0 ? Promise.all(waiting).then(() => answer) : answer;
}

function runField(field: PreparedField, source: unknown, run: Run, path: Path): unknown {
  let value: unknown;
  try {
    value = field.resolve(source, field.argumentsIn(run), run.context, new Info(field, run, path));
  } catch (error) {
    return nullFor(error, field, run, path);
  }
  return complete(value, field, run, path);
}

function complete(value: unknown, place: Place, run: Run, path: Path): unknown {
  try {
    const completed = isPromise(value)
      ? value.then((each) => place.complete(each, run, path))
      : place.complete(value, run, path);
    return isPromise(completed) ? completed.then(undefined, (error) => nullFor(error, place, run, path)) : completed;
  } catch (error) {
    return nullFor(error, place, run, path);
  }
}

/** Null, with the error told. Where there may be no null, the error is thrown on to the place above. */
function nullFor(error: unknown, { nodes, isNonNull }: Place, run: Run, path: Path): null {
  const located = locatedError(error, nodes, responsePathAsArray(path));
  if (isNonNull) throw located;
  noteError(run, located, path);
  return null;
}

function noteError({ errors, nulled }: Run, error: GraphQLError, path: Path | undefined): void {
  for (let each = path; each; each = each.prev) if (nulled.has(each)) return;
  if (nulled.has(undefined)) return;
  nulled.add(path);
  errors.push(error);
}

function completionOf(type: GraphQLOutputType, field: PreparedField): Completion {
  if (isNonNullType(type)) return nonNull(completionOf(type.ofType, field), field);
  if (isListType(type)) return orNull(listOf(type.ofType, field));
  if (isObjectType(type)) return orNull(objectOf(type, field));
  if (isAbstractType(type)) return orNull(objectOfAny(type, field));
  return orNull((value) => {
    const serialized = type.serialize(value);
    if (isNothing(serialized)) throw new Error(`${field.coordinate} has a value that is none of ${type.name}.`);
    return serialized;
  });
}

function orNull(completion: Completion): Completion {
  return (value, run, path) => {
    if (value instanceof Error) throw value;
    return isNothing(value) ? null : completion(value, run, path);
  };
}

function nonNull(completion: Completion, field: PreparedField): Completion {
  const check = (completed: unknown) => {
    if (completed === null) throw new Error(`Cannot return null for non-nullable field ${field.coordinate}.`);
    return completed;
  };
  return (value, run, path) => {
    const completed = completion(value, run, path);
    return isPromise(completed) ? completed.then(check) : check(completed);
  };
}

function listOf(type: GraphQLOutputType, field: PreparedField): Completion {
  const item: Place = { nodes: field.nodes, isNonNull: isNonNullType(type), complete: completionOf(type, field) };
  return (value, run, path) => {
    if (!isIterable(value)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${field.coordinate}".`);
    }
    const items = Array.from(value, (each, key) => complete(each, item, run, { prev: path, key, typename: undefined }));
    return items.some(isPromise) ? Promise.all(items) : items;
  };
}

function objectOf(type: GraphQLObjectType, field: PreparedField): Completion {
  let fields: PreparedField[] | undefined;
  return (value, run, path) => runFields(fields ??= prepare(run, field.nodes, type), value, run, path);
}

/** Of one of several types, which the value itself says. */
function objectOfAny(type: GraphQLAbstractType, field: PreparedField): Completion {
  const completions = new Map<string, Completion>();
  return (value, run, path) => {
    const name = type.resolveType!(value, run.context, new Info(field, run, path), type);
    const concrete = typeof name === 'string' ? run.schema.getType(name) : undefined;
    if (!isObjectType(concrete) || !run.schema.isSubType(type, concrete)) {
      throw new GraphQLError(`${field.coordinate} has a value that is of no type of ${type.name}.`);
    }
    let completion = completions.get(concrete.name);
    if (!completion) completions.set(concrete.name, (completion = objectOf(concrete, field)));
    return completion(value, run, path);
  };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
