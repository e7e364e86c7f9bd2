import { type CodegenConfig, generate } from '@graphql-codegen/cli';
import { schema } from './src/schema/index.ts';
import { printedSchema } from './src/schema/print.ts';

/**
 * Typed documents and the manifest of persisted operations, from the example documents: what a front end's own build
 * does with its documents and our schema.graphql. `npm run generate` writes both.
 */
const config: CodegenConfig = {
  schema: printedSchema(schema),
  documents: 'examples/*.graphql',
  generates: {
    'examples/generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false, persistedDocuments: { mode: 'embedHashInDocument', hashAlgorithm: 'sha256' },
      },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: { BigInt: 'string', DateTime: 'string', Date: 'string', Decimal: 'string' },
      },
    },
  },
  silent: true,
};

export default config;

type Output = { filename: string; content: string };
let outputs: Promise<Output[]> | undefined;

/** The text of one generated file, by its path in the project. All are made together, once. */
export async function generatedFile(path: string): Promise<string> {
  outputs ??= generate(config, false) as Promise<Output[]>;
  const found = (await outputs).find(({ filename }) => filename.endsWith(path));
  if (!found) throw new Error(
    `codegen.ts makes no ${path}; it makes ${(await outputs).map(({ filename }) => filename).join(', ')}.`);
  return found.content;
}
