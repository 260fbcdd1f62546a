export type Query = Readonly<Record<string, string | number | null | undefined>>;

/** A path with the parameters that there are. Segments of the path are escaped by segment(). */
export function href(path: string, query: Query = {}): string {
  const present = Object.entries(query).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  const text = new URLSearchParams(
    present.map(([name, value]) => [name, String(value)]),
  ).toString();
  return text === "" ? path : `${path}?${text}`;
}

export const segment = (text: string): string => encodeURIComponent(text);
