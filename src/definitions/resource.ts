/** What rendering gives: a manifest that knows where it came from. */
import type { KubeObject } from '../api/object.ts';

export interface Origin {
  /** Component the object belongs to; empty for objects of a step. */
  component: string;
  /** Component type of the workload, trait type of a trait's object, `AuxiliaryWorkload` for a component's further outputs. */
  type: string;
  role: 'WORKLOAD' | 'TRAIT' | 'STEP';
  /** Key under `outputs`, empty for the main output. */
  output: string;
  /** Index of the trait in the component, for status; -1 otherwise. */
  traitIndex: number;
}

/** One object to deliver, complete with name, namespace, labels and annotations. */
export interface Resource {
  cluster: string;
  manifest: KubeObject;
  origin: Origin;
  creator: 'workflow' | 'policy';
}
