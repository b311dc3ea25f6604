// Letting people on other computers in: at which address, with whose certificate, and what they see the first time.
import { useState, type FormEvent } from "react";

import { openDoor, shutDoor, type Door } from "../../api";
import { Button } from "../../design/Button";
import { Segments, TextLine } from "../../design/Field";
import { Failure, Notice, Waiting } from "../../design/Notice";
import { Window } from "../../design/Window";
import { useDoing } from "../shell/useDoing";
import styles from "./People.module.css";

type PartProps = { door: Door; onOpen: () => void; onChanged: (door: Door) => void };

export function ColleaguesPart({ door, onOpen, onChanged }: PartProps) {
  const doing = useDoing();
  const isOpen = door.state !== "shut";
  return (
    <section className={styles["colleagues"]} aria-labelledby="colleagues">
      <h2 id="colleagues">Other computers</h2>
      {door.trouble ? (
        <Notice>
          <p>Colleagues came in before and cannot now. {door.trouble}</p>
        </Notice>
      ) : null}
      {isOpen ? (
        <>
          <p>
            Colleagues come in at <span className="mono">{door.url}</span>
            {door.until ? `, encrypted; its certificate ends on ${door.until}` : ""}. This computer must be on, and Adcurate
            open.
          </p>
          {door.fingerprint ? <FirstVisit fingerprint={door.fingerprint} /> : null}
        </>
      ) : (
        <p>Links work on this computer only. Colleagues on other PCs of your network cannot come in yet.</p>
      )}
      {door.may_change ? (
        <div className={styles["ends"]}>
          <Button onPress={onOpen}>{isOpen ? "Change the address" : "Let colleagues on other PCs in"}</Button>
          {isOpen ? (
            <Button kind="quiet" isDisabled={doing.busy} onPress={() => void doing.start(async () => onChanged(await shutDoor()))}>
              This computer only
            </Button>
          ) : null}
        </div>
      ) : door.state === "open" ? (
        <p className="soft">It is changed at the computer that serves the study.</p>
      ) : null}
      {doing.error ? <Failure error={doing.error} /> : null}
    </section>
  );
}

const CERTIFICATES = [
  { id: "own", label: "Made here, now" },
  { id: "it", label: "From the IT department" },
] as const;

type WindowProps = { door: Door; onChanged: (door: Door) => void; onClose: () => void };

export function ColleaguesWindow({ door, onChanged, onClose }: WindowProps) {
  const [address, setAddress] = useState(door.addresses[0] ?? "");
  const [whose, setWhose] = useState<"own" | "it">("own");
  const [name, setName] = useState("");
  const [certificate, setCertificate] = useState("");
  const [key, setKey] = useState("");
  const [opened, setOpened] = useState<Door | null>(null);
  const doing = useDoing();
  const own = whose === "own";
  const isWhole = own ? Boolean(address) : Boolean(name.trim() && certificate.trim() && key.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(async () => {
      const now = await openDoor(
        own ? { name: address, port: 0, certificate: "", key: "" } : { name: name.trim(), port: 0, certificate, key },
      );
      setOpened(now);
      onChanged(now);
    });
  };
  if (opened) {
    return (
      <Window title="Colleagues can come in" isOpen onClose={onClose}>
        <Notice good>
          <p>
            At <span className="mono">{opened.url}</span>, encrypted. Invitations carry this address from now on.
          </p>
        </Notice>
        {opened.fingerprint ? <FirstVisit fingerprint={opened.fingerprint} /> : null}
        <p>
          If nothing opens at their PC: this computer's firewall must let Adcurate in on the hospital's network (Windows may
          ask; answer “Allow”), and both must be on the same network or VPN.
        </p>
        <div className={styles["ends"]}>
          <Button kind="main" onPress={onClose} autoFocus>
            Go on
          </Button>
        </div>
      </Window>
    );
  }
  return (
    <Window title="Let colleagues on other PCs in" isOpen onClose={onClose}>
      <form onSubmit={submit} className={styles["form"]}>
        <p>
          Adcurate then also answers at this computer's address in your network, always encrypted, to people with an
          invitation. It does so whenever the study is open here, until you say otherwise.
        </p>
        <Segments label="Certificate" choices={CERTIFICATES} value={whose} onChange={setWhose} />
        {own ? (
          <>
            {door.addresses.length ? (
              <Segments
                label="This computer's address"
                choices={door.addresses.map((one) => ({ id: one, label: one }))}
                value={address}
                onChange={setAddress}
              />
            ) : (
              <Notice>
                <p>This computer is in no network now. Connect it, and open this page again.</p>
              </Notice>
            )}
            <p className="soft">
              Nobody vouches for a certificate that is made here: each colleague's browser warns once, and they compare a
              fingerprint that you tell them. Ask your IT department whether the hospital allows it.
            </p>
          </>
        ) : (
          <>
            <p className="soft">
              Ask IT for: a name of this computer in the hospital's network, a certificate for that name and its key, both
              as PEM files on this computer, the key readable by you only. Browsers then do not warn.
            </p>
            <TextLine label="Name in the certificate" value={name} onChange={setName} placeholder="reading.hospital.example" />
            <TextLine label="Certificate file" value={certificate} onChange={setCertificate} placeholder="Its whole path" />
            <TextLine label="Its key file" value={key} onChange={setKey} placeholder="Its whole path" />
          </>
        )}
        {doing.error ? <Failure error={doing.error} /> : null}
        {doing.busy ? <Waiting>Opening</Waiting> : null}
        <div className={styles["ends"]}>
          <Button kind="main" type="submit" isDisabled={doing.busy || !isWhole}>
            Let them in
          </Button>
          <Button onPress={onClose}>Cancel</Button>
        </div>
      </form>
    </Window>
  );
}

/** What to tell a colleague whose browser does not know the certificate. */
export function FirstVisit({ fingerprint }: { fingerprint: string }) {
  return (
    <details className={styles["first"]} open>
      <summary>What your colleague sees the first time</summary>
      <p>
        The browser warns that the connection is not private, since nobody vouches for this computer. They look at the
        certificate there, compare its SHA-256 fingerprint with this one, which you tell them by telephone, and go on
        (“Advanced”) only if it is the same:
      </p>
      <code className={styles["link"]} data-testid="fingerprint">
        {fingerprint}
      </code>
    </details>
  );
}
