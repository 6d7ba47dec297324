/** libvirt's own schemas, as its packages install them. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = '/usr/share/libvirt/schemas';

export type SchemaName = 'domain' | 'capability' | 'domaincaps';

/** Why tests with this schema can't run, if they can't. */
export function missingSchema(name: SchemaName): string | undefined {
  const path = join(FOLDER, `${name}.rng`);
  return existsSync(path) ? undefined : `no ${path}: install the package libvirt0`;
}

/** What the schema has against each document; null: nothing. */
export function validateAll(name: SchemaName, documents: readonly string[]): (string | null)[] {
  const script = join(__dirname, 'validate.mjs');
  const child = spawnSync(process.execPath, [script, join(FOLDER, `${name}.rng`)], {
    input: documents.map((xml) => `${JSON.stringify(xml)}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (child.status !== 0) throw new Error(`the validator failed: ${child.stderr}`);
  const verdicts = child.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as string | null);
  if (verdicts.length !== documents.length) throw new Error('the validator did not judge every document');
  return verdicts;
}
