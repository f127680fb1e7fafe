/**
 * RSuite's own types are written for React; these are the parts and properties that are used. What
 * stands in a declaration file without a word of export is exported.
 */
import type { ComponentChildren, VNode } from "preact";

interface ButtonProps {
  readonly appearance?: "primary" | "default" | "subtle" | "ghost" | "link";
  readonly color?: "red";
  readonly size?: "sm" | "md" | "lg";
  readonly type?: "button" | "submit";
  readonly id?: string;
  readonly className?: string;
  readonly block?: boolean;
  readonly disabled?: boolean;
  readonly loading?: boolean;
  readonly onClick?: () => void;
  readonly children?: ComponentChildren;
}

interface ModalProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly size?: "xs" | "sm" | "md" | "lg";
  /** `static`: a press beside it closes nothing. */
  readonly backdrop?: "static" | boolean;
  readonly role?: "dialog" | "alertdialog";
  readonly children: ComponentChildren;
}

interface PartProps {
  readonly className?: string;
  readonly closeButton?: boolean;
  readonly children?: ComponentChildren;
}

interface MessageProps {
  readonly type: "info" | "success" | "warning" | "error";
  readonly showIcon?: boolean;
  readonly bordered?: boolean;
  readonly closable?: boolean;
  readonly onClose?: () => void;
  readonly className?: string;
  readonly role?: string;
  readonly children: ComponentChildren;
}

interface ProviderProps {
  readonly locale: Locale;
  /** Else icons write a style sheet while the page runs, which our policy refuses. */
  readonly disableInlineStyles: boolean;
  readonly children: ComponentChildren;
}

interface Locale {
  readonly code: string;
}

declare const zhCN: Locale;

declare function Button(props: ButtonProps): VNode;
declare function CustomProvider(props: ProviderProps): VNode;
declare function Loader(props: { readonly content?: string; readonly size?: "sm" | "md" }): VNode;
declare function Message(props: MessageProps): VNode;
interface ModalPart {
  (props: ModalProps): VNode;
  readonly Header: (props: PartProps) => VNode;
  readonly Title: (props: PartProps) => VNode;
  readonly Body: (props: PartProps) => VNode;
  readonly Footer: (props: PartProps) => VNode;
}

declare const Modal: ModalPart;
