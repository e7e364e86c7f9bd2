import { medianOf } from '../measure/rounds.ts';
import type { Report } from './report.ts';

const width = 860;
const left = 250;
const barHeight = 16;
const colours: Record<string, [server: string, database: string]> = {
  floor: ['#8a8f98', '#c3c7cd'], gatehouse: ['#1a6fb5', '#7fb6e2'], postgraphile: ['#b5541a', '#e6a77c'],
  keystone: ['#5b8f29', '#aed285'],
};

/** CPU per call, server and database, in bars: those of a workload relative to the longest of them. */
export function drawPlot(reports: Report[]): string {
  const parts: string[] = [];
  let y = 40;
  for (const { workload, measured } of reports) {
    parts.push(text(10, y, workload.title, 'font-weight="bold"'));
    y += 10;
    const bars = measured.map((each) => (
      { name: each.label, server: medianOf(each, 'serverMs'), database: medianOf(each, 'databaseMs') }));
    const longest = Math.max(...bars.map(({ server, database }) => server + database));
    const shortest = bars[0]!.server + bars[0]!.database;
    for (const { name, server, database } of bars) {
      const scale = (width - left - 90) / longest;
      const [dark, light] = colours[name.split(' ')[0]!] ?? ['#555', '#aaa'];
      parts.push(text(left - 10, y + 12, name, 'text-anchor="end"'));
      parts.push(
        `<rect x="${left}" y="${y}" width="${(server * scale).toFixed(1)}" height="${barHeight}" fill="${dark}"/>`);
      parts.push(
        `<rect x="${(left + server * scale).toFixed(1)}" y="${y}" width="${(database * scale).toFixed(1)}" height="${barHeight}" fill="${light}"/>`,
      );
      parts.push(
        text(left + (server + database) * scale + 8, y + 12, `× ${((server + database) / shortest).toFixed(2)}`));
      y += barHeight + 4;
    }
    y += 24;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" font-family="system-ui, sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${text(10, 18, 'CPU per call, as a multiple of the first: dark is the server, light is PostgreSQL', 'fill="#555"')}
${parts.join('\n')}
</svg>
`;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${escaped}</text>`;
}
