/** An Ingress for paths of a host, and a Service behind it unless an existing one is named. */
import { Type } from 'typebox';
import type { Manifest } from '../../api/object.ts';
import { invalid, ProblemError } from '../../base/errors.ts';
import { valueAt } from '../../base/json.ts';
import { defineTrait } from '../../definitions/sdk/define.ts';
import { mapOf, oneOf, optional, text } from '../../definitions/sdk/schema.ts';
import { scalable } from '../../definitions/sdk/workloads.ts';
import { addressOf } from '../load-balancer.ts';
import { portName } from '../pod/ports.ts';

const parameter = Type.Object({
  domain: optional(text('Host name the Ingress answers to; all hosts by default')),
  http: mapOf(Type.Integer(), { description: 'Path to port of the pods', expects: 'a mapping of paths to ports' }),
  class: Type.String({ default: 'nginx', description: 'Ingress class' }),
  classInSpec: Type.Boolean({
    default: false,
    description: 'Whether the class goes to spec.ingressClassName instead of the older annotation',
  }),
  secretName: optional(text('Secret that holds the certificate; TLS is off without it')),
  gatewayHost: optional(text('Host of the ingress controller, for tools that read it')),
  name: optional(text('Suffix of the names, for several gateways on one component')),
  pathType: oneOf(['ImplementationSpecific', 'Prefix', 'Exact'], { default: 'ImplementationSpecific', description: 'How paths match' }),
  annotations: optional(mapOf(Type.String(), { description: 'Annotations of the Ingress' })),
  labels: optional(mapOf(Type.String(), { description: 'Labels of the Ingress' })),
  existingServiceName: optional(text('Service to send to, instead of one of our own')),
});
type Parameter = Type.Static<typeof parameter>;

export const gateway = defineTrait({
  name: 'gateway',
  description: 'Way in from outside the cluster by host and path',
  appliesTo: scalable,
  parameter,
  render: ({ parameter, context }) => {
    const suffix = parameter.name === undefined ? '' : `-${parameter.name}`;
    const name = `${context.name}${suffix}`;
    const paths = Object.entries(parameter.http).sort(([a], [b]) => (a < b ? -1 : 1));
    const outputs: Record<string, Manifest> = {};
    if (parameter.existingServiceName === undefined)
      outputs[`service${suffix}`] = serviceBehind(
        name,
        context.name,
        paths.map(([, port]) => port),
      );
    outputs[`ingress${suffix}`] = ingressFor(name, parameter, paths);
    return { outputs };
  },
  message: ({ outputs }, { name, domain }) => {
    const ingress = outputs[name === undefined ? 'ingress' : `ingress-${name}`];
    if (!ingress) return 'No ingress found\n';
    const address = addressOf(ingress);
    const host = domain ?? valueAt(ingress, ['spec', 'rules', 0, 'host']);
    if (address !== undefined) return host === undefined ? `Visiting IP: ${address}\n` : `Visiting URL: ${host}, IP: ${address}\n`;
    return host === undefined
      ? 'Host not specified, visit the cluster or load balancer in front of the cluster\n'
      : `Visiting URL: ${host}\n`;
  },
});

function serviceBehind(name: string, component: string, ports: number[]): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: {
      selector: { 'app.oam.dev/component': component },
      ports: [...new Set(ports)].map((port) => ({ name: portName({ port }), port, targetPort: port })),
    },
  };
}

function ingressFor(name: string, parameter: Parameter, paths: [string, number][]): Manifest {
  const { domain, classInSpec, secretName, gatewayHost, existingServiceName } = parameter;
  if (secretName !== undefined && domain === undefined)
    throw new ProblemError(invalid('InvalidParameter', 'parameter "secretName" needs "domain": a certificate is for a host', 'secretName'));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name,
      labels: parameter.labels,
      annotations: {
        ...(classInSpec ? {} : { 'kubernetes.io/ingress.class': parameter.class }),
        ...(gatewayHost === undefined ? {} : { 'ingress.controller/host': gatewayHost }),
        ...parameter.annotations,
      },
    },
    spec: {
      ingressClassName: classInSpec ? parameter.class : undefined,
      tls: secretName === undefined ? undefined : [{ hosts: [domain], secretName }],
      rules: [
        {
          host: domain,
          http: {
            paths: paths.map(([path, port]) => ({
              path,
              pathType: parameter.pathType,
              backend: { service: { name: existingServiceName ?? name, port: { number: port } } },
            })),
          },
        },
      ],
    },
  };
}
