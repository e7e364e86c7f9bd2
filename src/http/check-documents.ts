import type { Plugin } from 'graphql-yoga';
import type { Documents } from './documents.ts';
import type { ServerContext } from './exchange.ts';

/** Lets Yoga take parsing and validation from `Documents`, which does both once for each text. */
export function useCheckedDocuments(documents: Documents): Plugin<ServerContext, ServerContext> {
  return {
    onParse({ context, params, setParseFn }) {
      const isRegistered = context.exchange.requested?.isRegistered ?? false;
      setParseFn(() => documents.read(String(params.source), isRegistered).document);
    },
    onValidate({ params, setResult }) {
      setResult(documents.of(params.documentAST).errors);
    },
  };
}
