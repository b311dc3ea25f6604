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

type Place = { to: string; label: string; roles: RoleName[]; group?: "Study" | "Reading" };

/** In the order of the work; a person sees only what the roles open. Without a `group` a place stands alone. */
export const PLACES: readonly Place[] = [
  { to: "/home", group: "Study", label: "Home", roles: ["coordinator"] },
  { to: "/protocol", group: "Study", label: "Protocol", roles: ["coordinator"] },
  { to: "/patients", group: "Study", label: "Subjects", roles: ["coordinator"] },
  { to: "/images", group: "Study", label: "Images", roles: ["coordinator"] },
  { to: "/", group: "Reading", label: "Cases", roles: ["reader"] },
  { to: "/design", group: "Reading", label: "Design", roles: ["coordinator"] },
  { to: "/pointers", group: "Reading", label: "Pointers", roles: ["coordinator"] },
  { to: "/progress", group: "Reading", label: "Progress", roles: ["coordinator"] },
  { to: "/adjudication", group: "Reading", label: "Adjudication", roles: ["coordinator", "reader"] },
  { to: "/blinding", group: "Reading", label: "Blinding", roles: ["coordinator"] },
  { to: "/results", label: "Results", roles: ["statistician"] },
  { to: "/hand-over", label: "Hand over", roles: ["coordinator"] },
  { to: "/keep", label: "Keep", roles: ["coordinator"] },
  { to: "/people", label: "People", roles: ["administrator"] },
  { to: "/audit", label: "Audit", roles: ["administrator", "auditor"] },
];
/** More places than this stand in two rows: groups, and the places of the one that is open. */
const MOST_IN_A_ROW = 6;

export function placesOf(session: Session): readonly Place[] {
  return PLACES.filter((place) => hasRole(session, ...place.roles));
}

/** One entry of the head: a group of places, or a place that stands alone. */
type Entry = { label: string; places: readonly Place[] };

export function entriesOf(places: readonly Place[]): readonly Entry[] {
  const named = places.length > MOST_IN_A_ROW ? (place: Place) => place.group ?? place.label : (place: Place) => place.label;
  const labels = [...new Set(places.map(named))];
  return labels.map((label) => ({ label, places: places.filter((place) => named(place) === label) }));
}

const isAt = (place: Place, path: string) => path === place.to || path.startsWith(`${place.to}/`);

type ShellProps = { session: Session; onSignOut: () => void; children: ReactNode };

export function Shell({ session, onSignOut, children }: ShellProps) {
  const path = usePath();
  const main = useRef<HTMLElement>(null);
  const [showsKeys, setShowsKeys] = useState(false);
  const entries = useMemo(() => entriesOf(placesOf(session)), [session]);
  const open = entries.find((entry) => entry.places.some((place) => isAt(place, path)));
  const beside = open && open.places.length > 1 ? open.places : [];
  const pages = useMemo<Action[]>(
    () => [
      ...entries.slice(0, 9).map(({ label, places }, at) => ({
        key: String(at + 1),
        name: label,
        run: () => goTo(places[0]?.to ?? "/"),
      })),
      { key: "0", name: "Your account", run: () => goTo("/account") },
    ],
    [entries],
  );
  const step = (by: number) => {
    const at = beside.findIndex((place) => isAt(place, path));
    goTo(beside[(at + by + beside.length) % beside.length]?.to ?? path);
  };
  const turning: Action[] =
    beside.length > 0
      ? [
          { key: "[", name: `Page before, in ${open?.label}`, run: () => step(-1) },
          { key: "]", name: `Next page, in ${open?.label}`, run: () => step(1) },
        ]
      : [];
  const keys = [...pages, ...turning];
  useActionKeys([...keys, { key: "?", name: "Keys", run: () => setShowsKeys(true) }]);
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
          {entries.map((entry) => (
            <Link key={entry.label} to={entry.places[0]?.to ?? "/"} isCurrent={entry === open}>
              {entry.label}
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
      {beside.length > 0 ? (
        <nav aria-label={`Pages of ${open?.label}`} className={`${styles["places"]} ${styles["beside"]}`}>
          {beside.map((place) => (
            <Link key={place.to} to={place.to} isCurrent={isAt(place, path)}>
              {place.label}
            </Link>
          ))}
        </nav>
      ) : (
        <div />
      )}
      <main id="main" tabIndex={-1} ref={main} className={styles["main"]}>
        {children}
      </main>
      <div>
        <Unreached />
        <Foot />
      </div>
      {showsKeys ? <KeysSheet pages={keys} onClose={() => setShowsKeys(false)} /> : null}
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
