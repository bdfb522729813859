/** What all workload components share: container settings, pod labels and annotations, host aliases. */
import { Type } from 'typebox';
import type { RenderContext } from '../../definitions/definition.ts';
import { listOf, mapOf, oneOf, optional, text } from '../../definitions/sdk/schema.ts';
import { containerPorts, type PortParameter } from './ports.ts';
import { type ResourceParameters, resourcesOf } from './resources.ts';
import { type VolumeParameters, volumesOf } from './volumes.ts';

export const pullPolicySchema = oneOf(['Always', 'Never', 'IfNotPresent'], { description: 'When the image is pulled' });

/** Parameters of every workload. */
export const containerParameters = {
  image: text('Image of the container'),
  imagePullSecrets: optional(listOf(Type.String(), { description: 'Names of the Secrets that hold registry logins' })),
  cmd: optional(listOf(Type.String(), { description: 'Command to run instead of the one in the image' })),
  cpu: optional(text('CPU to request and to be limited to, 500m or 0.5')),
  memory: optional(text('Memory to request and to be limited to, 256Mi')),
};

export const podMetadataParameters = {
  labels: optional(mapOf(Type.String(), { description: 'Labels of the pods' })),
  annotations: optional(mapOf(Type.String(), { description: 'Annotations of the pods' })),
};

export const argsSchema = listOf(Type.String(), { description: 'Arguments of the command' });

export const hostAliasesSchema = listOf(
  Type.Object({ ip: text('IP address'), hostnames: listOf(Type.String(), { description: 'Names that resolve to it' }) }),
  { description: 'Entries of /etc/hosts' },
);

export const addRevisionLabelSchema = Type.Boolean({
  default: false,
  description: 'Whether pods carry the component revision as a label: every change of the component then restarts them',
});

export interface PodParameters extends ResourceParameters, VolumeParameters {
  image: string;
  imagePullPolicy?: string;
  imagePullSecrets?: string[];
  cmd?: string[];
  args?: string[];
  env?: object[];
  port?: number;
  ports?: PortParameter[];
  livenessProbe?: object;
  readinessProbe?: object;
  hostAliases?: object[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  addRevisionLabel?: boolean;
}

/** Labels and annotations of the pods. */
export function podMetadata({ labels, annotations, addRevisionLabel }: PodParameters, context: RenderContext) {
  return {
    labels: {
      ...labels,
      'app.oam.dev/name': context.appName,
      'app.oam.dev/component': context.name,
      ...(addRevisionLabel ? { 'app.oam.dev/revision': context.revision } : {}),
    },
    annotations,
  };
}

/** Spec of the pods: one container of the component's name, its volumes, what it pulls with. */
export function podSpec(parameter: PodParameters, context: RenderContext) {
  const { volumes, volumeMounts } = volumesOf(parameter);
  return {
    containers: [
      {
        name: context.name,
        image: parameter.image,
        imagePullPolicy: parameter.imagePullPolicy,
        command: parameter.cmd,
        args: parameter.args,
        env: parameter.env,
        ports: containerPorts(parameter),
        resources: resourcesOf(parameter),
        volumeMounts,
        livenessProbe: parameter.livenessProbe,
        readinessProbe: parameter.readinessProbe,
      },
    ],
    hostAliases: parameter.hostAliases,
    imagePullSecrets: parameter.imagePullSecrets?.map((name) => ({ name })),
    volumes,
  };
}

/** Selector by the component label, as every workload of ours has it. */
export const selectorFor = (context: RenderContext) => ({ matchLabels: { 'app.oam.dev/component': context.name } });
