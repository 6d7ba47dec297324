/** What a document may be at most. Beyond any domain an author writes, below what hurts to parse. */
export const XML_LIMITS = {
  /** Whole document, bytes of UTF-8. */
  documentBytes: 1024 * 1024,
  /** One attribute value or one run of text, characters. */
  valueLength: 64 * 1024,
  /** Elements, attributes, and runs of text that are not white space. */
  nodes: 20_000,
  depth: 64,
  attributes: 256,
} as const;
