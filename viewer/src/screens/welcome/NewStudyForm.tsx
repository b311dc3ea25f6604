// A new study: its name, where it goes, what it begins with; then where its key lies, before it opens.
import { useState, type FormEvent } from "react";

import { makeStudy, type Language, type MadeStudy, type WelcomeState } from "../../api/welcome";
import { Button } from "../../design/Button";
import { OneOf, Segments, TextLine } from "../../design/Field";
import { Failure, Notice } from "../../design/Notice";
import { useDoing } from "../shell/useDoing";
import styles from "./Welcome.module.css";

const LANGUAGES: readonly { id: Language; label: string }[] = [
  { id: "en", label: "English" },
  { id: "nl", label: "Nederlands" },
  { id: "fr", label: "Français" },
  { id: "de", label: "Deutsch" },
];

const ASKED = [
  { id: "main", label: "The main one only" },
  { id: "all", label: "All that reviewers typically ask" },
] as const;

export function NewStudyForm({ state, onOpen }: { state: WelcomeState; onOpen: (path: string) => void }) {
  const [name, setName] = useState("");
  const [folder, setFolder] = useState(state.folder);
  const [template, setTemplate] = useState(state.templates[0]?.id ?? "");
  const [language, setLanguage] = useState<Language>("en");
  const [prevalence, setPrevalence] = useState("");
  const [asked, setAsked] = useState<"main" | "all">("main");
  const chosen = state.templates.find((one) => one.id === template);
  const share = prevalence.trim() ? Number(prevalence.trim().replace(",", ".")) / 100 : null;
  const isNoShare = share !== null && !(share > 0 && share < 1);
  const [made, setMade] = useState<MadeStudy | null>(null);
  const doing = useDoing();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(async () => setMade(await makeStudy({ name, folder, template, language, prevalence: share, asked })));
  };
  if (made) {
    return (
      <section className={styles["card"]} aria-labelledby="made">
        <h2 id="made">{name} was made</h2>
        <Notice good>
          <p>
            The study: <span className="mono">{made.path}</span>
          </p>
          <p>
            Its key: <span className="mono">{made.key_file}</span>
          </p>
        </Notice>
        <p>
          Keep a copy of the key in a safe place, apart from the study: without it nobody, you neither, can tell which
          person a code stands for.
        </p>
        <p className="soft">
          You begin alone: you let people in, prepare the study and make its results. For a blinded study you will need at
          least one reader who never sees a grade; two, if readers are compared.
        </p>
        <div className={styles["deeds"]}>
          <Button kind="main" onPress={() => onOpen(made.path)} autoFocus>
            Open it
          </Button>
        </div>
      </section>
    );
  }
  return (
    <section className={styles["card"]} aria-labelledby="new">
      <h2 id="new">New study</h2>
      <form className={styles["form"]} onSubmit={submit}>
        <TextLine label="Name" value={name} onChange={setName} isRequired hint="Also its folder's. Name no patient." />
        <OneOf label="Begin with" choices={state.templates} value={template} onChange={setTemplate} />
        {chosen ? (
          <>
            <TextLine
              label={`Percent who are ${chosen.positive_label}, where the test would be used`}
              value={prevalence}
              onChange={setPrevalence}
              wrong={isNoShare ? "A number between 0 and 100." : undefined}
              hint={`Predictive values are given at it too. Empty: at that of your sample only.${
                chosen.published_prevalence === null ? "" : ` The published study has ${Math.round(chosen.published_prevalence * 100)}.`
              }`}
            />
            <Segments label="Questions of the plan" choices={ASKED} value={asked} onChange={setAsked} />
            <details className={styles["asked"]}>
              <summary>
                {chosen.main.length} confirmatory, {asked === "all" ? chosen.typical.length : "no"} exploratory
              </summary>
              <p>Always: groups, correlation with the grade, ROC curve, cut-off and accuracy of each marker.</p>
              {chosen.main.length > 0 ? <p>Confirmatory: {chosen.main.join(" ")}</p> : null}
              <p>
                {asked === "all" ? "Exploratory, planned beforehand:" : "Left out; each can be added under Protocol before the reading begins:"}{" "}
                {chosen.typical.join(" ")}
              </p>
            </details>
          </>
        ) : null}
        <TextLine label="In the folder" value={folder} onChange={setFolder} isRequired hint="On this computer's own disk." />
        <Segments label="Language of the worksheet" choices={LANGUAGES} value={language} onChange={setLanguage} />
        <p className="soft">
          Names and hospital numbers are kept apart, encrypted. Their key goes to{" "}
          <span className="mono">{state.key_folder}</span>, never into the study, so that a copy of the study gives nobody
          away.
        </p>
        {doing.error ? <Failure error={doing.error} /> : null}
        <div className={styles["deeds"]}>
          <Button kind="main" type="submit" isDisabled={doing.busy || isNoShare || !name.trim() || !folder.trim()}>
            Make the study
          </Button>
        </div>
      </form>
    </section>
  );
}
