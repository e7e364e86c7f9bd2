import {
  type GraphQLInputField, type GraphQLInputObjectType, type GraphQLInputType, type GraphQLNamedType, getNamedType,
  isEnumType,
  isInputObjectType, isListType, isNonNullType,
} from 'graphql';
import type { Noun } from '../../../src/auth/nouns.ts';
import { pool } from '../worlds/values.ts';
import type { Random } from '../worlds/world.ts';
import { asGoodAsRequired, fits, isStageFor, seldom } from './fitting.ts';
import type { Known, KnownRecord } from './known.ts';
import { grant, instantFor, permissionOf, wordFor } from './words.ts';

/**
 * Where a value stands: the fields of inputs that lead to it, innermost last (`['DealWhere.company',
 * 'CompanyWhere.name', 'TextFilter.eq']`).
 */
type Place = readonly string[];

/** Ids by noun: of records that are seen and that are not, in both worlds and in one. */
export type Ids = ReadonlyMap<string, readonly string[]>;

/** What values are made of. */
export type Supplies = {
  ids: Ids;
  /** What the principal sees, as of the last change. */
  known: Known;
  /** The principal as a member: who suspends himself finds nothing any more. */
  self: string | null;
  /** What introspection tells the principal there is. */
  isSeen: (coordinate: string) => boolean;
};

const everyText = pool(() => true).filter((value) => typeof value === 'string') as string[];
const bySort: Record<string, readonly unknown[]> = {
  date: pool((column) => column.endsWith('_on')), instant: pool((column) => column.endsWith('_at')),
  amount: pool((column) => column.endsWith('_minor')),
  int: [...pool((column) => /count|year|probability|score/.test(column)), 1, 2, -1],
  decimal: ['0', '1', '2.5', '12.5'],
};
const nounOfKey: Record<string, string> = {
  owner: 'member', parent: '', mergedInto: '', pipeline: 'pipeline', stage: 'stage', company: 'company',
  contact: 'contact', lead: 'lead',
  deal: 'deal', team: 'team', product: 'product', tag: 'tag', member: 'member', role: 'role',
};

const owned = ['company', 'contact', 'lead', 'deal', 'activity'] as const satisfies readonly Noun[];

/** Writes the values of arguments. */
export class Literals {
  readonly #random: Random;
  readonly #supplies: Supplies;

