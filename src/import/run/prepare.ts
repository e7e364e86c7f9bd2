import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Refusal } from '../../refusal.ts';
import { type CsvFile, openCsv } from '../csv/csv-file.ts';
import type { FileSpec, Mapping } from '../mapping/mapping.ts';
import { importNounNamed } from '../nouns/index.ts';
import { type CompiledFile, columnsOfFile, compileFile } from '../rows/compile-file.ts';
import { didYouMean } from '../suggest.ts';

export type PreparedFile = { csv: CsvFile; file: CompiledFile };

/**
 * Opens every file of a mapping and fits the mapping to its header.
 *
 * @param place  the folder with the files, or one of them: then only its part of the mapping counts
 * @throws Refusal everything that does not fit, at once
 */
export async function prepareFiles(mapping: Mapping, place: string): Promise<PreparedFile[]> {
  const problems: string[] = [];
  const prepared: PreparedFile[] = [];
  /** What files have, where something else was looked for. */
  const told = new Set<string>();
  for (const { spec, filePath } of filesAt(mapping, place, problems)) {
    const csvOptions = { ...mapping.csv, ...spec.csv };
    const wanted = columnsOfFile(spec).filter((column): column is string => typeof column === 'string');
    try {
      const csv = await openCsv(filePath, csvOptions, wanted);
      const where = `${csv.name} (${spec.noun})`;
      const file = compileFile(
        spec, mapping, importNounNamed(spec.noun), csv.columns, (problem) => problems.push(`${where}: ${problem}`));
      prepared.push({ csv, file });
      if (wanted.some((column) => !csv.columns.includes(column.normalize('NFC').trim()))) told.add(columnsOf(csv));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (!problems.includes(error.message)) problems.push(error.message);
    }
  }
  if (problems.length > 0) {
    throw new Refusal(['The mapping and the files do not fit together:', ...problems, ...told].join('\n  '));
  }
  return prepared;
}

function columnsOf({ name, columns, description }: CsvFile): string {
  const first = columns.slice(0, 40).map((column) => JSON.stringify(column)).join(', ');
  const more = columns.length > 40 ? ` and ${columns.length - 40} more` : '';
  return `${name}, read as ${description}, has the columns ${first}${more}.`;
}

function filesAt(mapping: Mapping, place: string, problems: string[]): { spec: FileSpec; filePath: string }[] {
  const kind = statSync(place, { throwIfNoEntry: false });
  if (!kind) throw new Refusal(`There is no file or folder ${place}.`);
  const names = [...new Set(mapping.files.map(({ file }) => file))];
  if (!kind.isDirectory()) {
    const name = path.basename(place);
    const specs = names.length === 1 ? mapping.files : mapping.files.filter(({ file }) => path.basename(file) === name);
    if (specs.length === 0) throw new Refusal(`The mapping says nothing about ${name}: it names ${names.join(', ')}.`);
    return specs.map((spec) => ({ spec, filePath: place }));
  }
  const there = readdirSync(place);
  const isThere = (file: string) => statSync(path.join(place, file), { throwIfNoEntry: false })?.isFile() ?? false;
  for (const name of names.filter((file) => !isThere(file))) {
    problems.push(`there is no file ${name} in ${place}.${didYouMean(name, there)}`);
  }
  return mapping.files.filter(({ file }) => isThere(file)).map((spec) => ({
    spec, filePath: path.join(place, spec.file),
  }));
}
