import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { DocumentMeasure, OperationMeasure } from './document-measure.ts';
import { limits } from './limits.ts';
import { requestError } from './request-error.ts';

/** Everything in which a document goes beyond what one may ask for, whichever of its operations is to be run. */
export function excessesOf(measure: DocumentMeasure, schema: GraphQLSchema): GraphQLError[] {
  const { operations, inputDepth, hasUnstorableText, asksForSchema } = measure;
  const errors = operations.flatMap((operation) => excessesOfOperation(operation, schema));
  if (asksForSchema) errors.push(...operations.flatMap(excessesBesideSchema));
  if (inputDepth > limits.inputDepth) errors.push(excess('inputDepth', inputDepth));
  if (hasUnstorableText) errors.push(requestError('BAD_USER_INPUT', 'A text has characters that cannot be stored.'));
  return errors;
}

function excessesOfOperation(measure: OperationMeasure, schema: GraphQLSchema): GraphQLError[] {
  const { operation, depth, aliases, directives, rootFields } = measure;
  const root = schema.getRootType(operation.operation);
  const isPublic = (name: string) => root?.getFields()[name]?.extensions.access === 'public';
  const found = {
    depth, aliases, directives, rootFields: rootFields.length,
    publicMutations: operation.operation === 'mutation' ? rootFields.filter(isPublic).length : 0,
  };
  return (Object.keys(found) as (keyof typeof found)[])
    .filter((name) => found[name] > limits[name])
    .map((name) => excess(name, found[name], operation));
}

/** `__schema` is answered from what the caller may know of the schema, which has no data; so it is asked by itself. */
function excessesBesideSchema({ operation, aliases, rootFields }: OperationMeasure): GraphQLError[] {
  const beside = rootFields.filter((name) => !name.startsWith('__'));
  return [
    ...(aliases > limits.aliasesBesideSchema ? [excess('aliasesBesideSchema', aliases, operation)] : []),
    ...(beside.length > 0 ? [requestError(
      'GRAPHQL_VALIDATION_FAILED', 'Ask for __schema and __type in a document of their own.', { nodes: operation },
    )] : []),
  ];
}

const names = {
  depth: 'levels of fields', aliases: 'aliases', aliasesBesideSchema: 'aliases beside __schema or __type',
  directives: 'directives', rootFields: 'root fields', inputDepth: 'levels of nested input',
  publicMutations: 'sign-in or similar',
} as const;

function excess(measure: keyof typeof names, value: number, nodes?: OperationMeasure['operation']): GraphQLError {
  return requestError(
    'DOCUMENT_LIMIT_EXCEEDED', `A document may have at most ${limits[measure]} ${names[measure]}.`,
    { ...(nodes ? { nodes } : {}), extensions: { measure, limit: limits[measure], requested: value } });
}
