/** What our functions say a server answers to a create with strict field validation. */
import type { KubeObject } from '../../../src/api/object.ts';
import { groupOf } from '../../../src/api/object.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import {
  decodeError,
  defaultBuiltin,
  invalidMessage,
  prune,
  resetFieldsFor,
  schemaFor,
  strictDecodingError,
  updateManagedFields,
  validateBuiltin,
} from '../../../src/schema/index.ts';

export type Foretold = { code: number; message: string } | { code: 201; object: KubeObject };

export function foretellCreate(manifest: JsonObject): Foretold {
  const object = manifest as unknown as KubeObject;
  const { apiVersion, kind } = object;
  const schema = schemaFor(apiVersion, kind);
  if (schema === undefined) throw new Error(`no schema for ${apiVersion} ${kind}`);
  const undecodable = decodeError(object, schema);
  if (undecodable !== undefined) return { code: 400, message: undecodable };
  const { pruned } = prune(object, schema);
  if (pruned.length > 0) {
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
    return { code: 400, message: `${kind} in version "${version}" cannot be handled as a ${kind}: ${strictDecodingError(pruned)}` };
  }
  const next = updateManagedFields({
    live: undefined,
    next: defaultBuiltin(object),
    manager: 'm',
    schema,
    apiVersion,
    now: '2026-01-01T00:00:00Z',
    resetFields: resetFieldsFor(apiVersion, kind),
  });
  const issues = validateBuiltin(next);
  if (issues.length > 0) return { code: 422, message: invalidMessage(groupOf(apiVersion), kind, object.metadata.name, issues) };
  return { code: 201, object: next };
}
