/**
 * Id of a deviation that a policy raises: a UUIDv8 (RFC 9562 §5.8) with the time bits of the cause's id and the rest of both ids combined by
 * exclusive or. The same cause and target always give the same id; for another target it is another one. Both have to be UUIDs.
 */
export function deviationId(cause: string, target: string): string {
  const [a, b] = [hexOf(cause), hexOf(target)];
  const mixed = [...a].map((digit, i) => (Number.parseInt(digit, 16) ^ Number.parseInt(b[i]!, 16)).toString(16)).join('');
  const variant = '89ab'[Number.parseInt(mixed[16]!, 16) & 3]!;
  const hex = `${a.slice(0, 12)}8${mixed.slice(13, 16)}${variant}${mixed.slice(17)}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function hexOf(uuid: string): string {
  return uuid.replaceAll('-', '').padEnd(32, '0');
}
