/** Title, description and metadata elements of a domain: what may be asked, and where it is written. */
import {
  EXTENSIONS_NAMESPACE,
  getMetadataElement,
  setMetadataElement,
  validateDomain,
  type CompleteDomain,
} from './definition/domain/index.js';
import { scopeToRead, type AffectOptions } from './affected.js';
import type { DomainView } from './domain-view.js';
import { VirtError } from './errors.js';

/** Which metadata {@link Domain.getMetadata} reads. Mirrors `virDomainMetadataType`. */
export type GetMetadataOptions = AffectOptions &
  (
    | { readonly type: 'title' | 'description' }
    | {
        readonly type: 'element';
        /** Namespace of the element. */
        readonly uri: string;
      }
  );

/** What {@link Domain.setMetadata} writes; a `value` of null removes it. */
export type SetMetadataOptions = AffectOptions &
  (
    | { readonly type: 'title' | 'description'; readonly value: string | null }
    | {
        readonly type: 'element';
        /** Namespace of the element. */
        readonly uri: string;
        /** Prefix under which the namespace is written. */
        readonly key: string;
        /** One XML element. */
        readonly value: string;
      }
    | { readonly type: 'element'; readonly uri: string; readonly value: null }
  );

/** @throws VirtError NO_DOMAIN_METADATA when there is none. */
export async function readMetadata(view: DomainView, options: GetMetadataOptions): Promise<string> {
  const scope = scopeToRead(await view.look('virDomainGetMetadata'), options);
  const definition = await view.session.reading('virDomainGetMetadata').getDefinition(view.uuid, scope);
  const value =
    options.type === 'element'
      ? getMetadataElement(definition, requireText(options.uri, 'uri in virDomainGetMetadata'))
      : definition[options.type];
  if (value !== undefined) return value;
  throw new VirtError('NO_DOMAIN_METADATA', 'Requested metadata element is not present', {
    domain: 'DOMAIN',
  });
}

/** @throws VirtError INVALID_ARG */
function checkMetadata(options: SetMetadataOptions): void {
  if (options.type === 'element') {
    requireText(options.uri, 'uri in virDomainSetMetadata');
    if (options.value !== null) requireText(options.key, 'key in virDomainSetMetadata');
  } else if (options.type === 'title' && options.value?.includes('\n')) {
    throw invalid("metadata title can't contain newlines");
  }
}

/** In the definitions that are asked for, or in none. */
export async function changeMetadata(view: DomainView, options: SetMetadataOptions): Promise<void> {
  const driver = await view.session.changing('virDomainSetMetadata');
  checkMetadata(options);
  await driver.updateDefinition(view.uuid, options, (definition, scope) => {
    if (scope === 'live') refuseLiveExtensions(options);
    const changed = writeMetadata(definition, options);
    validateDomain(changed, driver.host);
    return changed;
  });
}

function writeMetadata(definition: CompleteDomain, options: SetMetadataOptions): CompleteDomain {
  if (options.type === 'element') {
    const key = options.value === null ? '' : options.key;
    return setMetadataElement(definition, options.uri, key, options.value);
  }
  if (options.value !== null) return { ...definition, [options.type]: options.value };
  const copy = { ...definition };
  Reflect.deleteProperty(copy, options.type);
  return copy;
}

// The types forbid what is checked here; programs without types do it all the same.
function requireText(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(`${what} must not be NULL`);
}

function invalid(message: string): VirtError {
  return new VirtError('INVALID_ARG', message, { domain: 'DOMAIN' });
}

/** The container runs with what it was started with: a live definition that says otherwise would lie. */
function refuseLiveExtensions(options: SetMetadataOptions): void {
  if (options.type !== 'element' || options.uri !== EXTENSIONS_NAMESPACE) return;
  throw new VirtError(
    'OPERATION_UNSUPPORTED',
    `cannot change the elements of '${EXTENSIONS_NAMESPACE}' while the domain is running`,
    {
      domain: 'DOMAIN',
      hint: 'change the stored definition with config: true; it takes effect at the next start',
    },
  );
}
