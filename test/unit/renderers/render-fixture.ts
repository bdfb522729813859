/** Renders one component of the built-in catalogue in a fixed context, for tests that look at single facts. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import type { Result } from '../../../src/base/errors.ts';
import { builtinSource } from '../../../src/definitions/builtin.ts';
import type { RenderContext, TraitDefinition } from '../../../src/definitions/definition.ts';
import { type ComponentInput, type RenderedResources, renderComponent } from '../../../src/renderers/component.ts';

export interface Wanted {
  type?: string;
  properties?: unknown;
  traits?: { type: string; properties?: unknown; definition?: TraitDefinition }[];
  definition?: ComponentInput['definition'];
  context?: Partial<RenderContext>;
}

export const context: RenderContext = {
  name: 'cart',
  appName: 'shop',
  namespace: 'prod',
  appRevision: 'shop-v3',
  appRevisionNum: 3,
  appLabels: {},
  appAnnotations: {},
  componentType: 'webservice',
  cluster: 'local',
  clusterVersion: { major: 1, minor: 33, gitVersion: 'v1.33.0' },
};

export async function tryRender({
  type = 'webservice',
  properties = { image: 'cart:1' },
  traits = [],
  ...rest
}: Wanted): Promise<Result<RenderedResources>> {
  const definition = rest.definition ? { ok: true as const, value: rest.definition } : builtinSource.component('prod', type);
  assert.ok(definition.ok);
  return renderComponent({
    component: { name: 'cart', type, properties },
    definition: definition.value,
    traits: traits.map((trait) => {
      const found = trait.definition ? { ok: true as const, value: trait.definition } : builtinSource.trait('prod', trait.type);
      assert.ok(found.ok);
      return { ...trait, definition: found.value };
    }),
    context: { ...context, componentType: type, ...rest.context },
    appNamespace: 'shop-home',
    isNamespaced: (_, kind) => !['Namespace', 'ClusterRole'].includes(kind),
  });
}

export async function render(wanted: Wanted): Promise<RenderedResources> {
  const rendered = await tryRender(wanted);
  assert.ok(rendered.ok, rendered.ok ? '' : rendered.problem.message);
  return rendered.value;
}

export async function refusal(wanted: Wanted): Promise<string> {
  const rendered = await tryRender(wanted);
  assert.ok(!rendered.ok, 'must be refused');
  return rendered.problem.message;
}

/** The only object of a kind. */
export function only({ resources }: RenderedResources, kind: string): KubeObject {
  const found = resources.filter((resource) => resource.manifest.kind === kind);
  assert.equal(found.length, 1, `one ${kind} among ${resources.map((resource) => resource.manifest.kind).join(', ')}`);
  return (found[0] as (typeof found)[0]).manifest;
}
