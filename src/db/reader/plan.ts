import { createHash } from 'node:crypto';
import {
  type DirectiveNode, type FieldNode, type GraphQLField, GraphQLIncludeDirective, type GraphQLObjectType,
  type GraphQLResolveInfo, GraphQLSkipDirective, Kind, type SelectionSetNode, getDirectiveValues, getNamedType,
  isAbstractType, isObjectType, print, visit,
} from 'graphql';
import type { Noun } from '../../auth/nouns.ts';
import { type Profile, oncePerProfile } from '../../auth/profile.ts';
import { fieldRule, recordFlag } from '../../auth/field-rules.ts';
import type { Predicate } from '../predicate.ts';
import { type Model, modelNamed } from '../models.ts';
import { type Derivation, type RecordType, connectionOf, readingOf, recordTypeOf } from './reading.ts';

/**
 * What a document asks of one kind of record, as far as its profile may have it: the columns, the conditions to be
 * told (`flags`), and the records below. Made once per document and profile; arguments are looked at per request.
 */
export type RecordPlan = {
  type: GraphQLObjectType;
  model: Model;
  noun: Noun | null;
  link?: RecordType['link'];
  only?: RecordType['only'];
  columns: Set<string>;
  flags: Map<string, Predicate>;
  derived: Map<string, Derivation>;
  children: ChildPlan[];
};

/** Records reached through a relation. `key` is where they stand in the parent's row. */
export type ChildPlan = {
  key: string;
  relation: string;
  through?: string;
  field: GraphQLField<unknown, never>;
  node: FieldNode;
  shape: 'one' | 'list' | 'connection';
  record: RecordPlan | null;
  wants: ConnectionWants;
};

/** Which parts of a connection are asked for. */
export type ConnectionWants = { rows: boolean; cursors: boolean; totalCount: boolean };

export type ListPlan = { record: RecordPlan | null; wants: ConnectionWants };

/**
 * Where a relation's records stand in the row: set apart from the columns, which an alias could be named like, and by
 * field and arguments, because `nodes` and `edges { node }` may give the same row's fields the same alias. Without the
 * field, one relation's records would be answered as another's, with the other's rights.
 */
export function childKey(node: FieldNode): string {
  let key = childKeys.get(node);
  if (!key) {
    key = `>${node.alias ? `${node.alias.value}=` : ''}${node.name.value}`;
    if (node.arguments?.length) {
      key += `:${createHash('sha1').update(node.arguments.map(print).join()).digest('base64url').slice(0, 6)}`;
    }
    childKeys.set(node, key);
  }
  return key;
}

const childKeys = new WeakMap<FieldNode, string>();

type KnownPlan = { nodes: readonly FieldNode[]; conditions: string; plan: ListPlan };

/** Combinations of conditions and merged fields that are remembered for one field of a document. */
const maxVariants = 64;

/** The plan of a root field that answers with one record, or a list or connection of them. */
export function planOf(info: GraphQLResolveInfo, profile: Profile): ListPlan {
  const plans = oncePerProfile(profile, plansKey, () => new WeakMap<FieldNode, KnownPlan[]>());
  const nodes = info.fieldNodes;
  let known = plans.get(nodes[0]!);
  if (!known) plans.set(nodes[0]!, (known = []));
  const wanted = conditions(info);
  // A field in a fragment can be merged with others in one place and stand alone in another: all nodes count.
  const same = known.find((each) => each.conditions === wanted && each.nodes.length === nodes.length
    && each.nodes.every((node, at) => node === nodes[at]));
  if (same) return same.plan;
  const plan = planList(info, nodes, info.parentType.getFields()[info.fieldName]!, profile);
  if (known.length < maxVariants) known.push({ nodes, conditions: wanted, plan });
  return plan;
}

