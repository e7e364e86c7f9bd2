import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../../src/project.ts';

type Import = { from: string; of: string; isType: boolean };

const imports = readdirSync(path.join(projectFolder, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.includes('generated'))
  .flatMap((file): Import[] => {
    const text = readFileSync(path.join(projectFolder, 'src', file), 'utf8');
    return [...text.matchAll(/(import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'/g)].map(([, , type, of]) => ({
      from: file, isType: Boolean(type), of: of!.startsWith('.') ? path.join(path.dirname(file), of!) : of!,
    }));
  });

function importers(matches: (each: Import) => boolean): string[] {
  return [...new Set(imports.filter(matches).map(({ from }) => from))].sort();
}

const within = (folder: string) => ({ from }: Import) => from.startsWith(`${folder}/`);
const ofFolder = (folder: string) => ({ of }: Import) => of.startsWith(`${folder}/`);

describe('imports point one way: schema → services → db', () => {
  it('finds the files it speaks of', () => {
    expect(imports.length).toBeGreaterThan(300);
    for (const folder of ['schema', 'services', 'db', 'auth', 'auth/policies', 'http']) {
      expect(importers(within(folder)), folder).not.toEqual([]);
    }
  });

  it('services know nothing of GraphQL', () => {
    expect(importers((each) => within('services')(each)
      && (each.of === 'graphql' || ofFolder('schema')(each) || ofFolder('http')(each)))).toEqual([]);
  });

  it('the database layer asks no services and no schema', () => {
    expect(importers((each) => within('db')(each) && (ofFolder('services')(each) || ofFolder('schema')(each))))
      .toEqual([]);
  });

  it('policies are tables: they import only the words they are written in', () => {
    const allowed = ['auth/grants.ts', 'auth/nouns.ts'];
    expect(importers((each) => within('auth/policies')(each)
      && !allowed.includes(each.of) && !each.of.startsWith('auth/policies/'))).toEqual([]);
  });

  it('only the session knows lucia', () => {
    expect(importers(({ of }) => of === 'lucia')).toEqual(['auth/session.ts']);
  });

  it('only the rules know graphql-shield, and never its `not`', () => {
    const users = readdirSync(path.join(projectFolder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts')
      && readFileSync(path.join(projectFolder, 'src', file), 'utf8').includes('graphql-shield\''));
    expect(users).toEqual(['auth/shield.ts']);
    const shield = readFileSync(path.join(projectFolder, 'src/auth/shield.ts'), 'utf8');
    expect(shield).toMatch(/const \{ allow, deny, rule, shield \} = require/);
  });

  it('only the database layer has Prisma\'s client; others may know its types', () => {
    expect(importers((each) => each.of.includes('generated/prisma') && !each.isType && !within('db')(each)))
      .toEqual([]);
  });

  it('raw SQL stands in the database layer, the exceptions by name', () => {
    const raw = readdirSync(path.join(projectFolder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.startsWith('db/')
        && /\$(queryRaw|executeRaw|send\b)/.test(readFileSync(path.join(projectFolder, 'src', file), 'utf8')));
    // record-outcomes: five inserts of every write in one statement; ask-record: the conditions of accessExplain.
    expect(raw.sort()).toEqual(['services/access/ask-record.ts', 'services/record-outcomes.ts']);
  });
});
