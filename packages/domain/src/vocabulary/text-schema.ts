import * as z from 'zod';
import type { Parsed } from './problem.ts';

/** A text that a parser understands, kept verbatim. A problem becomes an issue whose `params` hold its code and its Chinese sentence. */
export function textReadBy(parse: (text: string) => Parsed<unknown>): z.ZodString {
  return z.string().superRefine((text, context) => {
    const parsed = parse(text);
    if (parsed.ok) return;
    const { code, message, expected, given } = parsed.problem;
    context.addIssue({ code: 'custom', message: message.en, params: { code, zh: message.zh, expected, given } });
  });
}
