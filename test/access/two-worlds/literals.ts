import {
  type GraphQLInputField, type GraphQLInputObjectType, type GraphQLInputType, type GraphQLNamedType, getNamedType, isEnumType,
  isInputObjectType, isListType, isNonNullType,
} from 'graphql';
import { pool } from '../worlds/values.ts';
import type { Random } from '../worlds/world.ts';

/** Where a value stands: the fields of inputs that lead to it, innermost last (`['DealWhere.company', 'CompanyWhere.name', 'TextFilter.eq']`). */
type Place = readonly string[];

/** Ids by noun: of records that are seen and that are not, in both worlds and in one. */
export type Ids = ReadonlyMap<string, readonly string[]>;

const everyText = pool(() => true).filter((value) => typeof value === 'string') as string[];
const bySort: Record<string, readonly unknown[]> = {
  date: pool((column) => column.endsWith('_on')), instant: pool((column) => column.endsWith('_at')),
  amount: pool((column) => column.endsWith('_minor')), int: [...pool((column) => /count|year|probability|score/.test(column)), 1, 2, -1],
  decimal: ['0', '1', '2.5', '12.5'],
};
const nounOfKey: Record<string, string> = {
  owner: 'member', parent: '', mergedInto: '', pipeline: 'pipeline', stage: 'stage', company: 'company', contact: 'contact', lead: 'lead',
  deal: 'deal', team: 'team', product: 'product', tag: 'tag', member: 'member', role: 'role',
};

/** Writes the values of arguments. */
export class Literals {
  readonly #random: Random;
  readonly #ids: Ids;
  readonly #isSeen: (coordinate: string) => boolean;

  constructor(random: Random, ids: Ids, isSeen: (coordinate: string) => boolean) {
    this.#random = random;
    this.#ids = ids;
    this.#isSeen = isSeen;
  }

  /** A value of this type as it is written in a document. */
  value(type: GraphQLInputType, place: Place, depth: number): string {
    if (isNonNullType(type)) return this.value(type.ofType, place, depth);
    if (isListType(type)) {
      const length = this.#random.pick([0, 1, 1, 2, 3]);
      return `[${Array.from({ length }, () => this.value(type.ofType, place, depth)).join(', ')}]`;
    }
    if (isInputObjectType(type)) return this.#object(type, place, depth);
    if (isEnumType(type)) {
      const seen = type.getValues().filter(({ name }) => this.#maybe(`${type.name}.${name}`));
      return this.#random.pick(seen.length ? seen : type.getValues()).name;
    }
    return this.#scalar(type, place);
  }

  /** The id of a record of this noun: mostly one there is, in one world at least. */
  id(noun: string): string {
    if (this.#random.chance(0.04)) return this.#random.pick(['nonsense', 'deal_', `${noun}_00000000-0000-7000-8000-00000000dead`]);
    const known = this.#ids.get(this.#random.chance(0.03) ? this.#random.pick([...this.#ids.keys()]) : noun) ?? [];
    return known.length ? this.#random.pick(known) : `${noun}_00000000-0000-7000-8000-00000000dead`;
  }

  anyId(): string {
    return this.id(this.#random.pick(['company', 'contact', 'lead', 'deal', 'deal', 'activity', ...this.#ids.keys()]));
  }

  #object(type: GraphQLInputObjectType, place: Place, depth: number): string {
    const fields = Object.values(type.getFields()).filter(({ name }) => this.#maybe(`${type.name}.${name}`));
    if (type.name.endsWith('Where') && this.#random.chance(0.25) && depth > 0) return `{ not: ${this.#object(type, place, depth - 1)} }`;
    const required = fields.filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
    const optional = fields.filter((field) => !required.includes(field) && (depth > 0 || !leadsDeeper(field)));
    // One condition says more than several that contradict one another, a few values more than all.
    const isCondition = /Filter$|Where$|Quantifier$/.test(type.name);
    const count = this.#random.pick(isCondition ? [1, 1, 1, 1, 2] : [0, 1, 1, 2, 3, optional.length, optional.length * 2]);
    const chosen = new Set(required);
    for (let at = 0; at < count && optional.length > 0; at += 1) chosen.add(this.#random.pick(optional));
    return `{ ${[...chosen].map((field) => `${field.name}: ${this.#field(type, field, place, depth)}`).join(', ')} }`;
  }

  #field(type: GraphQLInputObjectType, field: GraphQLInputField, place: Place, depth: number): string {
    const here = [...place, `${type.name}.${field.name}`];
    const noun = (field.extensions.idOf as string | undefined);
    if (noun && getNamedType(field.type).name === 'ID') {
      const one = () => JSON.stringify(this.id(noun));
      return isListType(isNonNullType(field.type) ? field.type.ofType : field.type) ? `[${one()}, ${one()}]` : one();
    }
    if (field.name === 'version') return String(this.#random.pick([1, 1, 1, 1, 2, 3]));
    if (field.name === 'idempotencyKey') return this.#random.pick(['"key-1"', '"key-2"', '"key-3"']);
    if (!isNonNullType(field.type) && this.#random.chance(0.03)) return 'null';
    return this.value(field.type, here, depth - 1);
  }

  #scalar(type: GraphQLNamedType, place: Place): string {
    switch (type.name) {
      case 'Boolean': return String(this.#random.chance(0.5));
      case 'Int': return String(this.#fitting(place, bySort.int!));
      case 'Float': return '1.5';
      case 'BigInt': return JSON.stringify(this.#fitting(place, bySort.amount!));
      case 'Rate':
      case 'Decimal': return JSON.stringify(this.#random.pick(bySort.decimal!));
      case 'DateTime': return JSON.stringify(this.#fitting(place, bySort.instant!));
      case 'Date': return JSON.stringify(this.#fitting(place, bySort.date!));
      case 'ID': return JSON.stringify(this.#idAt(place));
      default: return JSON.stringify(this.#text(place));
    }
  }

  /** `DealWhere.companyId` is about companies, `DealWhere.id` about deals. */
  #idAt(place: Place): string {
    const owner = place.findLast((each) => /Where\./.test(each)) ?? '';
    const [type = '', field = ''] = owner.split('.');
    const own = type.replace(/Where$/, '').toLowerCase();
    const noun = field === 'id' ? own : nounOfKey[field.replace(/Ids?$/, '')] ?? '';
    return noun || own ? this.id(noun || own) : this.anyId();
  }

  /** Mostly a value that the column of this name holds somewhere. */
  #fitting(place: Place, others: readonly unknown[]): unknown {
    const name = (place.findLast((each) => !/Filter\./.test(each)) ?? '').split('.').at(-1)!;
    const column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const held = pool((each) => each === column || each === `${column}_minor`).filter((value) => typeof value === typeof others[0]);
    return this.#random.pick(held.length > 0 && this.#random.chance(0.9) ? held : others);
  }

  #text(place: Place): string {
    const text = String(this.#fitting(place, everyText));
    if (!/contains|startsWith|query|term/i.test(place.at(-1) ?? '')) return text;
    const letters = [...text];
    const from = this.#random.number(letters.length);
    return letters.slice(from, from + 1 + this.#random.number(3)).join('');
  }

  #maybe(coordinate: string): boolean {
    return this.#isSeen(coordinate) || this.#random.chance(0.08);
  }
}

function leadsDeeper(field: GraphQLInputField): boolean {
  const named = getNamedType(field.type);
  return isInputObjectType(named) && /Where$|Quantifier$/.test(named.name);
}
