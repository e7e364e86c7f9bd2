import {
  type GraphQLArgument, type GraphQLCompositeType, type GraphQLField, type GraphQLInputType, type GraphQLSchema,
  doTypesOverlap, getNamedType, getNullableType, isAbstractType, isCompositeType, isEnumType, isInputObjectType,
  isListType, isNonNullType,
} from 'graphql';

/** Decisions from a list of numbers, so that fast-check makes a document simpler by itself: 0 is always the least. */
export class Choices {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  below(end: number): number {
    const number = this.#numbers[this.#at++] ?? 0;
    return end <= 1 ? 0 : number % end;
  }

  /** @param percent how often */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }
}

export type VariedDocument = {
  text: string;
  /** What to run it with, one after the other. */
  variables: readonly Record<string, unknown>[];
};

type Options = {
  maxDepth: number;
  maxFields: number;
  /** Of how many values of its variables. */
  runs: number;
  literals: Readonly<Record<string, readonly string[]>>;
  /** Root fields that every other question is about; any when absent. */
  focus?: readonly string[];
};
/** The beginning of a field, which may be written again with other selections below. */
type Head = { field: GraphQLField<unknown, unknown>; text: string };
type Variable = { name: string; type: string; text: string };

/** Most texts are none, and then nothing is answered. */
const cursors: ReadonlySet<string> = new Set(['after', 'before']);
const oddNames = ['constructor', '__proto__', 'then', 'toJSON', 'toString', 'length', 'hasOwnProperty'];

/**
 * A valid query in which everything comes that GraphQL knows of selections: fields that are merged from several places,
 * fragments within fragments, conditions and arguments by literals and variables, which are given, null, absent or
 * wrong.
 */
export function variedDocument(schema: GraphQLSchema, choices: Choices, options: Options): VariedDocument {
  return new Writer(schema, choices, options).write();
}

class Writer {
  readonly #schema: GraphQLSchema;
  readonly #choices: Choices;
  readonly #options: Options;
  readonly #fragments: { name: string; type: GraphQLCompositeType; text: string }[] = [];
  readonly #variables: Variable[] = [];
  readonly #values: Record<string, unknown>[];
  /** What each name in the answer stands for: never for two things, wherever it is. */
  readonly #meaning = new Map<string, string>();
  readonly #heads = new Map<string, Head[]>();
  #fieldCount = 0;

  constructor(schema: GraphQLSchema, choices: Choices, options: Options) {
    this.#schema = schema;
    this.#choices = choices;
    this.#options = options;
    this.#values = Array.from({ length: options.runs }, () => ({}));
  }

