/** Parameters by which steps say where they act. */
import { Type } from 'typebox';

export const clusterParameter = Type.String({ default: '', description: 'Cluster to act on, the own one by default' });
