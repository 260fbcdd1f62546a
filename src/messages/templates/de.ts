// The words of mails and notifications in German.
import { mails } from "./de/mails.ts";
import { notices } from "./de/notices.ts";
import { organization } from "./de/organization.ts";
import { security } from "./de/security.ts";
import { texts } from "./de/texts.ts";
import { webhook } from "./de/webhook.ts";
import type { Terms, Words } from "./words.ts";

export const german: Words = {
  lang: "de",
  dates: "de-DE",
  mails,
  texts,
  left: ({ title, guest, start }: Terms) => ({
    subject: `Platz wieder frei: ${title} ohne ${guest}, ${start}`,
    heading: `${guest} kommt nicht mehr`,
    intro: "Der Termin findet trotzdem statt. Im Anhang steht, wer noch kommt.",
  }),
  andOthers: (guest: string, others: number) => `${guest} und ${others} weiteren`,
  companion: {
    mails: {
      BOOKING_CONFIRMATION: ({ guest, host }: Terms) => ({
        heading: `Sie sind zu einem Termin mit ${host} eingeladen`,
        intro: `${guest} hat diesen Termin gebucht und Sie als Gast genannt. Die Einladung für Ihren Kalender finden Sie im Anhang.`,
      }),
      BOOKING_RESCHEDULED: ({ host }: Terms) => ({
        heading: `Ihr Termin mit ${host} hat eine neue Zeit`,
      }),
      BOOKING_CANCELLED: ({ host }: Terms) => ({
        heading: `Ihr Termin mit ${host} ist abgesagt`,
      }),
      BOOKING_PLACE_CHANGED: ({ host }: Terms) => ({
        heading: `Ihr Termin mit ${host} hat einen neuen Ort`,
      }),
      BOOKING_REMINDER: ({ guest }: Terms) => ({
        intro: `Passt Ihnen die Zeit nicht, sagen Sie es bitte ${guest}: Von dort kommt die Buchung.`,
      }),
    },
    footer: ({ guest }: Terms) =>
      `Sie erhalten diese E‑Mail, weil ${guest} diese Adresse als Gast des Termins genannt hat.`,
  },
  welcome: {
    subject: "Willkommen bei Kalends: Bitte bestätigen Sie Ihre Adresse",
    heading: (name: string) => `Willkommen, ${name}`,
    intro: [
      "Ihr Konto ist bereit. Bitte bestätigen Sie, dass diese Adresse Ihnen gehört, damit die Buchungen Ihrer Gäste Sie erreichen. Der Link unten gilt zwei Tage.",
      "Sie haben dieses Konto nicht angelegt? Dann können Sie diese E‑Mail einfach ignorieren.",
    ],
    button: "Meine Adresse bestätigen",
    page: "Ihre Buchungsseite",
  },
  verification: {
    subject: "Bitte bestätigen Sie Ihre neue Adresse",
    heading: (name: string) => `Sind Sie das, ${name}?`,
    intro: [
      "Diese Adresse wurde für Ihr Konto angegeben. Bitte bestätigen Sie, dass sie Ihnen gehört, damit die Buchungen Ihrer Gäste Sie erreichen. Der Link unten gilt zwei Tage.",
      "Das waren Sie nicht? Dann können Sie diese E‑Mail einfach ignorieren.",
    ],
    button: "Meine Adresse bestätigen",
  },
  security,
  notices,
  webhook,
  notice: { title: "Es ist etwas geschehen", message: "Bitte sehen Sie in Ihre Buchungen." },
  organization,
  greeting: (name: string) => `Guten Tag ${name},`,
  labels: {
    what: "Was",
    when: "Wann",
    before: "Vorher",
    where: "Wo",
    host: "Mit",
    guest: "Gast",
    companions: "Bringt mit",
    others: "Auch dabei",
    notes: "Anmerkungen",
    reason: "Grund",
    answerBy: "Antwort bis",
    verifyBy: "Bestätigen bis",
    meetingId: "Meeting-ID",
    password: "Kennwort",
  },
  locations: {
    GOOGLE_MEET: "Google Meet",
    MICROSOFT_TEAMS: "Microsoft Teams",
    ZOOM: "Zoom",
    PHONE: "Am Telefon",
    IN_PERSON: "Vor Ort",
    CUSTOM_LINK: "Online",
  },
  yes: "Ja",
  no: "Nein",
  addToCalendar: "In Ihren Kalender eintragen:",
  icsFile: ".ics-Datei",
  linkFollows: "Den Link bekommen Sie gesondert.",
  linkMissing: "Es gibt noch keinen Link: Bitte schicken Sie Ihrem Gast einen.",
  actions: {
    manage: "Buchung ansehen oder ändern",
    reschedule: "Andere Zeit wählen",
    cancel: "Buchung absagen",
    bookAgain: "Neue Zeit buchen",
    decide: "Bestätigen oder ablehnen",
    verify: "Buchung bestätigen",
    answer: "Antworten",
    page: "Buchungsseite öffnen",
  },
  kinds: {
    BOOKING_REQUESTED: "Anfragen, die auf Antwort warten",
    BOOKING_CONFIRMED: "Neue Buchungen",
    BOOKING_RESCHEDULED: "Verschobene Buchungen",
    BOOKING_CANCELLED: "Abgesagte Buchungen",
    BOOKING_DECLINED: "Abgelehnte Anfragen",
    BOOKING_EXPIRED: "Verfallene Anfragen",
    BOOKING_REASSIGNED: "Übergebene Buchungen",
    BOOKING_PLACE_CHANGED: "Geänderte Orte",
    BOOKING_RESTORED: "Wiederhergestellte Buchungen",
    REMINDER: "Erinnerungen",
    BOOKINGS_FLOOD: "Ungewöhnlich viele Buchungen",
    ORG_INVITE: "Einladungen in Organisationen",
    ORG_OWNER: "Übergebene Organisationen",
    MEETING_TYPE_PASSED: "Übergebene Terminarten",
    HOST_GONE: "Fehlende Gastgeber",
    CALENDAR_EVENT_MOVED: "Termine, die Sie im Kalender verschoben haben",
    CALENDAR_EVENT_DELETED: "Termine, die Sie im Kalender gelöscht haben",
    CALENDAR_EVENT_FAILED: "Buchungen, die Ihr Kalender nicht annimmt",
    CALENDAR_NEEDS_REAUTH: "Kalender, die neu zu verbinden sind",
    CALENDAR_UNREACHABLE: "Kalender, die nicht erreichbar sind",
    DELIVERY_FAILED: "Mails und SMS, die nicht ankamen",
    MAIL_PROVIDER_REFUSES: "Ein Mailanbieter, der uns abweist",
    WEBHOOK_FAILING: "Webhooks, die fehlschlagen",
    WEBHOOK_DISABLED: "Angehaltene Webhooks",
    WELCOME: "Willkommen",
  },
  unsubscribe: {
    link: { guest: "Keine Erinnerungen mehr", host: "Keine E‑Mails dieser Art mehr" },
    page: {
      what: "E‑Mails",
      to: "An",
      guest: (host: string) => `Erinnerungen an Termine mit ${host}`,
      on: {
        title: "Diese E‑Mails nicht mehr bekommen?",
        explanation: {
          guest: "Was eine Buchung braucht, etwa ihre Bestätigung, kommt weiterhin.",
          user: "E‑Mails anderer Art kommen weiterhin.",
        },
        button: "Diese E‑Mails abbestellen",
      },
      off: {
        title: "Diese E‑Mails kommen nicht mehr",
        explanation: {
          guest: "Anders überlegt? Dann bestellen Sie sie wieder.",
          user: "Anders überlegt? Dann bestellen Sie sie wieder.",
        },
        button: "Wieder bestellen",
      },
    },
  },
  footer: {
    guest: (host: string) =>
      `Sie erhalten diese E‑Mail, weil mit dieser Adresse ein Termin mit ${host} gebucht wurde.`,
    unverified: (host: string) =>
      `Sie erhalten diese E‑Mail, weil jemand mit dieser Adresse um einen Termin mit ${host} gebeten hat.`,
    host: "Sie erhalten diese E‑Mail, weil dies Ihre Buchung in Kalends ist.",
    account: "Sie erhalten diese E‑Mail, weil es um Ihr Konto bei Kalends geht.",
    welcome: "Sie erhalten diese E‑Mail, weil diese Adresse bei Kalends angemeldet wurde.",
    webhook: "Sie erhalten diese E‑Mail, weil dieser Webhook in Kalends Ihnen gehört.",
  },
};
