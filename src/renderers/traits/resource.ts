/** cpu and memory of all containers of a workload. */
import { Type } from 'typebox';
import { defineTrait } from '../../definitions/sdk/define.ts';
import { amount, optional, size } from '../../definitions/sdk/schema.ts';
import { cronJobs, podTemplates } from '../../definitions/sdk/workloads.ts';
import { everyItem, retainKeys } from '../patch/markers.ts';
import { hasJobTemplate, hasPodTemplate } from '../workload-metadata.ts';

const both = (what: string) =>
  Type.Object(
    {
      cpu: amount({ default: 1, description: `CPU ${what}` }),
      memory: size({ default: '2048Mi', description: `Memory ${what}` }),
    },
    { description: `What is ${what}` },
  );

export const resource = defineTrait({
  name: 'resource',
  description: 'cpu and memory of the containers',
  appliesTo: [...podTemplates, cronJobs],
  podDisruptive: true,
  parameter: Type.Object({
    cpu: optional(amount({ description: 'CPU requested, and its limit; together with memory 1 unless given' })),
    memory: optional(size({ description: 'Memory requested, and its limit' })),
    requests: optional(both('requested')),
    limits: optional(both('the limit')),
  }),
  render: ({ parameter, objects }) => {
    const { cpu, memory, requests, limits } = parameter;
    // KubeVela sets nothing where only one of cpu and memory is given; here what is given is set (decisions.md 15).
    const given = cpu === undefined && memory === undefined ? undefined : { cpu, memory };
    const resources = retainKeys({ requests: requests ?? given, limits: limits ?? given });
    const template = { spec: { containers: everyItem({ resources }) } };
    return {
      patch: {
        spec: {
          template: hasPodTemplate(objects.output) ? template : undefined,
          jobTemplate: hasJobTemplate(objects.output) ? { spec: { template } } : undefined,
        },
      },
    };
  },
});
