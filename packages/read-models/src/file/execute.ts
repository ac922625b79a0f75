import type { SQLInputValue, StatementSync } from 'node:sqlite';

/**
 * Runs a statement that gives no rows. `run` would make an object of how much it changed, which takes a third of the time of inserting a row.
 */
export function execute(statement: StatementSync, ...values: readonly SQLInputValue[]): void {
  statement.get(...values);
}
