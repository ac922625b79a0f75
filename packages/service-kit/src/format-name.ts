const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** What `?format=` calls a media type: its subtype, and `xlsx` for what nobody would type. */
export function formatName(type: string): string {
  return type === SHEET ? 'xlsx' : type.slice(type.indexOf('/') + 1);
}
