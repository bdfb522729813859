/** Says something in the status of the step. */
import { Type } from 'typebox';
import { defineStep } from '../../definitions/sdk/define.ts';
import { text } from '../../definitions/sdk/schema.ts';

export const printMessageInStatus = defineStep({
  name: 'print-message-in-status',
  description: 'Shows a message in the status of the step',
  parameter: Type.Object({ message: text('The message') }),
});
