/**
 * The fields of a posted form.
 *
 * @returns null when it is no `application/x-www-form-urlencoded` form, or a longer one than a page of ours sends
 */
export async function readForm(request: Request, maxBytes: number): Promise<URLSearchParams | null> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded' || !request.body) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    // Leaving the loop ends the stream, and the rest is not read.
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
