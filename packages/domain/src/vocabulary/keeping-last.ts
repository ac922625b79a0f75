/** The same reading, which keeps what it read last: one entry's text is read by its schema and by its rules, one after the other. */
export function keepingLast<T>(read: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly value: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, value: read(text) };
    return last.value;
  };
}
