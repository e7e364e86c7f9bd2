import type { FieldGroup, Noun, Reach, Verb } from '../../../src/auth/nouns.ts';
import type { BuiltInRole } from '../../../src/auth/grants.ts';

/**
 * Who there is, and what of the built-in roles lets them read. Written by hand from the product rules; nothing here is
 * taken from src/auth, because two copies of one mistake would agree.
 */
export type RoleGrantRow = { noun: Noun; verb: Verb; reach: Reach; groups: readonly FieldGroup[] };
export type ReadRight = { reach: Reach; groups: readonly FieldGroup[] };
export type Person = {
  name: string;
  roles: readonly BuiltInRole[];
  /** Grants of a role of the workspace's own, where the person has one. */
  grants?: readonly RoleGrantRow[];
  team?: 'north' | 'northEast' | 'south';
  isActive?: boolean;
};

const owned: readonly FieldGroup[] = ['core', 'contactDetails', 'financial', 'internal'];
const core: readonly FieldGroup[] = ['core'];

function rights(text: string): RoleGrantRow[] {
  return text.split('\n').filter((line) => line.trim()).flatMap((line) => {
    const [noun, verbs, reach, ...groups] = line.trim().split(/\s+/) as [Noun, string, Reach, ...FieldGroup[]];
    return verbs.split(',').map((verb) => ({
      noun, verb: verb as Verb, reach, groups: ['core', ...groups] as FieldGroup[],
    }));
  });
}

const catalogue = `
  product  read any
  pipeline read any
  stage    read any
  tag      read any
  team     read any
  member   read any
`;

export const people = {
  owen: { name: 'Owen Owner', roles: ['OWNER'] },
  ada: { name: 'Ada Admin', roles: ['ADMIN'], team: 'south' },
  mia: { name: 'Mia Manager', roles: ['MANAGER'], team: 'north' },
  rex: { name: 'Rex Rep', roles: ['REP'], team: 'north' },
  cole: { name: 'Cole Colleague', roles: ['REP'], team: 'northEast' },
  sue: { name: 'Sue South', roles: ['REP'], team: 'south' },
  vic: { name: 'Vic Viewer', roles: ['VIEWER'] },
  /** Owns nothing; some records are shared with her. */
  gwen: { name: 'Gwen Guest', roles: ['REP'] },
  bob: { name: 'Bob Both', roles: ['VIEWER', 'REP'], team: 'south' },
  nora: { name: 'Nora Noroles', roles: [] },
  lee: { name: 'Lee Left', roles: ['REP'], team: 'north', isActive: false },
  /** Fields that depend on the record, in every noun. */
  kim: {
    name: 'Kim Sometimes', roles: [], team: 'north',
    grants: rights(`
      deal     read                       any
      deal     read                       own   financial
      deal     read                       team  internal
      deal     create,update              own   internal financial
      deal     update                     team
      deal     move                       team
      deal     delete,restore,share       own
      company  read                       any
      company  read                       team  financial
      company  read                       own   contactDetails internal
      company  create,update              own   contactDetails
      contact  read                       team
      contact  read                       own   contactDetails
      contact  create,update              team  contactDetails
      lead     read                       team
      lead     read                       own   contactDetails internal financial
      lead     create,update,move,convert team  internal
      activity read                       team
      activity read                       own   internal
      activity create,update              own   internal
      ${catalogue}`),
  },
  /** As an integration's key would be: much of one noun, nothing of what stands around it. */
  kay: {
    name: 'Kay Key', roles: [],
    grants: rights(`
      deal     read,create,update,move    any   financial
      deal     delete,restore             any
      stage    read                       any
      lead     read                       any   contactDetails
    `),
  },
  /** Reads by team what hangs on records that he does not read. */
  tom: {
    name: 'Tom Team', roles: [], team: 'north',
    grants: rights(`
      deal     read,update,assign,share   team  financial internal
      contact  read,create,update         team  contactDetails
      company  read                       own
      activity read,create,update         own
      pipeline read                       any
      tag      read                       any
    `),
  },
  /** May change what he cannot read. */
  odd: {
    name: 'Odd One', roles: [], team: 'south',
    grants: rights(`
      deal     update,move,delete,restore any   financial
      deal     read                       own
      company  create,update,delete       any   internal
      company  read                       own
      contact  create,update,delete       any   contactDetails internal
      lead     create,update,move,convert any
      activity create,update,delete       any   internal
      tag      create,update,delete       any
      product  create,update              any
      stage    read                       any
      member   read                       any
    `),
  },
  /** Explains others' rights: sees everybody, every role and team; of records some, of their fields fewer. */
  eve: {
    name: 'Eve Explains', roles: [], team: 'north',
    grants: rights(`
      access   explain                    any
      role     read                       any
      deal     read                       team
      deal     read,update                own   financial internal
      company  read                       any
      company  read                       team  financial
      company  create,update,share        own   contactDetails
      contact  read                       team  contactDetails
      lead     read                       own   internal
      activity read                       team
      activity read                       own   internal
      ${catalogue}`),
  },
  /** The same over every record that an activity can be on, so about activities too; what else they hold is hidden. */
  ivy: {
    name: 'Ivy Indirect', roles: [],
    grants: rights(`
      access   explain                    any
      role     read                       any
      deal     read                       any
      deal     read                       own   financial
      company  read                       any
      contact  read                       any
      lead     read                       any
      activity read,create                own   internal
      ${catalogue}`),
  },
  /** May explain, and sees not enough of the others to be told; administers what is written down of mails and jobs. */
  fay: {
    name: 'Fay Fragments', roles: [], team: 'south',
    grants: rights(`
      access      explain                 any
      deal        read                    any
      deal        read                    team  financial
      company     read,update             team
      contact     read                    own   contactDetails
      activity    read                    own
      member      read                    team
      mail        read,update             any
      job         read,update             any
      securityLog read                    any
      stage       read                    any
    `),
  },
} as const satisfies Record<string, Person>;

