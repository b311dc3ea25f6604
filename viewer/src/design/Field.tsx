// What a person fills in: a line or block of text, one of many, a tick, one of a few side by side.
import type { ReactNode } from "react";
import {
  Button,
  Checkbox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  NumberField,
  Popover,
  Radio,
  RadioGroup,
  Select,
  SelectValue,
  Text,
  TextArea,
  TextField,
  type TextFieldProps,
} from "react-aria-components";

import styles from "./Field.module.css";

type TextProps = Omit<TextFieldProps, "className" | "style" | "children"> & {
  label: string;
  hint?: ReactNode;
  wrong?: string | undefined;
  lines?: boolean;
  hideLabel?: boolean;
  placeholder?: string;
};

export function TextLine({ label, hint, wrong, lines = false, hideLabel, placeholder, ...rest }: TextProps) {
  const look = { className: styles["input"] ?? "", ...(placeholder ? { placeholder } : {}) };
  return (
    <TextField {...rest} isInvalid={Boolean(wrong)} className={styles["field"] ?? ""}>
      <Label className={hideLabel ? "unseen" : (styles["label"] ?? "")}>{label}</Label>
      {lines ? <TextArea {...look} /> : <Input {...look} />}
      {hint ? (
        <Text slot="description" className={styles["hint"] ?? ""}>
          {hint}
        </Text>
      ) : null}
      <FieldError className={styles["wrong"] ?? ""}>{wrong}</FieldError>
    </TextField>
  );
}

type NumberProps = {
  label: string;
  value: number;
  onChange: (value: number) => void;
  least?: number;
  most?: number;
  step?: number;
  hint?: ReactNode;
  isDisabled?: boolean;
};

export function NumberLine({ label, least, most, hint, ...rest }: NumberProps) {
  const limits = {
    ...(least === undefined ? {} : { minValue: least }),
    ...(most === undefined ? {} : { maxValue: most }),
    formatOptions: { useGrouping: false },
  };
  return (
    <NumberField {...rest} {...limits} className={styles["field"] ?? ""}>
      <Label className={styles["label"] ?? ""}>{label}</Label>
      <Input className={styles["input"] ?? ""} />
      {hint ? (
        <Text slot="description" className={styles["hint"] ?? ""}>
          {hint}
        </Text>
      ) : null}
    </NumberField>
  );
}

export type Choice<T extends string> = { id: T; label: string; keyName?: string };

type ChoiceProps<T extends string> = {
  label: string;
  choices: readonly Choice<T>[];
  value: T | null;
  onChange: (value: T) => void;
  isDisabled?: boolean;
  hideLabel?: boolean;
};

export function OneOf<T extends string>({ label, choices, value, onChange, hideLabel, ...rest }: ChoiceProps<T>) {
  return (
    <Select
      {...rest}
      placeholder="Choose"
      selectedKey={value}
      onSelectionChange={(key) => onChange(key as T)}
      className={styles["field"] ?? ""}
    >
      <Label className={hideLabel ? "unseen" : (styles["label"] ?? "")}>{label}</Label>
      <Button className={styles["choice"] ?? ""}>
        <SelectValue />
        <span aria-hidden="true">▾</span>
      </Button>
      <Popover>
        <ListBox className={styles["list"] ?? ""} items={choices}>
          {(choice) => (
            <ListBoxItem id={choice.id} className={styles["option"] ?? ""}>
              {choice.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}

/** A few choices side by side, or `upright` one below the other; arrow keys move between them. */
export function Segments<T extends string>({ label, choices, value, onChange, hideLabel, upright = false, ...rest }: ChoiceProps<T> & { upright?: boolean }) {
  return (
    <RadioGroup
      {...rest}
      value={value}
      onChange={(chosen) => onChange(chosen as T)}
      orientation={upright ? "vertical" : "horizontal"}
      className={styles["field"] ?? ""}
    >
      <Label className={hideLabel ? "unseen" : (styles["label"] ?? "")}>{label}</Label>
      <div className={`${styles["segments"]} ${upright ? styles["upright"] : ""}`}>
        {choices.map((choice) => (
          <Radio key={choice.id} value={choice.id} className={styles["segment"] ?? ""}>
            {choice.label}
            {choice.keyName ? <kbd>{choice.keyName}</kbd> : null}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

type TickProps = { children: ReactNode; isSelected: boolean; onChange: (on: boolean) => void; isDisabled?: boolean };

export function Tick({ children, ...rest }: TickProps) {
  return (
    <Checkbox {...rest} className={styles["tick"] ?? ""}>
      {({ isSelected }) => (
        <>
          <span className={styles["box"]} aria-hidden="true">
            {isSelected ? (
              <svg viewBox="0 0 16 16">
                <path d="M3 8.5l3.2 3.2L13 4.8" />
              </svg>
            ) : null}
          </span>
          {children}
        </>
      )}
    </Checkbox>
  );
}
