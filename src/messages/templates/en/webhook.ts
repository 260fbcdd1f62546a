/** Mails to the owner of a webhook. */
export const webhook = {
  WEBHOOK_FAILING: (host: string) => ({
    subject: `Your webhook at ${host} fails`,
    heading: "Your webhook does not take what we send",
    intro: [
      "For a day every attempt has failed. Each event is tried for about three days; once nothing has got through for five days, we stop the webhook.",
      "What came of each attempt is in the webhook’s deliveries. As soon as one succeeds, all is well again.",
    ],
  }),
  WEBHOOK_DISABLED: (host: string) => ({
    subject: `Your webhook at ${host} is stopped`,
    heading: "We stopped your webhook",
    intro: [
      "What happens from now on is not sent to it. Once the receiver works again, start the webhook again: set isActive to true.",
      "What it missed can be sent again from its deliveries.",
    ],
  }),
  reasons: {
    gone: "The receiver answered 410 Gone: it wants no more.",
    failing: "For five days every attempt has failed.",
  },
  address: "Receiver",
  since: "Failing since",
};
