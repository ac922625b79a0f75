import { restoredMemory, savedMemory } from './memory.ts';
import { type Action, actionKey, isInterested, type Policy, type Seen } from './policy.ts';

/** Every action of a policy over a log, by key; told what it is interested in, as a runner does. For specs. @throws where two would become one event */
export function actionsOver<M>(
  policy: Policy<M>,
  log: readonly Seen[],
  options: { restartAt?: number } = {},
): Map<string, Action> {
  let memory = policy.initial();
  const actions = new Map<string, Action>();
  const made = new Map<string, string>();
  log.forEach((event, position) => {
    if (position === options.restartAt) memory = restoredMemory<M>(savedMemory(memory));
    if (!isInterested(policy, event.type)) return;
    for (const action of policy.see(memory, event)) {
      const key = actionKey(action);
      const other = made.get(eventOf(action));
      if (other !== undefined && other !== key) throw new Error(`one event id for two actions: ${other}, ${key}`);
      made.set(eventOf(action), key);
      actions.set(key, action);
    }
  });
  return actions;
}

/** What the id of the event derives from: the type of the fact does not go into it (docs/decisions/0004-envelope-v1.md). */
function eventOf({ policy, cause, type, target, n }: Action): string {
  return [policy, cause.id, `${type.slice(0, type.indexOf('.'))}-${target}`, n].join(' ');
}

/** `type target`, in order: what a spec compares. */
export function told(actions: ReadonlyMap<string, Action>): string[] {
  return [...actions.values()].map(({ type, target }) => `${type} ${target}`).sort();
}
