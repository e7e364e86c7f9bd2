import type { Exchange } from './exchange.ts';

/**
 * Whether the client takes JSON, which is all we have. Asked before anything runs: Yoga carries a mutation out first,
 * and then answers 406 with nothing in it. Types are compared as Yoga does, so that it misses none of those.
 */
export function acceptsJson(request: Request): boolean {
  const accept = (request.headers.get('accept') || '*/*').replace(/\s/g, '').toLowerCase();
  return accept.split(',').some((each) => {
    const [type, ...parameters] = each.split(';');
    const charset = parameters.find((parameter) => parameter.includes('charset=')) ?? 'charset=utf-8';
    return charset === 'charset=utf-8' && /^(\*|application)\/(\*|json|graphql-response\+json)$/.test(type!);
  });
}

export function notAcceptable({ requestId, findings }: Exchange): Response {
  findings.errorCodes = ['NOT_ACCEPTABLE'];
  const message = 'Answers are JSON: send Accept: application/json, or application/graphql-response+json.';
  const answer = { errors: [{ message, extensions: { code: 'NOT_ACCEPTABLE' } }], extensions: { requestId } };
  return Response.json(answer, { status: 406, headers: { 'content-type': 'application/json; charset=utf-8' } });
}
