import {
  type GraphQLArgument, type GraphQLCompositeType, type GraphQLField, type GraphQLInterfaceType, type GraphQLSchema,
  getNamedType,
  isAbstractType, isCompositeType, isInterfaceType, isLeafType, isNonNullType, isObjectType,
} from 'graphql';
import type { Random } from '../worlds/world.ts';
import { Literals, type Supplies } from './literals.ts';

/** Cursors by the list they are of: connection type and order, as written; of rows that are seen and of others. */
export type Cursors = ReadonlyMap<string, readonly string[]>;
export type Stock = Supplies & {
  schema: GraphQLSchema;
  /** Of how many documents one is a mutation; three in ten when absent. */
  mutationShare?: number;
  /** Root fields that half of the questions are about; none in particular when absent. */
  focus?: RegExp;
  /** Mutations that half of the mutations are taken from, while there are any. */
  wanted?: ReadonlySet<string>;
  cursors: Cursors;
};

export type Doc = { text: string; variables: Record<string, unknown> };
type AnyField = GraphQLField<unknown, unknown>;

/**
 * Told by the database's clock (and session ids drawn there), as queues and sessions go by it: two worlds are not asked
 * at the very same time. What sessions leave behind is put right after each change of them, so that questions may ask
 * for it.
 */
const byAnotherClock = /^WaitingJobs\.dueAt$/;
const setByMutations = /^(Session\.(id|createdAt|lastSeenAt|expiresAt)|Member\.lastSeenAt)$/;
/** Secrets are drawn at random, and are shown to who has just made them; of keys the beginning. */
const secret = /^(\w+Payload\.token|ApiKey\.prefix)$/;

const nounOfArgument: Readonly<Record<string, string>> = {
  principal: 'member', roleId: 'role', memberIds: 'member', pipelineId: 'pipeline', pipelineIds: 'pipeline',
  stageId: 'stage',
};

const pageLengths = ['0', '1', '1', '2', '2', '3', '5', '50', '50', '50', '200', '200', '200', '200', '201'];

/** Mutations that cost a password's hash, or end what the next documents need: now and then is enough. */
const rareMutations = new Set([
  'signIn', 'signUp', 'signOut', 'signOutEverywhere', 'endSession', 'changePassword', 'setPassword', 'confirmSignUp',
  'confirmEmail', 'switchWorkspace', 'deleteAccount',
]);

/**
 * Writes random documents over the whole schema as somebody sees it, and a little beyond: selections, aliases,
 * fragments, directives, filters, orders, pages, ids, mutations.
 */
export class DocumentWriter {
  readonly #stock: Stock;
  readonly #random: Random;
  readonly #literals: Literals;
  #named = 0;
  #isMutation = false;
  readonly #fragments: { name: string; type: GraphQLCompositeType; text: string }[] = [];

  constructor(stock: Stock, random: Random) {
    this.#stock = stock;
    this.#random = random;
    this.#literals = new Literals(random, stock);
  }

  write(): Doc {
    const { schema } = this.#stock;
    const mutation = schema.getMutationType();
    this.#isMutation = Boolean(mutation) && this.#random.chance(this.#stock.mutationShare ?? 0.3);
    const operation = this.#isMutation ? this.#mutation() : this.#query();
    const fragments = this.#fragments.map(({ name, type, text }) => `fragment ${name} on ${type.name} {\n${text}\n}`);
    const used = ['yes', 'no'].filter((name) => [operation, ...fragments].some((each) => each.includes(`$${name})`)));
    const variables = used.map((name) => `$${name}: Boolean = ${name === 'yes'}`).join(', ');
    const kind = this.#isMutation ? 'mutation' : 'query';
    const text = [`${kind}${variables && `(${variables})`} {`, operation, '}', ...fragments].join('\n');
    return { text, variables: { yes: true, no: false } };
  }

  /** Several questions to a document: half of a question's cost is that it is asked at all. */
  #query(): string {
    const type = this.#stock.schema.getQueryType()!;
    const open = Object.values(type.getFields())
      .filter((field) => this.#maybe(`Query.${field.name}`));
    const lists = open.filter((field) => field.args.some(({ name }) => name === 'where'));
    // What is hidden counts most in lists of records that belong to somebody.
    const owned = lists.filter((field) => field.args.some(({ name }) => name === 'deleted') && this.#isOwned(field));
    const ofAnyKind = open.filter(({ name }) => ['node', 'nodes', 'search'].includes(name));
    const lines = Array.from({ length: this.#random.pick([1, 2, 3, 4]) }, (_each, at) => {
      const from = this.#focused(open) ?? (this.#random.chance(0.5) ? owned
        : this.#random.chance(0.3) ? lists : this.#random.chance(0.4) ? ofAnyKind : open);
      return from.length ? this.#field(this.#random.pick(from), type.name, 4, at > 0 ? `q${at}` : '') : '__typename';
    });
    return lines.join('\n');
  }

  #focused(open: readonly AnyField[]): readonly AnyField[] | null {
    const { focus } = this.#stock;
    const about = focus && this.#random.chance(0.5) ? open.filter(({ name }) => focus.test(name)) : [];
    return about.length > 0 ? about : null;
  }

