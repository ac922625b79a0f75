import type { Asking } from '../traces/answer.ts';

/** Whether it is for one of these organisations and the asker is of it, or oversees all. */
export function mine({ sight }: Asking, ...orgs: readonly (string | null)[]): boolean {
  return sight.everything || orgs.some((org) => sight.isOf(org));
}
