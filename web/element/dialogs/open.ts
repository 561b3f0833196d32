import type { TemplateResult } from "lit/html.js";
import type { SignedInView } from "../signed-in/view.ts";
import type { DialogKind } from "../view.ts";
import { AccountDialog } from "./account.ts";
import { BanDialog } from "./ban.ts";
import { EraseDialog } from "./erase.ts";
import { ModerationDialog } from "./moderation.ts";
import { ProfileDialog } from "./profile.ts";
import { ReportDialog } from "./report.ts";
import { RevisionsDialog } from "./revisions.ts";

/** What a dialog shows. */
export interface DialogContent {
  readonly title: string;
  render: () => TemplateResult;
}

/** All dialogs are in one file of the bundle, which is loaded with the first of them. */
export function openContent(view: SignedInView, kind: DialogKind): DialogContent {
  switch (kind.name) {
    case "account":
      return new AccountDialog(view);
    case "profile":
      return new ProfileDialog(view);
    case "report":
      return new ReportDialog(view, kind.comment);
    case "ban":
      return new BanDialog(view, kind.comment);
    case "erase":
      return new EraseDialog(view, kind.comment);
    case "revisions":
      return new RevisionsDialog(view, kind.comment);
    case "moderation":
    default:
      return new ModerationDialog(view);
  }
}
