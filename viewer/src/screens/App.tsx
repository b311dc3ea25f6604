// Which screen stands where. The reading page brings the image library, so it is loaded only when it is opened.
import { lazy, Suspense, useCallback, useEffect, useState, type ReactNode } from "react";

import { hasRole, onSignedOut, readSession, signOut, type Session } from "../api";
import { Failure, Waiting } from "../design/Notice";
import { FirstAdministrator } from "./sign-in/FirstAdministrator";
import { Invitation } from "./sign-in/Invitation";
import { SignIn, SignInAgain } from "./sign-in/SignIn";
import { Mishap } from "./shell/Mishap";
import { NotFound } from "./shell/NotFound";
import { goTo, match, usePath } from "./shell/place";
import { placesOf, Shell } from "./shell/Shell";
import { Worklist } from "./worklist/Worklist";

const ReadingScreen = lazy(() => import("./reading/ReadingScreen"));
const Protocol = lazy(() => import("./protocol/Protocol"));
const Design = lazy(() => import("./coordinator/Design"));
const Pointers = lazy(() => import("./coordinator/Pointers"));
const Progress = lazy(() => import("./coordinator/Progress"));
const Blinding = lazy(() => import("./coordinator/Blinding"));
const Adjudications = lazy(() => import("./adjudication/Adjudications"));
const Adjudication = lazy(() => import("./adjudication/Adjudication"));
const People = lazy(() => import("./people/People"));
const Audit = lazy(() => import("./audit/Audit"));
const Results = lazy(() => import("./results/Results"));
const Account = lazy(() => import("./account/Account"));

export function App() {
  const path = usePath();
  const [session, setSession] = useState<Session | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [again, setAgain] = useState(false);

  useEffect(() => {
    readSession().then(setSession, setError);
    return onSignedOut(() => setAgain(true));
  }, []);

  const enter = useCallback((opened: Session) => {
    setSession(opened);
    setAgain(false);
  }, []);
  const leave = useCallback(() => {
    void signOut().then((closed) => {
      setSession(closed);
      goTo("/");
    }, setError);
  }, []);

  if (error) return <Failure error={error} />;
  if (!session) return <Waiting>Opening the reading room</Waiting>;

  const invitation = match("/invitation/{token}", path);
  if (invitation) return <Invitation session={session} token={invitation["token"] ?? ""} onEnter={enter} />;
  if (path === "/first-administrator" || session.needs_first_administrator) {
    return <FirstAdministrator session={session} onEnter={enter} />;
  }
  if (!session.person) return <SignIn session={session} onEnter={enter} />;

  const reading = match("/read/{item}", path);
  return (
    <Mishap>
      <Suspense fallback={<Waiting />}>
        {reading && hasRole(session, "reader") ? (
          <ReadingScreen item={reading["item"] ?? ""} />
        ) : (
          <Shell session={session} onSignOut={leave}>
            <Suspense fallback={<Waiting />}>{screenAt(path, session, enter)}</Suspense>
          </Shell>
        )}
      </Suspense>
      {again ? <SignInAgain session={session} onEnter={enter} /> : null}
    </Mishap>
  );
}

function screenAt(path: string, session: Session, onChanged: (session: Session) => void): ReactNode {
  if (path === "/account" && session.person) return <Account me={session.person} onChanged={onChanged} />;
  const open = placesOf(session);
  if (path === "/" && !hasRole(session, "reader")) {
    const first = open[0];
    return first ? <Elsewhere to={first.to} /> : <NotFound nothing />;
  }
  const place = open.find((one) => one.to === path || path.startsWith(`${one.to}/`));
  const adjudication = match("/adjudication/{id}", path);
  if (place && adjudication) return <Adjudication key={path} id={adjudication["id"] ?? ""} />;
  if (place && match("/pointers/{key}", path)) return <Pointers />;
  switch (place?.to === path ? path : "") {
    case "/":
      return <Worklist />;
    case "/protocol":
      return <Protocol />;
    case "/design":
      return <Design />;
    case "/pointers":
      return <Pointers />;
    case "/progress":
      return <Progress />;
    case "/blinding":
      return <Blinding />;
    case "/adjudication":
      return <Adjudications />;
    case "/results":
      return <Results />;
    case "/people":
      return <People me={session.person?.id ?? ""} onMeChanged={() => void readSession().then(onChanged)} />;
    case "/audit":
      return <Audit />;
    default:
      return <NotFound />;
  }
}

function Elsewhere({ to }: { to: string }) {
  useEffect(() => goTo(to, { replace: true }), [to]);
  return null;
}
