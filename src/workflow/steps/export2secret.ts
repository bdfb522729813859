/** export2secret: writes values to a Secret, or a registry login. */

import { invalid, type Problem } from '../../base/errors.ts';
import { isObject, type JsonObject } from '../../base/json.ts';
import type { ResolvedSubStep } from '../types.ts';
import type { StepBehaviour } from './behaviour.ts';
import { metadataOf, notTexts, textsOf, writeObject } from './objects.ts';
import { checkProperties, optionalObject, optionalText, requiredObject, requiredText, textOf } from './properties.ts';

const dockerHub = 'https://index.docker.io/v1/';

export const export2secret: StepBehaviour = {
  type: 'export2secret',
  check: (step) => [
    ...checkProperties(step, {
      secretName: requiredText,
      namespace: optionalText,
      type: optionalText,
      data: requiredObject,
      cluster: optionalText,
      kind: optionalText,
      dockerRegistry: optionalObject,
    }),
    ...checkKind(step),
  ],
  run(input) {
    const { properties } = input;
    const { texts, wrong } = textsOf(properties.data);
    if (wrong.length > 0) return notTexts(wrong);
    const metadata = metadataOf(textOf(properties, 'secretName') ?? '', textOf(properties, 'namespace'));
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata } as const;
    const type = textOf(properties, 'type');
    if (properties.kind === 'docker-registry' && isObject(properties.dockerRegistry)) {
      const login = { '.dockerconfigjson': registryLogin(properties.dockerRegistry) };
      return writeObject(input, { ...secret, type: 'kubernetes.io/dockerconfigjson', stringData: login });
    }
    return writeObject(input, { ...secret, ...(type ? { type } : {}), stringData: texts });
  },
};

function checkKind(step: ResolvedSubStep): Problem[] {
  const { kind, dockerRegistry } = step.properties ?? {};
  if (typeof kind === 'string' && kind !== 'generic' && kind !== 'docker-registry') {
    const message = `step "${step.name}": parameter "kind" must be one of generic, docker-registry, got "${kind}"`;
    return [invalid('UnknownValue', message, 'properties.kind')];
  }
  if (kind !== 'docker-registry' || isObject(dockerRegistry) || (step.inputs ?? []).length > 0) return [];
  return [invalid('MissingParameter', `step "${step.name}": parameter "dockerRegistry" is required`, 'properties.dockerRegistry')];
}

/** The content of a Docker client's configuration for one registry. */
function registryLogin(registry: JsonObject): string {
  const username = textOf(registry, 'username') ?? '';
  const password = textOf(registry, 'password') ?? '';
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return JSON.stringify({ auths: { [textOf(registry, 'server') || dockerHub]: { username, password, auth } } });
}
