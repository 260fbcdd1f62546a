/** The look of a mail in style attributes, which every program keeps. */
export const STYLE = {
  page: "margin:0;padding:24px 12px;background-color:#f4f5f7",
  card: "max-width:34em;margin:0 auto;padding:28px 24px;border-radius:10px;background-color:#ffffff;color:#1b2330;font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5",
  heading: "margin:0 0 16px;font-size:22px;line-height:1.3;overflow-wrap:anywhere",
  paragraph: "margin:0 0 12px",
  details: "margin:20px 0 0",
  label: "margin:0;color:#566070;font-size:14px",
  value: "margin:0 0 12px;overflow-wrap:anywhere",
  buttonRow: "margin:24px 0 0",
  button:
    "display:inline-block;padding:12px 20px;border-radius:8px;background-color:#1f4fd8;color:#ffffff;font-weight:600;text-decoration:none",
  actions: "margin:16px 0 0",
  link: "color:#1f4fd8",
  footer:
    "margin:28px 0 0;padding-top:16px;border-top:1px solid #dde1e7;color:#566070;font-size:14px",
} as const;

/** What style attributes cannot say: the dark scheme, and focus. */
export const LETTER_CSS = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
a:focus-visible { outline: 3px solid #1f4fd8; outline-offset: 2px; }
@media (prefers-color-scheme: dark) {
  .page { background-color: #12151a !important; }
  .card { background-color: #1c2129 !important; color: #e8ebf0 !important; }
  .card a { color: #9dbcff !important; }
  .card .button { background-color: #9dbcff !important; color: #0c1a36 !important; }
  .card .muted { color: #a9b2bf !important; }
  .card .footer { border-top-color: #353c47 !important; }
  a:focus-visible { outline-color: #9dbcff; }
}
`;
