/** A slug for a title: "Intro call" → "intro-call", then "intro-call-2" and so on by the attempt. */
export function slugFor(title: string, attempt: number): string {
  const tail = attempt === 0 ? "" : `-${attempt + 1}`;
  const base = title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 64 - tail.length)
    .replace(/-+$/, "");
  return (base || "meeting") + tail;
}
