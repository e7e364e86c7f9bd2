/* The server in a process of its own, so that its memory can be told from that of whoever asks it. */
import { readEnv } from '../../src/env.ts';
import { serve } from '../../src/server.ts';

const { url, close } = await serve(readEnv());
// What is garbage is not growth.
setInterval(() => globalThis.gc?.(), 1_000).unref();
process.once('disconnect', () => void close());
process.send!(url);
