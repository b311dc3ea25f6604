// Which lesion is meant: a cross on an image, for every lesion. Never a contour.
import { useEffect, useRef, useState } from "react";

import { listLesions, type Lesion } from "../../api";
import { TextLine } from "../../design/Field";
import { Empty, Notice } from "../../design/Notice";
import { PART, partOf, Parts } from "../../design/Parts";
import { useActions } from "../shell/actions";
import { Asked } from "../shell/Asked";
import { Link } from "../shell/Link";
import { NothingFound, useNumberSearch } from "../shell/NothingFound";
import { goTo, usePath } from "../shell/place";
import { Title } from "../shell/Shell";
import { Term } from "../shell/Term";
import { useAnswer } from "../shell/useAnswer";
import { PlacePointer } from "./PlacePointer";
import styles from "./Pointers.module.css";

const HERE = "/pointers";
const addressOf = (lesion: Lesion) => `${HERE}/${encodeURIComponent(lesion.key)}`;

/** What tells two lesions of a subject apart. */
export function lesionWords({ organ, size_mm }: Pick<Lesion, "organ" | "size_mm">): string {
  return [organ, size_mm === null ? "" : `${size_mm.toFixed(0)} mm`].filter(Boolean).join(", ");
}

export default function Pointers() {
  const path = usePath();
  const answer = useAnswer(listLesions);
  const { value: found, set } = answer;
  const lesions = found?.lesions;
  const [saved, setSaved] = useState("");
  const shown = (lesions ?? []).filter((one) => one.has_exam);
  const missing = shown.filter((one) => !one.has_pointer);
  const key = decodeURIComponent(path.slice(HERE.length + 1));
  const chosen = shown.find((one) => one.key === key) ?? missing[0] ?? shown[0];
  const step = (by: number) => {
    const other = shown[shown.findIndex((one) => one.key === chosen?.key) + by];
    if (other) goTo(addressOf(other));
  };
  useActions([
    { key: "n", name: "Next lesion", run: () => step(1) },
    { key: "p", name: "Lesion before", run: () => step(-1) },
  ]);
  const [wanted, setWanted] = useState("");
  const listed = shown.filter((one) => one.key.toLowerCase().includes(wanted.trim().toLowerCase()));
  const [from, setFrom] = useState(0);
  const find = (words: string) => {
    setWanted(words);
    setFrom(0);
  };
  const search = useNumberSearch(find);
  const list = useRef<HTMLElement>(null);
  const chosenKey = chosen?.key;
  useEffect(() => setFrom(partOf(listed.findIndex((one) => one.key === chosenKey))), [chosenKey]);
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [chosen?.key]);
  if (!found || !lesions) return <Asked title="Pointers" answer={answer} />;
  if (shown.length === 0) {
    return (
      <>
        <Title>Pointers</Title>
        <Empty title="No lesion has an exam yet">
          <p>
            A pointer is a cross on an image. It needs the <Link to="/patients">subjects with their lesions</Link> and the{" "}
            <Link to="/images">images</Link>; in which order they come does not matter.
          </p>
        </Empty>
      </>
    );
  }
  const done = (lesion: Lesion, organ: string) => {
    const after = lesions.map((one) => (one.key === lesion.key ? { ...one, has_pointer: true, organ } : one));
    set({ ...found, lesions: after });
    setSaved(`Placed: ${lesion.key}`);
    const at = shown.findIndex((one) => one.key === lesion.key);
    const open = (one: Lesion) => one.has_exam && !one.has_pointer && one.key !== lesion.key;
    const next = shown.slice(at + 1).find(open) ?? shown.find(open);
    if (next) goTo(addressOf(next));
  };
  return (
    <>
      <Title under={
          <>
            {shown.length - missing.length} of {shown.length} <Term word="pointer">pointers</Term> placed
          </>
        }>Pointers</Title>
      {found.selection === "free" ? (
        <div className={styles["unused"]}>
          <Notice>
            <p>By the protocol, readers find the lesion themselves: no pointer is shown to them, and none is needed.</p>
          </Notice>
        </div>
      ) : null}
      <p role="status" className="unseen">
        {saved}
      </p>
      <div className={styles["desk"]}>
        <nav aria-label="Lesions" ref={list} className={styles["list"]}>
          {shown.length > 1 ? (
            <form
              className={styles["find"]}
              onSubmit={(event) => {
                event.preventDefault();
                if (listed.length === 0) search.look(wanted);
              }}
            >
              <TextLine label="Find by code or hospital number" hideLabel placeholder="Code or hospital number" value={wanted} onChange={(words) => { search.clear(); find(words); }} type="search" />
            </form>
          ) : null}
          {listed.length === 0 ? (
            <div className={styles["none"]}>
              <NothingFound typed={wanted} nothing="No lesion" notHere="No exam of it is here with a lesion." search={search} />
            </div>
          ) : null}
          <ul>
            {listed.slice(from, from + PART).map((one) => (
              <li key={one.key}>
                <Link to={addressOf(one)} isCurrent={one.key === chosen?.key}>
                  <span className={`${styles["dot"]} ${one.has_pointer ? styles["placed"] : ""}`} />
                  <span>
                    {one.key}
                    <span className="unseen">{one.has_pointer ? ", placed" : ", not placed"}</span>
                  </span>
                  <span className="soft">{lesionWords(one)}</span>
                </Link>
              </li>
            ))}
          </ul>
          <Parts label="Parts of the list" from={from} total={listed.length} onFrom={setFrom} />
        </nav>
        {chosen ? <PlacePointer key={chosen.key} lesion={chosen} takesFocus={chosen.key === key} onDone={done} /> : null}
      </div>
    </>
  );
}
