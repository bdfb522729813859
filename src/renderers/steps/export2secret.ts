/** Writes values to a Secret, a registry login among them. */
import { Type } from 'typebox';
import { defineStep } from '../../definitions/sdk/define.ts';
import { anyObject, oneOf, optional, text } from '../../definitions/sdk/schema.ts';
import { clusterParameter } from './place.ts';

export const export2secret = defineStep({
  name: 'export2secret',
  description: 'Writes values to a Secret',
  parameter: Type.Object({
    secretName: text('Name of the Secret'),
    namespace: optional(text('Namespace, the one of the application by default')),
    type: optional(text('Type of the Secret')),
    data: anyObject({ description: 'What it holds' }),
    cluster: clusterParameter,
    kind: oneOf(['generic', 'docker-registry'], { default: 'generic', description: 'docker-registry makes a registry login' }),
    dockerRegistry: optional(
      Type.Object(
        {
          username: text('User name'),
          password: text('Password'),
          server: Type.String({ default: 'https://index.docker.io/v1/', description: 'Address of the registry' }),
        },
        { description: 'The registry login' },
      ),
    ),
  }),
});
