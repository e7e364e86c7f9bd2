/* npm run bench: installs what only the bench needs when it is missing, then runs it. */
import { installOnce } from './install.ts';

installOnce(import.meta.dirname);
// Loaded only now, because it needs them.
await import('./bench.ts');
