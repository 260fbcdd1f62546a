import { CalendarFailure } from "./failure.ts";

/** So many pages have millions of events: somebody is lost. */
const MAX_PAGES = 1000;

interface Page {
  readonly nextPageToken?: string;
}

/** Every page to the last, the empty ones in between too. Throws temporary where they lead nowhere. */
export async function* pagesOf<T extends Page>(
  operation: string,
  ask: (pageToken: string | undefined) => Promise<T>,
): AsyncGenerator<T> {
  const seen = new Set<string>();
  let next: string | undefined;
  do {
    const page = await ask(next);
    yield page;
    next = page.nextPageToken;
    if (next === undefined) return;
    if (seen.has(next) || seen.size >= MAX_PAGES)
      throw new CalendarFailure("temporary", `google ${operation}: pages without end`);
    seen.add(next);
  } while (true);
}
