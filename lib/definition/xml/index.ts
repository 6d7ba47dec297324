/** XML in and out, for every kind of definition. */
export { isElement, qualifiedName, type XmlAttribute, type XmlElement, type XmlNode } from './element.js';
export { formatOnOff, formatYesNo } from './flags.js';
export { XML_LIMITS } from './limits.js';
export { parseXml } from './parse.js';
export { ElementReader, ReadRecord, TextReader } from './reader.js';
export { MAX_SIZE_KIB } from './size.js';
export { printVerbatim } from './verbatim.js';
export { element, group, printXml, textElement, type OutputElement, type Verbatim } from './writer.js';
