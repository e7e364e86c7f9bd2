import {
  type GraphQLArgument, type GraphQLField, isEnumType, isInputObjectType, isInterfaceType, isIntrospectionType,
  isNonNullType, isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { accessOf, canBeRefused } from '../../src/auth/field-rules.ts';
import { isRecordType } from '../../src/db/reader/reading.ts';
import { schema } from '../../src/schema/index.ts';

const types = Object.values(schema.getTypeMap())
  .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));

describe('the schema', () => {
  it('describes every type, field, argument, input field and enum value', () => {
    const missing: string[] = [];
    const look = (coordinate: string, described: { description?: string | null }) => {
      if (!described.description?.trim()) missing.push(coordinate);
    };
    for (const type of types) {
      look(type.name, type);
      if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields()) as GraphQLField<unknown, unknown>[]) {
          look(`${type.name}.${field.name}`, field);
          for (const argument of field.args as GraphQLArgument[]) {
            look(`${type.name}.${field.name}(${argument.name})`, argument);
          }
        }
      }
      if (isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) look(`${type.name}.${field.name}`, field);
      }
      if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
    }
    expect(missing).toEqual([]);
  });

  it('lets one refused root field be null without its neighbours', () => {
    const roots = [schema.getQueryType()!, schema.getMutationType()!]
      .flatMap((root) => Object.values(root.getFields()));
    expect(roots.length).toBeGreaterThan(30);
    expect(roots.filter((field) => isNonNullType(field.type)).map(({ name }) => name)).toEqual([]);
  });

  it('answers every mutation with its record and userErrors, from one input', () => {
    const identity = ['signIn', 'signOut'];
    for (const field of Object.values(schema.getMutationType()!.getFields())) {
      if (identity.includes(field.name)) continue;
      expect(field.args.map(({ name }) => name), field.name).toEqual(['input']);
      const payload = schema.getType(String(field.type));
      expect(isObjectType(payload) && Object.keys(payload.getFields()), field.name).toContain('userErrors');
    }
  });

  it('keeps the identical resolver on fields that no profile is refused', () => {
    let plain = 0;
    for (const type of types) {
      if (!isObjectType(type) || !isRecordType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        const declared = (field.extensions.pothosOptions as { resolve?: unknown }).resolve;
        if (canBeRefused(accessOf(field)) || field.extensions.pothosPrismaRelationField || !declared) continue;
        expect(field.resolve, `${type.name}.${field.name}`).toBe(declared);
        plain += 1;
      }
    }
    expect(plain).toBeGreaterThan(100);
  });
});