  constructor(random: Random, supplies: Supplies) {
    this.#random = random;
    this.#supplies = supplies;
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
    const { ids } = this.#supplies;
    if (this.#random.chance(0.04)) {
      return this.#random.pick(['nonsense', 'deal_', `${noun}_00000000-0000-7000-8000-00000000dead`]);
    }
    const known = ids.get(this.#random.chance(0.03) ? this.#random.pick([...ids.keys()]) : noun) ?? [];
    return known.length ? this.#random.pick(known) : `${noun}_00000000-0000-7000-8000-00000000dead`;
  }

  /** One that the principal sees, of those that fit; mostly, and if there is one. */
  seenId(noun: string, fits: (record: KnownRecord) => boolean = ({ isBinned }) => !isBinned): string {
    const seen = this.#random.chance(0.85) ? (this.#supplies.known.get(noun) ?? []).filter(fits) : [];
    return seen.length > 0 ? this.#random.pick(seen).id : this.id(noun);
  }

  anyId(): string {
    return this.seenId(this.#random.pick([...owned, 'deal', ...this.#supplies.ids.keys()]), () => true);
  }

  /** `deal.move`, and what it may be asked of. */
  permissionAndId(): { permission: string; id: string } {
    const noun = this.#random.pick(this.#random.chance(0.85) ? owned : ['member', 'team', 'role', 'stage'] as const);
    return { permission: permissionOf(noun, this.#random), id: this.seenId(noun, () => true) };
  }

  #object(type: GraphQLInputObjectType, place: Place, depth: number): string {
    if (type.name === 'GrantInput' && this.#random.chance(0.95)) return grant(this.#random);
    const fields = Object.values(type.getFields()).filter(({ name }) => this.#maybe(`${type.name}.${name}`));
    if (type.name.endsWith('Where') && this.#random.chance(0.25) && depth > 0) {
      return `{ not: ${this.#object(type, place, depth - 1)} }`;
    }
    const required = fields.filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
    const helpful = fields.filter(({ name }) => asGoodAsRequired[type.name]?.includes(name)
      && this.#random.chance(0.9));
    const optional = fields.filter((field) => !required.includes(field) && !helpful.includes(field)
      && (depth > 0 || !leadsDeeper(field)) && (!seldom.test(field.name) || this.#random.chance(0.2)));
    // One condition says more than several that contradict one another, a few values more than all.
    const isCondition = /Filter$|Where$|Quantifier$/.test(type.name);
    const count = this.#random.pick(isCondition ? [1, 1, 1, 1, 2] : [0, 1, 1, 2, 3, optional.length]);
    const chosen = new Set([...required, ...helpful]);
    for (let at = 0; at < count && optional.length > 0; at += 1) chosen.add(this.#random.pick(optional));
    if (/^LeadConvert(Company|Contact|Deal)Input$/.test(type.name)) this.#chooseOne(fields, chosen);
    const values = new Map([...chosen].map((field) => [field.name, this.#field(type, field, place, depth)]));
    if (!isCondition) {
      this.#matchStages(type, values);
      this.#matchShare(type, values);
      this.#matchVersion(type, values);
    }
    return `{ ${[...values].map(([name, value]) => `${name}: ${value}`).join(', ')} }`;
  }

  /** A record that is there, or a new one. */
  #chooseOne(fields: readonly GraphQLInputField[], chosen: Set<GraphQLInputField>): void {
    if (this.#random.chance(0.1)) return;
    const [kept, other] = this.#random.chance(0.5) ? [['id', 'version'], ['create']] : [['create'], ['id', 'version']];
    for (const field of fields) {
      if (kept.includes(field.name)) chosen.add(field);
      if (other.includes(field.name)) chosen.delete(field);
    }
  }

  /** Half of the changes of a pipeline keep its stages: each that goes needs another that gets its records. */
  #matchStages(type: GraphQLInputObjectType, values: Map<string, string>): void {
    if (type.name !== 'PipelineChangeInput' || this.#random.chance(0.5)) return;
    const pipeline = this.#supplies.known.get('pipeline')?.find(({ id }) => JSON.stringify(id) === values.get('id'));
    if (pipeline?.stageIds) values.set('stages', `[${pipeline.stageIds.map((id) => `{ id: "${id}" }`).join(', ')}]`);
  }

  /** Mostly one receiver, and to be taken back one that there is. */
  #matchShare({ name }: GraphQLInputObjectType, values: Map<string, string>): void {
    if (!/^Record(Share|Unshare)Input$/.test(name) || this.#random.chance(0.15)) return;
    if (values.has('memberId')) values.delete('teamId');
    const shared = owned.flatMap((noun) => (this.#supplies.known.get(noun) ?? []))
      .flatMap(({ id, sharedWith = [] }) => sharedWith.map((member) => ({ id, member })));
    if (name !== 'RecordUnshareInput' || shared.length === 0) return;
    const { id, member } = this.#random.pick(shared);
    values.set('recordId', JSON.stringify(id)).set('memberId', JSON.stringify(member)).delete('teamId');
  }

  /** Mostly the version that the record has. */
  #matchVersion(type: GraphQLInputObjectType, values: Map<string, string>): void {
    if (!values.has('version') || this.#random.chance(0.1)) return;
    const { known } = this.#supplies;
    const id = JSON.parse(values.get('id') ?? values.get('name') ?? '""') as string;
    const noun = type.name.startsWith('MailTemplate') ? 'mailTemplate'
      : id.includes('_') ? id.split('_')[0]! : 'workspace';
    const version = known.get(noun)?.find((record) => record.id === id)?.version;
    if (version !== undefined) values.set('version', String(version));
  }

  #field(type: GraphQLInputObjectType, field: GraphQLInputField, place: Place, depth: number): string {
    const here = [...place, `${type.name}.${field.name}`];
    const noun = (field.extensions.idOf as string | undefined);
    if (noun && getNamedType(field.type).name === 'ID') {
      const one = () => JSON.stringify(this.#idFor(type.name, field.name, noun));
      return isListType(isNonNullType(field.type) ? field.type.ofType : field.type) ? `[${one()}, ${one()}]` : one();
    }
    if (field.name === 'version') return String(this.#random.pick([1, 1, 1, 1, 2, 3]));
    if (type.name === 'EndSessionInput') return JSON.stringify(this.seenId('session'));
    if (field.name === 'dryRun') return String(this.#random.chance(0.25));
    if (field.name === 'recordId') {
      return JSON.stringify(this.seenId(this.#random.pick(owned), (record) => fits(type.name, record)));
    }
    if (type.name.startsWith('MailTemplate') && field.name === 'name') {
      const isReset = type.name === 'MailTemplateResetInput';
      return JSON.stringify(this.seenId('mailTemplate', ({ version }) => !isReset || version > 0));
    }
    if (!isNonNullType(field.type) && this.#random.chance(0.015)) return 'null';
    return this.value(field.type, here, depth - 1);
  }

  /** Records that the command can be about: restored is what is in the bin, and nobody is shut out by himself. */
  #idFor(typeName: string, fieldName: string, noun: string): string {
    const { self } = this.#supplies;
    const isTarget = fieldName === 'id';
    if (noun === 'stage' && !isTarget) return this.seenId(noun, (record) => isStageFor(typeName, record));
    if (fieldName === 'ownerId' && self && this.#random.chance(0.6)) return self;
    if (!isTarget) return this.seenId(noun);
    const isSpared = typeName.startsWith('Member');
    const chosen = () => this.seenId(noun, (record) => fits(typeName, record) && !(isSpared && record.id === self));
    const id = chosen();
    return isSpared && id === self ? chosen() : id;
  }

  #scalar(type: GraphQLNamedType, place: Place): string {
    switch (type.name) {
      case 'Boolean': return String(this.#random.chance(0.5));
      case 'Int': return String(this.#fitting(place, bySort.int!));
      case 'Float': return '1.5';
      case 'BigInt': return JSON.stringify(this.#fitting(place, bySort.amount!));
      case 'Rate':
      case 'Decimal':
        if (place.at(-1)?.endsWith('.quantity')) return JSON.stringify(this.#random.pick(['1', '2.5', '2.5', '0']));
        return JSON.stringify(this.#random.pick(bySort.decimal!));
      case 'DateTime': return JSON.stringify(
        instantFor(place.at(-1) ?? '', this.#random) ?? this.#fitting(place, bySort.instant!));
      case 'Date': {
        const birthday = place.at(-1)?.endsWith('.birthOn') ? wordFor(place.at(-1)!, this.#random) : null;
        return JSON.stringify(birthday ?? this.#fitting(place, bySort.date!));
      }
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
    const held = pool((each) => each === column || each === `${column}_minor`)
      .filter((value) => typeof value === typeof others[0]);
    return this.#random.pick(held.length > 0 && this.#random.chance(0.9) ? held : others);
  }

  #text(place: Place): string {
    const word = wordFor(place.at(-1) ?? '', this.#random);
    if (word !== null) return word;
    const text = String(this.#fitting(place, everyText));
    if (!/contains|startsWith|query|term/i.test(place.at(-1) ?? '')) return text;
    const letters = [...text];
    const from = this.#random.number(letters.length);
    return letters.slice(from, from + 1 + this.#random.number(3)).join('');
  }

  #maybe(coordinate: string): boolean {
    return this.#supplies.isSeen(coordinate) || this.#random.chance(0.08);
  }
}

function leadsDeeper(field: GraphQLInputField): boolean {
  const named = getNamedType(field.type);
  return isInputObjectType(named) && /Where$|Quantifier$/.test(named.name);
}
