/** Everything that is no resource: version, health, discovery. */
import { type Answer, jsonAnswer, plainAnswer } from './answer.ts';
import { aggregated, coreVersions, groupDocument, groupList, resourceList, versionInfo } from './discovery.ts';
import type { Engine } from './engine.ts';
import { parseAccept } from './media.ts';
import { methodNotAllowed, notAcceptable } from './refusal.ts';
import type { IncomingRequest } from './request.ts';

/** The version of aggregated discovery the client prefers to the old documents, if it knows any. */
function aggregatedVersion(accept: string | undefined): string | undefined {
  for (const range of parseAccept(accept)) {
    if (range.type !== 'application/json' && range.type !== '*/*') continue;
    const { as, g, v } = range.parameters;
    if (as === undefined) return undefined;
    if (as === 'APIGroupDiscoveryList' && g === 'apidiscovery.k8s.io' && (v === 'v2' || v === 'v2beta1')) return v;
  }
  return undefined;
}

function aggregatedAnswer(engine: Engine, core: boolean, version: string): Answer {
  return jsonAnswer(200, aggregated(engine.registry, core, version), {
    'content-type': `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
    vary: 'Accept',
  });
}

/** Answers a path outside of the resources, or undefined when there is none of this name. */
export function generalAnswer(engine: Engine, request: IncomingRequest): Answer | undefined {
  const path = (request.path.split('?')[0] ?? '').replace(/\/+$/, '') || '/';
  const answer = pathAnswer(engine, path, request.headers);
  if (!answer) return undefined;
  if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed();
  const accepts = parseAccept(request.headers.accept).some(({ type }) =>
    ['application/json', '*/*', 'application/*', 'text/plain', 'text/*', 'application/yaml'].includes(type),
  );
  if (!accepts) throw notAcceptable(['application/json', 'application/yaml']);
  return answer;
}

function pathAnswer(engine: Engine, path: string, { accept, host }: Readonly<Record<string, string>>): Answer | undefined {
  switch (path) {
    case '/version':
      // The one document that is always written for people.
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(versionInfo, undefined, 2) };
    case '/healthz':
    case '/livez':
    case '/readyz':
      return plainAnswer(200, 'ok');
    case '/':
      return jsonAnswer(200, { paths: rootPaths(engine) });
    case '/api': {
      const version = aggregatedVersion(accept);
      return version ? aggregatedAnswer(engine, true, version) : jsonAnswer(200, coreVersions(host));
    }
    case '/apis': {
      const version = aggregatedVersion(accept);
      return version ? aggregatedAnswer(engine, false, version) : jsonAnswer(200, groupList(engine.registry));
    }
    default: {
      const [root, group = '', version = '', ...rest] = path.slice(1).split('/');
      if (root === 'api' && version === '') return maybe(resourceList(engine.registry, '', group));
      if (root !== 'apis' || rest.length > 0) return undefined;
      return maybe(version === '' ? groupDocument(engine.registry, group) : resourceList(engine.registry, group, version));
    }
  }
}

const maybe = (document: unknown): Answer | undefined => (document === undefined ? undefined : jsonAnswer(200, document));

function rootPaths(engine: Engine): string[] {
  const groups = engine.registry.groups().filter(({ name }) => name !== '');
  const paths = groups.flatMap(({ name, versions }) => [`/apis/${name}`, ...versions.map((version) => `/apis/${name}/${version}`)]);
  return ['/api', '/api/v1', '/apis', '/healthz', '/livez', '/openapi/v3', '/readyz', '/version', ...paths].sort();
}
