import {
  type DocumentNode, type GraphQLError, type GraphQLSchema, type ValidationRule, specifiedRules, validate,
} from 'graphql';
import { limits } from './limits.ts';

/** What is wrong with a document, each thing once, without guesses at what was meant. */
export function validationErrors(
  schema: GraphQLSchema, document: DocumentNode, rules: readonly ValidationRule[] = specifiedRules,
): GraphQLError[] {
  const errors = validate(schema, document, rules, { maxErrors: limits.validationErrors, hideSuggestions: true });
  const byMessage = new Map<string, GraphQLError>();
  for (const error of errors) {
    if (!byMessage.has(error.message)) byMessage.set(error.message, error);
  }
  for (const error of byMessage.values()) error.extensions.code ??= 'GRAPHQL_VALIDATION_FAILED';
  return [...byMessage.values()];
}
