import SchemaBuilder from '@pothos/core';
import PrismaPlugin from '@pothos/plugin-prisma';
import './access.ts';
import { getDatamodel } from '../db/generated/pothos.ts';
import type PrismaTypes from '../db/generated/pothos.ts';
import type { GraphQLContext } from './context.ts';

/** The one builder. It defines no types; each noun's file adds its own. */
export const builder = new SchemaBuilder<{
  Context: GraphQLContext;
  PrismaTypes: PrismaTypes;
  DefaultFieldNullability: true;
  Scalars: {
    ID: { Input: string; Output: string };
    BigInt: { Input: bigint; Output: bigint | string };
    DateTime: { Input: Date; Output: Date | string };
    Date: { Input: Date; Output: Date | string };
    Rate: { Input: string; Output: { toString(): string } };
    Decimal: { Input: string; Output: { toString(): string } };
  };
}>({
  plugins: ['access', PrismaPlugin],
  prisma: {
    dmmf: getDatamodel(),
    exposeDescriptions: true,
    // Reads go through the read compiler (src/db/reader), never through a client that Pothos would call by itself.
    client: () => {
      throw new Error('A field was resolved without the read compiler.');
    },
  },
});

/** What Pothos knows of this schema, for helpers that take its field builders. */
export type SchemaTypes = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Types> ? Types : never;

builder.queryType({ description: 'Everything that can be asked.' });
builder.mutationType({ description: 'Everything that can be done. Each answers with its record and `userErrors`.' });
