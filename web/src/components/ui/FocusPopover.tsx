/**
 * A popover that the keyboard can work 弹出面板: opening it moves the focus in; Esc, and Tab past either end, close it
 * and give the focus back to its button. The content stands at the end of the document, so the browser does none of that.
 */
import { Popover, type PopoverProps } from "antd";
import { useEffect, useRef } from "react";

const FOCUSABLE = "a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex='0']";

interface Props extends Pick<PopoverProps, "placement" | "destroyOnHidden" | "title"> {
  open: boolean;
  onOpen: (open: boolean) => void;
  /** what the panel is, for screen readers */
  label: string;
  content: React.ReactNode;
  /** the button */
  children: React.ReactElement;
}

export function FocusPopover({ open, onOpen, label, content, children, ...rest }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const from = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (!open) return;
    if (document.activeElement instanceof HTMLElement && !box.current?.contains(document.activeElement)) from.current = document.activeElement;
    const timer = setInterval(() => {
      const inside = box.current;
      if (!inside || inside.offsetParent === null) return; // not drawn yet
      clearInterval(timer);
      if (!inside.contains(document.activeElement)) (reachable(inside)[0] ?? inside).focus({ preventScroll: true });
    }, 16);
    return () => clearInterval(timer);
  }, [open]);
  const leave = () => {
    onOpen(false);
    from.current?.focus();
  };
  const onKey = (event: React.KeyboardEvent) => {
    // A list or calendar opened from here lies elsewhere in the document and keeps its own keys.
    if (!(event.target instanceof HTMLElement) || !box.current?.contains(event.target)) return;
    if (event.key === "Escape" && event.target.getAttribute("aria-expanded") !== "true") {
      event.stopPropagation();
      leave();
    } else if (event.key === "Tab" && event.target === reachable(box.current).at(event.shiftKey ? 0 : -1)) {
      event.preventDefault();
      leave();
    }
  };
  return (
    <Popover {...rest} trigger="click" open={open} onOpenChange={onOpen} content={<div ref={box} role="dialog" aria-label={label} tabIndex={-1} onKeyDown={onKey}>{content}</div>}>
      {children}
    </Popover>
  );
}

const reachable = (inside: HTMLElement): HTMLElement[] => [...inside.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((one) => one.tabIndex >= 0 && one.offsetParent !== null);
