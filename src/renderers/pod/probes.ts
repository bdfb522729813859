/** Liveness and readiness probes: the parameter has the shape of the Kubernetes field, with its defaults spelled out. */
import { Type } from 'typebox';
import { listOf, oneOf, optional, text, whole } from '../../definitions/sdk/schema.ts';

const header = Type.Object({ name: text('Header name'), value: text('Header value') });

const httpGet = Type.Object(
  {
    path: text('Path to ask for'),
    port: whole('Port to ask at'),
    host: optional(text('Host to ask, the pod by default')),
    scheme: optional(oneOf(['HTTP', 'HTTPS'], { description: 'HTTP unless said otherwise' })),
    httpHeaders: optional(listOf(header, { description: 'Headers to send' })),
  },
  { description: 'Healthy when an HTTP GET answers with a status below 400' },
);

/** Schema of one probe; `what` says what it decides. */
export const probeSchema = (what: string) =>
  Type.Object(
    {
      exec: optional(
        Type.Object(
          { command: listOf(Type.String(), { description: 'Command and arguments' }) },
          { description: 'Healthy when a command ends with 0' },
        ),
      ),
      httpGet: optional(httpGet),
      tcpSocket: optional(Type.Object({ port: whole('Port to connect to') }, { description: 'Healthy when a connection opens' })),
      initialDelaySeconds: Type.Integer({ default: 0, description: 'Seconds before the first probe' }),
      periodSeconds: Type.Integer({ default: 10, description: 'Seconds between probes' }),
      timeoutSeconds: Type.Integer({ default: 1, description: 'Seconds until a probe counts as failed' }),
      successThreshold: Type.Integer({ default: 1, description: 'Successes in a row that make it healthy' }),
      failureThreshold: Type.Integer({ default: 3, description: 'Failures in a row that make it unhealthy' }),
    },
    { description: what },
  );

export const probes = {
  livenessProbe: optional(probeSchema('When it fails, the container is restarted')),
  readinessProbe: optional(probeSchema('While it fails, the pod gets no traffic')),
};

interface Probed {
  livenessProbe?: object;
  readinessProbe?: object;
}

/**
 * The parameters without their probes, and a warning for each that was given: work that runs to its end takes probes as
 * parameters and never had an effect of them (decisions.md 18).
 */
export function withoutProbes<P extends Probed>(parameter: P): { pod: Omit<P, keyof Probed>; warnings: string[] } {
  const { livenessProbe, readinessProbe, ...pod } = parameter;
  const given = Object.entries({ livenessProbe, readinessProbe }).filter(([, probe]) => probe !== undefined);
  return { pod, warnings: given.map(([name]) => `parameter "${name}" has no effect on work that runs to its end`) };
}
