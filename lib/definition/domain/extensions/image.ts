/** Where the container's root came from. @see https://github.com/opencontainers/image-spec */
import { quote } from '../../../errors.js';
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import type { OutputElement } from '../../xml/index.js';
import { ownElement } from './namespace.js';
import type { OwnReader } from './own-reader.js';
import { missing } from './values.js';

const MAX_REFERENCE_BYTES = 4096;

/** The image a container was made from. */
export interface ImageReference {
  /** As its user named it, for example `docker.io/library/nginx:1.27` or `oci-archive:/srv/nginx.tar`. */
  readonly reference: string;
  /** `sha256:` or `sha512:` and lower case hexadecimal digits: exactly this image, wherever its name moves. */
  readonly digest?: string;
}

export function parseImage(image: OwnReader): Draft<ImageReference> {
  return { reference: image.attribute('reference').text(), digest: image.attribute('digest').text() };
}

export function checkImage(fields: Fields): ImageReference {
  const reference = fields.string('reference') ?? '';
  if (reference === '') throw missing({ of: 'image', attribute: 'reference' });
  if (/\s/u.test(reference) || Buffer.byteLength(reference) > MAX_REFERENCE_BYTES) {
    throw refusal(
      'XML_ERROR',
      `attribute 'reference' of <virtainer:image> ${quote(reference)} has white space in it, or is longer than ${MAX_REFERENCE_BYTES} bytes`,
    );
  }
  const digest = fields.string('digest');
  if (digest !== undefined) checkDigest(digest, reference);
  return compact({ reference, digest });
}

function checkDigest(digest: string, reference: string): void {
  if (!/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/u.test(digest)) {
    throw refusal(
      'XML_ERROR',
      `attribute 'digest' of <virtainer:image> ${quote(digest)} is not sha256: and 64, or sha512: and 128, lower case hexadecimal digits`,
    );
  }
  const own = /@(sha(?:256|512):.*)$/u.exec(reference)?.[1];
  if (own !== undefined && own !== digest) {
    throw refusal(
      'XML_ERROR',
      `<virtainer:image> has two digests: ${quote(own)} in 'reference', ${quote(digest)} in 'digest'`,
    );
  }
}

export function formatImage({ reference, digest }: ImageReference): OutputElement {
  return ownElement('image', { reference, digest });
}
