import { type GraphQLSchema, getNamedType, isObjectType } from 'graphql';
import type { WorldServer } from '../worlds/world-server.ts';

/** What somebody knows of a record that he can see: what he needs to change it. */
export type KnownRecord = {
  id: string;
  version: number;
  isBinned: boolean;
  /** What tells whether a command suits it: of which kind it is, whether it is done with, or built in. */
  kind?: string | undefined;
  /** The verbs that he may do to it, where the record says so. */
  may?: readonly string[] | undefined;
  /** Members whom it is shared with. */
  sharedWith?: readonly string[] | undefined;
  /** A pipeline's stages, in order. */
  stageIds?: readonly string[] | undefined;
};
/** By noun, as ids begin with it. `mailTemplate` has names for ids, `workspace` the settings' version. */
export type Known = ReadonlyMap<string, readonly KnownRecord[]>;

type Row = {
  id: string; version: number | null; stages?: Row[] | null; kind?: string; convertedAt?: string | null;
  builtIn?: string | null; completedAt?: string | null; viewerCan?: Record<string, boolean> | null;
  shares?: { member: { id: string } | null }[] | null;
};
type Answer = { data?: Record<string, { nodes: Row[] } | null> | null };

/** Fields besides, by type; those that the principal does not see are left out. */
const besides: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Pipeline: { kind: 'kind', stages: 'stages { id version }' }, Activity: { kind: 'kind', completedAt: 'completedAt' },
  Lead: { convertedAt: 'convertedAt' }, Role: { builtIn: 'builtIn' },
};
/** Of records that belong to somebody. */
const ofOwned = {
  viewerCan: 'viewerCan { update move delete restore share convert assign }', shares: 'shares { member { id } }',
};

/** Every record in every list that the principal sees, those in the bin too, with its version as of now. */
export async function whatIsKnown(
  schema: GraphQLSchema, isSeen: (coordinate: string) => boolean, server: WorldServer, token: string | null,
): Promise<Known> {
  const lists = listsOf(schema, isSeen);
  if (lists.length === 0) return new Map();
  const text = `{ ${lists.join(' ')}
    viewer { sessions { id } }
    ${isSeen('Query.securitySettings') ? 'securitySettings { version }' : ''}
    ${isSeen('Query.mailTemplates') ? 'mailTemplates(locale: "en") { name version }' : ''} }`;
  const { data } = JSON.parse((await server.ask(token, text, {}, 0)).split('\n').at(-1)!) as Answer;
  const found = new Map<string, KnownRecord[]>();
  const add = (noun: string, record: KnownRecord) => found.set(noun, [...found.get(noun) ?? [], record]);
  for (const [alias, rows] of Object.entries(data ?? {})) {
    for (const row of rows?.nodes ?? []) {
      const isBinned = alias.startsWith('binned');
      if (row.version !== null) add(row.id.split('_')[0]!, { ...knownOf(row), isBinned });
      for (const stage of (row.stages ?? []).filter(({ version }) => version !== null)) {
        add('stage', { ...knownOf(stage), kind: row.kind, isBinned });
      }
    }
  }
  const { viewer, securitySettings, mailTemplates } = (data ?? {}) as {
    viewer?: { sessions: { id: string }[] | null } | null; securitySettings?: { version: number } | null;
    mailTemplates?: { name: string; version: number }[] | null;
  };
  for (const { id } of viewer?.sessions ?? []) add('session', { id, version: 0, isBinned: false });
  if (securitySettings) add('workspace', { id: '', version: securitySettings.version, isBinned: false });
  for (const { name, version } of mailTemplates ?? []) add('mailTemplate', { id: name, version, isBinned: false });
  return found;
}

function knownOf(row: Row): Omit<KnownRecord, 'isBinned'> {
  const { id, version, kind, stages, convertedAt, completedAt, builtIn, viewerCan, shares } = row;
  const isDone = convertedAt ? 'CONVERTED' : completedAt ? 'COMPLETED' : builtIn ? 'BUILT_IN' : undefined;
  return {
    id, version: version!, kind: isDone ?? kind, stageIds: stages?.map((stage) => stage.id),
    sharedWith: shares?.flatMap(({ member }) => member?.id ?? []),
    may: viewerCan ? Object.entries(viewerCan).filter(([, may]) => may).map(([verb]) => verb) : undefined,
  };
}

function listsOf(schema: GraphQLSchema, isSeen: (coordinate: string) => boolean): string[] {
  return Object.values(schema.getQueryType()!.getFields()).flatMap(({ name, type, args }) => {
    const connection = getNamedType(type);
    const nodes = isObjectType(connection) ? connection.getFields().nodes : undefined;
    const record = nodes && getNamedType(nodes.type);
    if (!isObjectType(record) || !record.getFields().version) return [];
    if (![`Query.${name}`, `${record.name}.version`].every(isSeen)) return [];
    const more = Object.entries({ ...besides[record.name], ...(record.getFields().viewerCan ? ofOwned : {}) })
      .filter(([field]) => isSeen(`${record.name}.${field}`)).map(([, selection]) => selection);
    const fields = `nodes { id version ${more.join(' ')} }`;
    const canBeDeleted = args.some((arg) => arg.name === 'deleted');
    return [
      `live_${name}: ${name}(first: 200) { ${fields} }`,
      ...(canBeDeleted ? [`binned_${name}: ${name}(first: 200, deleted: ONLY) { ${fields} }`] : []),
    ];
  });
}
