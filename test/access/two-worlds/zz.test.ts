import { test, vi } from 'vitest';
import { now } from '../worlds/world-server.ts';
import { describeLeak, openWorlds, searchLeaks } from './two-worlds.ts';
import { DocumentWriter } from './document-writer.ts';
import { randomFrom } from '../worlds/world.ts';
test('print', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now });
  const worlds = await openWorlds(process.env.WHO ?? 'Kim Sometimes', 1);
  const random = randomFrom(Number(process.env.SEED ?? 3));
  if (process.env.PRINT) for (let i = 0; i < 14; i++) {
    const doc = new DocumentWriter(worlds.stock, random).write();
    const t = performance.now();
    const [a] = await worlds.ask(doc);
    console.log(doc.text.replace(/\n/g, ' ').slice(0, 900) + '\n   => ' + Math.round(performance.now() - t) + 'ms ' + a.slice(0, 700));
  }
  const seed = Number(process.env.SEED ?? 1);
  const t = performance.now(), c = process.cpuUsage();
  const { leak, ...n } = await searchLeaks(worlds, { runs: Number(process.env.RUNS ?? 200), seed });
  console.log(n, performance.now() - t, process.cpuUsage(c));
  if (leak) console.log(describeLeak(worlds.principal, leak));
  await worlds.close();
}, 6000000);
