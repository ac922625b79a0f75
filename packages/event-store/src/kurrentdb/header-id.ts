const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Our id of an event, which stands in its header, a JSON object; undefined where there is none. */
export function headerId(header: Uint8Array): string | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(header));
    if (typeof value !== 'object' || value === null || !('id' in value)) return undefined;
    return typeof value.id === 'string' ? value.id : undefined;
  } catch {
    return undefined;
  }
}
