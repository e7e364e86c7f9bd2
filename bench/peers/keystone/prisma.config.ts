import { defineConfig } from 'prisma/config';

// `prisma generate` looks for an engine that it does not use, and would download it.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: 'schema.prisma',
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://nowhere' },
});
