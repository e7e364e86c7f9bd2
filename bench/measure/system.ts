import { readFileSync, readdirSync } from 'node:fs';

/** CPU time of a process with all its threads so far, in milliseconds, by the operating system's own accounting. */
export function cpuMilliseconds(pid: number): number {
  try {
    // Nanoseconds on the processor, for each thread.
    let nanoseconds = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
    }
    return nanoseconds / 1e6;
  } catch {
    return cpuByTicks(pid);
  }
}

/** Kernels without schedstat count in ticks, of which there are 100 in a second. */
function cpuByTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Memory of a process that is in use now, and the most it ever was, in megabytes. */
export function memoryMegabytes(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
}
