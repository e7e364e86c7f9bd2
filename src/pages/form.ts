/**
 * The fields of a posted form.
 *
 * @param readBody reads no more than the server accepts anywhere
 * @returns null when it is no `application/x-www-form-urlencoded` form, or a longer one than a page of ours sends
 */
export async function readForm(
  headers: Headers, readBody: () => Promise<Uint8Array>, maxBytes: number,
): Promise<URLSearchParams | null> {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return null;
  // Too large for the server, or broken off: no form either way.
  const body = await readBody().catch(() => null);
  return body && body.byteLength <= maxBytes ? new URLSearchParams(Buffer.from(body).toString('utf8')) : null;
}
