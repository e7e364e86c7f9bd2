import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../project.ts';
import { importNouns } from './nouns/index.ts';
import { linkTargets } from './nouns/link-targets.ts';
import type { FieldDefinition, ImportNoun, LinkDefinition } from './nouns/noun.ts';

const begin = '<!-- fields: written by npm run generate -->';
const end = '<!-- /fields -->';

/** docs/import.md with what nouns have today: its other parts are written by hand. */
export function importPage(): string {
  const page = readFileSync(path.join(projectFolder, 'docs/import.md'), 'utf8');
  const [before, rest] = page.split(begin) as [string, string];
  return [before, begin, '\n\n', importNouns.map(section).join('\n'), '\n', end, rest.split(end)[1]].join('');
}

function section({ noun, fields, links, children, matchBy, hasKey }: ImportNoun): string {
  const recognised = [...(hasKey ? ['`key`'] : []), ...Object.keys(matchBy).map((each) => `\`matchBy: "${each}"\``)]
    .join(', ');
  return [
    `### ${noun}`,
    '',
    `Recognised by ${recognised}.`,
    '',
    '| field | type | |',
    '| --- | --- | --- |',
    ...Object.entries(fields).map(([name, field]) => fieldRow(name, field)),
    ...table('link', 'to', Object.entries(links).map(([name, link]) => linkRow(name, link))),
    ...Object.entries(children).flatMap(([name, child]) => [
      '', `Entries of \`children.${name}\`: ${child.description}`, '', '| field or link | type | |',
      '| --- | --- | --- |',
      ...Object.entries(child.links).map(([link, definition]) => linkRow(link, definition)),
      ...Object.entries(child.fields).map(([field, definition]) => fieldRow(field, definition)),
    ]),
    '',
  ].join('\n');
}

function table(first: string, second: string, rows: string[]): string[] {
  return rows.length === 0 ? [] : ['', `| ${first} | ${second} | |`, '| --- | --- | --- |', ...rows];
}

function fieldRow(name: string, field: FieldDefinition): string {
  return tableRow(name, field.type, field);
}

function linkRow(name: string, link: LinkDefinition): string {
  const by = linkTargets[link.to].map((each) => `\`${each}\``).join(', ');
  return tableRow(name, `a ${link.to}, by ${by}`, link);
}

function tableRow(name: string, type: string, meant: FieldDefinition | LinkDefinition): string {
  const required = meant.isRequired ? ' (required)' : '';
  const onCreation = meant.onCreation ? ' On creation only.' : '';
  return `| \`${name}\`${required} | ${type} | ${meant.description}${onCreation} |`;
}
