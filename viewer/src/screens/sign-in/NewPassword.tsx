// A password chosen twice; the server has the last word on whether it is good enough.
import { TextLine } from "../../design/Field";

export type Chosen = { password: string; repeated: string };
export const LEAST_LETTERS = 12;

export function isChosen({ password, repeated }: Chosen): boolean {
  return password.length >= LEAST_LETTERS && password === repeated;
}

export function NewPassword({ value, onChange }: { value: Chosen; onChange: (value: Chosen) => void }) {
  const differs = value.repeated.length > 0 && !value.password.startsWith(value.repeated);
  return (
    <>
      <TextLine
        label="Password"
        type="password"
        value={value.password}
        onChange={(password) => onChange({ ...value, password })}
        autoComplete="new-password"
        hint={`At least ${LEAST_LETTERS} letters. A sentence that only you know is best.`}
        isRequired
      />
      <TextLine
        label="The same again"
        type="password"
        value={value.repeated}
        onChange={(repeated) => onChange({ ...value, repeated })}
        autoComplete="new-password"
        wrong={differs ? "The two differ." : undefined}
        isRequired
      />
    </>
  );
}
