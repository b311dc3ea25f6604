// What the browser's tab says: the page, and whose it is.
import { useEffect } from "react";

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Adcurate` : "Adcurate";
  }, [title]);
}
