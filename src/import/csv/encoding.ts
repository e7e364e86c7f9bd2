import { open } from 'node:fs/promises';
import { Refusal } from '../../refusal.ts';

/** Encodings that a mapping may name. All but the Unicode ones keep ASCII's bytes, which `cutAt` relies on. */
export const encodings = [
  'utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be', 'latin1', 'windows-1252', 'iso-8859-2', 'iso-8859-15',
  'windows-1250', 'windows-1251', 'windows-1253', 'windows-1254', 'macintosh',
  'shift_jis', 'euc-jp', 'euc-kr', 'gbk', 'big5',
] as const;
export type Encoding = (typeof encodings)[number];

/** Stands where bytes make no character of the encoding. Unicode reserves it, so no file holds it on purpose. */
export const damage = '\uFDD0';

export type FoundEncoding = {
  encoding: Encoding;
  /** Bytes of the mark at the beginning that belong to no cell. */
  markLength: number;
  /** `mark`: the file says so. `said`: the mapping does. `assumed`: neither; then it must be valid throughout. */
  by: 'mark' | 'said' | 'assumed';
};

// UTF-32's little-endian mark begins with UTF-16's, so the longer ones come first.
const marks: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-32le', [0xff, 0xfe, 0x00, 0x00]],
  ['utf-32be', [0x00, 0x00, 0xfe, 0xff]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** What is certain about a file's encoding: its own mark goes before what the mapping says. */
export function findEncoding(head: Buffer, said?: Encoding): FoundEncoding {
  for (const [encoding, mark] of marks) {
    if (mark.every((byte, at) => head[at] === byte)) return { encoding, markLength: mark.length, by: 'mark' };
  }
  return said ? { encoding: said, markLength: 0, by: 'said' } : { encoding: 'utf-8', markLength: 0, by: 'assumed' };
}

const chunkSize = 256 * 1024;
/** A stretch of this many bytes without a place to cut is no text. */
const maxUncut = 16 * 1024 * 1024;

/** The file's bytes as text, piece by piece. Bytes that are no characters come as `damage`. */
export async function* decodeFile(path: string, { encoding, markLength }: FoundEncoding): AsyncGenerator<string> {
  const decode = decoderOf(encoding);
  const file = await open(path);
  try {
    let rest: Buffer = Buffer.alloc(0);
    for (let position = markLength; ;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkSize), 0, chunkSize, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const cut = cutAt(bytes, encoding);
      if (cut === 0 && bytes.length > maxUncut) {
        throw new Refusal(`${path} is no text in ${encoding}: it has no line end in ${maxUncut / 1024 / 1024} MB.`);
      }
      rest = bytes.subarray(cut);
      if (cut > 0) yield decode(bytes.subarray(0, cut));
    }
    if (rest.length > 0) yield decode(rest);
  } finally {
    await file.close();
  }
}

/** The last place where the bytes can be cut without cutting a character. */
function cutAt(bytes: Buffer, encoding: Encoding): number {
  switch (encoding) {
    case 'utf-32le': case 'utf-32be': return bytes.length - (bytes.length % 4);
    case 'utf-16le': case 'utf-16be': {
      const even = bytes.length - (bytes.length % 2);
      const last = even < 2 ? 0 : encoding === 'utf-16le' ? bytes[even - 1]! : bytes[even - 2]!;
      const endsInHalfAPair = last >= 0xd8 && last <= 0xdb;
      return endsInHalfAPair ? even - 2 : even;
    }
    default: {
      // Bytes below 0x40 (digits, commas, quotes, line ends) are never part of a longer character.
      let at = bytes.length;
      while (at > 0 && bytes[at - 1]! >= 0x40) at -= 1;
      return at;
    }
  }
}

function decoderOf(encoding: Encoding): (bytes: Buffer) => string {
  if (encoding === 'latin1') return (bytes) => bytes.toString('latin1');
  if (encoding === 'utf-32le' || encoding === 'utf-32be') return (bytes) => decodeUtf32(bytes, encoding === 'utf-32le');
  // A mark has been cut off already; another one is a character like any other.
  const strict = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const lenient = new TextDecoder(encoding, { ignoreBOM: true });
  return (bytes) => {
    try {
      return strict.decode(bytes);
    } catch {
      return lenient.decode(bytes).replaceAll('\uFFFD', damage);
    }
  };
}

function decodeUtf32(bytes: Buffer, isLittleEndian: boolean): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const isWhole = at + 4 <= bytes.length;
    const code = isWhole ? (isLittleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)) : Infinity;
    text += code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? damage : String.fromCodePoint(code);
  }
  return text;
}
