import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Measured, type Round, medianOf, ratio } from '../measure/rounds.ts';
import type { Options } from '../options.ts';
import type { Workload } from '../workloads/workload.ts';
import { drawPlot } from './plot.ts';

export type Report = { workload: Workload; measured: Measured[] };

const resultsFolder = path.join(import.meta.dirname, '..', 'results');

/** One workload's table: medians, and beside them what they are as ratios. */
export function printTable({ workload, measured }: Report): void {
  const floor = measured.find(({ label }) => label === 'floor');
  const peer = measured.find(({ label }) => label === 'postgraphile');
  const rows = measured.map((each) => {
    const of = (what: keyof Round, digits = 2) => medianOf(each, what).toFixed(digits);
    const to = (other: Measured | undefined) => (other ? ratio(each, other).toFixed(2) : '');
    return [
      each.label, of('serverMs'), of('databaseMs'), of('totalMs'), to(floor), to(peer), of('callsPerSecond', 0),
      of('p50Ms', 1), of('p99Ms', 1),
      each.memoryMb.now.toFixed(0), each.statementsPerCall.toFixed(1), each.buffersPerCall.toFixed(0),
    ];
  });
  const heads = [
    '', 'server ms', 'database ms', 'CPU ms', '÷ floor', '÷ PostGraphile', 'calls/s', 'p50 ms', 'p99 ms', 'MB',
    'statements', 'buffers',
  ];
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]!.length)));
  const line = (cells: string[]) =>
    cells.map((cell, at) => (at ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!))).join('  ');
  console.log(`\n${workload.title}\n${line(heads)}\n${rows.map(line).join('\n')}`);
}

/** Everything that was measured as JSON, and the ratios as a picture. */
export function writeReport(options: Options, reports: Report[]): void {
  mkdirSync(resultsFolder, { recursive: true });
  const name = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const content = {
    at: new Date().toISOString(), options, node: process.version, cpus: os.cpus().length, cpu: os.cpus()[0]?.model,
    workloads: reports.map(({ workload, measured }) => ({ name: workload.name, title: workload.title, measured })),
  };
  writeFileSync(path.join(resultsFolder, `${name}.json`), `${JSON.stringify(content, null, 2)}\n`);
  writeFileSync(path.join(resultsFolder, `${name}.svg`), drawPlot(reports));
  console.log(`\nWritten to bench/results/${name}.json and .svg`);
}
