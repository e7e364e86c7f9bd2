import { nearest } from '../suggest.ts';
import { type Parsed, parsed, unreadable } from './value.ts';

/** Names that are in use besides those of Unicode's list. */
const otherNames: Record<string, string> = {
  usa: 'US', 'u.s.a.': 'US', 'u.s.': 'US', 'united states of america': 'US', uk: 'GB', 'great britain': 'GB',
  england: 'GB',
  'czech republic': 'CZ', turkey: 'TR', 'the netherlands': 'NL', holland: 'NL', uae: 'AE', 'ivory coast': 'CI',
  'republic of korea': 'KR', 'russian federation': 'RU', 'viet nam': 'VN', 'hong kong': 'HK', macedonia: 'MK',
  burma: 'MM',
};

const english = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
/** Codes of Unicode's list that ISO gives to no country. */
const noCountries = new Set(['EU', 'EZ', 'UN', 'UK', 'ZZ', 'QO', 'XA', 'XB', 'AC', 'CP', 'CQ', 'DG', 'EA', 'IC', 'TA']);

const codesByName = new Map<string, Map<string, string>>();

/** Languages in which countries are known besides the workspace's. A name that means two of them means the first. */
const languages = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'sv', 'ja', 'zh'];

/** An ISO 3166-1 alpha-2 code from a code or a name. */
export function parseCountry(text: string, locale: string): Parsed<string> {
  const names = namesIn(locale);
  const code = names.get(text.toLowerCase());
  if (code) return parsed(code);
  const near = text.length > 3 ? names.get(nearest(text, names.keys()) ?? '') : undefined;
  return unreadable(
    'is no country that is known by this name or code', near && `Did you mean ${english.of(near)} (${near})?`);
}

function namesIn(locale: string): Map<string, string> {
  const known = codesByName.get(locale);
  if (known) return known;
  const names = new Map<string, string>(Object.entries(otherNames));
  const displays = [...languages, locale].map((each) => new Intl.DisplayNames([each], {
    type: 'region', fallback: 'none',
  }));
  for (const code of allPairs()) {
    // A withdrawn code (DD) has the name of its successor (DE), which is what it canonically is.
    const isWithdrawn = new Intl.Locale(`und-${code}`).region !== code;
    if (isWithdrawn || !english.of(code) || noCountries.has(code)) continue;
    names.set(code.toLowerCase(), code);
    for (const name of displays.map((display) => display.of(code)!.toLowerCase())) {
      if (!names.has(name)) names.set(name, code);
    }
  }
  codesByName.set(locale, names);
  return names;
}

function* allPairs(): Generator<string> {
  for (let left = 65; left <= 90; left += 1) {
    for (let right = 65; right <= 90; right += 1) yield String.fromCharCode(left, right);
  }
}
