import type { Noun } from '../auth/nouns.ts';
import { type SecurityEventType, securityEventTypes } from '../services/security-log/event-types.ts';
import { builder } from './builder.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import type { GraphQLContext } from './context.ts';
import { Door } from './door.ts';
import { enumeration, id, instant, orderInput, string, whereInput } from './filters.ts';
import { globalId } from './global-id.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { recordOf, signedIn } from './records.ts';

registerNode('securityLog', 'SecurityEvent');

const SecurityEventTypeEnum = builder.enumType('SecurityEventType', {
  description: 'What happened, by the names of the OWASP Logging Vocabulary.',
  values: Object.fromEntries(Object.entries(securityEventTypes).map(([type, { meaning }]) => (
    [type.toUpperCase(), { value: type as SecurityEventType, description: meaning }]))),
});

const SecurityResultEnum = builder.enumType('SecurityResult', {
  description: 'Whether what was tried was done.',
  values: { SUCCESS: { description: 'It was done.' }, FAILURE: { description: 'It was refused.' } },
});

const SecurityEvent = builder.prismaObject('SecurityEvent', {
  description:
    'Something that happened to accounts, sessions, keys or rights: who, when, from where, what. Never changed, and ' +
    'never taken back.',
  ...recordOf('SecurityEvent', 'securityLog'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    id: t.field({
      type: 'ID', nullable: false, access: 'securityLog.core', extensions: { reading: { kind: 'nothing' } },
      description: 'The id: `securityLog_` and a UUID. An account\'s event has the same in all of its workspaces.',
      resolve: (event) => globalId('securityLog', event.id),
    }),
    at: t.expose('at', { type: 'DateTime', access: 'securityLog.core', description: 'When.' }),
    type: t.field({
      type: SecurityEventTypeEnum, access: 'securityLog.core', select: { type: true }, description: 'What happened.',
      resolve: ({ type }) => type as SecurityEventType,
    }),
    result: t.expose('result', {
      type: SecurityResultEnum, access: 'securityLog.core', description: 'Whether it was done.',
    }),
    detail: t.string({
      access: 'securityLog.core', select: { noun: true, detail: true },
      description: 'What exactly, in a few words; null where it was done with a record of a kind, such as `role`, of '
        + 'which the reader may not read all: it may name one.',
      resolve: ({ noun, detail }, _args, context) => (mayRead(noun, context) ? detail : null),
    }),
    member: t.relation('member', {
      access: 'securityLog.core', nullable: true, description: 'Who did it; null for strangers and programs.',
    }),
    subject: t.relation('subject', {
      access: 'securityLog.core', nullable: true,
      description: 'Whose account, sessions, keys or rights it is about; null where it is about nobody.',
    }),
    apiKey: t.relation('apiKey', {
      access: 'securityLog.core', nullable: true, description: 'The key it was done with; null where none was used.',
    }),
    noun: t.exposeString('noun', {
      access: 'securityLog.core', description: 'Kind of what it was done with, such as `role`; null where nothing was.',
    }),
    recordId: t.id({
      access: 'securityLog.core', select: { noun: true, recordId: true },
      description:
        'Id of what it was done with, which may be gone; null where the reader may not read all of that kind.',
      resolve: ({ noun, recordId }, _args, context) => (
        noun && recordId && mayRead(noun, context) ? globalId(noun, recordId) : null),
    }),
    door: t.expose('door', { type: Door, access: 'securityLog.core', description: 'By which way.' }),
    ipAddress: t.exposeString('ipAddress', {
      access: 'securityLog.core', description: 'From which address; null where there is none, as in a job.',
    }),
    userAgent: t.exposeString('userAgent', {
      access: 'securityLog.core', description: 'With which program, as it says of itself; at most 500 characters.',
    }),
    requestId: t.exposeString('requestId', {
      access: 'securityLog.core',
      description: 'The request, as the answer\'s `x-request-id` and the server\'s log have it.',
    }),
  }),
});

/** What an event was done with is a link like any other: it leads nowhere for those who cannot read where it leads. */
function mayRead(noun: string | null, context: GraphQLContext): boolean {
  return noun === null || signedIn(context).profile.reachOf(noun as Noun, 'read') === 'any';
}

const SecurityEventConnection = connectionType('SecurityEvent', SecurityEvent);

const SecurityEventWhere = whereInput('securityLog', 'SecurityEvent', () => ({
  id: id('securityLog'), at: instant(), type: enumeration('SecurityEventType', SecurityEventTypeEnum),
  result: enumeration('SecurityResult', SecurityResultEnum), door: enumeration('Door', Door),
  memberId: id('member'), subjectId: id('member'), apiKeyId: id('apiKey'), noun: string(), ipAddress: string(),
  requestId: string(),
}));
const SecurityEventOrder = orderInput('securityLog', 'SecurityEvent', { AT: 'at' });

builder.queryFields((t) => ({
  securityEvent: t.field({
    type: SecurityEvent,
    access: 'securityLog.read',
    extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One event of the security log; null when it is absent.',
    resolve: resolveRecord('securityLog'),
  }),
  securityEvents: t.field({
    type: SecurityEventConnection,
    access: 'securityLog.read',
    args: listArgs({ where: SecurityEventWhere, orderBy: SecurityEventOrder }, { canBeDeleted: false }),
    extensions: { readsRecords: true, ...listOf('securityLog', [{ field: 'AT', direction: 'DESC' }]) },
    description: 'The security log, newest first.',
    resolve: resolvePage,
  }),
}));
