/** What is known of a request before any route sees it, and what is found out on its way. */
export interface RequestContext {
  readonly id: string;
  /** The client's address, as far as proxies can be trusted. */
  readonly address: string;
  /** Why no route shall see it. The app answers it all the same, so that it looks like any other. */
  refusal: Error | null;
  /** The id of the API key that it came with, null for one that is wrong; absent while no route has looked. */
  keyId?: string | null;
  /** The template of the route that answers it; absent where none does. */
  route?: string;
}

const contexts = new WeakMap<Request, RequestContext>();

export const setContext = (request: Request, context: RequestContext): void => {
  contexts.set(request, context);
};

/** The context of a request; of a bare fetch call, which has none, an empty one. */
export function contextOf(request: Request): RequestContext {
  const known = contexts.get(request);
  if (known) return known;
  const empty: RequestContext = { id: "", address: "", refusal: null };
  contexts.set(request, empty);
  return empty;
}

/** Notes why no route shall see a request. */
export const refuse = (request: Request, refusal: Error): void => {
  contextOf(request).refusal = refusal;
};

/** Notes whose key a request came with, for who counts requests. */
export const noteKey = (request: Request, keyId: string | null): void => {
  contextOf(request).keyId = keyId;
};

/** Notes which route has the request, for who counts by it. */
export const noteRoute = (request: Request, route: string): void => {
  contextOf(request).route = route;
};