export type PersonKey = keyof typeof people;
export const personKeys = Object.keys(people) as PersonKey[];

/**
 * Keys with which programs act for some of them. `person` is who the key then is, by "an API key is an intersection":
 * what its own grants and its owner's both allow, worked out by hand.
 */
export const keys: readonly {
  owner: PersonKey; secret: string; grants: readonly RoleGrantRow[] | null; person: Person;
}[] = [
  {
    owner: 'mia', secret: 'm'.repeat(40),
    grants: rights(`
      deal     read,update,move    any   financial
      company  read                any   contactDetails
      contact  read                own
      activity read                team  internal
      lead     convert             any
      role     read                any
      stage    read                any
      pipeline read                any
      member   read                any   account`),
    person: {
      name: 'A key of Mia', roles: [], team: 'north',
      grants: rights(`
        deal     read,update,move    team  financial
        company  read                any
        company  read                team  contactDetails
        contact  read                own
        activity read                team  internal
        lead     convert             team
        stage    read                any
        pipeline read                any
        member   read                any
        member   read                own   account`),
    },
  },
  /** Without grants of its own: it may all that its owner may, and nothing else. */
  { owner: 'kim', secret: 'k'.repeat(40), grants: null, person: { ...people.kim, name: 'A key of Kim' } },
];

const readByAll: Partial<Record<Noun, ReadRight[]>> = Object.fromEntries(
  ['product', 'pipeline', 'stage', 'tag', 'team'].map((noun) => [noun, [{ reach: 'any', groups: core }]]));
const everythingOfAll: Partial<Record<Noun, ReadRight[]>> = Object.fromEntries(
  ['company', 'contact', 'lead', 'deal', 'activity', 'product', 'pipeline', 'stage', 'tag', 'team', 'member', 'role']
    .map((noun) => [noun, [{ reach: 'any', groups: [...owned, 'account'] }]]));
const colleagues: ReadRight[] = [{ reach: 'any', groups: core }, { reach: 'own', groups: ['account'] }];
const team: ReadRight = { reach: 'team', groups: owned };
const own: ReadRight = { reach: 'own', groups: owned };
const anyCore: ReadRight = { reach: 'any', groups: core };

const readRights: Record<BuiltInRole, Partial<Record<Noun, ReadRight[]>>> = {
  OWNER: everythingOfAll,
  ADMIN: everythingOfAll,
  MANAGER: {
    company: [anyCore, team], contact: [anyCore, team], lead: [team], deal: [team], activity: [team],
    ...readByAll, member: colleagues,
  },
  REP: {
    company: [anyCore, own], contact: [anyCore, own], lead: [own], deal: [own], activity: [own],
    ...readByAll, member: colleagues,
  },
  VIEWER: {
    company: [anyCore], contact: [anyCore], lead: [anyCore], deal: [anyCore], activity: [anyCore],
    ...readByAll, member: colleagues,
  },
};

/** What a person may read of a noun: all rights of all roles together. */
export function readRightsOf({ roles, grants = [] }: Person, noun: Noun): ReadRight[] {
  return [
    ...roles.flatMap((role) => readRights[role][noun] ?? []),
    ...grants.filter((each) => each.noun === noun && each.verb === 'read'),
  ];
}
