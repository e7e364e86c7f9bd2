import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { expect, test } from 'vitest';
import { guardSchema } from '../../src/schema/guard.ts';
// Declares the filters and orders of the product, which the schema below then has to have fields for.
import '../../src/schema/index.ts';

test('a filter or an order by a field that is gone does not start, and the error names the place', () => {
  const title = { type: GraphQLString, extensions: { access: 'deal.core' } };
  const deal = new GraphQLObjectType({ name: 'Deal', fields: { title } });
  const deals = { type: deal, extensions: { access: 'deal.read', readsRecords: true } };
  const schema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { deals } }) });
  let problems = '';
  try {
    guardSchema(schema);
  } catch (error) {
    problems = (error as Error).message;
  }
  expect(problems).toContain('DealWhere.amount is named after no field of Deal: rename it, or say `sameAs`.');
  expect(problems).toContain('DealOrderField.AMOUNT is named after no field of Deal: change it in orderInput().');
  // What is still there is not complained about.
  for (const place of ['DealWhere.title', 'DealOrderField.TITLE']) expect(problems).not.toContain(`${place} is named`);
});
