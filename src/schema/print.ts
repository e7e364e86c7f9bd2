import { type GraphQLSchema, isIntrospectionType, isObjectType, lexicographicSortSchema, printSchema } from 'graphql';
import { type Access, permissionsIn } from './access.ts';

/** schema.graphql: everything a client can ask, in an order that keeps differences small. */
export function printedSchema(schema: GraphQLSchema): string {
  const printed = printSchema(lexicographicSortSchema(schema));
  return `# Generated from src/schema; npm run generate writes it anew.\n\n${printed}\n`;
}

/** The permission of each field of each record type. */
export function fieldPermissions(schema: GraphQLSchema): { field: string; permission: string }[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || isIntrospectionType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) => {
      const [permission] = permissionsIn(field.extensions.access as Access | undefined);
      return permission && type !== schema.getQueryType() && type !== schema.getMutationType()
        && !type.name.endsWith('Payload')
        ? [{ field: `${type.name}.${field.name}`, permission }] : [];
    });
  });
}