  #isOwned(field: AnyField): boolean {
    const connection = getNamedType(field.type);
    const record = isObjectType(connection) && connection.getFields().nodes
      ? getNamedType(connection.getFields().nodes!.type) : null;
    return isObjectType(record) && 'owner' in record.getFields();
  }

  #mutation(): string {
    const open = Object.values(this.#stock.schema.getMutationType()!.getFields())
      .filter((field) => this.#maybe(`Mutation.${field.name}`)
      && (!rareMutations.has(field.name) || this.#random.chance(0.02)));
    const ofRecords = open.filter(({ name }) => /^(company|contact|lead|deal|activity|record|tag(Add|Remove))/
      .test(name));
    const wanted = Object.values(this.#stock.schema.getMutationType()!.getFields())
      .filter(({ name }) => this.#stock.wanted?.has(name));
    const from = wanted.length > 0 && this.#random.chance(0.5) ? wanted
      : this.#focused(open) ?? (ofRecords.length > 0 && this.#random.chance(0.7) ? ofRecords : open);
    return from.length ? this.#field(this.#random.pick(from), 'Mutation', 5, '') : '__typename';
  }

  #fields(type: GraphQLCompositeType, count: number, depth: number): string {
    const all = 'getFields' in type ? Object.values(type.getFields() as Record<string, AnyField>) : [];
    const open = all.filter((field) => this.#maybe(`${type.name}.${field.name}`)
      && this.#hasOneAnswer(`${type.name}.${field.name}`) && (depth > 0 || isLeafType(getNamedType(field.type))));
    const lines = new Map<string, string>();
    for (let at = 0; at < count && open.length > 0; at += 1) {
      const field = this.#random.pick(open);
      const alias = this.#alias(field, lines);
      if (lines.has(alias || field.name)) continue;
      lines.set(alias || field.name, this.#field(field, type.name, depth, alias));
    }
    if (isAbstractType(type)) {
      for (const possible of this.#some(this.#stock.schema.getPossibleTypes(type), 5)) {
        lines.set(`... ${possible.name}`, `... on ${possible.name} {\n${this.#fields(possible, 3, depth - 1)}\n}`);
      }
    }
    if (this.#random.chance(0.08) && depth > 1) lines.set('...', this.#fragment(type, depth));
    if (lines.size === 0) lines.set('__typename', '__typename');
    return [...lines.values()].join('\n');
  }

  /** A name of its own where the same field may stand beside with other arguments; `x` and `y` meet across lists. */
  #alias(field: AnyField, lines: ReadonlyMap<string, string>): string {
    if (this.#random.chance(0.06)) return this.#random.pick(['x', 'y']);
    if (field.args.length === 0) return '';
    return lines.has(field.name) || this.#random.chance(0.1) ? `a${lines.size}` : '';
  }

  #field(field: AnyField, parent: string, depth: number, alias: string): string {
    const named = getNamedType(field.type);
    const directive = this.#random.chance(0.03)
      ? this.#random.pick([' @include(if: $yes)', ' @skip(if: $no)', ' @skip(if: $yes)', ' @include(if: true)']) : '';
    const args = this.#arguments(field, named.name, parent);
    const name = `${alias ? `${alias}: ` : ''}${field.name}${args}${directive}`;
    if (!isCompositeType(named)) return name;
    const isConnection = named.name.endsWith('Connection');
    const count = isConnection ? this.#random.pick([1, 2, 2, 3]) : this.#random.pick([1, 2, 3, 4]);
    const body = isConnection && this.#random.chance(0.7)
      ? `${this.#rows(named, depth)}\n${this.#random.chance(0.4) ? this.#fields(named, 1, depth - 1) : ''}`
      : this.#fields(named, count, depth - 1);
    return `${name} {\n${named.name.endsWith('Payload') ? this.#payload(named, depth) : body}\n}`;
  }

  /** Most connections are asked for their rows. */
  #rows(connection: GraphQLCompositeType, depth: number): string {
    if (!isObjectType(connection)) return '__typename';
    const record = getNamedType(connection.getFields().nodes!.type) as GraphQLCompositeType;
    const nodes = `nodes {\nid\n${this.#fields(record, this.#random.pick([1, 2, 3, 4]), depth - 1)}\n}`;
    const extras = [
      ...(this.#random.chance(0.4) ? ['totalCount'] : []),
      ...(this.#random.chance(0.2) ? ['pageInfo { hasNextPage hasPreviousPage startCursor endCursor }'] : []),
    ].join('\n');
    return `${nodes}\n${extras}`;
  }

  #payload(payload: GraphQLCompositeType, depth: number): string {
    const fields = isObjectType(payload) ? Object.values(payload.getFields()) : [];
    return fields.filter(({ name }) => (
      this.#maybe(`${payload.name}.${name}`) && this.#hasOneAnswer(`${payload.name}.${name}`))).map((field) => {
      const named = getNamedType(field.type);
      if (!isCompositeType(named)) return field.name;
      const isError = isInterfaceType(named) && named.name === 'UserError';
      return `${field.name} {\n${isError ? this.#errors(named) : this.#fields(named, 4, depth - 1)}\n}`;
    }).join('\n') || '__typename';
  }

  /** Everything that errors tell, whatever their kind. */
  #errors(type: GraphQLInterfaceType): string {
    const kinds = this.#stock.schema.getPossibleTypes(type).map((kind) => {
      const own = Object.values(kind.getFields()).filter(({ name }) => !(name in type.getFields()));
      const fields = own.map((field) => this.#field(field, kind.name, 2, `${kind.name}_${field.name}`));
      return fields.length ? `... on ${kind.name} {\n${fields.join('\n')}\n}` : '';
    });
    return ['__typename', ...Object.keys(type.getFields()), ...kinds].join('\n');
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const known = this.#fragments.filter((each) => each.type === type);
    if (known.length && this.#random.chance(0.5)) return `... ${this.#random.pick(known).name}`;
    if (this.#random.chance(0.4)) return `... on ${type.name} {\n${this.#fields(type, 2, depth - 1)}\n}`;
    const name = `F${this.#named += 1}`;
    const fragment = { name, type, text: '__typename' };
    this.#fragments.push(fragment);
    // Nothing in it may lead back to it.
    const before = this.#fragments.splice(0);
    fragment.text = this.#fields(type, 3, depth - 2);
    this.#fragments.unshift(...before);
    return `... ${name}`;
  }

  #arguments(field: AnyField, typeName: string, parent: string): string {
    const chosen: string[] = [];
    const give = (name: string, text: string) => chosen.push(`${name}: ${text}`);
    const isList = field.args.some(({ name }) => name === 'orderBy');
    const asked = ['accessExplain', 'can'].includes(field.name) ? this.#literals.permissionAndId() : null;
    for (const arg of field.args) {
      if (asked && (arg.name === 'permission' || arg.name === 'id') && this.#random.chance(0.9)) {
        give(arg.name, JSON.stringify(asked[arg.name]));
        continue;
      }
      if (isList && ['first', 'last', 'after', 'before', 'orderBy'].includes(arg.name)) continue;
      const isRequired = isNonNullType(arg.type) && arg.defaultValue === undefined;
      if (isRequired || this.#random.chance(arg.name === 'where' ? 0.65 : arg.name === 'deleted' ? 0.12 : 0.5)) {
        give(arg.name, this.#argument(arg, field, parent));
      }
    }
    if (isList) this.#page(field, typeName, give);
    return chosen.length ? `(${chosen.join(', ')})` : '';
  }

  #argument(arg: GraphQLArgument, field: AnyField, parent: string): string {
    const named = getNamedType(arg.type);
    // Short lists: what is left out of them must be what anybody would leave out.
    if (arg.name === 'first' && this.#random.chance(0.95)) {
      return this.#random.pick(['0', '1', '1', '2', '2', '3', '5', '20', '50']);
    }
    if (named.name !== 'ID') return this.#literals.value(arg.type, [`${parent}.${field.name}.${arg.name}`], 3);
    const returned = getNamedType(field.type).extensions.record as { noun: string | null } | undefined;
    const noun = nounOfArgument[arg.name] ?? (arg.name === 'id' ? returned?.noun : null) ?? null;
    const one = () => JSON.stringify(noun ? this.#literals.seenId(noun, () => true) : this.#literals.anyId());
    return arg.type.toString().startsWith('[')
      ? `[${Array.from({ length: 1 + this.#random.number(4) }, one).join(', ')}]` : one();
  }

  /** Order, length and place of a page; cursors are taken from lists of the same order. */
  #page(field: AnyField, typeName: string, give: (name: string, text: string) => void): void {
    const backwards = this.#random.chance(0.2);
    if (this.#random.chance(backwards ? 0.9 : 0.6)) give(backwards ? 'last' : 'first', this.#random.pick(pageLengths));
    const known = [...this.#stock.cursors.keys()].filter((key) => key.startsWith(`${typeName} `));
    if (known.length && this.#random.chance(0.25)) {
      const key = this.#random.pick(known);
      const order = key.slice(typeName.length + 1);
      if (order) give('orderBy', order);
      give(backwards ? 'before' : 'after', JSON.stringify(this.#random.pick(this.#stock.cursors.get(key)!)));
      return;
    }
    const orderBy = field.args.find(({ name }) => name === 'orderBy');
    if (orderBy && this.#random.chance(0.35)) give('orderBy', this.#literals.value(orderBy.type, [], 2));
  }

  #some<T>(from: readonly T[], most: number): T[] {
    const chosen = new Set<T>();
    for (let at = 0; at < most && from.length > 0; at += 1) chosen.add(this.#random.pick(from));
    return [...chosen];
  }

  #hasOneAnswer(coordinate: string): boolean {
    return !byAnotherClock.test(coordinate) && !secret.test(coordinate)
      && !(this.#isMutation && setByMutations.test(coordinate));
  }

  #maybe(coordinate: string): boolean {
    return this.#stock.isSeen(coordinate) || this.#random.chance(0.08);
  }
}
