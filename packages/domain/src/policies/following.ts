import { restoredMemory, savedMemory } from './memory.ts';
import { type Action, actionKey, isInterested, type Policy, type Seen } from './policy.ts';

/** Every action of a policy over a log, by key; told what it is interested in, as a runner does. For specs. */
export function actionsOver<M>(
  policy: Policy<M>,
  log: readonly Seen[],
  options: { restartAt?: number } = {},
): Map<string, Action> {
  let memory = policy.initial();
  const actions = new Map<string, Action>();
  log.forEach((event, position) => {
    if (position === options.restartAt) memory = restoredMemory<M>(savedMemory(memory));
    if (!isInterested(policy, event.type)) return;
    for (const action of policy.see(memory, event)) actions.set(actionKey(action), action);
  });
  return actions;
}

/** `type target`, in order: what a spec compares. */
export function told(actions: ReadonlyMap<string, Action>): string[] {
  return [...actions.values()].map(({ type, target }) => `${type} ${target}`).sort();
}
