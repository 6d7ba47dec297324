/** XML names as regular expression sources. @see https://www.w3.org/TR/xml-names/#NT-NCName */

const FIRST =
  'A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C-\\u200D' +
  '\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD';

/** A name without colon. */
export const NCNAME = `[${FIRST}][\\u0300-\\u036F${FIRST}\\-.0-9\\u00B7\\u203F-\\u2040]*`;
/** A name with at most one prefix. */
export const QNAME = `${NCNAME}(?::${NCNAME})?`;

const WHOLE_NCNAME = new RegExp(`^${NCNAME}$`, 'u');

export function isNcName(text: string): boolean {
  return WHOLE_NCNAME.test(text);
}
