/**
 * What permissions are about: each noun with its verbs, its field groups, and whether its records belong to somebody.
 *
 * `verbs` are what `everything(reach)` gives. `privileges` are rights that no role gets by that word: each must be
 * granted by name (product rules: moving past a stage rule, closed on creation, back-dated ledger).
 */
const owned = { fieldGroups: ['core', 'contactDetails', 'financial', 'internal'], belongsTo: 'owner' } as const;
const shared = { fieldGroups: ['core'], belongsTo: 'workspace' } as const;
const bulk = ['import', 'export', 'bulk', 'merge'] as const;

export const nouns = {
  company: {
    ...owned,
    verbs: ['read', 'create', 'update', 'assign', 'share', 'delete', 'restore', ...bulk],
    privileges: [],
  },
  contact: {
    ...owned,
    verbs: ['read', 'create', 'update', 'assign', 'share', 'delete', 'restore', ...bulk],
    privileges: [],
  },
  lead: {
    ...owned,
    verbs: [
      'read', 'create', 'update', 'move', 'close', 'reopen', 'convert', 'assign', 'share', 'delete', 'restore', ...bulk,
    ],
    privileges: ['moveAgainstRules', 'createClosed', 'backdate'],
  },
  deal: {
    ...owned,
    verbs: ['read', 'create', 'update', 'move', 'close', 'reopen', 'assign', 'share', 'delete', 'restore', ...bulk],
    privileges: ['moveAgainstRules', 'createClosed', 'backdate'],
  },
  activity: {
    ...owned,
    verbs: ['read', 'create', 'update', 'assign', 'share', 'delete', 'restore', ...bulk],
    privileges: [],
  },
  product: {
    ...shared, verbs: ['read', 'create', 'update', 'delete', 'restore', 'import', 'export'], privileges: [],
  },
  pipeline: { ...shared, verbs: ['read', 'create', 'update', 'delete', 'restore'], privileges: [] },
  stage: { ...shared, verbs: ['read', 'create', 'update', 'delete', 'restore'], privileges: [] },
  exchangeRate: { ...shared, verbs: ['read', 'create', 'update', 'delete', 'restore'], privileges: [] },
  tag: { ...shared, verbs: ['read', 'create', 'update', 'delete', 'restore'], privileges: [] },
  team: { ...shared, verbs: ['read', 'create', 'update', 'delete', 'restore', 'import'], privileges: [] },
  member: {
    fieldGroups: ['core', 'account'], belongsTo: 'self',
    verbs: ['read', 'create', 'update', 'delete', 'import'], privileges: [],
  },
  invitation: {
    fieldGroups: ['core', 'account'], belongsTo: 'workspace',
    verbs: ['read', 'create', 'update', 'delete'], privileges: [],
  },
  role: { ...shared, verbs: ['read', 'create', 'update', 'delete'], privileges: ['assignOwner'] },
  apiKey: { ...shared, verbs: ['read', 'create', 'delete'], privileges: [] },
  workspace: { ...shared, verbs: ['read', 'update'], privileges: ['transfer'] },
  audit: { ...shared, verbs: ['read'], privileges: [] },
  securityLog: { ...shared, verbs: ['read'], privileges: [] },
  mail: { ...shared, verbs: ['read', 'update'], privileges: [] },
  mailSuppression: { ...shared, verbs: ['read', 'create', 'delete'], privileges: [] },
  mailTemplate: { ...shared, verbs: ['read', 'update'], privileges: [] },
  job: { ...shared, verbs: ['read', 'update'], privileges: [] },
  access: { ...shared, verbs: ['explain'], privileges: [] },
} as const;

export type Noun = keyof typeof nouns;
export type Verb<N extends Noun = Noun> = N extends Noun
  ? (typeof nouns)[N]['verbs'][number] | (typeof nouns)[N]['privileges'][number] : never;
export type FieldGroup<N extends Noun = Noun> = N extends Noun ? (typeof nouns)[N]['fieldGroups'][number] : never;

/**
 * `own`: its owner is the member. `team`: its owner's current team is the member's or below it. `any`: every record.
 */
export type Reach = 'own' | 'team' | 'any';

/** A right to do something: `deal.move`. */
export type VerbPermission = { [N in Noun]: `${N}.${Verb<N>}` }[Noun];
/** A right to read or write a group of fields: `deal.financial`. */
export type FieldPermission = { [N in Noun]: `${N}.${FieldGroup<N>}` }[Noun];
export type Permission = VerbPermission | FieldPermission;

export const nounNames = Object.keys(nouns) as Noun[];

/** Nouns whose records have an owner and can be shared. */
export const ownedNouns = ['company', 'contact', 'lead', 'deal', 'activity'] as const;
export type OwnedNoun = (typeof ownedNouns)[number];

export function isOwnedNoun(noun: Noun): noun is OwnedNoun {
  return (ownedNouns as readonly Noun[]).includes(noun);
}

export function allVerbs(noun: Noun): readonly Verb[] {
  return [...nouns[noun].verbs, ...nouns[noun].privileges];
}

/** Splits `deal.financial`; throws on what is no permission, so that a misspelt one fails at start. */
export function parsePermission(permission: string): { noun: Noun; verb?: Verb; fieldGroup?: FieldGroup } {
  const [noun, what] = permission.split('.') as [Noun, Verb & FieldGroup];
  if (Object.hasOwn(nouns, noun)) {
    if (allVerbs(noun).includes(what)) return { noun, verb: what };
    if ((nouns[noun].fieldGroups as readonly string[]).includes(what)) return { noun, fieldGroup: what };
  }
  throw new Error(`"${permission}" is not a permission: src/auth/nouns.ts lists nouns, verbs and field groups.`);
}
