/** A line of a file on its way: what is sent, or why it cannot be. `line` counts as an editor does, from 1. */
export type SourceLine = { readonly line: number; readonly text: string } | { readonly line: number; readonly fault: string };
