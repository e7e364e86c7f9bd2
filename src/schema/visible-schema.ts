import {
  type DefinitionNode, type DocumentNode, type GraphQLInputObjectType, type GraphQLNamedType, type GraphQLSchema,
  type TypeNode, Kind, buildASTSchema, getNamedType, isInputObjectType, isObjectType, parse, printSchema,
} from 'graphql';
import { fieldRule } from '../auth/field-rules.ts';
import { type FieldGroup, type Noun, type Verb, parsePermission } from '../auth/nouns.ts';
import { type Profile, oncePerProfile } from '../auth/profile.ts';
import { inputRights } from './filters.ts';
import { writeRights } from './inputs.ts';

const documents = new WeakMap<GraphQLSchema, DocumentNode>();

/**
 * The schema as a profile may know it, for introspection and GraphiQL: without fields, mutations and inputs that it is
 * always refused, and without types that nothing leads to any more. Documents run on the one executable schema; this
 * one only answers what there is.
 */
export function visibleSchema(schema: GraphQLSchema, profile: Profile | null): GraphQLSchema {
  if (!profile) return prune(schema, null);
  return oncePerProfile(profile, 'visible schema', () => prune(schema, profile));
}

function prune(schema: GraphQLSchema, profile: Profile | null): GraphQLSchema {
  let document = documents.get(schema);
  if (!document) documents.set(schema, (document = parse(printSchema(schema), { noLocation: true })));
  const hidden = hiddenPlaces(schema, profile);
  const definitions = document.definitions.map((definition) => withoutHidden(definition, hidden));
  return buildASTSchema({ kind: Kind.DOCUMENT, definitions: reachable(definitions) }, { assumeValidSDL: true });
}

/** Coordinates (`Deal.amount`, `DealWhere.amount`, `DealOrderField.AMOUNT`) that the profile does not get to see. */
function hiddenPlaces(schema: GraphQLSchema, profile: Profile | null): Set<string> {
  const hidden = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const isRoot = type === schema.getQueryType() || type === schema.getMutationType();
    for (const field of Object.values(type.getFields())) {
      const isHidden = profile ? fieldRule(field as never, profile).verdict === 'never'
        : isRoot && field.extensions.access !== 'public';
      if (isHidden) hidden.add(`${type.name}.${field.name}`);
    }
  }
  if (!profile) return hidden;
  for (const { place, permission } of inputRights()) {
    const { noun, fieldGroup } = parsePermission(permission);
    const verdict = profile.readVerdict(noun, fieldGroup as FieldGroup);
    if (verdict === 'never' || (verdict === 'byRecord' && place.includes('OrderField.'))) hidden.add(place);
  }
  for (const { place, permission } of writeRights(schema)) {
    const { noun, fieldGroup } = parsePermission(permission);
    if (!canWriteAnywhere(profile, noun, fieldGroup as FieldGroup)) hidden.add(place);
  }
  hideEmptyInputs(schema, hidden);
  return hidden;
}

/** An input of which no field is left cannot be written, nor can the fields that take one. */
function hideEmptyInputs(schema: GraphQLSchema, hidden: Set<string>): void {
  const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
  const fieldsOf = (type: GraphQLInputObjectType) => Object.values(type.getFields())
    .map(({ name, type: of }) => ({ place: `${type.name}.${name}`, of: getNamedType(of) }));
  for (let found = 1; found > 0;) {
    const empty = new Set(
      inputs.filter((type) => fieldsOf(type).every(({ place }) => hidden.has(place))) as GraphQLNamedType[]);
    const takers = inputs.flatMap(fieldsOf).filter(({ place, of }) => empty.has(of) && !hidden.has(place));
    for (const { place } of takers) hidden.add(place);
    found = takers.length;
  }
}

function canWriteAnywhere(profile: Profile, noun: Noun, group: FieldGroup): boolean {
  return profile.grants.some((grant) => grant.noun === noun && (grant.verb as Verb) !== 'read'
    && (group === 'core' || grant.fieldGroups.includes(group)));
}

function withoutHidden(definition: DefinitionNode, hidden: ReadonlySet<string>): DefinitionNode {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return { ...definition, fields: definition.fields
        ?.filter(({ name }) => !hidden.has(`${definition.name.value}.${name.value}`)) } as DefinitionNode;
    case Kind.ENUM_TYPE_DEFINITION:
      return { ...definition, values: definition.values
        ?.filter(({ name }) => !hidden.has(`${definition.name.value}.${name.value}`)) };
    default:
      return definition;
  }
}

/**
 * Definitions that can be come to from the roots. An object type left without fields is gone, with what leads to it.
 */
function reachable(definitions: readonly DefinitionNode[]): DefinitionNode[] {
  const byName = new Map(definitions.flatMap((each) => ('name' in each && each.name ? [[each.name.value, each]] : [])));
  const implementations = new Map<string, string[]>();
  for (const each of definitions) {
    if (each.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const { name } of each.interfaces ?? []) {
      implementations.set(name.value, [...implementations.get(name.value) ?? [], each.name.value]);
    }
  }
  const kept = new Set<string>();
  const open = ['Query', 'Mutation'];
  for (let name = open.pop(); name; name = open.pop()) {
    const definition = byName.get(name);
    if (!definition || kept.has(name)) continue;
    kept.add(name);
    open.push(...namesIn(definition));
    if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION) open.push(...implementations.get(name) ?? []);
  }
  return definitions.filter((each) => {
    if (!('name' in each) || !each.name) return true;
    const isEmpty = each.kind === Kind.OBJECT_TYPE_DEFINITION && each.fields?.length === 0;
    return each.kind === Kind.DIRECTIVE_DEFINITION || (kept.has(each.name.value) && !isEmpty);
  });
}

function namesIn(definition: DefinitionNode): string[] {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
      return [
        ...(definition.interfaces ?? []).map(({ name }) => name.value),
        ...(definition.fields ?? []).flatMap((field) => [
          nameOf(field.type), ...(field.arguments ?? []).map(({ type }) => nameOf(type)),
        ]),
      ];
    case Kind.INPUT_OBJECT_TYPE_DEFINITION: return (definition.fields ?? []).map(({ type }) => nameOf(type));
    case Kind.UNION_TYPE_DEFINITION: return (definition.types ?? []).map(({ name }) => name.value);
    default: return [];
  }
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}