/** The plan for one concrete type that these fields answer with: `node` and `search` answer with several. */
export function planRecordBelow(
  info: GraphQLResolveInfo, nodes: readonly FieldNode[], type: GraphQLObjectType, profile: Profile,
): RecordPlan {
  const record = emptyPlan(type);
  for (const node of nodes) collect(info, node.selectionSet, record, profile);
  return record;
}

/** The fields selected on a concrete type by these nodes, by name; what the profile may not have is among them. */
export function selectedBelow(
  info: GraphQLResolveInfo, nodes: readonly FieldNode[], type: GraphQLObjectType,
): ReadonlyMap<string, FieldNode[]> {
  return Map.groupBy(nodes.flatMap((node) => [...fieldsOf(info, node.selectionSet, type)]), (node) => node.name.value);
}

const plansKey = Symbol('plans');

/** Values of the variables that @skip and @include look at: a document is planned once for each combination. */
function conditions(info: GraphQLResolveInfo): string {
  const names = oncePerOperation(info);
  return names.map((name) => (info.variableValues[name] ? '1' : '0')).join('');
}

const conditionNames = new WeakMap<object, string[]>();

function oncePerOperation(info: GraphQLResolveInfo): string[] {
  let names = conditionNames.get(info.operation);
  if (!names) {
    const found = new Set<string>();
    const note = (directive: DirectiveNode) => {
      if (directive.name.value !== 'skip' && directive.name.value !== 'include') return;
      for (const { value } of directive.arguments ?? []) if (value.kind === Kind.VARIABLE) found.add(value.name.value);
    };
    for (const definition of [info.operation, ...Object.values(info.fragments)]) visit(definition, { Directive: note });
    conditionNames.set(info.operation, (names = [...found]));
  }
  return names;
}

function planList(
  info: GraphQLResolveInfo, nodes: readonly FieldNode[], field: GraphQLField<unknown, never>, profile: Profile,
): ListPlan {
  const target = getNamedType(field.type);
  if (isObjectType(target) && connectionOf(target)) return planConnection(info, nodes, target, profile);
  if (isAbstractType(target)) return { record: null, wants: rowsOnly };
  const record = emptyPlan(target as GraphQLObjectType);
  for (const node of nodes) collect(info, node.selectionSet, record, profile);
  return { record, wants: rowsOnly };
}

const rowsOnly: ConnectionWants = { rows: true, cursors: false, totalCount: false };

function planConnection(
  info: GraphQLResolveInfo, nodes: readonly FieldNode[], connection: GraphQLObjectType, profile: Profile,
): ListPlan {
  const record = emptyPlan(connectionOf(connection)!);
  const wants: ConnectionWants = { rows: false, cursors: false, totalCount: false };
  for (const node of nodes) {
    for (const part of fieldsOf(info, node.selectionSet, connection)) {
      if (part.name.value === 'totalCount') wants.totalCount = true;
      if (part.name.value === 'nodes') {
        wants.rows = true;
        collect(info, part.selectionSet, record, profile);
      }
      if (part.name.value === 'pageInfo') {
        wants.rows = true;
        const pageInfo = getNamedType(connection.getFields().pageInfo!.type) as GraphQLObjectType;
        for (const { name } of fieldsOf(info, part.selectionSet, pageInfo)) {
          wants.cursors ||= name.value.endsWith('Cursor');
        }
      }
      if (part.name.value === 'edges') {
        wants.rows = true;
        const edge = getNamedType(connection.getFields().edges!.type) as GraphQLObjectType;
        for (const edgePart of fieldsOf(info, part.selectionSet, edge)) {
          if (edgePart.name.value === 'cursor') wants.cursors = true;
          if (edgePart.name.value === 'node') collect(info, edgePart.selectionSet, record, profile);
        }
      }
    }
  }
  return { record, wants };
}

function emptyPlan(type: GraphQLObjectType): RecordPlan {
  const { model, noun, link, only } = recordTypeOf(type);
  return {
    type, model: modelNamed(model), noun, ...(link ? { link } : {}), ...(only ? { only } : {}),
    columns: new Set(['id']), flags: new Map(), derived: new Map(), children: [],
  };
}

