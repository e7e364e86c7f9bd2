import { Lexer, Source, TokenKind } from 'graphql';
import { limits } from './limits.ts';
import { requestError } from './request-error.ts';

const opening = new Set<TokenKind>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing = new Set<TokenKind>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Looks over a document's tokens before the parser does: it works by recursion, and two thousand nested brackets are
 * more than the stack holds.
 *
 * @returns how many tokens there are
 * @throws GraphQLError  too many characters, tokens or levels, or no GraphQL
 */
export function scanTokens(text: string): number {
  check('length', text.length, 'characters');
  const lexer = new Lexer(new Source(text));
  let tokens = 0;
  let nesting = 0;
  for (let { kind } = lexer.advance(); kind !== TokenKind.EOF; { kind } = lexer.advance()) {
    check('tokens', tokens += 1, 'tokens');
    if (opening.has(kind)) check('nesting', nesting += 1, 'levels of brackets');
    if (closing.has(kind)) nesting -= 1;
  }
  return tokens;
}

function check(measure: 'length' | 'tokens' | 'nesting', value: number, what: string): void {
  if (value <= limits[measure]) return;
  throw requestError('DOCUMENT_LIMIT_EXCEEDED', `A document may have at most ${limits[measure]} ${what}.`, {
    extensions: { measure, limit: limits[measure] },
  });
}
