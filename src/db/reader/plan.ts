import { createHash } from 'node:crypto';
import {
  type FieldNode, type GraphQLField, type GraphQLObjectType, type GraphQLResolveInfo, getNamedType, isAbstractType,
  isObjectType, print,
} from 'graphql';
import type { Noun } from '../../auth/nouns.ts';
import { type Profile, oncePerProfile } from '../../auth/profile.ts';
import { fieldRule, recordFlag } from '../../auth/field-rules.ts';
import type { Predicate } from '../predicate.ts';
import { type Model, modelNamed } from '../models.ts';
import { conditionsOf, fieldsSelected, maxVariants } from '../../selections.ts';
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

/** The plan of a root field that answers with one record, or a list or connection of them. */
export function planOf(info: GraphQLResolveInfo, profile: Profile): ListPlan {
  const plans = oncePerProfile(profile, plansKey, () => new WeakMap<FieldNode, KnownPlan[]>());
  const nodes = info.fieldNodes;
  let known = plans.get(nodes[0]!);
  if (!known) plans.set(nodes[0]!, (known = []));
  const wanted = conditionsOf(info);
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
  collect(info, nodes, record, profile);
  return record;
}

/** The fields selected on a concrete type by these nodes, by name; what the profile may not have is among them. */
export function selectedBelow(
  info: GraphQLResolveInfo, nodes: readonly FieldNode[], type: GraphQLObjectType,
): ReadonlyMap<string, FieldNode[]> {
  return Map.groupBy(fieldsSelected(info, nodes, type), (node) => node.name.value);
}

const plansKey = Symbol('plans');

function planList(
  info: GraphQLResolveInfo, nodes: readonly FieldNode[], field: GraphQLField<unknown, never>, profile: Profile,
): ListPlan {
  const target = getNamedType(field.type);
  if (isObjectType(target) && connectionOf(target)) return planConnection(info, nodes, target, profile);
  if (isAbstractType(target)) return { record: null, wants: rowsOnly };
  const record = emptyPlan(target as GraphQLObjectType);
  collect(info, nodes, record, profile);
  return { record, wants: rowsOnly };
}

const rowsOnly: ConnectionWants = { rows: true, cursors: false, totalCount: false };

function planConnection(
  info: GraphQLResolveInfo, nodes: readonly FieldNode[], connection: GraphQLObjectType, profile: Profile,
): ListPlan {
  const record = emptyPlan(connectionOf(connection)!);
  const wants: ConnectionWants = { rows: false, cursors: false, totalCount: false };
  for (const part of fieldsSelected(info, nodes, connection)) {
    if (part.name.value === 'totalCount') wants.totalCount = true;
    if (part.name.value === 'nodes') {
      wants.rows = true;
      collect(info, [part], record, profile);
    }
    if (part.name.value === 'pageInfo') {
      wants.rows = true;
      const pageInfo = getNamedType(connection.getFields().pageInfo!.type) as GraphQLObjectType;
      for (const { name } of fieldsSelected(info, [part], pageInfo)) {
        wants.cursors ||= name.value.endsWith('Cursor');
      }
    }
    if (part.name.value === 'edges') {
      wants.rows = true;
      const edge = getNamedType(connection.getFields().edges!.type) as GraphQLObjectType;
      for (const edgePart of fieldsSelected(info, [part], edge)) {
        if (edgePart.name.value === 'cursor') wants.cursors = true;
        if (edgePart.name.value === 'node') collect(info, [edgePart], record, profile);
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
  info: GraphQLResolveInfo, nodes: readonly FieldNode[], record: RecordPlan, profile: Profile,
): void {
  const fields = record.type.getFields();
  for (const node of fieldsSelected(info, nodes, record.type)) {
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
