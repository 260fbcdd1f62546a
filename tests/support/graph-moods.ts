// How requests to the stand-in for Graph may end.

/** So many requests of one app to one mailbox at once. */
export const MAX_AT_ONCE = 4;

export type Mood =
  /** As it always does. */
  | "well"
  /** Nothing comes, for longer than anybody waits. */
  | "hang"
  /** The body comes byte by byte, and never ends. */
  | "trickle"
  /** More than anybody reads. */
  | "flood"
  /** The connection goes before the request was done. */
  | "cut"
  /** It goes after it was done. */
  | "done, then cut"
  /** It goes in the middle of the answer. */
  | "half"
  /** A page of a proxy. */
  | "html"
  /** JSON of another shape. */
  | "nonsense"
  | {
      readonly status: number;
      readonly code?: string;
      readonly message?: string;
      readonly headers?: Record<string, string>;
    };

/** An error as Graph words it. */
export const refusal = (
  status: number,
  code: string,
  headers: Record<string, string> = {},
  message = "The event 'Dentist' of ada@example.com cannot be had.",
): Response =>
  Response.json(
    { error: { code, message, innerError: { "request-id": "1", date: "2026-11-22T10:00:00" } } },
    { status, headers },
  );

export async function moodAnswer(
  mood: Mood,
  answer: () => Response | Promise<Response>,
): Promise<Response | "cut" | "half"> {
  if (typeof mood === "object")
    return refusal(mood.status, mood.code ?? "UnknownError", mood.headers, mood.message);
  switch (mood) {
    case "hang":
      await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
      return answer();
    case "trickle":
      return streamed(async (push) => {
        push('{"value":[');
        for (let i = 0; i < 400; i += 1) {
          await Bun.sleep(20);
          push(" ");
        }
      });
    case "flood":
      return streamed(async (push) => {
        for (let i = 0; i < 40; i += 1) {
          push(" ".repeat(1024 * 1024));
          await Bun.sleep(0);
        }
      });
    case "done, then cut":
      await answer();
      return "cut";
    case "half":
      return "half";
    case "cut":
      return "cut";
    case "html":
      return new Response("<html>Bad gateway</html>", {
        status: 502,
        headers: { "content-type": "text/html" },
      });
    case "nonsense":
      return Response.json({ hello: "world" });
    case "well":
      return answer();
  }
}

const streamed = (write: (push: (text: string) => void) => Promise<void>): Response => {
  const encoder = new TextEncoder();
  let isOpen = true;
  return new Response(
    new ReadableStream({
      async start(controller) {
        await write((text) => {
          if (isOpen) controller.enqueue(encoder.encode(text));
        }).catch(() => {});
        if (isOpen) controller.close();
      },
      cancel() {
        isOpen = false;
      },
    }),
    { headers: { "content-type": "application/json" } },
  );
};