  write(): VariedDocument {
    const selections = this.#selections(this.#schema.getQueryType()!, 1);
    const fragments = this.#fragments.map(({ name, type, text }) => `fragment ${name} on ${type.name} { ${text} }`);
    const variables = this.#variables.map(({ text }) => text).join(', ');
    const text = [`query Q${variables && `(${variables})`} { ${selections} }`, ...fragments].join('\n');
    return { text, variables: this.#values };
  }

  #selections(type: GraphQLCompositeType, depth: number): string {
    const parts: string[] = [];
    for (let count = 1 + this.#choices.below(4); count > 0; count -= 1) parts.push(this.#selection(type, depth));
    return parts.join(' ');
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const choices = this.#choices;
    const way = this.#choices.below(10);
    const conditions = choices.chance(15) ? this.#conditions() : '';
    if (way === 9) {
      const known = this.#fragments.filter((each) => doTypesOverlap(this.#schema, each.type, type));
      if (known.length > 0 && choices.chance(40)) return `...${choices.of(known).name}${conditions}`;
      const on = choices.of(this.#typesWithin(type));
      const text = this.#selections(on, depth);
      const name = `F${this.#fragments.length}`;
      this.#fragments.push({ name, type: on, text });
      return `...${name}${conditions}`;
    }
    if (way === 8 && depth < this.#options.maxDepth) {
      const on = choices.of(this.#typesWithin(type));
      const condition = on === type && choices.chance(50) ? '' : ` on ${on.name}`;
      return `...${condition}${conditions} { ${this.#selections(on, depth)} }`;
    }
    return this.#field(type, depth, conditions);
  }

  #typesWithin(type: GraphQLCompositeType): GraphQLCompositeType[] {
    const others = Object.values(this.#schema.getTypeMap()).filter(isCompositeType)
      .filter((each) => each !== type && (isAbstractType(each) || isAbstractType(type)))
      .filter((each) => doTypesOverlap(this.#schema, each, type));
    return [type, ...others];
  }

  #field(type: GraphQLCompositeType, depth: number, conditions: string): string {
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const isLast = depth >= this.#options.maxDepth || this.#fieldCount >= this.#options.maxFields;
    const possible = fields.filter((each) => !isLast || !isCompositeType(getNamedType(each.type)));
    this.#fieldCount += 1;
    if (possible.length === 0 || this.#choices.chance(8)) return `__typename${conditions}`;
    const before = (this.#heads.get(type.name) ?? []).filter(({ field }) => possible.includes(field));
    const head = before.length > 0 && this.#choices.chance(35)
      ? this.#choices.of(before) : this.#head(type, this.#choices.of(depth === 1 ? this.#focused(possible) : possible));
    const named = getNamedType(head.field.type);
    return `${head.text}${conditions}${isCompositeType(named) ? ` { ${this.#selections(named, depth + 1)} }` : ''}`;
  }

  #focused(fields: readonly GraphQLField<unknown, unknown>[]): readonly GraphQLField<unknown, unknown>[] {
    const { focus } = this.#options;
    return !focus || this.#choices.chance(40) ? fields : fields.filter(({ name }) => focus.includes(name));
  }

  #head(type: GraphQLCompositeType, field: GraphQLField<unknown, unknown>): Head {
    const given = field.args.filter(({ name, type: of, defaultValue }) => (
      (isNonNullType(of) && defaultValue === undefined) || this.#choices.chance(cursors.has(name) ? 2 : 30)));
    const written = given.map((each) => `${each.name}: ${this.#argument(each)}`).join(', ');
    const asked = `${field.name}${written && `(${written})`}`;
    const meaning = `${asked}: ${String(field.type)}`;
    const wanted = this.#choices.chance(25) ? this.#choices.of([`a${this.#meaning.size}`, ...oddNames]) : field.name;
    const isFree = (this.#meaning.get(wanted) ?? meaning) === meaning;
    const name = isFree ? wanted : `b${this.#meaning.size}`;
    this.#meaning.set(name, meaning);
    const head = { field, text: name === field.name ? asked : `${name}: ${asked}` };
    this.#heads.set(type.name, [...this.#heads.get(type.name) ?? [], head]);
    return head;
  }

  #conditions(): string {
    const choices = this.#choices;
    const literal = () => choices.of(['false', 'true']);
    const one = (name: string) => (
      ` @${name}(if: ${choices.chance(60) ? this.#variable('Boolean!', literal) : literal()})`);
    return choices.of([() => one('include'), () => one('skip'), () => one('skip') + one('include')])();
  }

  #argument({ name, type }: GraphQLArgument): string {
    const isLength = name === 'first' || name === 'last';
    const value = () => (isLength ? String(this.#choices.below(4)) : this.#literal(type, 0));
    return this.#choices.chance(30) ? this.#variable(String(type), value) : value();
  }

  /** @param location the type where it stands; a variable may be of another that fits @param value one, as text */
  #variable(location: string, value: () => string): string {
    const choices = this.#choices;
    const same = this.#variables.filter(({ type }) => type === location);
    if (same.length > 0 && choices.chance(30)) return `$${choices.of(same).name}`;
    const name = `v${this.#variables.length}`;
    this.#variables.push({ name, type: location, text: '' });
    const literal = () => withoutVariables(value());
    const nullable = location.replace(/!$/, '');
    const declared = nullable === location
      ? choices.of([location, `${location} = ${literal()}`, `${location}!`])
      : choices.of([location, `${nullable} = ${literal()}`, `${location} = ${literal()}`]);
    this.#variables.find((each) => each.name === name)!.text = `$${name}: ${declared}`;
    for (const values of this.#values) {
      const way = this.#choices.below(20);
      if (way === 17) values[name] = null;
      else if (way === 18) values[name] = choices.of([1.5, 'none', {}, [], [null], true]);
      else if (way < 17 && !(choices.chance(15) && (declared.includes('=') || !declared.endsWith('!')))) {
        values[name] = jsonOf(literal());
      }
    }
    return `$${name}`;
  }

  #literal(type: GraphQLInputType, depth: number): string {
    const choices = this.#choices;
    if (!isNonNullType(type) && (depth > 2 || choices.chance(8))) return 'null';
    if (depth > 0 && choices.chance(8)) return this.#variable(String(type), () => this.#literal(type, depth));
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const item = nullable.ofType as GraphQLInputType;
      const length = choices.below(depth > 2 ? 1 : 3);
      const items = Array.from({ length }, () => this.#literal(item, depth + 1));
      const isAlone = length === 1 && items[0]!.startsWith('"') && choices.chance(30);
      return isAlone ? items[0]! : `[${items.join(', ')}]`;
    }
    if (isEnumType(nullable)) return choices.of(nullable.getValues()).name;
    if (isInputObjectType(nullable)) {
      const fields = Object.values(nullable.getFields()).filter(({ type: of_, defaultValue }) => (
        (isNonNullType(of_) && defaultValue === undefined) || (depth < 3 && choices.chance(25))));
      return `{ ${fields.map((each) => `${each.name}: ${this.#literal(each.type, depth + 1)}`).join(', ')} }`;
    }
    return choices.of(this.#options.literals[nullable.name] ?? this.#options.literals.String!);
  }
}

/** A variable's own value knows no others. */
const withoutVariables = (text: string) => text.replaceAll(/\$v\d+/g, 'null');

/** What a client would send for it. */
function jsonOf(text: string): unknown {
  const quoted = text.replaceAll(/"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*/g, (word) => (
    word.startsWith('"') || word === 'null' || word === 'true' || word === 'false' ? word : `"${word}"`));
  return JSON.parse(quoted);
}
