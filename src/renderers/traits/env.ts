/** Environment variables of one container or several: set, replace all, or take off. */
import { type Static, Type } from 'typebox';
import { isObject, type JsonObject } from '../../base/json.ts';
import { defineTrait } from '../../definitions/sdk/define.ts';
import { listOf, mapOf } from '../../definitions/sdk/schema.ts';
import { podTemplates } from '../../definitions/sdk/workloads.ts';
import { findContainers } from '../containers.ts';
import { keyedBy, replaced } from '../patch/markers.ts';

const oneContainer = Type.Object({
  containerName: Type.String({ default: '', description: 'Name of the container, the main one by default' }),
  replace: Type.Boolean({ default: false, description: 'Whether variables that are not named here are dropped' }),
  env: mapOf(Type.String(), { description: 'Variables to set', expects: 'a mapping of names to values' }),
  unset: listOf(Type.String(), { default: [], description: 'Variables to take off' }),
});
type OneContainer = Static<typeof oneContainer>;

export const env = defineTrait({
  name: 'env',
  description: 'Environment variables of containers',
  appliesTo: podTemplates,
  podDisruptive: true,
  parameter: Type.Union([oneContainer, Type.Object({ containers: listOf(oneContainer, { description: 'Several containers' }) })]),
  render: ({ parameter, context, objects }) => {
    const wanted = ('containers' in parameter ? parameter.containers : [parameter]).map((entry) => ({
      ...entry,
      containerName: entry.containerName || context.name,
    }));
    const containers = findContainers(
      objects.output,
      wanted.map((entry) => entry.containerName),
    );
    const patches = wanted.map((entry, index) => ({ name: entry.containerName, env: replaced(merged(containers[index], entry)) }));
    return { patch: { spec: { template: { spec: { containers: keyedBy('name', patches) } } } } };
  },
});

/** Variables in the container's order with the new values in place, then the new names in alphabetical order. */
function merged(container: JsonObject | undefined, { env: values, unset, replace }: OneContainer): unknown[] {
  const existing = !replace && Array.isArray(container?.env) ? container.env.filter(isObject) : [];
  const kept = existing.filter(({ name }) => !unset.includes(String(name)));
  const names = new Set(kept.map(({ name }) => name));
  const added = Object.keys(values)
    .filter((name) => !names.has(name) && !unset.includes(name))
    .sort();
  return [
    ...kept.map((variable) => {
      const value = values[String(variable.name)];
      return value === undefined ? variable : { name: variable.name, value };
    }),
    ...added.map((name) => ({ name, value: values[name] })),
  ];
}
