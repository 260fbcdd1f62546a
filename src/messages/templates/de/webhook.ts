import type { Words } from "../words.ts";

/** E-Mails an wen ein Webhook gehört. */
export const webhook: Words["webhook"] = {
  WEBHOOK_FAILING: (host) => ({
    subject: `Ihr Webhook bei ${host} schlägt fehl`,
    heading: "Ihr Webhook nimmt nicht an, was wir senden",
    intro: [
      "Seit einem Tag ist jeder Versuch fehlgeschlagen. Jedes Ereignis wird etwa drei Tage lang versucht; ist fünf Tage lang nichts angekommen, halten wir den Webhook an.",
      "Was aus jedem Versuch wurde, steht in den Zustellungen des Webhooks. Sobald einer gelingt, ist alles wieder gut.",
    ],
  }),
  WEBHOOK_DISABLED: (host) => ({
    subject: `Ihr Webhook bei ${host} ist angehalten`,
    heading: "Wir haben Ihren Webhook angehalten",
    intro: [
      "Was von nun an geschieht, wird ihm nicht gesendet. Sobald der Empfänger wieder arbeitet, starten Sie den Webhook neu: Setzen Sie isActive auf true.",
      "Was ihm entgangen ist, lässt sich aus seinen Zustellungen noch einmal senden.",
    ],
  }),
  reasons: {
    gone: "Der Empfänger hat mit 410 Gone geantwortet: Er will nichts mehr bekommen.",
    failing: "Seit fünf Tagen ist jeder Versuch fehlgeschlagen.",
  },
  address: "Empfänger",
  since: "Schlägt fehl seit",
};
