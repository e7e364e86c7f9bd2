/** What a link can lead to, and by what a record is found. */
export const linkTargets = {
  company: ['key', 'name', 'domain'],
  contact: ['key', 'name', 'email'],
  lead: ['key', 'title', 'email'],
  deal: ['key', 'title'],
  member: ['key', 'name', 'email'],
  product: ['key', 'name', 'sku'],
  team: ['name'],
  tag: ['name'],
  role: ['name'],
  stage: ['name'],
} as const;
export type LinkTarget = keyof typeof linkTargets;
export type LookUp = (typeof linkTargets)[LinkTarget][number];
