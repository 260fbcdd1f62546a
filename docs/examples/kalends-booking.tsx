// A wrapper for React 19, which passes attributes and properties on to custom elements by itself. The page loads the
// module: <script type="module" src="https://kalends.example.com/widget.js">. The types are of /widget.d.ts.
import { useEffect, useRef } from "react";
import type { KalendsBookingElement, KalendsEvents, KalendsPrefill } from "./widget";

interface Props {
  readonly host: string;
  readonly type: string;
  readonly mode?: "inline" | "popup" | "badge";
  readonly theme?: "light" | "dark" | "auto";
  readonly lang?: string;
  readonly prefill?: KalendsPrefill;
  readonly onBooked?: (booking: KalendsEvents["booking_created"]) => void;
}

export function KalendsBooking({ prefill, onBooked, ...attributes }: Props) {
  const element = useRef<KalendsBookingElement>(null);

  useEffect(() => {
    if (element.current && prefill) element.current.prefill = prefill;
  }, [prefill]);

  useEffect(() => {
    const { current } = element;
    if (!current || !onBooked) return;
    const told = (event: CustomEvent<KalendsEvents["booking_created"]>) => onBooked(event.detail);
    current.addEventListener("booking_created", told);
    return () => current.removeEventListener("booking_created", told as EventListener);
  }, [onBooked]);

  return <kalends-booking ref={element} {...attributes} />;
}

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "kalends-booking": React.HTMLAttributes<KalendsBookingElement> &
        Omit<Props, "prefill" | "onBooked"> & { ref?: React.Ref<KalendsBookingElement> };
    }
  }
}
