/** The application that is measured: a webservice with its Service and an autoscaler, as in the budgets of design.md §5. */
import type { KubeObject } from '../src/api/object.ts';

export const applicationKind = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application' } as const;
export const deploymentKind = { apiVersion: 'apps/v1', kind: 'Deployment' } as const;
export const serviceKind = { apiVersion: 'v1', kind: 'Service' } as const;
export const autoscalerKind = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' } as const;
/** What an application delivers. */
export const objectKinds = [deploymentKind, serviceKind, autoscalerKind] as const;

export const firstImage = 'nginx:1.27';
export const secondImage = 'nginx:1.28';

/** The component bears the application's name, so that objects of many applications share a namespace. */
export function application(namespace: string, name: string, image = firstImage): KubeObject {
  return {
    ...applicationKind,
    metadata: { namespace, name },
    spec: {
      components: [
        {
          name,
          type: 'webservice',
          properties: { image, ports: [{ port: 80, expose: true }] },
          traits: [{ type: 'hpa', properties: { min: 1, max: 3 } }],
        },
      ],
    },
  };
}

/** `shop-0000`, … */
export function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `shop-${String(index).padStart(4, '0')}`);
}

/** The patch that changes the image of the component. */
export function imagePatch(image: string): { type: 'json'; body: { op: string; path: string; value: unknown }[] } {
  return { type: 'json', body: [{ op: 'replace', path: '/spec/components/0/properties/image', value: image }] };
}
