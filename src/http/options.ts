import { Elysia } from "elysia";
import { Problem } from "../problem.ts";
import { allowing, methodsByPath } from "./methods.ts";

/**
 * Answers OPTIONS that is no preflight by the methods of its path (RFC 9110, section 9.3.7), or that there is no
 * such path. Comes before CORS, which would say yes to everything.
 */
export const options = () => {
  const plugin = new Elysia({ name: "options" });
  const methodsOf = methodsByPath(() => plugin["getGlobalRoutes"]());
  return plugin.onRequest(({ request }) => {
    const isPreflight = request.headers.has("access-control-request-method");
    if (request.method !== "OPTIONS" || isPreflight) return undefined;
    const methods = methodsOf(new URL(request.url).pathname);
    if (methods.size === 0) throw new Problem("not_found");
    return new Response(null, { status: 204, headers: { allow: allowing(methods) } });
  });
};
