/** The known word that a mistyped one was probably meant to be; undefined when none is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const wanted = fold(word);
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    const folded = fold(candidate);
    // Beyond a third of the letters it is another word.
    const limit = Math.max(1, Math.floor(Math.max(wanted.length, folded.length) / 3));
    if (Math.abs(wanted.length - folded.length) > limit) continue;
    const distance = editDistance(wanted, folded);
    if (distance <= limit && (!best || distance < best.distance)) best = { word: candidate, distance };
  }
  return best?.word;
}

/** ` Did you mean "Name"?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const found = nearest(word, known);
  return found === undefined ? '' : ` Did you mean "${found}"?`;
}

/** `"Sales", "Renewals"`: each once, and not more than twenty. */
export function allQuoted(words: readonly string[]): string {
  const each = [...new Set(words)];
  const more = each.length > 20 ? ` and ${each.length - 20} more` : '';
  return (each.slice(0, 20).map((word) => `"${word}"`).join(', ') || 'none') + more;
}

function fold(word: string): string {
  return word.normalize('NFKD').replace(/[^\p{L}\p{N}]/gu, '').toLowerCase().slice(0, 100);
}

/** Letters to add, drop, replace, or swap with their neighbour. */
function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      let distance = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (isSame ? 0 : 1));
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        distance = Math.min(distance, beforeLast[column - 2]! + 1);
      }
      current.push(distance);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length]!;
}
