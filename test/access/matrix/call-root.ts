import {
  type GraphQLField, type GraphQLInputType, getNamedType, getNullableType, isCompositeType, isEnumType,
  isInputObjectType, isListType, isNonNullType,
} from 'graphql';
import { plainLiteral } from '../plain-literal.ts';

const absent = '00000000-0000-7000-8000-00000000dead';

/** The shortest document that asks for a root field: its required arguments, of records that are not there. */
export function callOf(operation: 'query' | 'mutation', field: GraphQLField<unknown, unknown>): string {
  const args = field.args
    .filter((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined)
    .map((arg) => `${arg.name}: ${literal(arg.type, (arg.extensions.idOf as string | undefined) ?? nounOf(field))}`);
  const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  return `${operation} { ${field.name}${args.length ? `(${args.join(', ')})` : ''}${selection} }`;
}

function literal(type: GraphQLInputType, noun: string): string {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return '[]';
  if (isEnumType(nullable)) return nullable.getValues()[0]!.name;
  if (isInputObjectType(nullable)) {
    const fields = Object.values(nullable.getFields())
      .filter((field) => isNonNullType(field.type) && field.defaultValue === undefined)
      .map((field) => `${field.name}: ${literal(field.type, (field.extensions.idOf as string | undefined) ?? 'deal')}`);
    return `{ ${fields.join(', ')} }`;
  }
  const { name } = getNamedType(nullable);
  return name === 'ID' ? `"${noun}_${absent}"` : plainLiteral(name);
}

/** `deal` for a field that answers with a Deal; a deal's where it could be of any kind. */
function nounOf(field: GraphQLField<unknown, unknown>): string {
  const { name } = getNamedType(field.type);
  return name.charAt(0).toLowerCase() + name.slice(1) === field.name ? field.name : 'deal';
}
