/** Connection URIs. @see https://libvirt.org/uri.html */
import { VirtError } from './errors.js';

/** A connection URI taken apart. */
export interface ConnectionUri {
  /** The whole text. */
  readonly text: string;
  readonly scheme: string;
  /** Host name; empty for a local connection. */
  readonly server: string;
  readonly path: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** What an `lxc:` URI asks for. */
export interface LxcTarget {
  /** Canonical form of the URI. */
  readonly uri: string;
  /** Directory that holds all state; the system's folders when absent. */
  readonly embedRoot?: string;
}

const DEFAULT_URI = 'lxc:///system';
const URI = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?$/iu;

/** `VIRTAINER_DEFAULT_URI`, else `LIBVIRT_DEFAULT_URI`, else `lxc:///system`; an empty variable counts as absent. */
export function defaultUri(env: NodeJS.ProcessEnv): string {
  return [env.VIRTAINER_DEFAULT_URI, env.LIBVIRT_DEFAULT_URI].find(Boolean) ?? DEFAULT_URI;
}

/**
 * Takes a connection URI apart.
 * @throws VirtError INTERNAL_ERROR when it is none.
 */
export function parseUri(text: string): ConnectionUri {
  const match = URI.exec(text);
  if (!match) throw unparsable(text);
  const [, scheme = '', server = '', path = '', query = ''] = match;
  return {
    text,
    scheme: scheme.toLowerCase(),
    server,
    path: decode(path, text),
    parameters: parseQuery(query, text),
  };
}

/**
 * Reads an `lxc:` URI: `lxc:///`, `lxc:///system` or `lxc:///embed?root=DIR`.
 * @throws VirtError INTERNAL_ERROR for another path; INVALID_ARG for `embed` without `root`.
 */
export function parseLxcTarget(uri: ConnectionUri): LxcTarget {
  switch (uri.path) {
    case '':
    case '/':
    case '/system':
      return { uri: DEFAULT_URI };
    case '/embed': {
      const root = uri.parameters.get('root');
      if (root) return { uri: embedUri(root), embedRoot: root };
      throw new VirtError('INVALID_ARG', `URI ${uri.text} has no root parameter`, {
        hint: 'use lxc:///embed?root=/absolute/directory',
      });
    }
    default:
      throw new VirtError('INTERNAL_ERROR', `Unexpected LXC URI path '${uri.path}', try lxc:///system`);
  }
}

function embedUri(root: string): string {
  return `lxc:///embed?root=${root.split('/').map(encodeURIComponent).join('/')}`;
}

function parseQuery(query: string, text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const [name = '', ...value] = pair.split('=');
    parameters.set(decode(name, text), decode(value.join('='), text));
  }
  return parameters;
}

// Not URLSearchParams: in libvirt's URIs a plus sign is a plus sign.
function decode(part: string, text: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw unparsable(text, cause);
  }
}

function unparsable(text: string, cause?: unknown): VirtError {
  return new VirtError('INTERNAL_ERROR', `Unable to parse URI ${text}`, { domain: 'NONE', cause });
}
