// The way in: folders and zip files dropped or chosen, or a folder of this computer; and how far it is.
import { useRef, useState, type DragEvent } from "react";
import { Label, ProgressBar } from "react-aria-components";

import { addFolder, type Work } from "../../api";
import { Button } from "../../design/Button";
import { TextLine } from "../../design/Field";
import { Failure, Notice } from "../../design/Notice";
import { Window } from "../../design/Window";
import { useDoing } from "../shell/useDoing";
import { many } from "../shell/words";
import { dropped, type Dropped } from "./files";
import styles from "./Images.module.css";
import { dismissSending, goOnSending, isSending, startSending, stopSending, type Sending } from "./upload";
import { grouped } from "./words";

type ArrivalProps = { sending: Sending | null; isFirst: boolean; mayReadFolder: boolean; onWork: (work: Work) => void };

export function Arrival({ sending, isFirst, mayReadFolder, onWork }: ArrivalProps) {
  const [over, setOver] = useState(false);
  const [asksFolder, setAsksFolder] = useState(false);
  const folder = useRef<HTMLInputElement>(null);
  const zips = useRef<HTMLInputElement>(null);
  const busy = isSending(sending);
  const send = (things: Dropped[]) => {
    if (things.length) void startSending(things);
  };
  const chosen = (input: HTMLInputElement) => {
    send([...(input.files ?? [])].map((file) => ({ file })));
    input.value = "";
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!busy) send(dropped(event.dataTransfer));
  };
  return (
    <section aria-label="Add images">
      {busy ? null : (
        <div
          className={`${styles["drop"]} ${isFirst ? styles["first"] : ""} ${over ? styles["over"] : ""}`}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={onDrop}
        >
          <div>
            <h2>Drop folders or zip files here</h2>
            <p className="soft">
              As the PACS exported them, viewers and reports included: only MR images are taken. Names, numbers and dates
              are taken off before anything is kept.
            </p>
          </div>
          <div className={styles["deeds"]}>
            <Button kind={isFirst ? "main" : "plain"} onPress={() => folder.current?.click()}>
              Choose a folder
            </Button>
            <Button onPress={() => zips.current?.click()}>Choose zip files</Button>
            {mayReadFolder ? (
              <Button kind="quiet" onPress={() => setAsksFolder(true)}>
                A folder by its path
              </Button>
            ) : null}
          </div>
          <input
            ref={folder}
            type="file"
            hidden
            multiple
            aria-label="Folder of images"
            {...{ webkitdirectory: "" }}
            onChange={(event) => chosen(event.currentTarget)}
          />
          <input
            ref={zips}
            type="file"
            hidden
            multiple
            accept=".zip,.dcm,application/zip,application/dicom"
            aria-label="Zip files of images"
            onChange={(event) => chosen(event.currentTarget)}
          />
        </div>
      )}
      {sending ? <Going sending={sending} /> : null}
      {asksFolder ? (
        <FolderWindow
          onClose={() => setAsksFolder(false)}
          onWork={(work) => {
            setAsksFolder(false);
            onWork(work);
          }}
        />
      ) : null}
    </section>
  );
}

function Going({ sending }: { sending: Sending }) {
  const { state, found, done, count } = sending;
  const left = count?.left_alone.reduce((sum, one) => sum + one.count, 0) ?? 0;
  const told = count
    ? `${grouped(count.came)} came: ${grouped(count.stored)} stored, ${grouped(count.known)} known already, ` +
      `${grouped(count.refused)} refused, ${grouped(left)} left alone.`
    : "";
  if (state === "finding" || state === "sending") {
    return (
      <div className={styles["going"]}>
        <ProgressBar value={done} maxValue={found || 1} isIndeterminate={state === "finding"}>
          {({ percentage = 0 }) => (
            <>
              <div className={styles["line"]}>
                <Label>{state === "finding" ? "Looking for files" : "Taking files in"}</Label>
                <span>{state === "finding" ? grouped(found) : `${grouped(done)} of ${grouped(found)}`}</span>
              </div>
              <div className={styles["bar"]}>
                <div className={styles["filled"]} style={{ inlineSize: `${percentage}%` }} />
              </div>
            </>
          )}
        </ProgressBar>
        <Button onPress={stopSending}>Stop</Button>
        <p className="soft" aria-live="polite">
          {told || "Other pages may be opened meanwhile; this one must not be closed."}
        </p>
      </div>
    );
  }
  const goesOn = state !== "done";
  return (
    <>
      {state === "failed" ? <Failure error={sending.error} /> : null}
      <Notice good={state === "done"}>
        <p>
          {goesOn ? `Stopped after ${many(done, "file")} of ${found}. ` : ""}
          {told}
        </p>
        <div className={styles["deeds"]}>
          {goesOn ? (
            <Button kind="main" onPress={goOnSending}>
              Go on
            </Button>
          ) : null}
          <Button kind="quiet" onPress={dismissSending}>
            Dismiss
          </Button>
        </div>
      </Notice>
    </>
  );
}

function FolderWindow({ onClose, onWork }: { onClose: () => void; onWork: (work: Work) => void }) {
  const [path, setPath] = useState("");
  const doing = useDoing();
  return (
    <Window title="A folder of this computer" isOpen onClose={onClose}>
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          void doing.start(async () => onWork(await addFolder(path.trim())));
        }}
      >
        <p>Adcurate runs on this computer, so it can read a large export where it lies. The files stay as they are.</p>
        <TextLine label="Folder or zip file" value={path} onChange={setPath} autoFocus isRequired placeholder="/media/cd/export" />
        {doing.error ? <Failure error={doing.error} /> : null}
        <div className={styles["deeds"]}>
          <Button type="submit" kind="main" isDisabled={!path.trim() || doing.busy}>
            Take it in
          </Button>
          <Button onPress={onClose}>Close</Button>
        </div>
      </form>
    </Window>
  );
}
