/**
 * Compression as KubeVela stores it in trackers and revisions (`compression: {type, data}`): gzip or zstd of
 * JSON, base64. Synchronous: a thread-pool call inside a pass would take the ordering away from the simulator.
 */
import { gunzipSync, gzipSync, zstdDecompressSync } from 'node:zlib';

export interface Compressed {
  type: string;
  data?: string;
}

/** Upper bound of what is unpacked, in bytes: a forged object must not fill the memory (F43). */
const maxUnpackedBytes = 64 * 1024 * 1024;

/** JSON → gzip → base64. */
export function compressJson(value: unknown): Compressed {
  return { type: 'gzip', data: gzipSync(JSON.stringify(value), { level: 6 }).toString('base64') };
}

/** The inverse, for both types KubeVela writes. Throws on unknown types and broken data: a bug or a forged object. */
export function decompressJson(compressed: Compressed): unknown {
  const bytes = Buffer.from(compressed.data ?? '', 'base64');
  switch (compressed.type) {
    case 'gzip':
      return JSON.parse(gunzipSync(bytes, { maxOutputLength: maxUnpackedBytes }).toString('utf8'));
    case 'zstd':
      return JSON.parse(zstdDecompressSync(bytes, { maxOutputLength: maxUnpackedBytes }).toString('utf8'));
    default:
      throw new Error(`unknown compression type "${compressed.type}"`);
  }
}
