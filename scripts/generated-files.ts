import { generatedFile } from '../codegen.ts';
import { configurationPage } from '../src/configuration-page.ts';
import { permissionsPage } from '../src/auth/permissions-page.ts';
import { erDiagram } from '../src/db/er-diagram.ts';
import { errorsPage } from '../src/schema/errors-page.ts';
import { importPage } from '../src/import/fields-page.ts';
import { mappingJsonSchema } from '../src/import/mapping/read-mapping.ts';
import { domainPage, domainPages } from '../src/schema/domain-page.ts';
import { schema } from '../src/schema/index.ts';
import { fieldPermissions, printedSchema } from '../src/schema/print.ts';

export interface GeneratedFile {
  /** Seen from the project's folder. */
  path: string;
  make(): string | Promise<string>;
}

/** Every file that is committed although it is made from others. `npm run check` makes each again and compares. */
export const generatedFiles: GeneratedFile[] = [
  { path: 'docs/configuration.md', make: configurationPage },
  { path: 'docs/errors.md', make: errorsPage },
  { path: 'schema.graphql', make: () => printedSchema(schema) },
  { path: 'docs/permissions.md', make: () => permissionsPage(fieldPermissions(schema)) },
  ...Object.keys(domainPages).map((name) => ({ path: `docs/domain/${name}.md`, make: () => domainPage(schema, name) })),
  { path: 'docs/er-diagram.md', make: erDiagram },
  { path: 'docs/import.md', make: importPage },
  { path: 'docs/import-mapping.schema.json', make: () => `${JSON.stringify(mappingJsonSchema(), null, 2)}\n` },
  ...['examples/generated/graphql.ts', 'examples/generated/persisted-documents.json'].map((path) => (
    { path, make: () => generatedFile(path) })),
];
