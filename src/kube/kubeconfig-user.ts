/**
 * What a kubeconfig says of its user and client-node does not read: `tokenFile` (it looks for another name) and the
 * identity to act as. Dropping `as` would send requests with more rights than the file asks for.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { load } from 'js-yaml';
import { isObject } from '../base/json.ts';

export interface KubeconfigUser {
  tokenFile?: string;
  actAs?: { user: string; groups?: string[]; uid?: string };
}

const namesIn = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/**
 * The additions for one user.
 * @param sources kubeconfigs in order of precedence, as paths or texts; relative paths count from their file.
 */
export function readKubeconfigUser(sources: readonly ({ path: string } | { text: string })[], name: string): KubeconfigUser {
  for (const source of sources) {
    const document: unknown = load('path' in source ? readFileSync(source.path, 'utf8') : source.text);
    const users = isObject(document) && Array.isArray(document.users) ? document.users.filter(isObject) : [];
    const entry = users.find((user) => user.name === name);
    if (!entry || !isObject(entry.user)) continue;
    const { user } = entry;
    const folder = 'path' in source ? dirname(source.path) : '.';
    const groups = namesIn(user['as-groups']);
    return {
      // kubectl prefers the file to a token beside it: the file is the one that is kept fresh.
      ...(typeof user.tokenFile === 'string' && user.tokenFile !== '' ? { tokenFile: resolve(folder, user.tokenFile) } : {}),
      ...(user.as === undefined && groups.length === 0
        ? {}
        : {
            actAs: {
              user: String(user.as ?? ''),
              ...(groups.length > 0 ? { groups } : {}),
              ...(typeof user['as-uid'] === 'string' ? { uid: user['as-uid'] } : {}),
            },
          }),
    };
  }
  return {};
}
