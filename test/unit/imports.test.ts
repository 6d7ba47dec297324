/** Imports point one way: definition <- driver <- { lxc, test-driver, connection } <- open <- index <- cli. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const LIB = join(__dirname, '../../lib');

/** What each part of lib may import. A part not listed here fails the test: decide where it belongs. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  signals: ['errors'],
  version: [],
  uri: ['errors'],
  definition: ['errors'],
  'domain-events': [],
  driver: ['domain-events', 'definition', 'errors'],
  lxc: ['driver', 'definition', 'errors', 'signals'],
  'test-driver': ['driver', 'definition', 'errors', 'signals'],
  connection: ['driver', 'definition', 'errors', 'signals', 'version'],
  open: ['lxc', 'test-driver', 'connection', 'driver', 'errors', 'uri'],
  'check-host': ['lxc', 'definition'],
  sandbox: ['connection', 'driver', 'definition', 'errors', 'signals'],
  index: ['check-host', 'sandbox', 'open', 'connection', 'driver', 'definition', 'errors', 'version'],
  cli: ['index'],
};

/** The files beside connection.ts that make up the public objects. */
const CONNECTION = [
  'console-stream',
  'domain',
  'domain-definition',
  'domain-devices',
  'domain-exec',
  'domain-filter',
  'domain-handle',
  'domain-metadata',
  'domain-source',
  'domain-statistics',
  'domain-tuning',
  'domain-view',
  'event-options',
  'event-stream',
  'events',
  'exec',
  'exec-process',
  'session',
  'stats-stream',
  'stop-options',
  'tuning',
];

/** What drivers provide, in more than one file. */
const DRIVER = ['affected', 'defined-limits', 'driver', 'statistics'];

function partOf(file: string): string {
  const [first = ''] = relative(LIB, file)
    .replace(/\.[jt]s$/u, '')
    .split('/');
  if (DRIVER.includes(first)) return 'driver';
  return CONNECTION.includes(first) ? 'connection' : first;
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import|require\()\s*\(?'(\.[^']*)'/gu)].map(([, target = '']) =>
    join(dirname(file), target),
  );
}

test('every import points the right way', () => {
  const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(LIB, file));
  expect(files.length).toBeGreaterThan(50);
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith(LIB) && partOf(target) !== partOf(file))
      .filter((target) => !ARROWS[partOf(file)]?.includes(partOf(target)))
      .map((target) => `${relative(LIB, file)} imports ${relative(LIB, target)}`),
  );
  expect(wrong).toEqual([]);
});

test('every part of lib has its place', () => {
  const parts = readdirSync(LIB).map((name) => partOf(join(LIB, name)));
  expect(parts.filter((part) => !(part in ARROWS))).toEqual([]);
});
