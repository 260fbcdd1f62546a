import { type Static, Type } from "@sinclair/typebox";
import { Query } from "../../http/paging.ts";
import { Body, Email, Id, Instant, Nullable, OneOf, Zone } from "../../schema.ts";

const ReturnTo = Type.Optional(
  Type.String({
    pattern: "^[\\x21-\\x7e]{1,500}$",
    description:
      "Where the browser goes afterwards: a path of the frontend, or an address on an origin that the installation allows",
    examples: ["/settings"],
  }),
);
const Secret = Type.String({
  pattern: "^[\\w-]{43}$",
  examples: ["Rk9SIEVYQU1QTEUgT05MWSwgbm90IGEgcmVhbCBjb2Q"],
});

export const SignInQuery = Query({
  returnTo: ReturnTo,
  codeChallenge: Type.Optional(
    Type.String({
      ...Secret,
      description:
        "SHA-256 in base64url of a secret that only your page knows; the code is then exchanged with that secret as `codeVerifier` only",
    }),
  ),
  timeZone: Type.Optional({ ...Zone, description: "For an account that is made on the way" }),
});

/** Providers send more than this, which passes unseen. */
export const CallbackQuery = Query({
  state: Type.Optional(Type.String({ maxLength: 500 })),
  code: Type.Optional(Type.String({ maxLength: 8000 })),
  error: Type.Optional(Type.String({ maxLength: 500 })),
  iss: Type.Optional(Type.String({ maxLength: 500 })),
});

export const Exchange = Body({
  code: Secret,
  codeVerifier: Type.Optional(
    Type.String({
      pattern: "^[\\w.~-]{43,128}$",
      description: "The secret behind `codeChallenge`",
      examples: ["dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"],
    }),
  ),
});

export const Linking = Body({ returnTo: ReturnTo }, { examples: [{ returnTo: "/settings" }] });
export const LinkCode = Body({ code: Secret });
export const ByProvider = Type.Object({ provider: OneOf("google", "microsoft") });
export const ById = Type.Object({ id: Id });

export const Identity = Type.Object({
  id: Id,
  provider: OneOf("google", "microsoft"),
  email: Nullable(Email),
  createdAt: Instant,
});
export type Identity = Static<typeof Identity>;

export const AuthorizationUrl = Type.Object({
  authorizationUrl: Type.String({
    examples: ["https://accounts.google.com/o/oauth2/v2/auth?client_id=…"],
  }),
});
export const LinkCodeAnswer = Type.Object({
  linkCode: Type.String({ description: "For POST /users/me/identities, within a minute" }),
});

/** An identity as its user sees it. */
export const identityOf = ({
  createdAt,
  ...row
}: Omit<Identity, "createdAt"> & { createdAt: Temporal.Instant }): Identity => ({
  ...row,
  createdAt: createdAt.toString(),
});
