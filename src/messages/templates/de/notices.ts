import type { NoticeWords } from "../words.ts";

/** Notifications in the app. */
export const notices: NoticeWords = {
  BOOKING_REQUESTED: ({ title, guest, start, previousStart }, at) =>
    previousStart
      ? {
          title: "Andere Zeit angefragt",
          message: `${guest ?? "Ein Gast"} bittet um eine andere Zeit für ${title}: ${at(start)}.`,
        }
      : {
          title: "Neue Anfrage",
          message: `${guest ?? "Ein Gast"} fragt ${title} an: ${at(start)}.`,
        },
  BOOKING_CONFIRMED: ({ title, guest, start, isPersonal, isAnswer }, at) => {
    if (isPersonal)
      return {
        title: "Zeit geblockt",
        message: `Sie haben Zeit geblockt: ${title}, ${at(start)}.`,
      };
    return isAnswer
      ? { title: "Buchung bestätigt", message: `${meeting(title, guest)}, ${at(start)}.` }
      : {
          title: "Neue Buchung",
          message: `${guest ?? "Ein Gast"} hat ${title} gebucht: ${at(start)}.`,
        };
  },
  BOOKING_RESCHEDULED: ({ title, start, by, isPersonal }, at) =>
    isPersonal
      ? {
          title: "Geblockte Zeit verschoben",
          message: `Sie haben ${title} verschoben: ${at(start)}.`,
        }
      : {
          title: "Buchung verschoben",
          message: `${by ?? "Ein Gastgeber"} hat ${title} verschoben: ${at(start)}.`,
        },
  BOOKING_CANCELLED: ({ title, guest, start, by, isPersonal, goesOn }, at) => {
    if (isPersonal)
      return {
        title: "Geblockte Zeit ist wieder frei",
        message: `Sie haben ${title} abgesagt, ${at(start)}.`,
      };
    return goesOn
      ? {
          title: "Ein Gast kommt nicht",
          message: `${guest ?? "Ein Gast"} kommt nicht mehr zu ${title}, ${at(start)}.`,
        }
      : {
          title: "Buchung abgesagt",
          message: `${by ?? "Ein Gastgeber"} hat ${title} abgesagt, ${at(start)}.`,
        };
  },
  BOOKING_DECLINED: ({ title, guest, start }, at) => ({
    title: "Anfrage abgelehnt",
    message: `${meeting(title, guest)}, ${at(start)}, findet nicht statt.`,
  }),
  BOOKING_EXPIRED: ({ title, guest, start }, at) => ({
    title: "Anfrage verfallen",
    message: `Niemand hat rechtzeitig geantwortet: ${meeting(title, guest)}, ${at(start)}.`,
  }),
  BOOKING_REASSIGNED: ({ title, guest, start, goesOn }, at) =>
    goesOn
      ? {
          title: "Ein Gastgeber fehlt",
          message: `${meeting(title, guest)}, ${at(start)}, findet ohne einen der Gastgeber statt.`,
        }
      : {
          title: "Buchung übergeben",
          message: `${meeting(title, guest)}, ${at(start)}, übernimmt jemand anders.`,
        },
  BOOKING_PLACE_CHANGED: ({ title, guest, start }, at) => ({
    title: "Neuer Ort",
    message: `${meeting(title, guest)}, ${at(start)}, findet an einem anderen Ort statt.`,
  }),
  BOOKING_RESTORED: ({ title, guest, start }, at) => ({
    title: "Buchung wiederhergestellt",
    message: `${meeting(title, guest)}, ${at(start)}, findet doch statt.`,
  }),
  REMINDER: ({ title, guest, start }, at) => ({
    title: "Bald ist es so weit",
    message: `${meeting(title, guest)}, ${at(start)}.`,
  }),
  BOOKINGS_FLOOD: ({ domain }) => ({
    title: "Viele Buchungen von einem Absender",
    message: `Innerhalb einer Stunde wurden Sie ungewöhnlich oft von ${domain} aus gebucht. Ist das nicht gewollt, sagen Sie diese Buchungen zusammen ab und sperren Sie die Adresse oder die Domain.`,
  }),
  ORG_INVITE: ({ organization, by }) => ({
    title: "Sie gehören nun zu einer Organisation",
    message: `${by ?? "Jemand"} hat Sie in ${organization ?? "eine Organisation"} aufgenommen. Andere können Sie als Gastgeber eintragen, sobald Sie zustimmen.`,
  }),
  ORG_OWNER: ({ organization }) => ({
    title: "Eine Organisation gehört nun Ihnen",
    message: `${organization} wurde Ihnen übergeben.`,
  }),
  MEETING_TYPE_PASSED: ({ title }) => ({
    title: "Eine Terminart gehört nun Ihnen",
    message: `Wer sich um ${title} gekümmert hat, ist nicht mehr da.`,
  }),
  HOST_GONE: ({ title, host, areAllNeeded }) => ({
    title: "Ein Gastgeber fehlt",
    message: `${host} übernimmt keine Termine von ${title} mehr.${areAllNeeded ? " Alle Gastgeber werden gebraucht: Bis Sie das ändern, werden keine Zeiten angeboten." : ""}`,
  }),
  CALENDAR_EVENT_MOVED: ({ title, guest, start, to }, at) => ({
    title: "Sie haben einen Termin im Kalender verschoben",
    message: `${meeting(title, guest)} ist weiterhin für ${at(start)} gebucht; in Ihrem Kalender steht nun ${at(to)}. Soll auch die Buchung dorthin, oder der Termin zurück? Bis Sie es sagen, ändert sich nichts, und niemand erfährt davon.`,
  }),
  CALENDAR_EVENT_DELETED: ({ title, guest, start }, at) => ({
    title: "Sie haben einen Termin im Kalender gelöscht",
    message: `${meeting(title, guest)}, ${at(start)}, ist weiterhin gebucht. Soll die Buchung abgesagt werden, oder der Termin zurück? Bis Sie es sagen, ändert sich nichts, und niemand erfährt davon.`,
  }),
  CALENDAR_EVENT_FAILED: ({ title, guest, start, reason }, at) => ({
    title:
      reason === "no_meeting"
        ? "Ein Termin hat keinen Link"
        : "In Ihrem Kalender fehlt eine Buchung",
    message: `${meeting(title, guest)}, ${at(start)}: ${UNWRITTEN[reason]}`,
  }),
  CALENDAR_NEEDS_REAUTH: ({ provider, account }) => ({
    title: "Ein Kalender muss neu verbunden werden",
    message: `${account ? `${provider} (${account})` : provider} lässt uns nicht mehr ein. Bis Sie ihn neu verbinden, blockiert nicht, was darin neu ist.`,
  }),
  CALENDAR_UNREACHABLE: ({ provider, account, meanwhile }) => ({
    title: "Ein Kalender ist nicht erreichbar",
    message: `${provider} (${account}) antwortet seit einer Weile nicht. ${MEANWHILE[meanwhile]} Wir versuchen es weiter.`,
  }),
  DELIVERY_FAILED: ({ title, guest, start, ...what }, at) => ({
    title: "phone" in what ? "Eine SMS ist nicht angekommen" : "Eine Mail ist nicht angekommen",
    message: `${meeting(title, guest)}, ${at(start)}: ${
      "phone" in what
        ? `Die SMS an ${what.phone} kam nicht durch.`
        : UNDELIVERED[what.reason](what.email)
    }`,
  }),
  MAIL_PROVIDER_REFUSES: ({ provider, reason }) => ({
    title: "Es gehen keine Mails hinaus",
    message: `Der Mailanbieter (${provider}) weist uns ab (${reason}).`,
  }),
  WEBHOOK_FAILING: ({ host }) => ({
    title: "Ein Webhook schlägt fehl",
    message: `Seit einem Tag ist bei ${host} nichts angekommen. Nach fünf Tagen halten wir den Webhook an.`,
  }),
  WEBHOOK_DISABLED: ({ host, reason }) => ({
    title: "Ein Webhook ist angehalten",
    message:
      reason === "gone"
        ? `${host} hat geantwortet, dass es nichts mehr bekommen will.`
        : `Seit fünf Tagen ist bei ${host} nichts angekommen. Starten Sie den Webhook neu, sobald der Empfänger wieder arbeitet.`,
  }),
  WELCOME: () => ({
    title: "Willkommen bei Kalends",
    message:
      "Ihre Arbeitszeit ist auf Montag bis Freitag, 09:00 bis 17:00, eingestellt. Legen Sie eine Terminart an, um gebucht zu werden.",
  }),
};