function collect(
  info: GraphQLResolveInfo, selections: SelectionSetNode | undefined, record: RecordPlan, profile: Profile,
): void {
  const fields = record.type.getFields();
  for (const node of fieldsOf(info, selections, record.type)) {
    const field = fields[node.name.value];
    if (!field) continue; // __typename
    const rule = fieldRule(field, profile);
    if (rule.verdict === 'never') continue;
    if (rule.verdict === 'byRecord') record.flags.set(recordFlag(rule.permission), rule.predicate);
    const reading = readingOf(field);
    switch (reading.kind) {
      case 'columns':
        for (const column of reading.columns) record.columns.add(column);
        break;
      case 'flags':
        for (const [name, predicate] of reading.flags(profile)) record.flags.set(name, predicate);
        break;
      case 'derived':
        for (const column of reading.columns ?? []) record.columns.add(column);
        for (const [name, derivation] of Object.entries(reading.derived)) record.derived.set(name, derivation);
        break;
      case 'relation':
        for (const column of reading.columns ?? []) record.columns.add(column);
        addChild(info, node, field, reading, record, profile);
        break;
      case 'nothing':
        break;
    }
  }
}

function addChild(
  info: GraphQLResolveInfo, node: FieldNode, field: GraphQLField<unknown, never>,
  { relation, through }: { relation: string; through?: string }, record: RecordPlan, profile: Profile,
): void {
  const key = childKey(node);
  const plan = planList(info, [node], field, profile);
  const known = record.children.find((child) => child.key === key);
  if (!known) {
    const target = getNamedType(field.type) as GraphQLObjectType;
    const isList = record.model.relations.get(relation)!.isList;
    const shape = connectionOf(target) ? 'connection' : isList ? 'list' : 'one';
    record.children.push({ key, relation, ...(through ? { through } : {}), field, node, shape, ...plan });
    return;
  }
  // The same field selected twice, in two fragments say: GraphQL merges what is asked below, so do we.
  mergeLists(known, plan);
}

function mergeLists(into: ListPlan, from: ListPlan): void {
  into.wants = {
    rows: into.wants.rows || from.wants.rows,
    cursors: into.wants.cursors || from.wants.cursors,
    totalCount: into.wants.totalCount || from.wants.totalCount,
  };
  mergePlans(into.record!, from.record!);
}

function mergePlans(into: RecordPlan, from: RecordPlan): void {
  for (const column of from.columns) into.columns.add(column);
  for (const [name, predicate] of from.flags) into.flags.set(name, predicate);
  for (const [name, derivation] of from.derived) into.derived.set(name, derivation);
  for (const child of from.children) {
    const known = into.children.find((each) => each.key === child.key);
    if (!known) into.children.push(child);
    else mergeLists(known, child);
  }
}

/** The fields selected on a concrete type, through fragments, as far as @skip and @include let them stand. */
function* fieldsOf(
  info: GraphQLResolveInfo, selections: SelectionSetNode | undefined, type: GraphQLObjectType,
): Generator<FieldNode> {
  for (const selection of selections?.selections ?? []) {
    if (getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues)?.if === true) continue;
    if (getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues)?.if === false) continue;
    if (selection.kind === Kind.FIELD) {
      yield selection;
      continue;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value]! : selection;
    const condition = fragment.typeCondition?.name.value;
    if (!condition || condition === type.name || type.getInterfaces().some((each) => each.name === condition)
      || isPossible(info, condition, type)) {
      yield* fieldsOf(info, fragment.selectionSet, type);
    }
  }
}

function isPossible(info: GraphQLResolveInfo, condition: string, type: GraphQLObjectType): boolean {
  const abstract = info.schema.getType(condition);
  return isAbstractType(abstract) && info.schema.isSubType(abstract, type);
}
