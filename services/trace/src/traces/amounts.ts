type Amount = { readonly value: string; readonly unit: string; readonly what?: string; readonly comparator?: string };

/** A stored quantity, or list of them, as a person reads it: "50 10*6.{cells} viable". Null for none. */
export function amount(stored: string | null): string | null {
  if (stored === null) return null;
  const parsed = JSON.parse(stored) as Amount | Amount[];
  const all = Array.isArray(parsed) ? parsed : [parsed];
  return all
    .map(({ comparator, value, unit, what }) => [`${comparator ?? ''}${value}`, unit, what].filter(Boolean).join(' '))
    .join('; ');
}
