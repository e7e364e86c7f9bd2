import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';

// Part of every JavaScript engine, but described by TypeScript's browser library alone.
declare const WebAssembly: {
  instantiate(code: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

/**
 * The SQL that turns a database of one Prisma schema into one of another; empty when they ask for the same.
 * Prisma's engine works it out; it is the build from npm, as the ordinary one is downloaded from elsewhere.
 *
 * @param databaseUrl  any PostgreSQL: the engine asks for its version, and changes nothing
 */
export async function diffSchemas(databaseUrl: string, from: string, to: string): Promise<string> {
  await loadEngine();
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: databaseUrl }));
  const datamodel = (content: string) => ({ path: 'schema.prisma', content });
  const engine = await engineModule.SchemaEngine.new({ datamodels: [['schema.prisma', to]] }, () => {}, adapter);
  try {
    const { stdout } = await engine.diff({
      from: from.trim() === '' ? { tag: 'empty' } : { tag: 'schemaDatamodel', files: [datamodel(from)] },
      to: { tag: 'schemaDatamodel', files: [datamodel(to)] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    const script = stdout ?? '';
    return script.includes('This is an empty migration') ? '' : script.trim();
  } finally {
    engine.free();
  }
}

let loaded: Promise<void> | undefined;

/** The package loads its WebAssembly as a module, which Node does not do by itself. */
function loadEngine(): Promise<void> {
  return (loaded ??= (async () => {
    const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
    const code = readFileSync(entry.replace(/\.js$/, '.wasm'));
    const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': { ...engineModule } });
    engineModule.__wbg_set_wasm(instance.exports);
    const start = instance.exports.__wbindgen_start;
    if (typeof start === 'function') start();
    // Where the engine leaves its last words when it crashes.
    Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (words: string) => console.error(words) } });
  })());
}
