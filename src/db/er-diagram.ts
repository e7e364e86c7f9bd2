import { documentationOf, modelNamed, modelNames, personalDataOf } from './models.ts';

/** docs/er-diagram.md: the tables and what they point to, in Mermaid, made from prisma/schema.prisma. */
export function erDiagram(): string {
  const lines = [
    '# Entities and relations',
    '',
    'Generated from `prisma/schema.prisma`; `npm run generate` writes it anew. Every table but the platform\'s own '
    + 'carries `workspaceId`, and every key between them carries it too; it is left out here. `personal` marks columns '
    + 'that hold personal data.',
    '',
    '```mermaid',
    'erDiagram',
  ];
  for (const name of modelNames) {
    const model = modelNamed(name);
    lines.push(`  ${name} {`);
    for (const column of model.columns.values()) {
      if (column.name === 'workspaceId') continue;
      const personal = personalDataOf(name, column.name) ? ' "personal"' : '';
      lines.push(`    ${column.type}${column.isList ? '[]' : ''} ${column.name}${personal}`);
    }
    lines.push('  }');
  }
  for (const name of modelNames) {
    for (const relation of modelNamed(name).relations.values()) {
      if (relation.isList || relation.model === 'Workspace') continue;
      lines.push(`  ${name} }o--${relation.isNullable ? 'o' : '|'}| ${relation.model} : ${relation.name}`);
    }
  }
  lines.push('```', '', '| entity | what it is |', '| --- | --- |');
  for (const name of modelNames) lines.push(`| ${name} | ${documentationOf(name) ?? ''} |`);
  return `${lines.join('\n')}\n`;
}
