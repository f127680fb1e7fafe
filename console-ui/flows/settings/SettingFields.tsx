import type { JSX } from "preact";
import { CheckList } from "../../ui/CheckList.tsx";
import { ZH } from "../../i18n/zh.ts";
import { SelectField } from "../../ui/SelectField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { type Fields, MERCHANT_CHANNELS, type SettingName } from "./setting_forms.ts";

const WORDS = ZH.settings;
const LABELS = WORDS.field;
const HINTS = WORDS.hint;
const RETRIES = ["insurance", "tender", "fulfilment", "surplus"] as const;
const SCHEDULES = [
  "aggregate_pay_waits",
  "card_host_waits",
  "citizen_code_waits",
  "medical_mix_waits",
] as const;
const ALARMS = ["unknownWarn", "unknownAlarm", "heldWarn", "heldAlarm"] as const;
const LOGO_ROWS = 4;

interface SettingFieldsProps {
  readonly name: SettingName;
  readonly fields: Fields;
}

export function SettingFields({ name, fields }: SettingFieldsProps): JSX.Element {
  switch (name) {
    case "terminal.suspended":
      return <Choice label={WORDS.name[name]} value={fields["value"]} choices={WORDS.suspended} />;
    case "services.open":
      return <Choice label={WORDS.name[name]} value={fields["value"]} choices={WORDS.open} />;
    case "insurance.route":
      return <Choice label={WORDS.name[name]} value={fields["value"]} choices={WORDS.routes} />;
    case "payment.merchants":
      return <MerchantFields fields={fields} />;
    case "kiosk.face_check":
      return <Choice label={WORDS.name[name]} value={fields["value"]} choices={WORDS.faceChecks} />;
    case "payment.modes":
      return (
        <CheckList
          name="value"
          label={WORDS.name[name]}
          choices={Object.entries(WORDS.modes)}
          ticked={new Set(fields["value"]?.split(","))}
        />
      );
    case "services.hours":
      return (
        <>
          <Field name="from" fields={fields} hint={HINTS.time} />
          <Field name="to" fields={fields} hint={HINTS.time} />
        </>
      );
    case "kiosk.idle":
      return (
        <>
          <Field name="warn" fields={fields} hint={HINTS.warn} isNumber />
          <Field name="end" fields={fields} hint={HINTS.end} isNumber />
        </>
      );
    case "kiosk.brand":
      return <BrandFields fields={fields} />;
    case "payment.schedules":
      return (
        <>
          {SCHEDULES.map((name) => (
            <Field key={name} name={name} fields={fields} hint={HINTS.ownWaits} isOptional />
          ))}
        </>
      );
    case "checkout.alarms":
      return (
        <>
          {ALARMS.map((name) => (
            <Field key={name} name={name} fields={fields} hint={HINTS.minutes} isNumber />
          ))}
        </>
      );
    case "checkout.intake":
      return (
        <>
          <SelectField
            name="intake"
            label={LABELS.intake}
            value={fields["intake"] ?? ""}
            choices={Object.entries(WORDS.intake)}
          />
          <Field name="text" fields={fields} hint={HINTS.text} />
        </>
      );
    case "refund.limits":
      return <RefundFields fields={fields} />;
    case "inpatient.deposits":
      return <DepositFields fields={fields} />;
    case "checkout.profile":
      return <ProfileFields fields={fields} />;
  }
}

function MerchantFields({ fields }: Pick<SettingFieldsProps, "fields">): JSX.Element {
  return (
    <>
      {MERCHANT_CHANNELS.flatMap((channel) => [
        <Field key={channel} name={channel} fields={fields} hint={HINTS.merchant} isOptional />,
        <Field
          key={`${channel}_account`}
          name={`${channel}_account`}
          fields={fields}
          hint={HINTS.account}
          isOptional
        />,
      ])}
    </>
  );
}

function RefundFields({ fields }: Pick<SettingFieldsProps, "fields">): JSX.Element {
  return (
    <>
      <Field name="patientYuan" fields={fields} hint={HINTS.patientYuan} isNumber />
      <SelectField
        name="sameDay"
        label={LABELS.sameDay}
        value={fields["sameDay"] ?? ""}
        choices={Object.entries(WORDS.sameDay)}
      />
      <Field name="staffYuan" fields={fields} hint={HINTS.staffYuan} isNumber />
      <Field name="days" fields={fields} hint={HINTS.days} isNumber />
      <Field name="closesOn" fields={fields} hint={HINTS.closesOn} isNumber />
    </>
  );
}

function DepositFields({ fields }: Pick<SettingFieldsProps, "fields">): JSX.Element {
  return (
    <>
      <Field name="choices" fields={fields} hint={HINTS.choices} />
      <Field name="mostYuan" fields={fields} hint={HINTS.mostYuan} isNumber />
      <SelectField
        name="typed"
        label={LABELS.typed}
        value={fields["typed"] ?? ""}
        choices={Object.entries(WORDS.typed)}
      />
      <Field name="refundYuan" fields={fields} hint={HINTS.refundYuan} isNumber />
    </>
  );
}

function BrandFields({ fields }: Pick<SettingFieldsProps, "fields">): JSX.Element {
  return (
    <>
      <Field name="product" fields={fields} hint={HINTS.brand} />
      <Field name="city" fields={fields} hint={HINTS.brand} isOptional />
      <Field name="accent" fields={fields} hint={HINTS.accent} isOptional />
      <TextField
        name="logoSvg"
        label={LABELS.logoSvg}
        value={fields["logoSvg"] ?? ""}
        hint={HINTS.logoSvg}
        rows={LOGO_ROWS}
      />
    </>
  );
}

function ProfileFields({ fields }: Pick<SettingFieldsProps, "fields">): JSX.Element {
  return (
    <>
      <SelectField
        name="order"
        label={LABELS.order}
        value={fields["order"] ?? ""}
        choices={Object.entries(WORDS.order)}
      />
      <Field name="pay" fields={fields} hint={HINTS.wait} isNumber />
      <Field name="confirm" fields={fields} hint={HINTS.wait} isNumber />
      {RETRIES.map((name) => <Field key={name} name={name} fields={fields} hint={HINTS.waits} />)}
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly choices: Readonly<Record<string, string>>;
}

function Choice({ label, value = "", choices }: ChoiceProps): JSX.Element {
  return <SelectField name="value" label={label} value={value} choices={Object.entries(choices)} />;
}

interface FieldProps {
  readonly name: keyof typeof LABELS;
  readonly fields: Fields;
  readonly hint: string;
  readonly isNumber?: boolean;
  readonly isOptional?: boolean;
}

function Field(
  { name, fields, hint, isNumber = false, isOptional = false }: FieldProps,
): JSX.Element {
  return (
    <TextField
      name={name}
      label={LABELS[name]}
      value={fields[name] ?? ""}
      hint={hint}
      autoComplete="off"
      required={!isOptional}
      {...(isNumber && { inputMode: "numeric" as const })}
    />
  );
}
