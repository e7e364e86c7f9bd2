const browsers: [RegExp, string][] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'], [/\bOPR\/|\bOpera/, 'Opera'], [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'], [/CriOS\/|Chrom(e|ium)\//, 'Chrome'], [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'], [/^node\b|^undici/, 'Node'], [/^PostmanRuntime\//, 'Postman'],
];
const systems: [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'], [/\biPad\b/, 'iPad'], [/\bAndroid\b/, 'Android'], [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'], [/\bMac OS X\b|\bMacintosh\b/, 'macOS'], [/\bLinux\b/, 'Linux'],
];

/** What people call a device: "Firefox on Windows". What is not known is its own name, as far as it is one. */
export function deviceOf(userAgent: string | null): string {
  const nameIn = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1];
  const [browser, system] = [nameIn(browsers), nameIn(systems)];
  if (browser) return system ? `${browser} on ${system}` : browser;
  return system ?? (/^[\w .-]{1,40}/.exec(userAgent ?? '')?.[0].trim() || 'an unknown device');
}
