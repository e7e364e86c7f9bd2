import { GraphQLError } from 'graphql';
import { OverloadedError } from '../auth/hash-queue.ts';
import type { Principal } from '../auth/principal.ts';
import { endedSessionCookie, sessionCookie } from '../auth/session.ts';
import type { UserError } from '../services/errors.ts';
import { signIn } from '../services/identity/sign-in.ts';
import { signOut } from '../services/identity/sign-out.ts';
import { builder } from './builder.ts';
import { userErrorsField } from './commands.ts';
import type { GraphQLContext } from './context.ts';
import { continueAs } from './records.ts';
import { Viewer } from './viewer.ts';

const Transport = builder.enumType('SessionTransport', {
  description: 'How the client keeps its session.',
  values: {
    BEARER: { description: 'The answer has a token, sent back as `Authorization: Bearer <token>`.' },
    COOKIE: { description: 'The answer sets a cookie that scripts cannot read, and has no token: for browsers.' },
  },
});

const SignInInput = builder.inputType('SignInInput', {
  description: 'Who wants to sign in, and where.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'The address of the account.' }),
    password: t.string({ required: true, description: 'The password of the account.' }),
    workspace: t.string({
      description: 'Slug of the workspace to work in; the first by name of those one is a member of, when absent.',
    }),
    transport: t.field({
      type: Transport,
      required: true,
      defaultValue: 'BEARER',
      description: 'How to keep the session.',
    }),
  }),
});

type SignInResult = { token: string | null; viewer: Principal | null; userErrors: readonly UserError[] };

const SignInPayload = builder
  .objectRef<SignInResult>('SignInPayload')
  .implement({
    description: 'What signIn answers.',
    access: 'parent',
    fields: (t) => ({
      token: t.exposeString('token', {
        description: 'The session\'s secret, for thirty days after its last use; null with COOKIE.',
      }),
      viewer: t.field({ type: Viewer, description: 'Who is signed in now.', resolve: ({ viewer }) => viewer }),
      userErrors: t.field(userErrorsField),
    }),
  });

const SignOutPayload = builder.objectRef<{ userErrors: readonly UserError[] }>('SignOutPayload').implement({
  description: 'What signOut answers.',
  access: 'parent',
  fields: (t) => ({
    userErrors: t.field({ ...userErrorsField, description: 'Always empty: a session that is over is over.' }),
  }),
});

builder.mutationFields((t) => ({
  signIn: t.field({
    type: SignInPayload,
    access: 'public',
    description:
      'Starts a session. An unknown address, a wrong password and a workspace one is no member of are one answer: ' +
      'INVALID_CREDENTIALS.',
    args: { input: t.arg({ type: SignInInput, required: true, description: 'Who wants to sign in.' }) },
    resolve: (_root, { input }, context) => startSession(context, input),
  }),
  signOut: t.field({
    type: SignOutPayload,
    access: 'public',
    description: 'Ends the session that this request came with, from the next request on; without one nothing happens.',
    resolve: async (_root, _args, context) => {
      if (context.sessionToken) await signOut(context.services, context.sessionToken);
      if (context.credentials === 'cookie') {
        context.responseHeaders.append('set-cookie', endedSessionCookie(context.secureCookies));
      }
      continueAs(context, null);
      return { userErrors: [] };
    },
  }),
}));

async function startSession(
  context: GraphQLContext, { transport, ...input }: typeof SignInInput.$inferInput,
): Promise<SignInResult> {
  const { services, userAgent, responseHeaders, secureCookies } = context;
  const isCookie = transport === 'COOKIE';
  const replacedToken = isCookie && context.credentials === 'cookie' ? context.sessionToken : null;
  let answer: Awaited<ReturnType<typeof signIn>>;
  try {
    answer = await signIn(services, { ...input, userAgent, replacedToken });
  } catch (error) {
    if (!(error instanceof OverloadedError)) throw error;
    throw new GraphQLError('Too many people sign in right now. Try again in a moment.', {
      extensions: { code: 'OVERLOADED' },
    });
  }
  if (!answer.ok) return { token: null, viewer: null, userErrors: answer.userErrors };
  const { token, principal } = answer.value;
  if (isCookie) responseHeaders.append('set-cookie', sessionCookie(token, secureCookies));
  continueAs(context, principal);
  return { token: isCookie ? null : token, viewer: principal, userErrors: [] };
}
