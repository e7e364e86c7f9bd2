/** Characters that no text of ours may have: PostgreSQL cannot store NUL, and half a surrogate pair is no character. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Whether JSON nests deeper than this, found without parsing it. Brackets within strings do not count. */
export function isDeeperThan(limit: number, json: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at += 1; // a backslash and what it escapes
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) {
      inString = true;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > limit) return true;
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
    }
  }
  return false;
}

const suspiciousEscape = /\\u(?:0000|d[89a-f])/i;

/** Whether every string in parsed JSON is storable. Only escapes can have brought in one that is not. */
export function hasOnlyStorableText(json: string, parsed: unknown): boolean {
  return !suspiciousEscape.test(json) || everyText(parsed);
}

function everyText(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, each]) => isStorableText(key) && everyText(each));
}
