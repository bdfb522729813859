/** The address a load balancer gave to a Service or an Ingress: an IP or a host name, whichever it gives. */
import type { KubeObject } from '../api/object.ts';
import { isObject, valueAt } from '../base/json.ts';

export function addressOf(object: KubeObject | undefined): string | undefined {
  const entry = valueAt(object, ['status', 'loadBalancer', 'ingress', 0]);
  if (!isObject(entry)) return undefined;
  const address = entry.ip ?? entry.hostname;
  return typeof address === 'string' ? address : undefined;
}
