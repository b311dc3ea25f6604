// A folder of the computer that serves the study, chosen by looking: its disks, then what lies in them.
import { useState } from "react";

import { lookIn, type Places } from "../../api";
import { Button } from "../../design/Button";
import { Failure, Waiting } from "../../design/Notice";
import { Window } from "../../design/Window";
import { useAnswer } from "../shell/useAnswer";
import styles from "./Keep.module.css";

export function FolderWindow({ onChoose, onClose }: { onChoose: (folder: string) => void; onClose: () => void }) {
  const [folder, setFolder] = useState("");
  const { value, error } = useAnswer(() => lookIn(folder), [folder]);
  return (
    <Window title="A folder for backups" isOpen onClose={onClose}>
      <div className={styles["form"]}>
        <p className="mono">{folder || "This computer's disks"}</p>
        {folder ? (
          <Button kind="quiet" onPress={() => setFolder(value?.above ?? "")}>
            One level up
          </Button>
        ) : null}
        {error ? <Failure error={error} /> : null}
        {value ? <Inside found={value} onOpen={setFolder} /> : error ? null : <Waiting />}
        <div className={styles["row"]}>
          <Button
            kind="main"
            isDisabled={!folder || !value?.can_use || value.folder !== folder}
            onPress={() => {
              onChoose(folder);
              onClose();
            }}
          >
            Use this folder
          </Button>
          <Button onPress={onClose}>Cancel</Button>
        </div>
        {folder && value && !value.can_use ? <p className="soft">Nothing can be written here, or it lies in the study.</p> : null}
      </div>
    </Window>
  );
}

function Inside({ found, onOpen }: { found: Places; onOpen: (folder: string) => void }) {
  if (!found.places.length) return <p className="soft">No folder lies in it.</p>;
  return (
    <ul className={styles["places"]}>
      {found.places.map((one) => (
        <li key={one.path}>
          <Button kind="quiet" onPress={() => onOpen(one.path)}>
            {found.folder ? one.path.split(/[\\/]/).filter(Boolean).at(-1) : one.path}
          </Button>
          {found.folder ? null : (
            <span className="soft">
              {(one.free_bytes / 1e9).toFixed(0)} GB free{one.is_same_disk ? ", the study's own disk" : ""}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
