import type { InputRef } from '@pothos/core';
import { GraphQLError } from 'graphql';
import type { Principal } from '../auth/principal.ts';
import { sessionCookie } from '../auth/session.ts';
import type { UserError } from '../services/errors.ts';
import type { Answer } from '../services/identity/errors.ts';
import { ThrottledError } from '../services/identity/limits.ts';
import type { SignedIn } from '../services/identity/signed-in.ts';
import { builder } from './builder.ts';
import { inputArg, payloadName, userErrorsField } from './commands.ts';
import type { GraphQLContext } from './context.ts';
import { continueAs } from './records.ts';
import { Viewer } from './viewer.ts';

/*
 * Mutations about accounts. They are no commands: an account belongs to no workspace, most are for people who are not
 * signed in, and links and passwords work once by themselves.
 */

export const Transport = builder.enumType('SessionTransport', {
  description: 'How the client keeps its session.',
  values: {
    BEARER: { description: 'The answer has a token, sent back as `Authorization: Bearer <token>`.' },
    COOKIE: { description: 'The answer sets a cookie that scripts cannot read, and has no token: for browsers.' },
  },
});

type Options<Input, Value> = {
  /** `signedIn`: what concerns the person who asks; `public`: what people do who are not signed in. */
  access: 'public' | 'signedIn';
  description: string;
  input: InputRef<Input>;
  run: (input: Input, context: GraphQLContext) => Promise<Answer<Value>>;
};

/** A mutation that answers with `userErrors` alone. */
export function identityMutation<Input>(name: string, options: Options<Input, unknown>): void {
  const Payload = builder.objectRef<{ userErrors: readonly UserError[] }>(payloadName(name)).implement({
    description: `What ${name} answers.`,
    access: 'parent',
    fields: (t) => ({ userErrors: t.field(userErrorsField) }),
  });
  builder.mutationField(name, (t) => t.field({
    type: Payload, access: options.access, description: options.description,
    args: { input: t.arg(inputArg(options.input)) },
    resolve: async (_root, args, context) => {
      const answer = await throttled(context, () => options.run((args as { input: Input }).input, context));
      return { userErrors: answer.ok ? [] : answer.userErrors };
    },
  }));
}

type SessionResult = { token: string | null; viewer: Principal | null; userErrors: readonly UserError[] };

/**
 * A mutation that starts a session, or gives one a new secret. How the client keeps it is said in the input's
 * `transport`, where there is one; otherwise it is kept as the one that the request came with.
 */
export function sessionMutation<Input extends object>(
  name: string, options: Options<Input, SignedIn>,
): void {
  const Payload = builder.objectRef<SessionResult>(payloadName(name)).implement({
    description: `What ${name} answers.`,
    access: 'parent',
    fields: (t) => ({
      token: t.exposeString('token', { description: 'The session\'s secret; null where a cookie keeps it.' }),
      viewer: t.field({ type: Viewer, description: 'Who is signed in now.', resolve: ({ viewer }) => viewer }),
      userErrors: t.field(userErrorsField),
    }),
  });
  builder.mutationField(name, (t) => t.field({
    type: Payload, access: options.access, description: options.description,
    args: { input: t.arg(inputArg(options.input)) },
    resolve: async (_root, args, context): Promise<SessionResult> => {
      const { input } = args as { input: Input };
      const { transport } = input as { transport?: 'BEARER' | 'COOKIE' };
      const isCookie = transport ? transport === 'COOKIE' : context.credentials === 'cookie';
      const answer = await throttled(context, () => options.run(input, context));
      if (!answer.ok) return { token: null, viewer: null, userErrors: answer.userErrors };
      const { token, principal } = answer.value;
      if (isCookie) context.responseHeaders.append('set-cookie', sessionCookie(token, context.secureCookies));
      continueAs(context, principal);
      return { token: isCookie ? null : token, viewer: principal, userErrors: [] };
    },
  }));
}

/** The session whose cookie a new one overwrites. */
export function replacedToken({ transport }: { transport: string }, context: GraphQLContext): string | null {
  return transport === 'COOKIE' && context.credentials === 'cookie' ? context.sessionToken : null;
}

async function throttled<T>(context: GraphQLContext, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ThrottledError)) throw error;
    context.responseHeaders.set('retry-after', String(error.retryAfterSeconds));
    throw new GraphQLError('Too many tries from your network. Try again later.', { extensions: { code: 'THROTTLED' } });
  }
}
