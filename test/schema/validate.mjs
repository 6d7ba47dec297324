// Reads documents from stdin, one JSON string a line, and says of each what libvirt's schema has against it.
// A process of its own: the validator is an ES module of WebAssembly.
import { readFileSync } from 'node:fs';
import { RelaxNGValidator, XmlDocument } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';

xmlRegisterFsInputProviders();
const path = process.argv[2];
const validator = RelaxNGValidator.fromDoc(XmlDocument.fromBuffer(readFileSync(path), { url: path }));

const lines = readFileSync(0, 'utf8')
  .split('\n')
  .filter((line) => line !== '');
for (const line of lines) process.stdout.write(`${JSON.stringify(judge(JSON.parse(line)))}\n`);

function judge(xml) {
  const document = XmlDocument.fromString(xml);
  try {
    validator.validate(document);
    return null;
  } catch (error) {
    return (
      error.details?.map((detail) => `line ${detail.line}: ${detail.message.trim()}`).join('; ') ??
      error.message
    );
  } finally {
    document.dispose();
  }
}
