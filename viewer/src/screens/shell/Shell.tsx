// What stands round every page but the reading page: where one can go, who one is, and what this is not for.
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";

import { hasRole, type RoleName, type Session } from "../../api";
import { Button } from "../../design/Button";
import { Mark } from "../../design/Mark";
import { useActionKeys, type Action } from "./actions";
import { KeysSheet } from "./KeysSheet";
import { Link } from "./Link";
import { goTo, hasMoved, usePath } from "./place";
import styles from "./Shell.module.css";
import { Unreached } from "./Unreached";
import { useTitle } from "./useTitle";

type Place = { to: string; label: string; roles: RoleName[] };

/** In the order of the work; a person sees only what the roles open. */
export const PLACES: readonly Place[] = [
  { to: "/", label: "Reading", roles: ["reader"] },
  { to: "/protocol", label: "Protocol", roles: ["coordinator"] },
  { to: "/patients", label: "Subjects", roles: ["coordinator"] },
  { to: "/images", label: "Images", roles: ["coordinator"] },
  { to: "/design", label: "Design", roles: ["coordinator"] },
  { to: "/pointers", label: "Pointers", roles: ["coordinator"] },
  { to: "/progress", label: "Progress", roles: ["coordinator"] },
  { to: "/adjudication", label: "Adjudication", roles: ["coordinator", "reader"] },
  { to: "/blinding", label: "Blinding", roles: ["coordinator"] },
  { to: "/results", label: "Results", roles: ["statistician"] },
  { to: "/people", label: "People", roles: ["administrator"] },
  { to: "/audit", label: "Audit", roles: ["administrator", "auditor"] },
];

export function placesOf(session: Session): readonly Place[] {
  return PLACES.filter((place) => hasRole(session, ...place.roles));
}

type ShellProps = { session: Session; onSignOut: () => void; children: ReactNode };

export function Shell({ session, onSignOut, children }: ShellProps) {
  const path = usePath();
  const main = useRef<HTMLElement>(null);
  const [showsKeys, setShowsKeys] = useState(false);
  const places = placesOf(session);
  const pages = useMemo<Action[]>(
    () => [
      ...placesOf(session).slice(0, 9).map(({ to, label }, at) => ({ key: String(at + 1), name: label, run: () => goTo(to) })),
      { key: "0", name: "Your account", run: () => goTo("/account") },
    ],
    [session],
  );
  useActionKeys([...pages, { key: "?", name: "Keys", run: () => setShowsKeys(true) }]);
  useEffect(() => {
    // A new page is read from its start, also by those who do not see it.
    if (hasMoved()) main.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <div className={styles["shell"]}>
      <a href="#main" className={styles["skip"]}>
        Skip to the page
      </a>
      <header className={styles["head"]}>
        <Link to="/" className={styles["home"]}>
          <Mark />
          Adcurate
          <span className={styles["study"]} title={session.study.title}>
            {session.study.title}
          </span>
        </Link>
        <nav aria-label="Pages" className={styles["places"]}>
          {places.map((place) => (
            <Link key={place.to} to={place.to} isCurrent={path === place.to || path.startsWith(`${place.to}/`)}>
              {place.label}
            </Link>
          ))}
        </nav>
        <div className={styles["me"]}>
          <Button kind="quiet" onPress={() => setShowsKeys(true)}>
            Keys <kbd>?</kbd>
          </Button>
          <Link to="/account" className={styles["name"]}>
            {session.person?.display_name || session.person?.name}
          </Link>
          <Button kind="quiet" onPress={onSignOut}>
            Sign out
          </Button>
        </div>
      </header>
      <main id="main" tabIndex={-1} ref={main} className={styles["main"]}>
        {children}
      </main>
      <div>
        <Unreached />
        <Foot />
      </div>
      {showsKeys ? <KeysSheet pages={pages} onClose={() => setShowsKeys(false)} /> : null}
    </div>
  );
}

export function Foot() {
  return (
    <footer className={styles["foot"]}>
      <span>Research use only. Not a medical device.</span>
      <a href="/api/openapi.json">API</a>
    </footer>
  );
}

export function Title({ children, under, deeds }: { children: string; under?: ReactNode; deeds?: ReactNode }) {
  useTitle(children);
  return (
    <div className={styles["title"]}>
      <div>
        <h1>{children}</h1>
        {under ? <p className={styles["under"]}>{under}</p> : null}
      </div>
      {deeds}
    </div>
  );
}
