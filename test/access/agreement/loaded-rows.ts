import type { Transaction } from '../../../src/db/database.ts';
import { type LoadedRow } from '../../../src/db/evaluate.ts';
import { modelNamed } from '../../../src/db/models.ts';

type Finder = { findMany(query: { where: object }): Promise<Record<string, unknown>[]> };

/** Every row of these models, as Prisma loads them, each leading on to the rows it is related to. */
export class LoadedRows {
  readonly #byModel = new Map<string, Record<string, unknown>[]>();

  static async load(tx: Transaction, workspaceId: string, models: readonly string[]): Promise<LoadedRows> {
    const loaded = new LoadedRows();
    for (const name of models) {
      const finder = (tx as unknown as Record<string, Finder>)[name.charAt(0).toLowerCase() + name.slice(1)]!;
      loaded.#byModel.set(name, await finder.findMany({ where: { workspaceId } }));
    }
    for (const [name, rows] of loaded.#byModel) for (const row of rows) loaded.#connect(name, row);
    return loaded;
  }

  of(model: string): readonly LoadedRow[] {
    return this.#byModel.get(model)!;
  }

  /** Relations are found when they are asked for: rows lead to one another in circles. */
  #connect(name: string, row: Record<string, unknown>): void {
    for (const relation of modelNamed(name).relations.values()) {
      const others = this.#byModel.get(relation.model);
      if (!others) continue;
      Object.defineProperty(row, relation.name, {
        get: () => {
          const related = others.filter((other) => relation.on.every(({ from, to }) => (
            row[camelCase(from)] !== null && other[camelCase(to)] === row[camelCase(from)])));
          return relation.isList ? related : related[0] ?? null;
        },
      });
    }
  }
}

function camelCase(column: string): string {
  return column.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}
