// An OpenID provider on loopback that speaks the protocol as Google or Microsoft do, and can be told to
// speak it wrongly.
import { createHash, randomBytes } from "node:crypto";

/** What the ID token shall say; a claim of undefined is left out. */
export type Claims = Record<string, unknown>;

/** How the next answers go wrong. */
export interface Faults {
  /** Signs with a key that is not published, under a kid that is. */
  forges?: boolean;
  /** The header of the token, over the right one. */
  header?: Record<string, unknown>;
  /** Instead of what the token endpoint would answer; null never answers. */
  token?: (() => Response) | null;
  discovery?: (() => Response) | null;
  keys?: (() => Response) | null;
  /** The same for a refresh token. */
  refresh?: (() => Response | Promise<Response>) | null;
  revocation?: (() => Response) | null;
}

export interface IdentityProvider {
  readonly base: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who is signed in there, and how the provider tells of him. */
  claims: Claims;
  faults: Faults;
  /** Whose key it says its key is, of Microsoft; any tenant's unless said. */
  keyIssuer: string | null;
  /** Requests so far, by path. */
  readonly asked: Map<string, number>;
  /** Every token that it gave. */
  readonly issued: string[];
  /** Of which scopes it says that they were granted; undefined: all that were asked for, null: it does not say. */
  scope: string | null | undefined;
  /** Refresh tokens that it takes, each with how often it was brought. */
  readonly refreshTokens: Map<string, number>;
  /** What was brought to be withdrawn. */
  readonly withdrawn: string[];
  /** Codes that were brought twice: what was given for them is worth nothing any more. */
  readonly revoked: Set<string>;
  /** What the authorization endpoint does when its user agrees, or not. */
  consent(authorizationUrl: string, agrees?: boolean): Promise<URL>;
  /** From now on signs with a new key, and publishes it only. */
  rotate(): Promise<void>;
  stop(): Promise<void>;
}

interface Grant {
  readonly scope: string;
  readonly isOffline: boolean;
  readonly challenge: string;
  readonly redirectUri: string;
  readonly nonce: string;
  isUsed: boolean;
}

const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: "SHA-256",
};
const makeKeys = () => crypto.subtle.generateKey(RSA, true, ["sign", "verify"]);
const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

interface Given {
  readonly kind: "google" | "microsoft";
  readonly now: () => Temporal.Instant;
  /** The tenant that signs in, of Microsoft. */
  readonly tenant?: string;
  /** Whether it names itself in every answer (RFC 9207). */
  readonly saysIssuer?: boolean;
  /** Hears of each token that it gives. */
  readonly hears?: (token: string) => void;
  /** Answers what is no business of its own: other services at the same address. */
  readonly elsewhere?: (request: Request) => Promise<Response>;
}

