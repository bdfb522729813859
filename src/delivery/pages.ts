/**
 * Which entry stands on which page of the tracker. An entry stays on the page it is on, so that a change writes one
 * page; where a page grows too large, entries move to a later page. Later pages are written first and win when read,
 * so that a crash in between leaves an entry twice and never nowhere.
 */
import { compressJson } from '../base/compression.ts';

/** Entries a page may hold, and bytes its data may have (base64 included), so that no tracker nears etcd's limit (F40). */
export const maxEntriesPerPage = 500;
export const maxPageBytes = 256 * 1024;

/** Entries by page number, from 1; a page without entries is left out, but for the first. */
export type Pages<T> = Map<number, T[]>;

/**
 * Distributes entries over pages.
 * @param pageOf the page an entry stands on now, if any.
 */
export function paginate<T>(entries: Iterable<T>, pageOf: (entry: T) => number | undefined): Pages<T> {
  const pages: Pages<T> = new Map([[1, []]]);
  const fresh: T[] = [];
  for (const entry of entries) {
    const page = pageOf(entry);
    if (page === undefined) fresh.push(entry);
    else
      pages
        .set(page, pages.get(page) ?? [])
        .get(page)
        ?.push(entry);
  }
  const sizes = new Map([...pages].map(([page, held]) => [page, sum(held)]));
  for (const entry of fresh) add(entry, 0, pages, sizes);
  // Pages that come to be on the way are looked at too.
  for (let page = 1; page <= Math.max(...pages.keys()); page++) relieve(page, pages, sizes);
  return pages;
}

/** Puts an entry on the first page after `after` that has room. */
function add<T>(entry: T, after: number, pages: Pages<T>, sizes: Map<number, number>): void {
  const size = sizeOf(entry);
  const numbers = [...pages.keys()].filter((page) => page > after).sort((a, b) => a - b);
  const roomy = numbers.find((page) => (pages.get(page)?.length ?? 0) < maxEntriesPerPage && (sizes.get(page) ?? 0) + size <= maxPageBytes);
  const page = roomy ?? Math.max(after, ...pages.keys()) + 1;
  const held = pages.get(page) ?? [];
  held.push(entry);
  pages.set(page, held);
  sizes.set(page, (sizes.get(page) ?? 0) + size);
}

/** Moves entries off a page that has become too large. A single entry is never too large to stand alone. */
function relieve<T>(page: number, pages: Pages<T>, sizes: Map<number, number>): void {
  const held = pages.get(page) ?? [];
  while (held.length > 1 && isTooLarge(held, sizes.get(page) ?? 0)) {
    // Some at a time: measuring costs more than a page that could have held one more.
    const surplus = Math.max(1, held.length - maxEntriesPerPage, Math.floor(held.length / 8));
    for (const moved of held.splice(held.length - surplus)) {
      sizes.set(page, (sizes.get(page) ?? 0) - sizeOf(moved));
      add(moved, page, pages, sizes);
    }
  }
}

/** The estimate decides cheaply; where it is near, the compressed size is measured, because some data does not compress. */
function isTooLarge(held: readonly unknown[], estimate: number): boolean {
  if (held.length > maxEntriesPerPage) return true;
  if (estimate * leastCompression < maxPageBytes) return false;
  return (compressJson(held).data?.length ?? 0) > maxPageBytes;
}

/** Manifests compress to about an eighth and base64 adds a third; random data does not compress at all and becomes 4/3. */
const usualCompression = 4;
const leastCompression = usualCompression * (4 / 3);

function sizeOf(entry: unknown): number {
  return JSON.stringify(entry).length / usualCompression;
}

function sum(held: readonly unknown[]): number {
  return held.reduce<number>((bytes, entry) => bytes + sizeOf(entry), 0);
}
