import { configurationPage } from '../src/configuration-page.ts';

export interface GeneratedFile {
  /** Seen from the project's folder. */
  path: string;
  make(): string | Promise<string>;
}

/** Every file that is committed although it is made from others. `npm run check` makes each again and compares. */
export const generatedFiles: GeneratedFile[] = [
  { path: 'docs/configuration.md', make: configurationPage },
];
