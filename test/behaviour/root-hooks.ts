/** Ends the shared real API server when all behaviour tests are done. */
import { closeSharedRealServer } from '../harness/on-each-server.ts';

export const mochaHooks = {
  afterAll: closeSharedRealServer,
};
