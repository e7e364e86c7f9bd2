import { createRequire } from 'node:module';
import {
  GraphQLError, type GraphQLFieldMap, type GraphQLResolveInfo, type GraphQLSchema, isIntrospectionType, isObjectType,
} from 'graphql';
import type * as Shield from 'graphql-shield';
import type { GraphQLContext } from '../schema/context.ts';
import { accessOf, fieldRule, recordFlag } from './field-rules.ts';

/**
 * The rules of every field and mutation, as a graphql-shield tree. How we hold shield:
 * docs/decisions/0002-shield-as-rule-language.md.
 *
 * Its ES module does not load on Node 23 and later, and both it and graphql-middleware must come in one module format:
 * so both are required, with the one function of `node:util` that Node has dropped put back first.
 */
const require = createRequire(import.meta.url);
const util = require('node:util') as { isUndefined?: (value: unknown) => boolean };
util.isUndefined ??= (value) => value === undefined;
const { allow, deny, rule, shield } = require('graphql-shield') as typeof Shield;

type Rule = Shield.IRule | typeof allow;
type FieldMiddleware = (
  resolve: (...all: never[]) => unknown, parent: unknown, args: unknown, context: unknown, info: GraphQLResolveInfo,
) => Promise<unknown>;

/** A rule that reads the row, callable without a promise. */
export type RecordRule = (row: unknown) => boolean;

export type ShieldedSchema = {
  /** Middleware of each root field: shield's own, it runs the rule and then the resolver. */
  rootMiddleware: ReadonlyMap<string, FieldMiddleware>;
  /** The rule of each field that can depend on the record, by coordinate. */
  recordRules: ReadonlyMap<string, RecordRule>;
};

/** May anybody of this profile use the field at all? Asked once per root field and request. */
const mayUseField = rule('mayUseField', { cache: 'no_cache' })((
  _root, _args, context: GraphQLContext, info: GraphQLResolveInfo,
) => {
  const field = info.parentType.getFields()[info.fieldName]!;
  if (!context.principal) return false;
  return fieldRule(field, context.principal.profile).verdict !== 'never';
});

/** Does the record's row say that its fields of this group can be read? The read compiler has put the answer there. */
function readableRecord(permission: string): { rule: Rule; isReadable: RecordRule } {
  const flag = recordFlag(permission);
  const isReadable: RecordRule = (row) => (row as Record<string, unknown>)[flag] === true;
  return { rule: rule(`readable ${permission}`, { cache: 'no_cache' })(isReadable), isReadable };
}

/** Builds the tree for the whole schema; shield refuses names that the schema does not have. */
export function shieldSchema(schema: GraphQLSchema, isPublic: (coordinate: string) => boolean): ShieldedSchema {
  const roots = new Set([schema.getQueryType(), schema.getMutationType()]);
  const byPermission = new Map<string, ReturnType<typeof readableRecord>>();
  const tree: Record<string, Record<string, Rule>> = {};
  const recordRules = new Map<string, RecordRule>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    const rules: Record<string, Rule> = {};
    for (const field of Object.values(type.getFields() as GraphQLFieldMap<unknown, unknown>)) {
      const { coordinate, permissions: [permission] } = accessOf(field);
      if (roots.has(type)) rules[field.name] = isPublic(coordinate) ? allow : mayUseField;
      else if (!permission) rules[field.name] = allow;
      else {
        let readable = byPermission.get(permission);
        if (!readable) byPermission.set(permission, (readable = readableRecord(permission)));
        rules[field.name] = readable.rule;
        recordRules.set(coordinate, readable.isReadable);
      }
    }
    tree[type.name] = rules;
  }
  refuseNegations(tree);
  const generator = shield(tree, {
    fallbackRule: deny,
    // Without it a rule or resolver that crashes looks like a refusal.
    debug: true,
    allowExternalErrors: true,
    fallbackError: (_error, _parent, _args, context, info) => refusal(context as unknown as GraphQLContext, info),
  }) as unknown as { generate(schema: GraphQLSchema): Record<string, Record<string, FieldMiddleware>> };
  const generated = generator.generate(schema);
  const rootMiddleware = new Map<string, FieldMiddleware>();
  for (const root of roots) {
    for (const name of Object.keys(root?.getFields() ?? {})) {
      rootMiddleware.set(`${root!.name}.${name}`, generated[root!.name]![name]!);
    }
  }
  return { rootMiddleware, recordRules };
}

/**
 * `not(rule)` lets through when the rule throws, such as while the database is away.
 *
 * @throws Error naming each place, so that the server does not start with one
 */
export function refuseNegations(tree: Readonly<Record<string, Readonly<Record<string, unknown>>>>): void {
  const isNegated = (rule: unknown): boolean => {
    const { rules } = rule as { rules?: unknown[] };
    return (rule as object).constructor.name === 'RuleNot' || (rules ?? []).some(isNegated);
  };
  const places = Object.entries(tree).flatMap(([type, fields]) => (
    Object.entries(fields).filter(([, rule]) => isNegated(rule)).map(([field]) => `${type}.${field}`)));
  if (places.length === 0) return;
  throw new Error(
    `${places.join(', ')}: not(rule) lets through when the rule throws. `
    + 'Write a rule that answers the opposite (src/auth/shield.ts).');
}

/** What a root field answers that the rules refuse. */
function refusal(context: GraphQLContext, info: GraphQLResolveInfo): GraphQLError {
  if (!context.principal) {
    return new GraphQLError('Sign in first.', { extensions: { code: 'UNAUTHENTICATED' } });
  }
  const field = info.parentType.getFields()[info.fieldName]!;
  const { permission } = fieldRule(field, context.principal.profile);
  context.refusals.denials.push({ field: `${info.parentType.name}.${info.fieldName}`, permission });
  return new GraphQLError(`You may not use ${info.fieldName}: that needs the permission ${permission}.`, {
    extensions: { code: 'FORBIDDEN', field: `${info.parentType.name}.${info.fieldName}`, permission },
  });
}
