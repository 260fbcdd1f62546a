/** What is known of a request before any route sees it. */
export interface RequestContext {
  readonly id: string;
  /** The client's address, as far as proxies can be trusted. */
  readonly address: string;
  /** Why no route shall see it. The app answers it all the same, so that it looks like any other. */
  readonly refusal: Error | null;
  /** The id of the API key that it came with, null for one that is wrong; absent while no route has looked. */
  readonly keyId?: string | null;
  /** The template of the route that answers it; absent where none does. */
  readonly route?: string;
}

const contexts = new WeakMap<Request, RequestContext>();

export const setContext = (request: Request, context: RequestContext): void => {
  contexts.set(request, context);
};

/** The context of a request; of a bare fetch call, which has none, an empty one. */
export const contextOf = (request: Request): RequestContext =>
  contexts.get(request) ?? { id: "", address: "", refusal: null };

/** Notes why no route shall see a request. */
export const refuse = (request: Request, refusal: Error): void => {
  contexts.set(request, { ...contextOf(request), refusal });
};

/** Notes whose key a request came with, for who counts requests. */
export const noteKey = (request: Request, keyId: string | null): void => {
  contexts.set(request, { ...contextOf(request), keyId });
};

/** Notes which route has the request, for who counts by it. */
export const noteRoute = (request: Request, route: string): void => {
  contexts.set(request, { ...contextOf(request), route });
};
