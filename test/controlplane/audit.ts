/**
 * Counts the operator's requests from the audit log of kube-apiserver: the measure behind the request
 * budgets (design.md §5). The server's own record is used, because a client that counts itself may be wrong
 * about retries. Lease traffic and the opening and closing of watches are left out, Events counted apart.
 */
import { open, stat } from 'node:fs/promises';

export interface AuditCounts {
  /** All requests but those below; reads, writes and dry runs. */
  requests: number;
  /** Those that change something: create, update, patch, delete, deletecollection without dry run. */
  writes: number;
  /** Those of the requests that are dry runs: they look like writes and change nothing. */
  dryRuns: number;
  /** Writes of Events, in either of their two groups; their reads are requests. */
  events: number;
  /** Requests about Leases. */
  leases: number;
  /** Watches opened. */
  watches: number;
  /** Those of the requests that were answered with 400 or more. */
  refused: number;
  /** The requests by verb and resource: `patch deployments.apps`, `patch applications.core.oam.dev/status`, `get /apis`. */
  byKind: Record<string, number>;
  /** The requests one by one, for messages: `patch deployments.apps shop/web 200`. */
  trail: string[];
}

/** The part of an audit event (audit.k8s.io/v1) that is counted. */
interface AuditEvent {
  stage: string;
  verb: string;
  requestURI: string;
  resource?: string;
  name: string;
  code: number;
}

const writingVerbs: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
const eventResources: ReadonlySet<string> = new Set(['events', 'events.events.k8s.io']);

/** Counts the requests in audit log lines. Lines that are no audit events are an error: a wrong count must not pass. */
export function countAudit(lines: Iterable<string>): AuditCounts {
  const counts: AuditCounts = { requests: 0, writes: 0, dryRuns: 0, events: 0, leases: 0, watches: 0, refused: 0, byKind: {}, trail: [] };
  for (const line of lines) {
    if (line.trim() === '') continue;
    const event = parse(line);
    // A watch is seen when it opens (ResponseStarted) and again when it ends.
    if (event.verb === 'watch') {
      if (event.stage === 'ResponseStarted' && !isLease(event)) counts.watches += 1;
      continue;
    }
    if (event.stage !== 'ResponseComplete' && event.stage !== 'Panic') continue;
    count(event, counts);
  }
  return counts;
}

function count(event: AuditEvent, counts: AuditCounts): void {
  const writes = writingVerbs.has(event.verb);
  if (isLease(event)) {
    counts.leases += 1;
    return;
  }
  if (writes && eventResources.has(event.resource ?? '')) {
    counts.events += 1;
    return;
  }
  counts.requests += 1;
  if (writes) {
    if (isDryRun(event.requestURI)) counts.dryRuns += 1;
    else counts.writes += 1;
  }
  if (event.code >= 400) counts.refused += 1;
  const kind = `${event.verb} ${event.resource ?? event.requestURI.split('?')[0]}`;
  counts.byKind[kind] = (counts.byKind[kind] ?? 0) + 1;
  counts.trail.push([kind, event.name, isDryRun(event.requestURI) ? '(dry run)' : '', String(event.code)].filter(Boolean).join(' '));
}

const isLease = (event: AuditEvent): boolean => event.resource === 'leases.coordination.k8s.io';

/** `dryRun=All` in the query; for a DELETE it may stand in the body instead, which the audit log does not hold. */
function isDryRun(requestUri: string): boolean {
  return new URL(requestUri, 'https://server').searchParams.getAll('dryRun').includes('All');
}

function parse(line: string): AuditEvent {
  const event: unknown = JSON.parse(line);
  const text = (holder: unknown, key: string): string => {
    const value = field(holder, key);
    return typeof value === 'string' ? value : '';
  };
  const target = field(event, 'objectRef');
  const code = field(field(event, 'responseStatus'), 'code');
  const parsed = { stage: text(event, 'stage'), verb: text(event, 'verb'), requestURI: text(event, 'requestURI') };
  if (parsed.stage === '' || parsed.verb === '') throw new Error(`Expected an audit event, got ${line.slice(0, 200)}`);
  return {
    ...parsed,
    ...(target === undefined
      ? {}
      : { resource: resourceName(text(target, 'apiGroup'), text(target, 'resource'), text(target, 'subresource')) }),
    name: [text(target, 'namespace'), text(target, 'name')].filter(Boolean).join('/'),
    code: typeof code === 'number' ? code : 0,
  };
}

/** As `kubectl` writes it: `deployments.apps`, with `/status` where a subresource was meant. */
function resourceName(group: string, resource: string, subresource: string): string {
  return `${resource}${group === '' ? '' : `.${group}`}${subresource === '' ? '' : `/${subresource}`}`;
}

function field(holder: unknown, key: string): unknown {
  return holder !== null && typeof holder === 'object' ? Reflect.get(holder, key) : undefined;
}

/** Where the log ends now, in bytes: counting starts there with `countSince`. */
export async function auditMark(path: string): Promise<number> {
  return (await stat(path)).size;
}

/**
 * Counts what came after a mark. The server writes an event when it has answered, so the last requests may be
 * missing for some milliseconds: call it once nothing is under way any more.
 */
export async function countSince(path: string, mark = 0): Promise<AuditCounts> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, size - mark));
    await file.read(bytes, 0, bytes.length, mark);
    const text = bytes.toString('utf8');
    // A line without its end is still being written.
    return countAudit(text.slice(0, text.lastIndexOf('\n') + 1).split('\n'));
  } finally {
    await file.close();
  }
}
