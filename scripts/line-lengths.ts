/* Part of npm run check: lines of code have at most 120 characters, so that two files fit beside each other. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../src/project.ts';

const longest = 120;
/** A text of so many characters is not broken for its line's sake: a sentence, an address, a pattern. */
const unbroken = 50;

const files = globSync(['{src,test,scripts,bench,prisma}/**/*.{ts,mts,mjs}', '*.ts'], {
  cwd: projectFolder, exclude: (name) => name === 'node_modules' || name === 'generated',
});

const comment = /\/\*[\s\S]*?\*\/|\/\/.*/;
const string = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/;
const template = /`(?:\\[\s\S]|[^`\\])*`/;
const pattern = /(?<=[(,=:[]\s*)\/(?:\\.|[^/\\\n])+\/\w*/;
const pieces = new RegExp([comment, string, template, pattern].map(({ source }) => source).join('|'), 'g');

/** Lines, from 0, on which a long text stands or which are part of one. */
function linesOfTexts(source: string): Set<number> {
  const lineAt = (position: number) => source.slice(0, position).split('\n').length - 1;
  return new Set([...source.matchAll(pieces)].flatMap(({ 0: piece, index }) => {
    if (piece.startsWith('//') || piece.startsWith('/*') || piece.length < unbroken) return [];
    const first = lineAt(index);
    return piece.split('\n').map((_line, at) => first + at);
  }));
}

const tooLong = files.sort().flatMap((file) => {
  const source = readFileSync(path.join(projectFolder, file), 'utf8');
  const lines = source.split('\n');
  if (lines.every((line) => line.length <= longest)) return [];
  const exempt = linesOfTexts(source);
  return lines.flatMap((line, at) => ([...line].length <= longest || exempt.has(at) ? [] : [
    `${file}:${at + 1} has ${[...line].length} characters`,
  ]));
});
for (const each of tooLong) console.error(each);
if (tooLong.length > 0) {
  console.error(`${tooLong.length} lines have more than ${longest} characters: break them where they read best.`);
  process.exitCode = 1;
}
