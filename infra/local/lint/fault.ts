/** Something that a check of the repository found. */
export type Fault = {
  /** Path from the root, with slashes. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
};

export function printed({ file, line, message }: Fault): string {
  return `${file}:${line} ${message}`;
}

/** The line, from 1, on which the character at `index` stands. */
export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
