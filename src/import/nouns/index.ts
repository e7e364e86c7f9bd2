import { activityNoun } from './activity.ts';
import { companyNoun } from './company.ts';
import { contactNoun } from './contact.ts';
import { dealNoun } from './deal.ts';
import { leadNoun } from './lead.ts';
import { memberNoun } from './member.ts';
import type { ImportNoun, ImportedNoun } from './noun.ts';
import { productNoun } from './product.ts';
import { tagNoun } from './tag.ts';
import { teamNoun } from './team.ts';

/** Every noun that a mapping can fill, in the order in which they usually link to each other. */
export const importNouns: readonly ImportNoun[] = [
  teamNoun, memberNoun, productNoun, tagNoun, companyNoun, contactNoun, leadNoun, dealNoun, activityNoun,
];

export function importNounNamed(noun: ImportedNoun): ImportNoun {
  return importNouns.find((each) => each.noun === noun)!;
}
