// A link inside the room. A new tab by the usual keys stays a new tab.
import type { MouseEvent, ReactNode } from "react";

import { goTo, usePath } from "./place";

type Props = { to: string; children: ReactNode; className?: string | undefined; isCurrent?: boolean };

export function Link({ to, children, className, isCurrent }: Props) {
  const here = usePath();
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <a href={to} className={className} onClick={follow} aria-current={(isCurrent ?? here === to) ? "page" : undefined}>
      {children}
    </a>
  );
}
