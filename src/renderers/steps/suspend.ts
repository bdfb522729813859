/** Waits for a person, or for a time. */
import { Type } from 'typebox';
import { defineStep } from '../../definitions/sdk/define.ts';
import { optional, text } from '../../definitions/sdk/schema.ts';

export const suspend = defineStep({
  name: 'suspend',
  description: 'Waits until somebody resumes, or for a while',
  parameter: Type.Object({
    duration: optional(text('How long, 30m for one; without it until somebody resumes')),
    message: optional(text('What is shown while it waits')),
  }),
});
