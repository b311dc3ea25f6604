// Which lesion is meant: a cross on an image, for every lesion. Never a contour.
import { useState } from "react";

import { listLesions, type Lesion } from "../../api";
import { Empty, Failure, Waiting } from "../../design/Notice";
import { Link } from "../shell/Link";
import { goTo, usePath } from "../shell/place";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { PlacePointer } from "./PlacePointer";
import styles from "./Pointers.module.css";

const HERE = "/pointers";
const addressOf = (lesion: Lesion) => `${HERE}/${encodeURIComponent(lesion.key)}`;

export default function Pointers() {
  const path = usePath();
  const { value: lesions, error, set } = useAnswer(listLesions);
  const [saved, setSaved] = useState("");
  if (error) return <Failure error={error} />;
  if (!lesions) return <Waiting />;
  const shown = lesions.filter((one) => one.has_exam);
  if (shown.length === 0) {
    return (
      <>
        <Title>Pointers</Title>
        <Empty title="No lesion has an exam yet">
          <p>
            Add the exams with <code>adcurate study add</code> and the worksheet with <code>adcurate study worksheet</code>.
          </p>
        </Empty>
      </>
    );
  }
  const missing = shown.filter((one) => !one.has_pointer);
  const key = decodeURIComponent(path.slice(HERE.length + 1));
  const chosen = shown.find((one) => one.key === key) ?? missing[0] ?? shown[0];
  const done = (lesion: Lesion, organ: string) => {
    const after = lesions.map((one) => (one.key === lesion.key ? { ...one, has_pointer: true, organ } : one));
    set(after);
    setSaved(`Placed: ${lesion.key}`);
    const at = shown.findIndex((one) => one.key === lesion.key);
    const open = (one: Lesion) => one.has_exam && !one.has_pointer && one.key !== lesion.key;
    const next = shown.slice(at + 1).find(open) ?? shown.find(open);
    if (next) goTo(addressOf(next));
  };
  return (
    <>
      <Title under={`${shown.length - missing.length} of ${shown.length} placed`}>Pointers</Title>
      <p role="status" className="unseen">
        {saved}
      </p>
      <div className={styles["desk"]}>
        <nav aria-label="Lesions" className={styles["list"]}>
          <ul>
            {shown.map((one) => (
              <li key={one.key}>
                <Link to={addressOf(one)} isCurrent={one.key === chosen?.key}>
                  <span className={`${styles["dot"]} ${one.has_pointer ? styles["placed"] : ""}`} />
                  <span>
                    {one.key}
                    <span className="unseen">{one.has_pointer ? ", placed" : ", not placed"}</span>
                  </span>
                  <span className="soft">{one.organ}</span>
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        {chosen ? <PlacePointer key={chosen.key} lesion={chosen} onDone={done} /> : null}
      </div>
    </>
  );
}
