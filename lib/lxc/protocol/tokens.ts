/** Length-delimited tokens: the one encoding of plans and messages. See docs/protocol.md. */

/** A token before encoding: numbers become decimal text. */
export type Token = string | number | bigint | Uint8Array;

export function encodeToken(token: Token): Buffer {
  const bytes = token instanceof Uint8Array ? Buffer.from(token) : Buffer.from(String(token), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Splits a body into its tokens; undefined when the lengths do not add up. */
export function decodeTokens(body: Buffer): Buffer[] | undefined {
  const tokens: Buffer[] = [];
  let offset = 0;
  while (offset < body.length) {
    if (offset + 4 > body.length) return undefined;
    const end = offset + 4 + body.readUInt32LE(offset);
    if (end > body.length) return undefined;
    tokens.push(body.subarray(offset + 4, end));
    offset = end;
  }
  return tokens;
}