export async function identityProvider(given: Given): Promise<IdentityProvider> {
  const isMicrosoft = given.kind === "microsoft";
  const tenant = given.tenant ?? "72f988bf-86f1-41af-91ab-2d7cd011db47";
  const [clientId, clientSecret] = [`client-of-${given.kind}`, randomBytes(16).toString("hex")];
  const grants = new Map<string, Grant>();
  let signing = { kid: "key-1", pair: await makeKeys() };
  let rotations = 1;

  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer, idleTimeout: 60 });
  const base = `http://127.0.0.1:${server.port}`;
  const root = isMicrosoft ? `${base}/common` : base;
  const issuer = isMicrosoft ? `${base}/${tenant}/v2.0` : base;
  const provider: IdentityProvider = {
    base,
    clientId,
    clientSecret,
    claims: {},
    faults: {},
    keyIssuer: null,
    asked: new Map(),
    scope: undefined,
    refreshTokens: new Map(),
    withdrawn: [],
    issued: [],
    revoked: new Set(),
    consent,
    rotate: async () => {
      rotations += 1;
      signing = { kid: `key-${rotations}`, pair: await makeKeys() };
    },
    stop: () => server.stop(true),
  };

  const wrongly = (fault: (() => Response | Promise<Response>) | null | undefined) =>
    fault === null ? new Promise<Response>(() => {}) : fault?.();

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    provider.asked.set(pathname, (provider.asked.get(pathname) ?? 0) + 1);
    const { discovery, keys, token } = provider.faults;
    if (pathname.endsWith("/.well-known/openid-configuration"))
      return wrongly(discovery) ?? metadata();
    if (pathname.endsWith("/keys")) return wrongly(keys) ?? published();
    if (pathname.endsWith("/revoke"))
      return wrongly(provider.faults.revocation) ?? withdraw(await formOf(request));
    if (pathname.endsWith("/token")) {
      const form = await formOf(request);
      if (form.get("grant_type") === "refresh_token")
        return wrongly(provider.faults.refresh) ?? refreshed(form);
      return wrongly(token) ?? redeemed(form);
    }
    return given.elsewhere?.(request) ?? new Response("Not found", { status: 404 });
  }

  const metadata = () =>
    Response.json({
      issuer: isMicrosoft ? `${base}/{tenantid}/v2.0` : issuer,
      authorization_endpoint: `${root}/authorize`,
      token_endpoint: `${root}/token`,
      jwks_uri: `${root}/keys`,
      // Microsoft has none.
      ...(!isMicrosoft && { revocation_endpoint: `${root}/revoke` }),
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      token_endpoint_auth_methods_supported: ["client_secret_post"],
      code_challenge_methods_supported: ["S256"],
      ...(given.saysIssuer && { authorization_response_iss_parameter_supported: true }),
    });

  async function published(): Promise<Response> {
    const jwk = await crypto.subtle.exportKey("jwk", signing.pair.publicKey);
    const { kty, n, e } = jwk;
    const named = isMicrosoft
      ? { issuer: provider.keyIssuer ?? `${base}/{tenantid}/v2.0` }
      : { alg: "RS256" };
    return Response.json({ keys: [{ kty, n, e, use: "sig", kid: signing.kid, ...named }] });
  }

  async function consent(authorizationUrl: string, agrees = true): Promise<URL> {
    const url = new URL(authorizationUrl);
    const asked = Object.fromEntries(url.searchParams);
    const isSound =
      `${url.origin}${url.pathname}` === `${root}/authorize` &&
      asked["response_type"] === "code" &&
      asked["client_id"] === clientId &&
      asked["code_challenge_method"] === "S256" &&
      asked["scope"]?.split(" ").includes("openid") &&
      (asked["redirect_uri"]?.endsWith(`/api/v1/auth/${given.kind}/callback`) ||
        asked["redirect_uri"]?.endsWith(`/api/v1/calendar/callback/${given.kind}`));
    if (!isSound) throw new Error(`Cannot authorize ${authorizationUrl}`);
    const back = new URL(asked["redirect_uri"] ?? "");
    back.searchParams.set("state", asked["state"] ?? "");
    if (given.saysIssuer) back.searchParams.set("iss", issuer);
    if (!agrees) {
      back.searchParams.set("error", "access_denied");
      back.searchParams.set("error_description", "<script>alert(1)</script>");
      return back;
    }
    const code = randomBytes(16).toString("hex");
    grants.set(code, {
      scope: asked["scope"] ?? "",
      isOffline: isMicrosoft
        ? (asked["scope"] ?? "").split(" ").includes("offline_access")
        : asked["access_type"] === "offline",
      challenge: asked["code_challenge"] ?? "",
      redirectUri: asked["redirect_uri"] ?? "",
      nonce: asked["nonce"] ?? "",
      isUsed: false,
    });
    back.searchParams.set("code", code);
    return back;
  }

  const formOf = async (request: Request) => new URLSearchParams(await request.text());
  const refuse = (error: string, status = 400) => Response.json({ error }, { status });
  const newToken = () => randomBytes(16).toString("hex");
  const issue = (tokens: Record<string, string>) => {
    provider.issued.push(...Object.values(tokens));
    for (const token of Object.values(tokens)) given.hears?.(token);
  };
  const newRefreshToken = () => {
    const made = newToken();
    provider.refreshTokens.set(made, 0);
    return made;
  };

  /** As each of them does it: Microsoft replaces a refresh token with each use, Google names none. */
  function refreshed(form: URLSearchParams): Response {
    if (form.get("client_id") !== clientId || form.get("client_secret") !== clientSecret)
      return refuse("invalid_client", 401);
    const brought = form.get("refresh_token") ?? "";
    const times = provider.refreshTokens.get(brought);
    if (times === undefined) return refuse("invalid_grant");
    provider.refreshTokens.set(brought, times + 1);
    const tokens = {
      access_token: newToken(),
      ...(isMicrosoft && { refresh_token: newRefreshToken() }),
    };
    issue(tokens);
    return Response.json({ ...tokens, token_type: "Bearer", expires_in: 3600 });
  }

  function withdraw(form: URLSearchParams): Response {
    const token = form.get("token") ?? "";
    provider.withdrawn.push(token);
    return provider.refreshTokens.delete(token) ? new Response(null) : refuse("invalid_token");
  }

  async function redeemed(form: URLSearchParams): Promise<Response> {
    if (form.get("client_id") !== clientId || form.get("client_secret") !== clientSecret)
      return refuse("invalid_client", 401);
    const code = form.get("code") ?? "";
    const grant = grants.get(code);
    if (grant?.isUsed) provider.revoked.add(code);
    const isRight =
      form.get("grant_type") === "authorization_code" &&
      grant?.isUsed === false &&
      grant.redirectUri === form.get("redirect_uri") &&
      grant.challenge === sha256(form.get("code_verifier") ?? "");
    if (!grant || !isRight) return refuse("invalid_grant");
    grant.isUsed = true;
    const tokens = {
      access_token: newToken(),
      ...(grant.isOffline && { refresh_token: newRefreshToken() }),
      id_token: await idToken(grant),
    };
    issue(tokens);
    const { scope } = provider;
    const said = scope === null ? {} : { scope: scope ?? grant.scope };
    return Response.json({ ...tokens, ...said, token_type: "Bearer", expires_in: 3600 });
  }

  async function idToken({ nonce }: Grant): Promise<string> {
    const seconds = Math.floor(given.now().epochMilliseconds / 1000);
    const { forges, header } = provider.faults;
    const pair = forges ? await makeKeys() : signing.pair;
    const head = { alg: "RS256", typ: "JWT", kid: signing.kid, ...header };
    const body = {
      iss: issuer,
      aud: clientId,
      iat: seconds,
      exp: seconds + 3600,
      nonce,
      ...(isMicrosoft && { tid: tenant }),
      ...provider.claims,
    };
    const signed = `${part(head)}.${part(body)}`;
    const signature =
      head.alg === "none"
        ? ""
        : Buffer.from(
            await crypto.subtle.sign(RSA.name, pair.privateKey, Buffer.from(signed)),
          ).toString("base64url");
    return `${signed}.${signature}`;
  }

  return provider;
}
