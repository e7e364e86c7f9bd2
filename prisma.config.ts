import { defineConfig } from 'prisma/config';

// `prisma generate` looks for a schema engine that it does not use, and downloads one where there is none.
// Naming any executable keeps it from trying. Migrations run on the engine's npm build: src/db/setup/migrate.ts.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