const MEANWHILE = {
  keep: "Was wir zuletzt davon wussten, blockiert Ihre Zeit weiter; was darin neu ist, nicht.",
  busy: "Bis dahin kann Sie niemand buchen, wie Sie es gewählt haben.",
  free: "Bis dahin blockieren seine Termine Ihre Zeit nicht, wie Sie es gewählt haben.",
};

const UNWRITTEN = {
  refused: "Ihr Kalender nimmt den Termin nicht an. Die Buchung gilt trotzdem.",
  no_calendar:
    "Den Kalender, in den Ihre Buchungen kommen, gibt es nicht mehr. Wählen Sie einen anderen; die Buchung gilt trotzdem.",
  no_meeting: "Es ließ sich kein Link anlegen. Bitte schicken Sie Ihrem Gast einen.",
};

const UNDELIVERED = {
  failed: (email: string) => `Die Mail an ${email} kam nicht durch.`,
  bounced: (email: string) =>
    `Die Mail an ${email} kam zurück: Vielleicht stimmt die Adresse nicht.`,
  complained: (email: string) =>
    `${email} hat die Mail als Spam gemeldet und bekommt nur noch, was die Buchung braucht.`,
};

const meeting = (title: string, guest: string | null): string =>
  guest === null ? title : `${title} mit ${guest}`;
