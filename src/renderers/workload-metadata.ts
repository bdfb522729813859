/** What the labels and annotations traits share: their parameter, and where a workload keeps metadata of its pods. */
import { Type } from 'typebox';
import type { Manifest } from '../api/object.ts';
import { isObject, valueAt } from '../base/json.ts';

/** A map whose entries may be null, to take a key off. */
export const entriesOrNull = (description: string) =>
  Type.Unsafe<Record<string, string | null>>({
    type: 'object',
    additionalProperties: { type: ['string', 'null'] },
    description,
  });

export const hasPodTemplate = (workload: Manifest | undefined): boolean => isObject(valueAt(workload, ['spec', 'template']));
export const hasJobTemplate = (workload: Manifest | undefined): boolean => isObject(valueAt(workload, ['spec', 'jobTemplate']));
