import type { Terms, Words } from "../words.ts";

/** The mails about a booking, to each who is told. */
export const mails: Words["mails"] = {
  BOOKING_CONFIRMATION: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Bestätigt: ${title} mit ${host}, ${start}`,
      heading: "Ihre Buchung ist bestätigt",
      intro: `Sie treffen ${host}. Die Einladung für Ihren Kalender finden Sie im Anhang.`,
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Neue Buchung: ${title} mit ${guest}, ${start}`,
      heading: `${guest} hat einen Termin bei Ihnen gebucht`,
      intro: "Die Einladung für Ihren Kalender finden Sie im Anhang.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Gebucht: ${title}, ${start}`,
      heading: "Diese Zeit gehört Ihnen",
      intro: "Sie haben diese Zeit geblockt. Niemand kann sie buchen.",
    }),
  },
  BOOKING_RESCHEDULED: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Neue Zeit: ${title} mit ${host}, ${start}`,
      heading: "Ihre Buchung hat eine neue Zeit",
      intro: "Die angehängte Einladung ersetzt die frühere in Ihrem Kalender.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Neue Zeit: ${title} mit ${guest}, ${start}`,
      heading: `Ihr Termin mit ${guest} hat eine neue Zeit`,
      intro: "Die angehängte Einladung ersetzt die frühere in Ihrem Kalender.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Neue Zeit: ${title}, ${start}`,
      heading: "Ihre geblockte Zeit ist verschoben",
      intro: "Der angehängte Eintrag ersetzt den früheren in Ihrem Kalender.",
    }),
  },
  BOOKING_CANCELLED: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Abgesagt: ${title} mit ${host}, ${start}`,
      heading: "Diese Buchung ist abgesagt",
      intro: "Der Termin findet nicht statt. Der Anhang nimmt ihn aus Ihrem Kalender.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Abgesagt: ${title} mit ${guest}, ${start}`,
      heading: `Ihr Termin mit ${guest} ist abgesagt`,
      intro: "Die Zeit ist wieder frei. Der Anhang nimmt den Termin aus Ihrem Kalender.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Abgesagt: ${title}, ${start}`,
      heading: "Ihre geblockte Zeit ist wieder frei",
      intro: "Der Anhang nimmt den Eintrag aus Ihrem Kalender.",
    }),
  },
  BOOKING_REMINDER: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Erinnerung: ${title} mit ${host}, ${start}`,
      heading: `Bald treffen Sie ${host}`,
      intro: "Passt Ihnen die Zeit nicht mehr, sagen Sie es bitte über einen der Links unten.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Erinnerung: ${title} mit ${guest}, ${start}`,
      heading: `Bald treffen Sie ${guest}`,
      intro: "Hier ist alles, was Sie brauchen.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Erinnerung: ${title}, ${start}`,
      heading: "Bald ist es so weit",
      intro: "Sie haben diese Zeit geblockt.",
    }),
  },
  BOOKING_REQUESTED: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Angefragt: ${title} mit ${host}, ${start}`,
      heading: `${host} ist angefragt`,
      intro:
        "Die Zeit ist für Sie reserviert, bis eine Antwort da ist. Sie bekommen in jedem Fall eine E‑Mail.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Bitte antworten: ${title} mit ${guest}, ${start}`,
      heading: `${guest} bittet um einen Termin bei Ihnen`,
      intro: "Die Zeit ist reserviert, bis Sie antworten. Ohne Antwort verfällt die Anfrage.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Angefragt: ${title}, ${start}`,
      heading: "Diese Zeit ist angefragt",
      intro: "Sie ist reserviert, bis eine Antwort da ist.",
    }),
  },
  BOOKING_DECLINED: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Abgelehnt: ${title} mit ${host}, ${start}`,
      heading: "Dieser Termin ist leider nicht möglich",
      intro: "Der Termin findet nicht statt. Der Anhang nimmt ihn aus Ihrem Kalender.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Abgelehnt: ${title} mit ${guest}, ${start}`,
      heading: `Die Anfrage von ${guest} ist abgelehnt`,
      intro: "Die Zeit ist wieder frei. Der Anhang nimmt den Termin aus Ihrem Kalender.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Abgelehnt: ${title}, ${start}`,
      heading: "Diese Anfrage ist abgelehnt",
      intro: "Die Zeit ist wieder frei.",
    }),
  },
  BOOKING_EXPIRED: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Nicht bestätigt: ${title} mit ${host}, ${start}`,
      heading: "Es kam keine rechtzeitige Antwort",
      intro: "Der Termin findet nicht statt. Der Anhang nimmt ihn aus Ihrem Kalender.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Verfallen: ${title} mit ${guest}, ${start}`,
      heading: `Die Anfrage von ${guest} ist verfallen`,
      intro: "Niemand hat sie rechtzeitig beantwortet. Die Zeit ist wieder frei.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Verfallen: ${title}, ${start}`,
      heading: "Diese Anfrage ist verfallen",
      intro: "Die Zeit ist wieder frei.",
    }),
  },
  BOOKING_LINK: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Der Link: ${title} mit ${host}, ${start}`,
      heading: "Ihr Termin hat nun seinen Link",
      intro: "Die Zeit bleibt. Die angehängte Einladung ersetzt die frühere in Ihrem Kalender.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Der Link: ${title} mit ${guest}, ${start}`,
      heading: `Ihr Termin mit ${guest} hat nun seinen Link`,
      intro: "Die Zeit bleibt. Die angehängte Einladung ersetzt die frühere in Ihrem Kalender.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Der Link: ${title}, ${start}`,
      heading: "Dieser Termin hat nun seinen Link",
      intro: "Der angehängte Eintrag ersetzt den früheren in Ihrem Kalender.",
    }),
  },
  BOOKING_PLACE_CHANGED: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Neuer Ort: ${title} mit ${host}, ${start}`,
      heading: "Ihre Buchung hat einen neuen Ort",
      intro: "Die Zeit bleibt. Die angehängte Einladung ersetzt die frühere in Ihrem Kalender.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Neuer Ort: ${title} mit ${guest}, ${start}`,
      heading: `Ihr Termin mit ${guest} hat einen neuen Ort`,
      intro: "Die Zeit bleibt. Die angehängte Einladung ersetzt die frühere in Ihrem Kalender.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Neuer Ort: ${title}, ${start}`,
      heading: "Ihre geblockte Zeit hat einen neuen Ort",
      intro: "Der angehängte Eintrag ersetzt den früheren in Ihrem Kalender.",
    }),
  },
  BOOKING_REASSIGNED: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Neue Ansprechperson: ${title} mit ${host}, ${start}`,
      heading: `Sie treffen nun ${host}`,
      intro: "Die Zeit bleibt. Die angehängte Einladung ersetzt die frühere in Ihrem Kalender.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Übergeben: ${title} mit ${guest}, ${start}`,
      heading: `Jemand anders übernimmt Ihren Termin mit ${guest}`,
      intro: "Ihre Zeit ist wieder frei. Der Anhang nimmt den Termin aus Ihrem Kalender.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Übergeben: ${title}, ${start}`,
      heading: "Jemand anders übernimmt das nun",
      intro: "Ihre Zeit ist wieder frei.",
    }),
  },
  BOOKING_VERIFICATION: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Bitte bestätigen: ${title} mit ${host}, ${start}`,
      heading: "Ist das Ihre Buchung?",
      intro:
        "Mit Ihrer Adresse wurde um diese Zeit gebeten. Bestätigen Sie unten, und sie gehört Ihnen; bis dahin ist sie für Sie freigehalten. Das waren Sie nicht? Dann können Sie diese E‑Mail einfach ignorieren: Niemand erfährt davon, und die Buchung verfällt.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Noch nicht bestätigt: ${title} mit ${guest}, ${start}`,
      heading: `${guest} hat noch nicht bestätigt`,
      intro: "Die Zeit ist freigehalten, bis der Gast per E‑Mail bestätigt.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Noch nicht bestätigt: ${title}, ${start}`,
      heading: "Diese Zeit ist noch nicht bestätigt",
      intro: "Sie ist bis dahin freigehalten.",
    }),
  },
  BOOKING_FOLLOW_UP: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Danke für Ihre Zeit: ${title} mit ${host}, ${start}`,
      heading: `Danke für Ihr Treffen mit ${host}`,
      intro: "Gibt es noch etwas zu besprechen? Sie können jederzeit einen neuen Termin buchen.",
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Danach: ${title} mit ${guest}, ${start}`,
      heading: `Sie haben ${guest} getroffen`,
      intro: "Ein guter Moment für Notizen und für das, was Sie zugesagt haben.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Danach: ${title}, ${start}`,
      heading: "Das ist vorbei",
      intro: "Ein guter Moment für Notizen.",
    }),
  },
  BOOKING_NO_SHOW: {
    guest: ({ title, host, start }: Terms) => ({
      subject: `Wir haben Sie vermisst: ${title} mit ${host}, ${start}`,
      heading: "Wir haben Sie vermisst",
      intro: `Sicher kam etwas dazwischen: ${host} hat Sie nicht angetroffen. Gern können Sie einen neuen Termin buchen.`,
    }),
    host: ({ title, guest, start }: Terms) => ({
      subject: `Nicht gekommen: ${guest}, ${title}, ${start}`,
      heading: `${guest} ist nicht gekommen`,
      intro:
        "Das wurde für diesen Termin vermerkt. Der Gast ist eingeladen, einen neuen Termin zu buchen.",
    }),
    owner: ({ title, start }: Terms) => ({
      subject: `Fand nicht statt: ${title}, ${start}`,
      heading: "Niemand ist gekommen",
      intro: "So wurde es vermerkt.",
    }),
  },
};
