// Which screen stands where. The reading page brings the image library, so it is loaded after the others: when it is
// opened, or when a reader looks at the list.
import { lazy, Suspense, useCallback, useEffect, useState, type ReactNode } from "react";

import { hasRole, isReached, lookWhoIsHere, onReachChanged, onSignedOut, readSession, signOut, type Session } from "../api";
import { Button } from "../design/Button";
import { Failure, Waiting } from "../design/Notice";
import { inWords } from "./people/roles";
import { Door } from "./sign-in/Door";
import Account from "./account/Account";
import Adjudication from "./adjudication/Adjudication";
import Adjudications from "./adjudication/Adjudications";
import Audit from "./audit/Audit";
import Blinding from "./coordinator/Blinding";
import Design from "./coordinator/Design";
import Pointers from "./coordinator/Pointers";
import Progress from "./coordinator/Progress";
import Patients from "./patients/Patients";
import Exam from "./images/Exam";
import Images from "./images/Images";
import HandOver from "./hand-over/HandOver";
import Home from "./home/Home";
import Keep from "./keep/Keep";
import People from "./people/People";
import Protocol from "./protocol/Protocol";
import LesionOfPoint from "./results/LesionOfPoint";
import Results from "./results/Results";
import { FirstAdministrator } from "./sign-in/FirstAdministrator";
import { Invitation } from "./sign-in/Invitation";
import { SignIn, SignInAgain } from "./sign-in/SignIn";
import { Mishap } from "./shell/Mishap";
import { NotFound } from "./shell/NotFound";
import { goTo, match, usePath } from "./shell/place";
import { placesOf, Shell } from "./shell/Shell";
import { askAllAgain } from "./shell/useAnswer";
import { useTitle } from "./shell/useTitle";
import { Worklist } from "./worklist/Worklist";

const loadReading = () => import("./reading/ReadingScreen");
const ReadingScreen = lazy(loadReading);

export function App() {
  const path = usePath();
  const [session, setSession] = useState<Session | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [again, setAgain] = useState(false);

  const open = useCallback(() => {
    readSession().then((opened) => {
      setSession(opened);
      setError(null);
    }, setError);
  }, []);
  useEffect(open, [open]);
  useEffect(() => onSignedOut(() => setAgain(true)), []);
  useEffect(() => onReachChanged(() => (error && isReached() ? open() : undefined)), [error, open]);
  useEffect(() => {
    const look = () => void lookWhoIsHere();
    window.addEventListener("focus", look);
    return () => window.removeEventListener("focus", look);
  }, []);

  const isReader = session !== null && hasRole(session, "reader");
  useEffect(() => {
    if (isReader) loadReading().catch(() => undefined);
  }, [isReader]);

  const enter = useCallback((opened: Session) => {
    setSession(opened);
    setAgain(false);
    askAllAgain();
  }, []);
  const leave = useCallback(() => {
    // Where the server does not answer, the page says so already, and nobody is signed out.
    signOut().then(
      (closed) => {
        setSession(closed);
        goTo("/");
      },
      () => undefined,
    );
  }, []);

  if (error) {
    return (
      <Door title="The reading room cannot be opened">
        <Failure error={error} />
        <div>
          <Button kind="main" onPress={open}>
            Try again
          </Button>
        </div>
      </Door>
    );
  }
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
          <ReadingAt item={reading["item"] ?? ""} />
        ) : (
          <Shell session={session} onSignOut={leave}>
            <Mishap key={path.split("/")[1]} inside>
              {screenAt(path, session, enter)}
            </Mishap>
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
    return first ? <Elsewhere to={first.to} /> : <NotFound nothing roles={inWords(session.person?.roles ?? [])} />;
  }
  const place = open.find((one) => one.to === path || path.startsWith(`${one.to}/`));
  const adjudication = match("/adjudication/{id}", path);
  if (place && adjudication) return <Adjudication key={path} id={adjudication["id"] ?? ""} />;
  if (place && match("/pointers/{key}", path)) return <Pointers />;
  const exam = match("/images/{exam}", path);
  if (place && exam) return <Exam key={path} exam={exam["exam"] ?? ""} />;
  const lesion = match("/results/lesion/{subject}/{lesion}", path);
  if (place && lesion) return <LesionOfPoint key={path} subject={lesion["subject"] ?? ""} lesion={lesion["lesion"] ?? ""} />;
  switch (place?.to === path ? path : "") {
    case "/":
      return <Worklist />;
    case "/protocol":
      return <Protocol />;
    case "/patients":
      return <Patients />;
    case "/images":
      return <Images />;
    case "/design":
      return <Design mayAddPeople={hasRole(session, "administrator")} />;
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
    case "/home":
      return <Home title={session.study.title} />;
    case "/hand-over":
      return <HandOver />;
    case "/keep":
      return <Keep />;
    case "/people":
      return <People me={session.person?.id ?? ""} onMeChanged={() => void readSession().then(onChanged)} />;
    case "/audit":
      return <Audit />;
    default:
      return <NotFound />;
  }
}

function ReadingAt({ item }: { item: string }) {
  useTitle("Reading");
  return <ReadingScreen item={item} />;
}

function Elsewhere({ to }: { to: string }) {
  useEffect(() => goTo(to, { replace: true }), [to]);
  return null;
}
