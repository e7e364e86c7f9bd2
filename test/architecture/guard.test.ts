import { createRequire } from 'node:module';
import {
  type GraphQLFieldConfigMap, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLNonNull, GraphQLObjectType,
  GraphQLSchema, GraphQLString, GraphQLUnionType,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { refuseNegations } from '../../src/auth/shield.ts';
import { guardSchema } from '../../src/schema/guard.ts';

/*
 * What the start refuses, and what it then says to write where. `npm run check` builds the same schema (it prints it),
 * so it refuses the same.
 */
type Fields = GraphQLFieldConfigMap<unknown, unknown>;

function schemaWith(root: Fields, ...types: (GraphQLObjectType | GraphQLUnionType)[]): GraphQLSchema {
  return new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: root }), types });
}

function problemsOf(root: Fields, ...types: (GraphQLObjectType | GraphQLUnionType)[]): string {
  try {
    guardSchema(schemaWith(root, ...types));
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

function object(name: string, fields: Fields, extensions: Record<string, unknown> = {}): GraphQLObjectType {
  return new GraphQLObjectType({ name, fields, extensions });
}

const asked = { type: GraphQLString, extensions: { access: 'signedIn' } };

describe('the server does not start', () => {
  test('with a field that has no access', () => {
    expect(problemsOf({ asked, open: { type: GraphQLString } })).toContain(
      "Query.open has no access: write `access: '…'` where it is declared (src/schema/access.ts says what there is).",
    );
  });

  test('with a permission that there is not, or no more', () => {
    expect(problemsOf({ asked: { type: GraphQLString, extensions: { access: 'deal.finacial' } } })).toContain(
      'Query.asked: "deal.finacial" is not a permission: src/auth/nouns.ts lists nouns, verbs and field groups.',
    );
  });

  test('with a field that can be refused and is not nullable', () => {
    const thing = object('Thing', {
      secret: { type: new GraphQLNonNull(GraphQLString), extensions: { access: 'deal.financial' } },
    });
    expect(problemsOf({ asked: { ...asked, type: thing } })).toContain(
      'Thing.secret can be refused, so it must be nullable: leave out `nullable: false`.',
    );
  });

  test('with a rule on an interface or a union, which would never be asked', () => {
    const named = new GraphQLInterfaceType({
      name: 'Named',
      fields: { name: { type: GraphQLString, extensions: { access: 'deal.financial' } } },
      extensions: { access: 'deal.core' },
    });
    const thing = new GraphQLObjectType({
      name: 'Thing',
      interfaces: [named],
      fields: { name: { type: GraphQLString, extensions: { access: 'parent' } } },
    });
    const either = new GraphQLUnionType({ name: 'Either', types: [thing], extensions: { access: 'deal.core' } });
    const problems = problemsOf({ asked: { ...asked, type: named }, other: { ...asked, type: either } }, thing, either);
    expect(problems).toContain(
      'Named.name: rules on interfaces are not applied; give the access to the field of each type.',
    );
    expect(problems).toContain(
      'Named: rules on interfaces are not applied; give the access to the fields of each of its types.',
    );
    expect(problems).toContain(
      'Either: rules on unions are not applied; give the access to the fields of each of its types.',
    );
  });

  test('with a relation or a look-up that has no row filter', () => {
    const deal = () =>
      object(
        'Deal', { id: { type: GraphQLString, extensions: { access: 'deal.core', reading: { kind: 'nothing' } } } },
        { record: { model: 'Deal', noun: 'deal' } },
      );
    const line = object(
      'DealLine', { id: { type: GraphQLString, extensions: { access: 'parent', reading: { kind: 'nothing' } } } },
      { record: { model: 'DealLine', noun: null, parentRelation: 'deal' } },
    );
    expect(problemsOf({ deal: { type: deal(), extensions: { access: 'deal.read' } } })).toContain(
      'Query.deal answers with records but is not read by the compiler: use the helpers of src/schema/connections.ts or records.ts.',
    );
    expect(problemsOf({ line: { type: line, extensions: { access: 'deal.read', readsRecords: true } } })).toContain(
      'Query.line answers with records that have no row filter of their own: give their type a noun (recordOf)',
    );
  });

  test("with a record's field that does not say what it reads", () => {
    const deal = object(
      'Deal', { title: { type: GraphQLString, extensions: { access: 'deal.core' } } },
      { record: { model: 'Deal', noun: 'deal' } },
    );
    expect(problemsOf({ deal: { type: deal, extensions: { access: 'deal.read', readsRecords: true } } })).toContain(
      'The field title does not say what it reads',
    );
  });

  test('with an input or a filter that takes the right of a field that is gone', () => {
    const input = new GraphQLInputObjectType({
      name: 'DealUpdateInput',
      extensions: { writes: { noun: 'deal', typeName: 'Deal' } },
      fields: { oldAmount: { type: GraphQLString } },
    });
    const root = { ...asked, args: { input: { type: input } } };
    expect(problemsOf({ asked: root })).toContain(
      'DealUpdateInput.oldAmount is named after no field of Deal: rename it, or give it an `access`.',
    );
  });

  test('with not() around a rule, which lets through when the rule throws', () => {
    const { not, rule, and, allow } = createRequire(import.meta.url)('graphql-shield') as Record<
      string,
      (...rules: unknown[]) => never
    >;
    const throws = (rule as unknown as (name: string) => (run: () => never) => unknown)('throws')(() => {
      throw new Error('away');
    });
    expect(() =>
      refuseNegations({ Deal: { title: not!(throws), stage: and!(allow, not!(throws)), id: allow } }),
    ).toThrow(
      'Deal.title, Deal.stage: not(rule) lets through when the rule throws. Write a rule that answers the opposite',
    );
    expect(() => refuseNegations({ Deal: { title: throws } })).not.toThrow();
  });
});

test('everything that is wrong is said at once', () => {
  expect(problemsOf({ one: { type: GraphQLString }, two: { type: GraphQLString } })).toMatch(
    /Query\.one has no access.*Query\.two has no access/s,
  );
});
